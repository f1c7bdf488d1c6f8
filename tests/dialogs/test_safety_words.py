"""The words of the safety flows: what is never said, and how plainly the rest is."""

import re

import pytest

from bot.script import Option, Saying, Script, Step
from tests.dialogs.conversation import flows, plain_script

MOST_GRADE = 5.0


@pytest.fixture(scope="module")
def script() -> Script:
    return plain_script()


def spoken(step: Step) -> list[str]:
    """Give every wording of a step's lines."""
    return [text for bubble in step.say for saying in bubble.sayings for text in wordings(saying)]


def wordings(saying: Saying) -> list[str]:
    found = saying.wordings
    return ["".join(p if isinstance(p, str) else "X" for p in wording.parts) for wording in found]


def all_texts(script: Script) -> list[tuple[str, str]]:
    """Give everything the guide can say in the flows, with the step it stands in."""
    found = []
    for step in flows(script):
        found += [(step.id, text) for text in spoken(step)]
        found += [(step.id, t) for b in [step.why] if b for s in b.sayings for t in wordings(s)]
        found += [(step.id, t) for s in (step.again, step.reask) if s for t in wordings(s)]
        for moment in step.ask.moments if step.ask else ():
            found.append((step.id, "".join(str(part) for part in moment.wording.parts)))
    return found


def labels(script: Script) -> list[tuple[str, str]]:
    """Give what the person can pick: their words, not the guide's."""
    return [(step.id, option.label) for step in flows(script) for option in options(step)]


def options(step: Step) -> tuple[Option, ...]:
    return step.ask.options if step.ask else ()


FORBIDDEN = [
    (r"\bpromise me\b|\bpromise (to|that|you)\b(?<!don't promise to)", "a contract or a promise"),
    (r"\bI('m| am) (always |)here for you\b|\balways here\b", "a program that is always there"),
    (r"\byou('re| are) (safe|fine|okay|all right) now\b|\byou're fine\b", "a verdict of safety"),
    (r"\b(low|high|moderate) risk\b", "grading a person"),
    (
        r"\bI('ve| have) (called|told|contacted|informed|alerted)\b",
        "a claim to have called someone",
    ),
    (
        r"\bI('ll| will) (call|tell|contact|send) (the|an|your|someone|somebody)\b",
        "promised rescue",
    ),
    (
        r"\b(depression|depressed|bipolar|psychosis|psychotic|disorder|anorexia|bulimia)\b",
        "a diagnosis",
    ),
    (r"\bstay(s)? (between us|secret)\b|\bI won't tell\b", "secrecy"),
    (r"\bcalm down\b|\bcheer up\b|\bnot that bad\b|\bothers have it worse\b", "making it small"),
    (
        r"\bselfish\b|\byour family would\b|\bsin\b|\bGod\b|\bthink of your\b",
        "shame, family, religion",
    ),
    (
        r"\bleave (him|her|them)\b|\bbreak up\b|\bget out of (the|this|that) relationship\b",
        "telling to leave",
    ),
    (r"\b(mg|milligram|dose|dosage|calorie|calories|kilo|kilos|kg|pounds)\b", "doses and amounts"),
    (r"\b(breathe|breath|inhale|exhale)\b", "a breathing exercise"),
    (r"\btaper\b|\bcut (down|back) (by|to|slowly)\b|\bfast(ing)?\b", "medical advice"),
    (r"\b(therapy|therapist|treat(ment)?|patient|clinical|cure)\b", "claims of therapy"),
    (r"\bI (understand|feel|care|know how)\b|\bproud\b|\bso brave\b", "feelings a program hasn't"),
    (
        r"\bI can't talk about\b|\bnot allowed to\b|\bagainst (my|the) (rules|policy)\b",
        "a closed door",
    ),
    (r"\b(commit(ted)? suicide|failed attempt|successful attempt)\b", "harmful words for it"),
    (r"\bgood (job|girl|boy)\b|\bwell done\b|\bcongrat", "praise"),
    (r"\b(rope|knife|blade|bridge|gun|noose|razor|overdose)\b", "a method"),
    (
        r"\byou're not (thinking|going|planning)\b|\byou('re| are)n't\b.*\?|n't you\?",
        "pulling for a no",
    ),
    (r"!", "an exclamation mark"),
    (r"\btell me more\b", "a generic follow-up"),
]


