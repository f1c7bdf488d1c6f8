"""What of a talk may be counted: names of our own, each once, and nothing without a yes."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bot.guide import take_turn
from bot.script import Script
from bot.values import NOTHING_HEARD, Answer, Heard, Input, Risk, Session
from tests.conftest import NINE
from tests.walkers import heard_for, steady
from web.tally import CHOSEN, Tally, facts

ROOT = Path(__file__).parents[2]
CANARY = "xyzzycanary"


class Visitor:
    """Somebody who talks, and the facts of it."""

    def __init__(self, script: Script) -> None:
        self.script, self.tally, self.at = script, Tally(script), NINE
        self.session: Session | None = None
        self.told: list[str] = []
        self.possible: set[str] = set()
        self.take(Input(at=NINE, kind="begin", counting=True))

    def take(self, given: Input) -> None:
        """Do one thing."""
        turn = take_turn(self.script, self.session, given)
        self.possible |= set(facts(self.script, self.session, given, turn))
        self.told += self.tally.add(self.session, given, turn)
        self.session, self.reply = turn.session, turn.reply

    def say(self, answer: Answer, heard: Heard = NOTHING_HEARD) -> None:
        """Answer."""
        self.at += 5_000
        self.take(Input(at=self.at, kind="say", answer=answer, heard=heard))

    def do(self, kind: str, wait: int = 1_000) -> None:
        """Ask the guide itself for something."""
        self.at += wait
        self.take(Input(at=self.at, kind=kind))  # type: ignore[arg-type]

    def walk(self, seed: int, turns: int, *, says_yes: bool) -> "Visitor":
        """Answer whatever is asked, with a planted word wherever words are."""
        random = Random(seed)
        while not self.reply.ended and turns and self.reply.ask is not None:
            offered = {choice.id for choice in self.reply.ask.choices}
            if "count" in offered:
                answer = Answer(choice="count" if says_yes else "ok")
            elif "adult" in offered:
                answer = Answer(choice="adult")
            else:
                answer = steady(self.reply.ask, random, rating=random.randrange(11), text=CANARY)
            self.say(answer, heard_for(answer))
            turns -= 1
        return self


def own_names(script: Script) -> set[str]:
    """Give every name that a fact could be made of."""
    chosen = [f"chose/{n}/{value}" for n in CHOSEN for value in script.variables[n].ids]
    numbers = [f"{kind}/{n}" for kind in ("before", "after") for n in range(11)]
    steps = [
        f"{kind}/{step}"
        for step in script.steps
        for kind in ("reached", "went", "skipped", "returned")
    ]
    rules = [f"watch/{rule.id}" for rules in script.watch.values() for rule in rules]
    commands = [f"command/{name}" for name in ("help", "stop", "pause", "toomuch")]
    stages = [f"stage/{stage}" for stage in script.stages]
    return {"talk", "ended", "off", *chosen, *numbers, *steps, *rules, *commands, *stages}


@pytest.mark.parametrize("seed", range(12))
def test_a_fact_is_a_name_of_ours_and_told_once(script: Script, seed: int) -> None:
    """Whatever is answered and typed: no word, no id of a crisis flow, and nothing twice."""
    visitor = Visitor(script).walk(seed, 120, says_yes=True)
    assert set(visitor.told) <= own_names(script)
    assert max(Counter(visitor.told).values(), default=1) == 1
    crisis = {f"stage/{stage.id}" for stage in script.stages.values() if stage.is_safety}
    assert not crisis & visitor.possible
    if visitor.told:
        assert set(visitor.told) == visitor.possible


def test_nothing_is_told_without_a_yes(script: Script) -> None:
    """A whole talk of somebody who didn't say so adds no fact."""
    for seed in range(4):
        assert Visitor(script).walk(seed, 120, says_yes=False).told == []


def test_a_yes_that_is_taken_back_ends_it(script: Script) -> None:
    """What was told stays told, and nothing is added."""
    visitor = Visitor(script)
    for choice in ("start", "adult", "GB", "yes"):
        visitor.say(Answer(choice=choice))
    assert visitor.told == []
    visitor.say(Answer(choice="count"))
    told = list(visitor.told)
    assert {"talk", "reached/welcome.hello", "went/welcome.privacy"} <= set(told)
    visitor.do("back")
    visitor.say(Answer(choice="ok"))
    visitor.say(Answer(choices=("none",)))
    assert visitor.told == told
    assert "went/welcome.fit" in visitor.possible


def test_what_is_done_at_a_step_is_told_apart(script: Script) -> None:
    """Going on, skipping, coming back, and “too much”, each by the step where it was."""
    visitor = Visitor(script)
    for choice in ("start", "adult", "GB", "yes", "count"):
        visitor.say(Answer(choice=choice))
    visitor.say(Answer(choices=("none",)))
    visitor.say(Answer(rating=5))
    visitor.do("skip")
    place = visitor.session.step if visitor.session else ""
    visitor.do("return", wait=3_600_000)
    visitor.do("toomuch")
    told = set(visitor.told)
    assert {"before/5", "went/safety.rate", f"returned/{place}", "command/toomuch"} <= told
    assert [fact for fact in told if fact.startswith("skipped/safety.")]
    assert not {"skipped/safety.rate", "after/5", "ended"} & told


def test_danger_is_not_told_as_going_on(script: Script) -> None:
    """A step at which danger was heard looks like one at which somebody left."""
    visitor = Visitor(script)
    for choice in ("start", "adult", "GB", "yes", "count"):
        visitor.say(Answer(choice=choice))
    grave = Heard(risk=Risk("act", "suicide", "test"))
    visitor.say(Answer(text="something grave"), grave)
    assert "reached/welcome.fit" in visitor.told
    assert "went/welcome.fit" not in visitor.possible
