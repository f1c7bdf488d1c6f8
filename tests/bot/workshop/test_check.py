"""`check` finds what is wrong with whole dialogues, quickly, and nothing where nothing is."""

import time
from datetime import date
from pathlib import Path

import pytest

from bot.bundle import Bundle, read_folder
from bot.errors import ConfigError
from bot.workshop.check import check, check_path, subjects
from bot.workshop.library import PACKAGED
from tests.bot.workshop.examples import TODAY, built, write

OURS = read_folder(PACKAGED / "anxiety")
SAFETY = read_folder(PACKAGED / "safety")
DAY = date(2026, 11, 22)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with one sound dialogue and its safety."""
    return write(built({}), tmp_path)


def test_our_own_dialogues_have_no_error() -> None:
    """What we ship passes its own check."""
    errors = [finding for finding in check_path(PACKAGED, DAY) if finding.severity == "error"]
    assert errors == []


def test_a_check_takes_less_than_a_second() -> None:
    """An author sees the findings on saving. CPU time, so that a busy machine doesn't count."""
    check(OURS, SAFETY, DAY)
    began = time.process_time()
    check(OURS, SAFETY, DAY)
    assert time.process_time() - began < 1.0


PLANTED = [
    ("a target misspelt", "welcome.yaml", "go: region", "go: regoin", "MR052"),
    ("a guard that can't hold", "script.yaml", "when: distress is high", "when: distress is high and distress < 3", "MR130"),
    ("a guard that always holds", "script.yaml", "or rises == 2", "or rises >= 0", "MR131"),
    ("a band gap", "script.yaml", "window: [3, 6]", "window: [4, 6]", "MR127"),
    ("bands overlap", "script.yaml", "high: [7, 8]", "high: [6, 8]", "MR126"),
    ("a deck cut short", "script.yaml", "    - Going back is fine at any point.\n    - One back, nothing lost.\n    - Let's stand here again.\n", "", "MR167"),
    ("a command is gone", "script.yaml", "  pause: {call: pause}\n", "", "MR015"),
    ("no shorter way", "script.yaml", "  skips: {after: 3, call: shorter}\n", "", "MR080"),
    ("a part without doing", "values.yaml", "does: [do]", "does: [feel]", "MR103"),
    ("text demanded", "values.yaml", "      chips:\n        people: {label: Being there for my people, quoted: being there for my people}\n        honest: {label: Doing honest work, quoted: doing honest work}\n        free: {label: Choosing for myself, quoted: choosing for myself}\n        grow: {label: Growing at my own pace, quoted: growing at my own pace}\n", "", "MR104"),
    ("no why", "values.yaml", "    why: The card is ours. The meaning is yours.\n", "", "MR101"),
    ("no purpose", "values.yaml", "    purpose: The value in the person's own words (V4)\n", "", "MR100"),
    ("an exclamation mark", "values.yaml", "    say: Worry often guards something dear.", "    say: Worry often guards something dear!", "MR163"),
    ("a banned phrase", "values.yaml", "The card is ours.", "I understand you.", "MR164"),
    ("praise", "values.yaml", "The card is ours.", "You are so brave.", "MR164"),
    ("a promise of secrecy", "values.yaml", "The card is ours.", "This stays between us.", "MR164"),
    ("a question that pulls for no", "values.yaml", "Who or what would you not want to lose?", "You're not giving up, are you?", "MR165"),
    ("hard words", "values.yaml", "The meaning is yours.", "Individual significance necessarily originates internally.", "MR161"),
    ("too many words", "values.yaml", "say: Worry often guards something dear.", "say: " + "This is one more part of a very long turn that goes on and on. " * 4, "MR109"),
    ("a number in a line", "values.yaml", "The meaning is yours.", "Call 116123 for more.", "MR168"),
    ("an address in a line", "values.yaml", "The meaning is yours.", "It stands on example.org too.", "MR169"),
    ("shouting", "values.yaml", "The meaning is yours.", "The meaning is YOURS.", "MR170"),
    ("a picture", "values.yaml", "The meaning is yours.", "The meaning is yours ☀.", "MR171"),
    ("wordings alike", "values.yaml", "The ones that count for you now.", "Which cards matter to you now?", "MR166"),
    ("said twice", "values.yaml", "The ones that count for you now.", "Which cards matter most, three at most?", "MR033"),
    ("two labels alike", "values.yaml", "label: Doing honest work", "label: Choosing for myself", "MR140"),
    ("more cards than there are", "values.yaml", "pick: 3", "pick: 30", "MR146"),
    ("a variable shown too soon", "welcome.yaml", "say: First, this place is for adults. Are you 18 or over?", "say: After {{ exception | clause }}, are you 18 or over?", "MR151"),
    ("all of a text shown", "values.yaml", "“{{ value_words | clause }}” gives a direction.", "“{{ value_words }}” gives a direction.", "MR152"),
    ("an unused variable", "script.yaml", "  topic: words\n", "  topic: words\n  sugar: flag\n", "MR133"),
    ("a purposeless key", "values.yaml", "    unsure:\n      - Think", "    unsur:\n      - Think", "MR003"),
    ("a skip that stays", "values.yaml", "    ask: {cards: top, deck: values, pick: 3}\n    next: words", "    ask: {cards: top, deck: values, pick: 3}\n    skip: cards\n    next: words", "MR117"),
    ("help without a card", "script.yaml", "  help: {call: help}\n", "  help: {call: pause}\n", "MR114"),
    ("an unknown part", "script.yaml", "parts: [safety,", "parts: [safty,", "MR119"),
]  # fmt: skip


