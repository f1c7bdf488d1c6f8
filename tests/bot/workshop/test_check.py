"""`check` finds what is wrong with whole dialogues, quickly, and nothing where nothing is."""

import json
import re
import time
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.bundle import Bundle, read_folder
from bot.errors import ConfigError, Finding
from bot.loading.tree import Findings, read_tree
from bot.workshop.check import check, check_path, subjects
from bot.workshop.library import PACKAGED
from bot.workshop.lints.manuscript import read_manuscript
from bot.workshop.lints.reading import count_words, grade
from bot.workshop.lints.words import FEWEST, NUMBER
from tests.bot.workshop.examples import TODAY, built, write
from tests.bot.workshop.valid import plain

OURS = read_folder(PACKAGED / "anxiety")
SAFETY = read_folder(PACKAGED / "safety")
DAY = date(2026, 11, 30)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with one sound dialogue and its safety."""
    return write(built({}), tmp_path)


def test_our_own_dialogues_have_no_error() -> None:
    """What we ship passes its own check."""
    errors = [finding for finding in check_path(PACKAGED, DAY) if finding.severity == "error"]
    assert errors == []


def test_a_check_is_done_before_an_author_looks_up() -> None:
    """A second at most; CPU time, with half as much again for cores that are shared."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        check(OURS, SAFETY, DAY)
        spent.append(time.process_time() - began)
    assert min(spent) < 1.5


NEXT = r"(?m)^    next: (\w+)$"
WHY = r"(?m)^    why: .*$"
SAY = r"(?m)^    say:(?: .*\n|\n(?:      .*\n)+)"
AGAIN = r"(?m)^    again:(?: .*\n|\n(?:      .*\n)+)"
CHIPS = r"(?m)^      chips:\n(?:        .*\n)+"
LONG = "This is one more part of a very long turn. " * 6

