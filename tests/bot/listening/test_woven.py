"""Classes of words are heard in every mixture: rules are made of classes, and so are these tests."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.listening.ear import Ear

EAR = Ear.load(Path(__file__).resolve().parents[3] / "dialogs")


def woven(*parts: tuple[str, ...]) -> Iterator[str]:
    """Give each mixture of one of each part."""
    return (" ".join(filter(None, mixture)) for mixture in product(*parts))


def unheard(texts: Iterator[str], tiers: tuple[str, ...] = ("now", "act")) -> list[str]:
    return [
        text for text in texts if (risk := EAR.hear(text).risk) is None or risk.tier not in tiers
    ]


MEANS = (
    ("I bought", "I've got", "I ordered", "I'm holding", "I'm looking at", "I've hidden"),
    ("a rope", "razor blades", "a gun", "a whole bottle of pills", "a noose", "my dad's gun"),
    (
        "and I know what to do", "and I'm ready", "and I have a plan", "so I can finally rest",
        "and tomorrow I won't be here", "and I keep thinking about using it", "to end it",
        "in case I decide to go through with it", "and I don't want to wake up",
    ),
)  # fmt: skip
CUTTING = (
    ("I keep picturing", "I can't stop thinking of", "I have the urge of", "tonight I'm"),
    ("slicing open", "slashing", "cutting"),
    ("my wrists", "my veins", "my throat", "my forearm"),
)
PLACES = (
    ("I'm standing on", "I'm on my way to", "I drove to", "I keep going to", "I'm looking down from"),
    ("the bridge", "the roof", "the cliffs", "the top of the car park", "the train platform"),
    (
        "and I want to jump", "and I can't stop myself", "and I don't know if I can resist",
        "thinking about letting go", "and nobody would stop me", "and I've left a note",
    ),
)  # fmt: skip
ELIDED = (
    ("I'm just very depressed", "life sucks", "my gf left me", "school is hell", "I can't sleep"),
    ("and", "but", "so I", "and honestly", ". I just"),
    (
        "want to die", "wanna be dead", "want to kill myself", "think about suicide",
        "don't want to be here anymore", "want to end my life", "feel suicidal",
    ),
)  # fmt: skip
THOUGHTS = (
    (
        "I keep thinking about",
        "I've been having thoughts of",
        "I fantasize about",
        "I'm considering",
    ),
    ("suicide", "killing myself", "hanging myself", "taking all my pills", "driving into a wall"),
    ("", "every night", "and it scares me", "while at work"),
)


@pytest.mark.parametrize(
    "parts",
    [MEANS, CUTTING, PLACES, ELIDED, THOUGHTS],
    ids=("means", "cutting", "places", "elided", "thoughts"),
)
def test_a_wish_and_a_thing_with_what_is_meant_by_it_are_a_crisis(parts):
    assert unheard(woven(*parts)) == []


REASONS = (
    ("I can't find a", "there's no", "what's the", "is there any", "I honestly don't see a single"),
    ("reason", "point", "purpose"),
    ("to go on", "to keep going", "in living", "to stay alive", "for going on", "to wake up"),
)
AFTERWARDS = (
    ("when I'm gone", "after I die", "once I'm dead", "if I wasn't here"),
    (
        "everyone will be happier", "they'll be fine", "she'll move on", "will anyone notice",
        "my mum will get the money", "nobody will miss me", "it will be easier for them",
    ),
)  # fmt: skip
HOURS = (
    ("I'm ending everything", "I'm going to follow through", "I'm leaving this world"),
    (
        "tonight",
        "on new year's day",
        "in an hour",
        "after everyone goes to sleep",
        "before Christmas",
    ),
)


@pytest.mark.parametrize("parts", [REASONS, AFTERWARDS, HOURS], ids=("reasons", "after", "hours"))
def test_what_is_meant_but_not_said_is_asked_about(parts):
    assert unheard(woven(*parts), ("now", "act", "check")) == []


FEAR = (
    ("I was", "I'm", "I have a panic attack every time I'm", "I get so anxious", "I froze"),
    (
        "on the train platform", "on the bridge", "on the balcony", "by the river", "in the tunnel",
        "at the level crossing", "on the tenth floor", "on the motorway",
    ),
    (
        "with my heart pounding", "and I couldn't breathe", "and I had to turn back",
        "and I felt like I was going to faint", "and I felt dizzy", "and my hands went numb",
    ),
)  # fmt: skip
MATTERS = (
    (
        "I'm dreading",
        "I can't face",
        "I'm done with",
        "I want to get out of",
        "I can't sleep because of",
    ),
    ("my exam", "the presentation", "this job", "the dentist", "my thesis", "the wedding speech"),
    (
        "and I just want it to be over",
        "and I can't do this any more",
        "and I want out",
        "I feel hopeless",
    ),
)
BODY = (
    ("my chest gets tight", "my heart races", "I get dizzy", "I go numb", "I feel like I'm dying"),
    ("before exams", "in meetings", "when he calls", "like always", "and I know it's panic"),
)


@pytest.mark.parametrize("parts", [FEAR, MATTERS, BODY], ids=("fear", "matters", "body"))
def test_a_fear_an_exam_and_a_racing_heart_are_met_without_alarm(parts):
    assert [text for text in woven(*parts) if EAR.hear(text).risk] == []


@pytest.mark.parametrize(
    "text",
    [
        "I have an exam tomorrow. I want to die.",
        "My exam is over. I've got the pills in my hand.",
        "I'm on the bridge, my heart is pounding and I want to jump",
        "I'm dreading the wedding and I'm going to kill myself",
    ],
)
def test_a_matter_or_a_panic_hides_no_danger_that_is_said(text):
    assert unheard(iter([text])) == []
