"""Twenty-eight kinds of people walk the whole dialogue, in the short way and in its own time.

Every text they type is really heard, so danger, commands and half answers lead where they would lead.
"""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bot.listening.ear import Ear
from bot.narrative import own_share
from bot.script import Script
from bot.values import Answer, Reply
from tests.conftest import Talk
from tests.dialogs.people import PEOPLE, Person, step
from tests.dialogs.reading import opening
from tests.dialogs.test_talks import fixed_lines
from tests.walkers import heard_for, steady

ROOT = Path(__file__).parents[2]
LIMIT = 400  # turns; nobody goes round in circles for longer
WAYS = {"short": "start", "long": "slow"}
PARTS = ("all", "steady", "toward", "thoughts", "matters", "story")
NEAR = ("approaching", "old")  # where the sore spot is touched
PLAIN = {
    "welcome.hello": "slow", "welcome.age": "adult", "welcome.consent": "yes", "welcome.privacy": "ok",
}  # fmt: skip


def walked(script: Script, ear: Ear, person: Person, way: str, seed: int) -> Talk:
    """Lead somebody from the door to an end, and look at each turn on the way."""
    talk, random = Talk(script, seed).begin("GB"), Random(seed)
    talk.pick(WAYS[way])
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        if talk.reply.stage in NEAR:
            assert is_in_window(talk), (person.name, talk.reply.step)
        step(person, talk, ear, random)
    return talk


def is_in_window(talk: Talk) -> bool:
    assert talk.session is not None
    values = talk.session.values
    distress, lock = values.get("distress"), values.get("locked")
    most = 5 if values.get("pace") == "gentle" else 6
    shut = any(values.get(name) for name in ("safe_mode", "numb", "rise"))
    is_locked = isinstance(lock, int) and lock > talk.at
    return isinstance(distress, int) and 3 <= distress <= most and not shut and not is_locked


def own_lines(script: Script, talk: Talk) -> list[str]:
    """Give what the dialogue itself said, without the shared flows and the story read again."""
    return [
        line.text
        for reply in talk.replies
        for line in reply.lines
        if line.id not in fixed_lines(script) and not is_safety(script, line.id.partition(".")[0])
    ]


def is_safety(script: Script, stage: str) -> bool:
    return stage in script.stages and script.stages[stage].is_safety


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_everyone_comes_to_an_end(script: Script, ear: Ear, person: Person, way: str) -> None:
    """An end, the window held at every step, and no line read twice, three times over."""
    for seed in range(3):
        talk = walked(script, ear, person, way, seed)
        assert talk.reply.ended, (seed, [reply.step for reply in talk.replies][-12:])
        said = Counter(own_lines(script, talk))
        assert [text for text, times in said.items() if times > 1] == []


def test_turns_seldom_begin_alike(script: Script, ear: Ear) -> None:
    """Less than one turn in a hundred begins with two words of ours that began one of the six before."""
    alike = turns = 0
    for person in PEOPLE:
        recent: list[str] = []
        for reply in walked(script, ear, person, "long", 1).replies:
            text = fresh(script, reply)
            first = "" if text.startswith("“") else opening(text)  # their words may come again
            if first and not is_safety(script, reply.stage):
                turns += 1
                alike += first in recent[-6:]
                recent.append(first)
    assert alike / turns < 0.01, (alike, turns)


def fresh(script: Script, reply: Reply) -> str:
    """Give the first line that isn't fixed: what a program says of itself stays the same."""
    fixed = fixed_lines(script)
    return next((line.text for line in reply.lines if line.id not in fixed), "")


# in its own time


def led(script: Script, part: str, pick: int = 0, rating: int = 5) -> Talk:
    """Lead a talk in its own time; each choice is the first, the second or the last that is offered."""
    talk, random = Talk(script).begin("GB"), Random(1)
    plan = {**PLAIN, "welcome.part": part}
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        ask, planned = talk.reply.ask, plan.get(talk.reply.step)
        assert ask is not None
        answer = steady(ask, random, rating=rating)
        if talk.reply.step == "welcome.fit":
            answer = Answer(choices=("none",))
        elif ask.kind == "choice":
            options = [choice.id for choice in ask.choices]
            answer = Answer(choice=planned or options[min(pick, len(options) - 1)])
        talk.say(answer, heard_for(answer))
    return talk


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("rating", [0, 2, 5, 6, 7, 8, 10])
@pytest.mark.parametrize("pick", [0, 1, -1], ids=["first", "second", "last"])
def test_whoever_always_picks_alike_is_done_in_a_hundred_turns(
    script: Script, part: str, rating: int, pick: int
) -> None:
    """Always the first choice, always the second, always the last: no loop goes on for ever."""
    talk = led(script, part, pick, rating)
    assert talk.reply.ended
    assert len(talk.replies) <= 101