PLANTED = [
    ("a target misspelt", "values.yaml", NEXT, r"    next: \1x", "MR052"),
    ("an answer never given", "values.yaml", NEXT, r"    next: [{when: answer == 'tea', go: \1}, {go: \1}]", "MR123"),
    ("a guard that can't hold", "script.yaml", "when: distress is high", "when: distress is high and distress < 3", "MR130"),
    ("a guard that always holds", "script.yaml", "or rises == 2", "or rises >= 0", "MR131"),
    ("a route that is covered", "values.yaml", NEXT, r"    next: [{when: rounds < 3, go: \1}, {when: rounds < 2, go: \1}, {go: \1}]", "MR132"),
    ("a band gap", "script.yaml", r"window: \[3, 6\]", "window: [4, 6]", "MR127"),
    ("bands overlap", "script.yaml", r"high: \[7, 8\]", "high: [6, 8]", "MR126"),
    ("a deck cut short", "script.yaml", r"(?m)(^  skip:\n)(?:    - .*\n)+", r"\1    - Skipped.\n", "MR167"),
    ("a command is gone", "script.yaml", r"  pause: \{call.*\n", "", "MR015"),
    ("help without a card", "script.yaml", r"  help: \{call: help\}", "  help: {call: pause}", "MR114"),
    ("an unknown part", "script.yaml", r"parts: \[safety,", "parts: [safty,", "MR119"),
    ("an unused variable", "script.yaml", r"(?m)^  topic: words", "  sugar: flag\n  topic: words", "MR133"),
    ("a part without doing", "values.yaml", r"does: \[.*\]", "does: [feel]", "MR103"),
    ("text demanded", "values.yaml", CHIPS, "", "MR104"),
    ("two labels alike", "values.yaml", CHIPS, "      chips: {a: Same, b: Same}\n", "MR140"),
    ("no why", "values.yaml", WHY + r"\n", "", "MR101"),
    ("no purpose", "values.yaml", r"(?m)^    purpose: .*\n", "", "MR100"),
    ("no second time", "values.yaml", AGAIN, "", "MR102"),
    ("an exclamation mark", "values.yaml", WHY, "    why: It is yours!", "MR163"),
    ("a claim to understand", "values.yaml", WHY, "    why: I understand you.", "MR164"),
    ("praise", "values.yaml", WHY, "    why: You are so brave.", "MR164"),
    ("a promise of secrecy", "values.yaml", WHY, "    why: This stays between us.", "MR164"),
    ("a question that pulls for no", "values.yaml", WHY, "    why: You're not giving up, are you?", "MR165"),
    ("hard words", "values.yaml", WHY, "    why: Individual significance necessarily originates internally, invariably.", "MR161"),
    ("two questions", "values.yaml", SAY, "    say: What matters? Which of these?\n", "MR107"),
    ("three bubbles", "values.yaml", SAY, "    say: [One bubble., Two bubbles., Three bubbles.]\n", "MR108"),
    ("too many words", "values.yaml", SAY, f"    say: {LONG}\n", "MR109"),
    ("a number in a line", "values.yaml", WHY, "    why: Call 116123 for more.", "MR168"),
    ("an address in a line", "values.yaml", WHY, "    why: It stands on example.org too.", "MR169"),
    ("shouting", "values.yaml", WHY, "    why: It is YOURS.", "MR170"),
    ("a picture", "values.yaml", WHY, "    why: It is yours ☀.", "MR171"),
    ("wordings alike", "values.yaml", AGAIN, "    again: [Which of these is it?, Which of these now?]\n", "MR166"),
    ("said twice", "values.yaml", AGAIN, "    again: [Which is it?, Which is it?]\n", "MR033"),
    ("said twice but for a comma", "values.yaml", AGAIN, "    again: [Now which is it?, 'Now, which is it?']\n", "MR172"),
    ("more cards than there are", "values.yaml", r"pick: \d+", "pick: 300", "MR146"),
    ("a variable shown too soon", "welcome.yaml", SAY, '    say: "Hello, {{ exception | clause }}."\n', "MR151"),
    ("a flag shown", "values.yaml", SAY, '    say: "Hello, {{ numb }}."\n', "MR135"),
    ("all of a text shown", "values.yaml", r"\{\{ value_words \| clause \}\}", "{{ value_words }}", "MR152"),
    ("a scale without words", "safety.yaml", r", low: [^,]*, high: [^,}]*", "", "MR145"),
    ("no way to say too much", "mindfulness.yaml", r", toomuch: [^}]*", "", "MR148"),
    ("a frame too short", "mindfulness.yaml", r"seconds: \d+", "seconds: 1", "MR149"),
    ("a misspelt key", "values.yaml", r"(?m)^    unsure:", "    unsur:", "MR003"),
    ("a skip that stays", "values.yaml", r"(?m)^    (ask:.*cards.*)$", r"    \1\n    skip: again", "MR117"),
]  # fmt: skip


def test_there_are_thirty_planted_faults() -> None:
    """Enough different ones to say that the check finds faults in a real dialogue."""
    assert len(PLANTED) >= 30


@cache
def _found_in_ours() -> frozenset[Finding]:
    return frozenset(check(OURS, SAFETY, DAY))


