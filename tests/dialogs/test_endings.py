"""Whatever a person keeps choosing, there is an ending; and nobody is held in a circle."""

from pathlib import Path
from random import Random

import pytest

from bot.loader import load_dialog
from bot.script import Script
from bot.values import Answer, Ask, Heard, Risk
from tests.conftest import ROOT, Talk
from tests.walkers import steady

DIALOGS: Path = ROOT / "dialogs"
MOST = 150  # acts; a whole talk has about thirty


@pytest.fixture(scope="module")
def anxiety() -> Script:
    """The shipped dialogue."""
    return load_dialog(DIALOGS / "anxiety", DIALOGS / "safety")


def stubborn(habit: str, ask: Ask, random: Random, rating: int) -> Answer:
    """Answer as somebody who always takes the first, the second or the last choice."""
    if ask.kind != "choice" or habit == "any":
        return steady(ask, random, rating=rating)
    index = {"first": 0, "second": min(1, len(ask.choices) - 1), "last": -1}[habit]
    return Answer(choice=ask.choices[index].id)


def led(talk: Talk, habit: str, rating: int, seed: int) -> Talk:
    """Lead a talk until it ends or goes on too long."""
    random, acts = Random(seed), 0
    while not talk.reply.ended and acts < MOST:
        acts += 1
        assert talk.reply.ask is not None
        talk.say(stubborn(habit, talk.reply.ask, random, rating))
    return talk


@pytest.mark.parametrize("habit", ["first", "second", "last", "any"])
@pytest.mark.parametrize("rating", [0, 2, 5, 7, 8, 10])
def test_a_stubborn_person_comes_to_an_end(anxiety: Script, habit: str, rating: int) -> None:
    """First, second or last choice for ever, at any number: the talk ends."""
    for seed in range(3):
        talk = led(Talk(anxiety, seed=seed).begin(region="GB"), habit, rating, seed)
        assert talk.reply.ended, [reply.step for reply in talk.replies[-8:]]


@pytest.mark.parametrize("habit", ["first", "second", "last", "any"])
def test_a_stubborn_person_in_danger_comes_to_an_end(anxiety: Script, habit: str) -> None:
    """No crisis flow holds anybody: each kind and tier ends when the person wants it to."""
    for category, tier in anxiety.risk:
        talk = Talk(anxiety, seed=3).begin(region="GB")
        talk.pick("start")
        talk.type("…", risk=Risk(tier, category, "r"))  # type: ignore[arg-type]
        led(talk, habit, 8, 3)
        assert talk.reply.ended, (category, tier, [reply.step for reply in talk.replies[-8:]])


@pytest.mark.parametrize("heard", [Heard(), Heard(answer="unsure"), Heard(empty=True)])
def test_words_that_say_little_come_to_an_end(anxiety: Script, heard: Heard) -> None:
    """“fine”, “idk” and nothing at all lead through the talk, not round it."""
    talk, acts = Talk(anxiety, seed=5).begin(), 0
    while not talk.reply.ended and acts < MOST:
        acts += 1
        talk.say(Answer(text="" if heard.empty else "fine"), heard)
    assert talk.reply.ended
