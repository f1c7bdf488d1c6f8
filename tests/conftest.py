"""Shared by all tests: where things are, and small real parts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.guide import take_turn
from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.script import Script
from bot.values import NOTHING_HEARD, Answer, Heard, Input, InputKind, Reply, Session, Turn

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"
NINE = 1_772_355_600_000  # 2026-03-01 09:00 UTC
MINUTE = 60_000


@dataclass
class Talk:
    """A talk in memory: acts in, replies out, every input kept for the fold."""

    script: Script
    seed: int = 1
    at: int = NINE
    session: Session | None = None
    inputs: list[Input] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def begin(self, region: str | None = None) -> "Talk":
        self._give(Input(at=self.at, kind="begin", seed=self.seed, region=region))
        return self

    def act(self, kind: InputKind, *, wait: int = 1000, late: bool = False) -> Reply:
        self.at += wait
        return self._give(Input(at=self.at, kind=kind, late=late))

    def say(
        self, answer: Answer, heard: Heard = NOTHING_HEARD, *, wait: int = 1000, late: bool = False
    ) -> Reply:
        self.at += wait
        return self._give(Input(at=self.at, kind="say", answer=answer, heard=heard, late=late))

    def pick(self, choice: str) -> Reply:
        return self.say(Answer(choice=choice))

    def rate(self, number: int) -> Reply:
        return self.say(Answer(rating=number))

    def type(self, text: str, **heard: object) -> Reply:
        return self.say(Answer(text=text), Heard(**heard))  # type: ignore[arg-type]

    @property
    def reply(self) -> Reply:
        return self.replies[-1]

    @property
    def texts(self) -> list[str]:
        return [line.text for reply in self.replies for line in reply.lines]

    def _give(self, given: Input) -> Reply:
        turn = take_turn(self.script, self.session, given)
        self.session = turn.session
        self.inputs.append(given)
        self.replies.append(turn.reply)
        self.turns.append(turn)
        return turn.reply


@pytest.fixture(scope="session")
def script() -> Script:
    """The shipped dialogue, with the safety flows."""
    return load_dialog(ROOT / "dialogs" / "anxiety", ROOT / "dialogs" / "safety")


@pytest.fixture(scope="session")
def ear() -> Ear:
    """What hears people, with the shipped word lists."""
    return Ear.load(ROOT / "dialogs")


@pytest.fixture(scope="session")
def walk() -> Script:
    """A small script that has every kind of thing in it."""
    return load_dialog(DATA / "walk", DATA / "walk_safety")


@pytest.fixture
def talk(walk: Script) -> Talk:
    """A talk of the small script that has just begun."""
    return Talk(walk).begin()


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Make a copy of the small script with some files written anew."""

    def make(files: dict[str, str]) -> Path:
        for file in (DATA / "walk").glob("*.yaml"):
            (tmp_path / file.name).write_text(file.read_text())
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        return tmp_path

    return make