def test_there_are_thirty_planted_faults() -> None:
    """Enough different ones to say that the check finds faults in a real dialogue."""
    assert len(PLANTED) >= 30


@pytest.mark.parametrize(
    ("file", "old", "new", "code"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_fault_is_found(file: str, old: str, new: str, code: str) -> None:
    """One slip in our own dialogue is told, in the file it was made in."""
    text = OURS.files[file]
    assert old in text, "our dialogue has changed: plant the fault in other words"
    broken = Bundle({**OURS.files, file: text.replace(old, new, 1)})
    found = check(broken, SAFETY, DAY)
    assert code in {finding.code for finding in found if finding.file == file or code == "MR080"}


def test_paths_are_those_that_the_author_gave(here: Path) -> None:
    """A finding can be clicked: its path begins with what was asked for."""
    (here / "tea" / "stop.yaml").write_text("flow: stop\n")
    found = check_path(here, TODAY)
    assert str(here / "tea" / "stop.yaml") in {finding.file for finding in found}
    assert all((here / finding.file).is_file() for finding in found)


def test_a_finding_in_safety_is_told_once(here: Path) -> None:
    """Two dialogues that share their safety flows share its findings."""
    (here / "cocoa").mkdir()
    for file in (here / "tea").glob("*.yaml"):
        (here / "cocoa" / file.name).write_text(file.read_text())
    near = here / "safety" / "near.yaml"
    near.write_text(near.read_text().replace("    purpose: Danger now\n", ""))
    assert [(f.file, f.code) for f in check_path(here, TODAY)] == [(str(near), "MR100")]
    assert [(f.file, f.code) for f in check_path(here / "safety", TODAY)] == [(str(near), "MR100")]


def test_one_file_can_be_checked(here: Path) -> None:
    """An editor asks for the findings of the file that was saved."""
    for name in ("cup.yaml", "kettle.yaml"):
        file = here / "tea" / name
        file.write_text(re_purposed(file.read_text()))
    found = check_path(here / "tea" / "cup.yaml", TODAY)
    assert {Path(finding.file).name for finding in found} == {"cup.yaml"}
    assert {Path(finding.file).name for finding in check_path(here / "tea", TODAY)} == {
        "cup.yaml",
        "kettle.yaml",
    }


def re_purposed(text: str) -> str:
    """Take every purpose out of a stage file."""
    return "".join(line for line in text.splitlines(keepends=True) if "purpose:" not in line)


def test_safety_comes_from_us_where_a_project_has_none(here: Path) -> None:
    """A folder without safety flows is checked with those that it will be served with."""
    for file in (here / "safety").iterdir():
        file.unlink()
    assert [subject.safety for subject in subjects(here)] == [PACKAGED / "safety"]


@pytest.mark.parametrize("place", ["tea/replays", "nowhere"])
def test_where_no_dialogue_is_the_sentence_says_so(here: Path, place: str) -> None:
    """A wrong path is told as such, not as “all is well”."""
    with pytest.raises(ConfigError, match="no dialogue"):
        check_path(here / place, TODAY)
