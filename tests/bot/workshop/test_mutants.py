"""Faults put into a script: tests that look catch them, tests that don't let them live."""

from pathlib import Path

import pytest

from bot.script import Script
from bot.workshop.library import Libraries, Library
from bot.workshop.mutants import Caught, Mutation
from bot.workshop.places import places
from bot.workshop.replay import Result, play
from bot.workshop.suite import outcomes
from bot.workshop.thresholds import lowered
from tests.conftest import DATA

LOOKING = """dialog: tiny
---
bot: #welcome.hello
you: [Yes, a little]
now at welcome.strength
you: (4)
now at welcome.name, strength = 4
"""
BLIND = "dialog: tiny\n---\nyou: [Yes, a little]\nyou: (4)\n"


def caught(folder: Path, library: Library, text: str) -> list[Caught]:
    (folder / "dialogs").symlink_to(DATA / "dialogs")
    (folder / "a.chat").write_text(text)
    results = [one.result for one in outcomes([folder / "a.chat"], Libraries()) if one.result]
    mutation = Mutation(library.script("tiny"), places(library.manuscript("tiny")))

    def passes(result: Result, script: Script) -> bool:
        return play(result.chat, script, library.ear).has_passed

    return list(mutation.run(results, passes))


def test_each_kind_of_fault_is_made(library: Library, tmp_path: Path) -> None:
    """Guards turned round, limits lowered, routes redirected, effects dropped."""
    found = caught(tmp_path, library, BLIND)
    assert {one.mutant.kind for one in found} == {"flip", "lower", "redirect", "drop"}


def test_a_test_that_looks_catches_what_it_comes_by(library: Library, tmp_path: Path) -> None:
    """A redirected route and a guard turned round change what is expected."""
    found = {
        (one.mutant.kind, one.mutant.place): one.by for one in caught(tmp_path, library, LOOKING)
    }
    assert found["redirect", "route welcome.hello.go"].endswith("a.chat")
    assert found["flip", "rule W1"].endswith("a.chat")
    assert found["redirect", "route closing.story.next1"] == ""


def test_a_test_that_expects_nothing_catches_next_to_nothing(
    library: Library, tmp_path: Path
) -> None:
    """Only what makes an act impossible is noticed."""
    count = sum(bool(one.by) for one in caught(tmp_path, library, BLIND))
    assert count <= 6


def test_the_script_is_whole_again_afterwards(library: Library, tmp_path: Path) -> None:
    """One fault at a time: after each, everything is as it was."""
    mutation = Mutation(library.script("tiny"), places(library.manuscript("tiny")))
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    (tmp_path / "a.chat").write_text(LOOKING)
    (outcome,) = outcomes([tmp_path / "a.chat"], Libraries())
    assert outcome.result is not None
    chat = outcome.result.chat
    list(mutation.run([outcome.result], lambda r, s: play(r.chat, s, library.ear).has_passed))
    assert play(chat, mutation.script, library.ear).has_passed


@pytest.mark.parametrize(
    ("source", "less"),
    [
        ("distress >= 4", "distress >= 3"),
        ("a and rounds<2 or b > 5", "a and rounds<1 or b > 5"),
        ("distress >= 0", None),
        ("consent", None),
        ("pace == 'gentle'", None),
    ],
)
def test_the_first_limit_is_lowered(source: str, less: str | None) -> None:
    """By one; what has no limit stays."""
    assert lowered(source) == less
