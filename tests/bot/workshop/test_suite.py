"""Many files at once: found, played, counted, and what they reach."""

import time
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.suite import chat_files, covered, outcomes
from tests.conftest import DATA

TINY = DATA / "dialogs" / "tiny"


def test_files_are_found_once_and_in_order(tmp_path: Path) -> None:
    """A folder and a file in it name the file once."""
    for name in ("b.chat", "a.chat", "c.txt"):
        (tmp_path / name).write_text("")
    found = chat_files([tmp_path / "b.chat", tmp_path])
    assert [file.name for file in found] == ["b.chat", "a.chat"]


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Playing nothing by mistake would look like success."""
    with pytest.raises(ConfigError, match="isn't there"):
        chat_files([tmp_path / "nowhere"])


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """A file that can't be read is an outcome; so is one without its dialogue."""
    (tmp_path / "a.chat").write_text("dialog: tiny\n")
    (tmp_path / "b.chat").write_text("dialog: nowhere\n---\n")
    files = [*chat_files([tmp_path]), *chat_files([TINY])]
    played = list(outcomes(files, Libraries()))
    assert [one.has_passed for one in played] == [False, False, *[True] * 16]
    assert "a.chat:1: nothing separates" in played[0].report()
    assert "b.chat:1: there is no dialogue nowhere" in played[1].report()


def test_the_nearest_dialogue_is_played(tmp_path: Path) -> None:
    """A file is played with the dialogue of its own project, whatever is installed."""
    (tmp_path / "talks").mkdir()
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    (tmp_path / "talks" / "a.chat").write_text("dialog: tiny\n---\nbot: #welcome.hello\n")
    (outcome,) = outcomes(chat_files([tmp_path / "talks"]), Libraries())
    assert outcome.has_passed, outcome.report()


def test_coverage_counts_what_was_reached(tmp_path: Path) -> None:
    """States, choices and lines are counted by id, and the rest is named."""
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    (tmp_path / "a.chat").write_text("dialog: tiny\n---\nyou: [Not now]\n")
    (tmp_path / "b.chat").write_text("dialog: tiny\n---\nyou: yes\n")
    (cover,) = covered(outcomes(chat_files([tmp_path]), Libraries()))
    assert cover.dialog == "tiny"
    assert cover.states.reached >= {"welcome.hello", "welcome.strength", "closing.end"}
    assert len(cover.states.all) == 21
    assert cover.choices.reached & cover.choices.all == {
        "welcome.hello.later",
        "welcome.hello.go",  # a typed yes names the choice as a tap does
    }
    assert "welcome.hello.later" not in cover.lines.missed
    assert "welcome.hello.why" in cover.lines.missed
    assert str(cover.lines).startswith("4 of ")


def test_a_thousand_replays_take_three_seconds() -> None:
    """CPU time on one core, with half as much again for cores that are shared."""
    files, libraries = chat_files([PACKAGED / "anxiety" / "replays"])[:40], Libraries()
    list(outcomes(files[:1], libraries))  # loads the dialogue and the word lists
    spent = []
    for _ in range(3):
        began = time.process_time()
        count = len(list(outcomes(files, libraries)))
        spent.append((time.process_time() - began) / count)
    assert min(spent) < 1.5 * 3 / 1000
