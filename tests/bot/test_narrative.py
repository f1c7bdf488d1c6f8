"""The new narrative is the person's own words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.lines import Speaker
from bot.loader import load_dialog
from bot.narrative import LEAST, LONGEST, compose, has_full_name, own_share
from bot.script import Script
from bot.values import Value
from tests.conftest import ROOT

SLOTS = (
    "thought",
    "exception",
    "prediction",
    "actual",
    "quality",
    "value_words",
    "reply",
    "someone",
)


PEOPLE = "being there for the people whom I come home to each night"


def story(script: Script, **words: str) -> list[str]:
    """Give the lines that are made of what a person wrote."""
    env = {"it_name": "the worry", **words}
    return [line.text for line in compose(Speaker(script, 1, 0), env)]


def test_a_line_for_each_slot_with_words(walk: Script) -> None:
    """A slot without words leaves no trace."""
    speaker = Speaker(walk, 1, 0)
    assert compose(speaker, {}) == ()
    lines = compose(speaker, {"value": PEOPLE})
    assert [(line.id, line.text) for line in lines] == [
        ("matters", f"What matters to me is {PEOPLE}.")
    ]


@pytest.mark.parametrize(
    "words",
    [
        "im NOT enuf!! and they al now it, evry one of them does",
        "ça me serre la gorge quand je pense à lui, et à demain soir",
        "怕 他 们 都 看 着 我 怕 他 们 笑",
        "{{ x }} and then {{ y }} and I have no idea at all what that was",
        "a  b   c and  so on until the very last letter of them all",
    ],
)
def test_not_a_character_is_changed(walk: Script, words: str) -> None:
    """Odd spelling, signs and other scripts stay as they were written."""
    for said in (story(walk, topic=words), story(walk, value=words)):
        assert len(said) == 1
        assert words in said[0]


@pytest.mark.parametrize(
    "words",
    [
        "It is all of them, and none of them knows a thing of it",
        "who shows up, day after day after day, for all of them",
        "that's my kids, my mother and the two old dogs we have",
    ],
)
def test_a_sentence_of_its_own_is_quoted(walk: Script, words: str) -> None:
    """What doesn't go on after the glue stands in quotation marks."""
    assert story(walk, value=words) == [f"What matters to me is “{words}”"]


@pytest.mark.parametrize(
    ("slot", "words", "line"),
    [
        ("reply", "put both feet down and say the next sentence", "When it comes, I put both feet down and say the next sentence."),
        ("reply", "I put both feet down and say the next sentence", "When it comes, I put both feet down and say the next sentence."),
        ("reply", "breathe out slowly", "Then: breathe out slowly."),
        ("reply", "the phone goes into a drawer", "Then: the phone goes into a drawer."),
        ("reply", "breathe", None),
        ("someone", "goes on talking while red in the face", "I'm someone who goes on talking while red in the face."),
        ("someone", "someone who goes on talking, red in the face", "I'm someone who goes on talking, red in the face."),
        ("someone", "who goes on talking while red in the face", "I'm someone who goes on talking while red in the face."),
        ("someone", "I'm someone who tries", "I'm someone who tries."),
        ("someone", "I’m slow and I get there", "I’m slow and I get there."),
        ("someone", "goes quiet", "Me: goes quiet."),
        ("exception", "in March I gave the update", "Once: in March I gave the update."),
        ("exception", "I gave the update in March", "I gave the update in March."),
        ("value_words", "my kids", "For: my kids."),
        ("someone", "pays what I owe", "Someone who pays what I owe."),
        ("view", "I would sit with her until it passes", "To a friend: “I would sit with her until it passes”."),
        ("view", "one step at a time", None),
        ("value_words", "my two kids, both of them!", "What matters: my two kids, both of them!"),
        ("move", "ring Noor", "Next: ring Noor."),
        ("move", "ok", None),
        ("move", "I don't know", None),
        ("move", "…", None),
        ("move", "👍", None),
    ],
)  # fmt: skip
def test_words_go_on_after_ours_or_stand_alone(
    script: Script, slot: str, words: str, line: str | None
) -> None:
    """Nothing is doubled, nothing is bent; what says nothing, or too little, makes no line."""
    assert story(script, **{slot: words}) == ([line] if line else [])


