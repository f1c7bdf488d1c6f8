"""Curious questions by cue, and habits of thought that are offered by what was heard."""

import pytest

from bot.listening.ear import Ear
from bot.present import offered
from bot.script import Script
from bot.values import Answer, Heard
from tests.conftest import Talk
from tests.dialogs.reading import opening
from tests.dialogs.test_words import plain

CUES = (
    "always",
    "should",
    "torn",
    "others",
    "unsure",
    "body",
    "what_if",
    "cannot",
    "enough",
    "if_only",
)


def questions(script: Script) -> dict[str, list[str]]:
    """Give the wordings of each cue's questions."""
    step = script.steps["curious.ask"]
    sayings = {saying.id.removeprefix("curious."): saying for saying in step.say[1].sayings}
    return {cue: [plain(wording) for wording in sayings[cue].wordings] for cue in CUES}


def at_thought(script: Script, **values: object) -> Talk:
    """Give a talk at the question for a thought, in its own time."""
    talk = Talk(script).begin("GB")
    assert talk.session is not None
    held = {**talk.session.values, "full": True, "distress": 5, **values}
    session = type(talk.session)
    kept = {n: getattr(talk.session, n) for n in session.__struct_fields__}
    talk.session = session(**{**kept, "step": "mindfulness.thought", "values": held})
    return talk


def test_there_are_ten_families_of_six_questions(script: Script) -> None:
    """Each asks one thing, and no two of a family begin alike."""
    for cue, texts in questions(script).items():
        assert len(set(texts)) == 6, cue
        assert all(text.count("?") == 1 for text in texts), cue
        assert len({opening(text) for text in texts}) == 6, cue


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("I always mess up", "always"),
        ("I should be over it", "should"),
        ("part of me would like to go", "torn"),
        ("they think I'm weird", "others"),
        ("the reason, I have no idea of it", "unsure"),
        ("my stomach is one knot", "body"),
        ("what if I fail", "what_if"),
        ("I can't do this presentation", "cannot"),
        ("I'm not good enough", "enough"),
        ("if only I had stayed", "if_only"),
        ("siempre lo arruino", "always"),
    ],
)
def test_a_question_belongs_to_a_word_of_theirs(
    script: Script, ear: Ear, text: str, cue: str
) -> None:
    """What is asked is about the cue in what was written, whatever the language."""
    talk = at_thought(script)
    talk.say(Answer(text=text), ear.hear(text, talk.reply.ask))
    assert talk.reply.step == "curious.ask"
    assert f"curious.{cue}" in [line.id for line in talk.reply.lines]


def test_the_cue_is_looked_for_in_the_clause_that_is_quoted(ear: Ear) -> None:
    """A word elsewhere in a long text isn't asked about: nobody would know what is meant."""
    long = (
        "The bus was late today and the shop was shut, so I took the train to my sister instead. "
    )
    assert ear.hear(long + "They always say that.").cues == ()
    assert ear.hear("They always say that.").cues == ("always",)


@pytest.mark.parametrize(
    "text",
    [
        "my mum died and I should have been there",
        "he hit me and I always blame myself",
        "they always pass me over, it's racist",
    ],
)
def test_nobody_is_curious_about_what_is_real_and_hard(script: Script, ear: Ear, text: str) -> None:
    """Grief, violence and discrimination are no habit of thought, and not asked about from the side."""
    heard = ear.hear(text)
    assert (heard.habits, heard.cues) == ((), ("spared",))
    talk = at_thought(script)
    talk.say(Answer(text=text), Heard(cues=heard.cues))
    assert talk.reply.step == "mindfulness.defuse"


@pytest.mark.parametrize(
    ("heard", "ids"),
    [
        ((), ("future", "minds", "worst", "all", "should", "proof", "none", "unsorted")),
        (("should",), ("should", "none", "unsorted")),
        (("labelling", "past_loop"), ("name", "past", "none", "unsorted")),
    ],
)
def test_habits_that_were_heard_are_offered_with_two_ways_out(
    script: Script, heard: tuple[str, ...], ids: tuple[str, ...]
) -> None:
    """None is asserted: what was heard is among the choices, and so is that none fits."""
    ask = script.steps["mindfulness.habit"].ask
    assert ask is not None
    env = {"thought_habits": heard} if heard else {}
    assert tuple(option.id for option in offered(ask, env)) == ids