@pytest.mark.parametrize(("pattern", "what"), FORBIDDEN)
def test_nothing_forbidden_is_ever_said(script: Script, pattern: str, what: str) -> None:
    """No line, label, reason or frame of any safety flow says what must never be said."""
    texts = all_texts(script) + ([] if what in OF_THE_GUIDE else labels(script))
    found = [
        (step, text)
        for step, text in texts
        if re.search(pattern, text, re.IGNORECASE)
        and not (what == "a breathing exercise" and step in BODY_QUESTIONS)
    ]
    assert found == [], what


OF_THE_GUIDE = {"promised rescue", "feelings a program hasn't"}
"""Wrong in the guide's mouth; a person may well tell someone, or feel something."""

BODY_QUESTIONS = {"check.high_body"}
"""Asks about trouble breathing, which is no exercise."""


def test_the_person_s_own_words_are_never_quoted(script: Script) -> None:
    """Nothing typed in a crisis is said back: it may name a method or violence."""
    for step in flows(script):
        for bubble in step.say:
            for saying in bubble.sayings:
                for wording in saying.wordings:
                    shown = {part.name for part in wording.parts if not isinstance(part, str)}
                    assert shown <= {"region"}, step.id


# the craft of the questions


def test_every_question_has_a_reason_and_a_way_past_it(script: Script) -> None:
    """Whoever asks why gets an answer; whoever skips gets somewhere."""
    for step in flows(script):
        if step.ask is not None:
            assert step.why is not None, step.id
            assert step.skip is not None, step.id
            assert step.purpose, step.id


def test_a_plain_yes_or_no_always_works(script: Script) -> None:
    """A yes-or-no question hears yes and no, each for one choice only."""
    opening = re.compile(
        r"(?:^|[.:,;] )(?:and )?(?:are|do|does|is|can|could|would|did|were|shall)\b[^.?]*\?$",
        re.IGNORECASE,
    )
    for step in flows(script):
        if step.ask is None or step.ask.kind != "choice":
            continue
        heard = [option.hears for option in options(step) if option.hears]
        assert len(heard) == len(set(heard)), step.id
        asks = [text for text in spoken(step) if opening.search(text)]
        if asks and " or " not in asks[-1].rpartition(". ")[2]:
            assert set(heard) == {"yes", "no"}, (step.id, asks)


def test_what_can_come_up_again_has_words_left(script: Script) -> None:
    """A line that may be said again is either fixed or has at least four wordings."""
    for step in flows(script):
        for bubble in step.say:
            for saying in bubble.sayings:
                assert saying.is_fixed or len(saying.wordings) >= 4, saying.id


def test_a_question_is_never_lost(script: Script) -> None:
    """The question itself is fixed, or the reply would have nothing to ask once words run out."""
    for step in flows(script):
        if step.ask is None or step.ask.kind == "exercise" or not step.say:
            continue
        last = step.say[-1].sayings
        assert all(s.is_fixed for s in last) or step.id == "staying.after", step.id


def test_the_words_are_plain(script: Script) -> None:
    """Every bubble reads at grade 5 or below: a crisis leaves little room for reading."""
    hard = [
        (round(grade(text), 1), step.id, text)
        for step in flows(script)
        for text in spoken(step)
        if grade(text) > MOST_GRADE
    ]
    assert hard == []


def grade(text: str) -> float:
    """Give the Flesch-Kincaid grade (Kincaid and others, 1975), counting syllables by vowels."""
    sentences = max(1, len(re.findall(r"[.!?:]+(?=\s|”|$)", text)))
    words = re.findall(r"[A-Za-z0-9'’]+", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    plain = re.sub(r"[^a-z]", "", word.lower())
    if len(plain) <= 3:
        return 1
    if not plain.endswith("le"):
        plain = re.sub(r"(?:[^laeiouy]es|[^td]ed|[^l]e)$", lambda end: end[0][0], plain)
    return max(1, len(re.findall(r"[aeiouy]{1,2}", re.sub(r"^y", "", plain))))