def test_the_worry_never_has_the_only_word(script: Script) -> None:
    """A story of nothing but the old lines is none; with one line of one's own it is."""
    old = {"old_story": "I'm the one who falls apart", "thought": "they will all see it"}
    assert story(script, **old) == []
    assert len(story(script, **old, move="ring Noor on Monday")) == 3


def test_a_guess_stands_beside_what_came(script: Script) -> None:
    """What was feared is no line without what happened; the two are one line."""
    assert story(script, prediction="it will grow and grow", move="ring Noor") == [
        "Next: ring Noor."
    ]
    both = story(script, prediction="it will grow and grow", actual="it went another way")
    assert both == ["Expected: “it will grow and grow”. Happened: it went another way."]


def test_a_name_of_ones_own_takes_the_place_of_our_word(script: Script) -> None:
    """The worry's name says its line, where it is a name and not a sentence."""
    words = {"thought": "they will all see it", "move": "ring Noor on Monday"}
    assert story(script, **words)[0] == "It says: “they will all see it”."
    env: dict[str, Value] = {**words, "named": True, "it_name": "the Fog"}
    assert compose(Speaker(script, 1, 0), env)[0].text == "From the Fog: “they will all see it”."
    long = {**env, "it_name": "that thing which never sleeps"}
    assert compose(Speaker(script, 1, 0), long)[0].text == "It says: “they will all see it”."


def test_a_line_is_not_said_twice(script: Script) -> None:
    """Who gives the same answer everywhere reads it once."""
    same = "keep going when it's loud"
    assert len(story(script, value_words=same, reply=same, move=same)) == 1


def test_a_story_keeps_its_length(script: Script) -> None:
    """Of very long answers one clause is taken, to the letter."""
    long = "It starts in the morning when I think of the day. " * 12
    said = story(
        script, exception=f"1 {long}", value_words=f"2 {long}", reply=f"3 {long}", move=long
    )
    assert said
    assert sum(len(line.split()) for line in said) <= LONGEST


@given(st.dictionaries(st.sampled_from(SLOTS), st.text(min_size=1, max_size=60)))
@settings(deadline=None)
def test_whatever_is_written_each_line_is_theirs(script: Script, words: dict[str, str]) -> None:
    """Two words in three of every line at least, and every line holds their words to the letter."""
    for line in story(script, **words):
        assert own_share(line, " ".join(words.values())) >= LEAST
        assert any(text.strip() in line or text.strip()[:10] in line for text in words.values())


def test_own_share_counts_words() -> None:
    """Three of five words are the person's."""
    assert own_share("It says: nobody likes me", "nobody likes me") == 3 / 5
    assert own_share("", "") == 1.0


@pytest.mark.parametrize(
    ("said", "is_name"),
    [
        ("Next: show the slides to Noor Hassan on Monday.", True),
        ("“Anna Schmidt hates me”", True),
        ("Once: I told Dr. Okafor, and María José Núñez.", True),
        ("Next: ring Noor on Monday.", False),
        ("Then Noor left. In March I gave the update.", False),
        ("When the Fog comes, I STAY WHERE I AM.", False),
        ("My Anna said so", False),
        ("", False),
    ],
)
def test_a_full_name_is_noticed(script: Script, said: str, is_name: bool) -> None:
    """A first name and a last name are asked about before they are kept; a first name isn't."""
    assert has_full_name(said, script.narrative) is is_name


def test_in_spanish_words_go_on_after_ours_too() -> None:
    """What begins a sentence, and what stands alone, is that language's."""
    spanish = load_dialog(ROOT / "dialogs" / "anxiety", ROOT / "dialogs" / "safety", lang="es")
    assert story(spanish, reply="respiro y digo la frase siguiente", move="da igual") == [
        "Cuando aparece, respiro y digo la frase siguiente."
    ]
    assert story(spanish, someone="soy lento pero llego") == ["soy lento pero llego."]
