"""The page about `.chat` files says nothing that doesn't work."""

import re
from collections.abc import Callable

import pytest

from bot.errors import ReplayError
from bot.workshop.acts import COMMAND_LABELS, Typed
from bot.workshop.chat import each_way
from bot.workshop.chatfile import FIELDS, read_chat
from bot.workshop.library import Library
from bot.workshop.replay import Result, play
from bot.workshop.wants import UNITS
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "chat-files.md").read_text()
EXAMPLES = re.findall(r"```chat\n(.*?)```", PAGE, re.DOTALL)
HEAD = "dialog: tiny\n---\n"


def spans(heading: str) -> list[str]:
    """Give the code in the first column of the table under a heading."""
    section = PAGE.split(f"## {heading}")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?`) \| ", section, re.MULTILINE)
    return [span.replace(r"\|", "|") for row in rows for span in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_plays(example: str, library: Library) -> None:
    """Each whole example passes, each of its ways."""
    for way in each_way(read_chat(example)):
        result = play(way, library.script("tiny"), library.ear)
        assert result.has_passed, result.report()


@pytest.mark.parametrize("field", spans("The head"))
def test_every_field_is_read(field: str) -> None:
    """Each row of the table about the head can be written."""
    name = field.partition(":")[0]
    other = "" if name == "dialog" else "dialog: tiny\n"
    read_chat(f"{other}{field}\n---\n")


def test_every_field_is_described() -> None:
    """No field is left out of the table."""
    assert {field.partition(":")[0] for field in spans("The head")} == set(FIELDS)


@pytest.mark.parametrize("act", spans("What you do"))
def test_every_act_is_read(act: str) -> None:
    """Each row of the table about acts can be written, and isn't taken for typed words."""
    chat = read_chat(f"{HEAD}you: {act.removeprefix('you: ')}\n")
    assert chat.exchanges[1].acts
    is_typed = [isinstance(one, Typed) for one in chat.exchanges[1].acts]
    assert not any(is_typed) or act.removeprefix("you: ")[0] not in "[(<"


def test_every_command_is_described() -> None:
    """All commands stand in the table."""
    labels = {span.strip("[]") for span in spans("What you do")}
    assert set(COMMAND_LABELS) - {"toomuch", "help"} <= labels
    assert "you: [help" in labels


@pytest.mark.parametrize("line", spans("What you expect"))
def test_every_expectation_is_read(line: str) -> None:
    """Each row of the table about expectations can be written, and expects something."""
    assert read_chat(f"{HEAD}bot: ...\n{line}\n").exchanges[0].wants


def test_every_unit_of_time_is_described() -> None:
    """The units are the ones that can be written."""
    section = PAGE.split("## Time")[1].split("\n## ")[0]
    assert all(f"{unit}s" in section for unit in UNITS)


def test_the_failure_looks_as_shown(played: Callable[..., Result]) -> None:
    """The report on the page is what a failure prints."""
    shown = PAGE.split("replays/first.chat:14: ")[1].split("```")[0].splitlines()
    report = played('you: [Yes, a little]\nbot: "how weak"\n').report().splitlines()
    assert [line.removeprefix("some.chat:4: ") for line in report[:4]] == shown[:4]
    assert report[-4:-1] == shown[4:7]
    assert "what chose the way:" in shown
    assert any(line.startswith("  no      rule W1: strength is high  (") for line in shown)


def test_what_is_not_described_is_refused() -> None:
    """A word that the page doesn't know is an error."""
    with pytest.raises(ReplayError):
        read_chat(f"{HEAD}expect: something\n")
