"""What conversations reach: everything is counted by its id, and found in its file."""

from pathlib import Path

import pytest

from bot.loader import load_dialog
from bot.workshop.coverage import Coverage, coverage
from bot.workshop.lcov import lcov, missing
from bot.workshop.library import Libraries, Library
from bot.workshop.places import places
from bot.workshop.remade import Remaker
from bot.workshop.replay import Result
from bot.workshop.suite import chat_files, covered, outcomes
from tests.conftest import DATA

TINY = DATA / "dialogs" / "tiny"


@pytest.fixture(scope="module")
def whole() -> Coverage:
    """What all ways through one conversation reach."""
    (found,) = covered(outcomes(chat_files([TINY]), Libraries()))
    return found


def results_of(folder: Path, talk: str) -> list[Result]:
    (folder / "dialogs").symlink_to(DATA / "dialogs")
    (folder / "a.chat").write_text(f"dialog: tiny\n{talk}")
    return [one.result for one in outcomes([folder / "a.chat"], Libraries()) if one.result]


def test_every_kind_has_a_share(whole: Coverage) -> None:
    """States, transitions, guards, choices, lines, wordings, commands: some of each is reached."""
    shares = dict(whole.shares())
    assert list(shares) == [
        "states", "transitions", "guards", "choices", "lines", "wordings", "commands",
    ]  # fmt: skip
    for name, share in shares.items():
        assert share.all, name
        assert share.reached <= share.all, name
    assert whole.states.reached


def test_a_guard_counts_both_ways(library: Library, tmp_path: Path) -> None:
    """A guard that was only ever true is half reached."""
    script = library.script("tiny")
    found = coverage(script, results_of(tmp_path, "---\nyou: [Yes, a little]\nyou: (9)\n"))
    assert "rule W1 yes" in found.guards.reached
    assert "rule W1 no" in found.guards.missed


@pytest.mark.parametrize(
    ("talk", "kind", "name"),
    [
        ("---\nyou: [/help]\n", "commands", "help at welcome.hello"),
        ("---\nyou: go back\n", "commands", "back at welcome.hello"),
        ("---\nyou: [/help]\n", "transitions", "command.help"),
        ("---\nyou: [Yes, a little]\nyou: (9)\n", "transitions", "watch.W1"),
        ("---\nyou: [Not now]\n", "choices", "welcome.hello.later"),
        ("---\nyou: [Not now]\n", "lines", "welcome.hello.later"),
        ("given: at welcome.name\n---\nyou: [Fog]\n", "states", "welcome.name"),
    ],
)
def test_what_is_done_counts(
    library: Library, tmp_path: Path, talk: str, kind: str, name: str
) -> None:
    """Pressed or typed, from the beginning or from the middle."""
    found = coverage(library.script("tiny"), results_of(tmp_path, talk))
    assert name in dict(found.shares())[kind].reached


def test_a_remade_script_is_the_same_script(whole: Coverage) -> None:
    """Putting every guard and effect into other hands leaves the talk as it is."""
    script = load_dialog(TINY, DATA / "dialogs" / "safety")
    guards, effects = set[str](), set[str]()
    remaker = Remaker(
        guard=lambda place, guard: guards.add(place) or guard,  # type: ignore[func-returns-value]
        effect=lambda place, effect: effects.add(place) or effect,  # type: ignore[func-returns-value]
    )
    made = remaker.script(script)
    assert made.steps == script.steps
    assert {f"{guard} yes" for guard in guards} <= whole.guards.all
    assert "rule W1" in guards
    assert effects


def test_everything_has_a_place(library: Library, whole: Coverage) -> None:
    """Steps, routes, choices, lines and guards are found in their files, with the guard."""
    where = places(library.manuscript("tiny"))
    assert {f"state {one}" for one in whole.states.all} <= where.keys()
    assert {f"choice {one}" for one in whole.choices.all} <= where.keys()
    assert {f"line {one}" for one in whole.lines.all} <= where.keys()
    assert {one.rpartition(" ")[0] for one in whole.guards.all} <= where.keys()
    assert where["rule W1"].when == "strength is high"
    text = (TINY / where["state welcome.name"].file).read_text().splitlines()
    assert text[where["state welcome.name"].line - 1].strip() == "name:"


def test_what_is_missing_comes_in_the_order_of_the_files(library: Library, whole: Coverage) -> None:
    """File, line, and what it is."""
    found = missing(whole, places(library.manuscript("tiny")))
    where = [(place.file, place.line) for place, _ in found]
    assert where == sorted(where)
    assert all(
        what.split()[0] in {"state", "route", "choice", "line", "guard"} for _, what in found
    )


def test_a_tracefile_counts_what_it_lists(library: Library, whole: Coverage) -> None:
    """Each record's sums are those of its lines and branches."""
    text = lcov(whole, places(library.manuscript("tiny")), lambda name: f"here/{name}")
    records = text.split("end_of_record\n")[:-1]
    assert len(records) >= 5
    for record in records:
        rows = record.splitlines()
        lines = [row for row in rows if row.startswith("DA:")]
        assert rows[1].startswith("SF:here/")
        assert f"LF:{len(lines)}" in rows
        assert f"LH:{sum(row.endswith(',1') for row in lines)}" in rows