@pytest.mark.parametrize(
    ("file", "old", "new", "code"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_fault_is_found(file: str, old: str, new: str, code: str) -> None:
    """One slip in our own dialogue is told, in the file it was made in."""
    count = 0 if code == "MR103" else 1
    text, changed = re.subn(old, new, OURS.files[file], count=count)
    assert changed, "our dialogue has changed: plant the fault in another place"
    found = check(Bundle({**OURS.files, file: text}), SAFETY, DAY)
    new_ones = {finding for finding in found if finding.file == file} - _found_in_ours()
    assert code in {finding.code for finding in new_ones}


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


def test_a_dialogue_may_have_a_stage_called_safety(here: Path) -> None:
    """Ours has one: its `safety.yaml` doesn't make the folder that of the shared flows."""
    (here / "tea" / "safety.yaml").write_text("stage: safety\n")
    (subject,) = subjects(here / "tea")
    assert (subject.folder, subject.safety) == (here / "tea", here / "safety")
    found = check_path(here / "tea", TODAY)
    assert {(Path(f.file).name, f.code) for f in found} == {("safety.yaml", "MR005")}


@pytest.mark.parametrize("place", ["tea/replays", "nowhere"])
def test_where_no_dialogue_is_the_sentence_says_so(here: Path, place: str) -> None:
    """A wrong path is told as such, not as “all is well”."""
    with pytest.raises(ConfigError, match="no dialogue"):
        check_path(here / place, TODAY)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of everything in a value."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


NONSENSE = (None, "x", 3, [], {}, ["a"], {"a": "b"}, {"when": "yes"})
HOSTILE = {
    "cup.yaml": plain(read_tree("cup.yaml", built({}).bundle.files["cup.yaml"], Findings())),
    "safety.yaml": plain(
        read_tree("safety.yaml", built({}).safety.files["safety.yaml"], Findings())
    ),
}


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
@pytest.mark.parametrize("file", sorted(HOSTILE))
def test_nonsense_anywhere_is_found_and_never_a_crash(file: str, nonsense: object) -> None:
    """Whatever stands wherever in a file, the author gets findings and no traceback."""
    sound, whole = built({}), HOSTILE[file]
    for path in list(places(whole))[:: 3 if file == "cup.yaml" else 1]:
        odd = deepcopy(whole)
        inner = odd
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = nonsense
        text = json.dumps(odd)
        own = {file: text} if file == "cup.yaml" else {}
        shared = {file: text} if file == "safety.yaml" else {}
        found = check(
            Bundle({**sound.bundle.files, **own}), Bundle({**sound.safety.files, **shared}), TODAY
        )
        assert all(finding.line >= 1 and finding.hint for finding in found)


def test_words_are_checked_even_where_the_script_does_not_load() -> None:
    """An author sees a lost step and an exclamation mark in one go."""
    both = built({"steps": "sample:\n  say: How was it!\n  next: lost\n"})
    assert {finding.code for finding in both.findings()} == {"MR052", "MR163"}


def test_a_fuzzy_line_of_safety_is_an_error() -> None:
    """What is said in a crisis is never left to a translation that nobody is sure of."""
    entry = '#, fuzzy\nmsgctxt "near.bye/1"\nmsgid "Take care."\nmsgstr "Gib auf dich acht."\n'
    sound = built({})
    found = check(sound.bundle, Bundle({**sound.safety.files, "locale/de/lines.po": entry}), TODAY)
    assert [f.severity for f in found if f.code == "MR181"] == ["error"]


@pytest.mark.parametrize(
    ("text", "is_number"),
    [
        ("Fewer than 2 in 100 calls end so.", False),
        ("Call 988 now.", True),
        ("Call 0800 123 456.", True),
        ("In 100 days it looks different.", True),
    ],
)
def test_what_could_be_dialled_is_a_number(text: str, is_number: bool) -> None:
    """A share isn't taken for a help line's number."""
    assert bool(NUMBER.search(text)) is is_number


NEAR = built({}).safety.files["near.yaml"]


def test_a_crisis_may_answer_before_it_asks() -> None:
    """Three bubbles there, two elsewhere, and no warning of a line more than that."""
    for said, is_found in (("[A., B.]", False), ("[A., B., C.]", True)):  # and one that asks
        text = re.sub(r"(?m)^    say: .*$", f"    say: {said}", NEAR, count=1)
        found = check(
            built({}).bundle, Bundle({**built({}).safety.files, "near.yaml": text}), TODAY
        )
        assert ("MR108" in {finding.code for finding in found}) is is_found
    three = built({"steps": "sample:\n  say: [A., B., C.]\n"}).findings()
    assert "MR108" in {finding.code for finding in three}


def test_our_words_are_plain_and_few() -> None:
    """Nineteen lines in twenty read at grade 6 or below; see the measures of our content."""
    script = read_manuscript(OURS, SAFETY)
    said = [spoken.text for spoken in script.spoken if spoken.part == "say"]
    grades = sorted(grade(text) for text in said if count_words(text) >= FEWEST)
    assert grades[len(grades) * 95 // 100] <= 6


def test_a_missing_line_of_safety_is_an_error_in_every_language_there_is() -> None:
    """Several catalogues of a language count as one; what none of them has is told once."""
    one = 'msgctxt "near.bye/1"\nmsgid "Take care."\nmsgstr "Gib auf dich acht."\n'
    sound = built({})
    files = {"locale/de/lines.po": one, "locale/de/more.po": 'msgid ""\nmsgstr ""\n'}
    found = check(sound.bundle, Bundle({**sound.safety.files, **files}), TODAY)
    missing = [f for f in found if f.code == "MR180"]
    assert [f.severity for f in missing] == ["error"]
    assert "near.bye" not in missing[0].message
