"""The tiny dialogue, and a way to play a few lines of it."""

from collections.abc import Callable

import pytest

from bot.workshop.chat import each_way
from bot.workshop.chatfile import read_chat
from bot.workshop.library import Library
from bot.workshop.replay import Result, play
from tests.conftest import DATA


@pytest.fixture(scope="session")
def library() -> Library:
    """The folder of the tiny dialogue."""
    return Library(DATA / "dialogs")


@pytest.fixture
def played(library: Library) -> Callable[..., Result]:
    """Play the talk of a `.chat` file whose head needs no more than the dialogue."""

    def play_text(talk: str, head: str = "", *, to_end: bool = False) -> Result:
        chat = read_chat(f"dialog: tiny\n{head}---\n{talk}", "some.chat")
        (way,) = each_way(chat)
        return play(way, library.script("tiny"), library.ear, to_end=to_end)

    return play_text