@pytest.mark.parametrize(
    ("part", "stage"),
    [
        ("steady", "safety"),
        ("toward", "approaching"),
        ("thoughts", "mindfulness"),
        ("matters", "values"),
        ("story", "narrative"),
    ],
)
def test_each_part_stands_alone(script: Script, part: str, stage: str) -> None:
    """A part is a sitting of its own: the door, the number, the part, the closing."""
    stages = {reply.stage for reply in led(script, part, -1).replies}
    others = {"safety", "approaching", "mindfulness", "values", "narrative"} - {stage, "safety"}
    assert stage in stages
    assert not (others - {"mindfulness"}) & stages  # the way home from “toward” is told there
    assert "closing" in stages


@pytest.mark.parametrize("rating", [0, 1, 2, 7, 8, 9, 10])
@pytest.mark.parametrize("part", PARTS)
def test_outside_the_window_nobody_goes_nearer_in_their_own_time(
    script: Script, part: str, rating: int
) -> None:
    """T1, T4, T5: neither the part that goes toward it nor the old story."""
    stages = {reply.stage for reply in led(script, part, 0, rating).replies}
    assert not stages & set(NEAR)


def test_five_sittings_make_a_whole(script: Script) -> None:
    """All five parts in order: every stage, and a story that was read and titled."""
    talk = led(script, "all")
    stages = [reply.stage for reply in talk.replies]
    order = ["safety", "approaching", "mindfulness", "values", "old", "narrative", "closing"]
    assert [stage for stage in dict.fromkeys(stages) if stage in order] == order
    assert talk.session is not None
    assert talk.session.values["story"]
    assert len(talk.replies) >= 70


def test_most_words_of_a_story_are_the_persons_own(script: Script) -> None:
    """Whoever writes whole sentences reads a story that is four fifths theirs; none is altered."""
    wrote = {
        "old.story": "I'm the one who always falls apart in front of people",
        "narrative.exception": "in March I gave the update with shaking hands and stayed",
        "narrative.witness_says": "you never see how far you have come since school",
        "narrative.reply": "put both feet down and say the next sentence slowly",
        "values.words": "saying what I know and asking about what I don't know",
        "narrative.someone": "goes on talking while red in the face and shaking",
    }
    talk, random = Talk(script).begin("GB"), Random(1)
    while talk.reply.step != "narrative.now_or_later":
        ask, text = (
            talk.reply.ask,
            wrote.get(talk.reply.step, "I let it be there and went on with my day"),
        )
        assert ask is not None
        answer = (
            Answer(text=wrote[talk.reply.step])
            if talk.reply.step in wrote
            else steady(ask, random, text=text)
        )
        planned = {**PLAIN, "welcome.part": "story"}.get(talk.reply.step)
        answer = Answer(choice=planned) if planned and ask.kind == "choice" else answer
        if talk.reply.step == "welcome.fit":
            answer = Answer(choices=("none",))
        talk.say(answer, heard_for(answer))
    assert talk.session is not None
    story = str(talk.session.values["story"])
    given = [i.answer.text for i in talk.inputs if i.answer and i.answer.text]
    assert own_share(story, " ".join(given)) >= 0.8
    assert all(text in story for step, text in wrote.items() if step != "values.words")


@pytest.mark.parametrize("part", PARTS)
def test_in_its_own_time_turns_stay_short(script: Script, part: str) -> None:
    """Two bubbles, one question, 45 words at most, but for the story itself."""
    for reply in led(script, part).replies:
        lines = [line.text for line in reply.lines if line.id not in fixed_lines(script)]
        if not is_safety(script, reply.stage):
            assert len(lines) <= 2, reply.step
            assert sum(text.count("?") for text in lines) <= 1, reply.step
            assert sum(len(text.split()) for text in lines) <= 45, reply.step
