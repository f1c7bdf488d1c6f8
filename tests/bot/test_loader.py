"""Scripts load, or say everything that is wrong with them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bundle import read_folder
from bot.errors import Finding, ScriptError
from bot.loader import load_bundle, load_dialog
from bot.script import Script
from tests.conftest import DATA

SAFETY = DATA / "walk_safety"
Folder = Callable[[dict[str, str]], Path]


def changed(file: str, old: str, new: str) -> dict[str, str]:
    """Give one file of the small script with a piece of text replaced."""
    text = (DATA / "walk" / file).read_text()
    assert old in text
    return {file: text.replace(old, new)}


def findings(folder: Path) -> tuple[Finding, ...]:
    """Load a broken script and give what is wrong."""
    with pytest.raises(ScriptError) as caught:
        load_dialog(folder, SAFETY)
    return caught.value.findings


def place(file: str, text: str, inside: str) -> tuple[int, int]:
    """Find where something stands in a text: line and column, from 1."""
    before = text[: text.index(inside)]
    assert file
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def test_the_small_script_loads(walk: Script) -> None:
    """Every step is a state of one machine, and knows its stage."""
    assert set(walk.machine.states) == set(walk.steps)
    assert walk.steps["ground.look"].stage == "ground"
    assert walk.stages["ground"].is_flow
    assert walk.stages["crisis"].is_safety


BROKEN = [
    ("unknown target", "welcome.yaml", "next: effort", "next: efort", "MR052", "efort", "welcome.effort"),
    ("missing start", "script.yaml", "start: welcome.hello\n", "", "MR006", "dialog", "start:"),
    ("unknown start", "script.yaml", "start: welcome.hello", "start: welcome.helo", "MR052", "welcome.helo", "welcome.hello"),
    ("duplicate id", "welcome.yaml", "  feel:\n", "  arrive:\n", "MR002", None, "rename"),
    ("duplicate line id", "approaching.yaml", "id: stayed", "id: otherwise", "MR032", None, "it stands at"),
    ("unreachable step", "approaching.yaml", "next: another", "next: closing.value", "MR080", "another:", "lead a route here"),
    ("no way out", "closing.yaml", "    end: true", "    next: value", "MR081", None, "end: true"),
    ("no last route", "ground.yaml", "      - {return: true}\n", "", "MR066", None, "no `when`"),
    ("bad guard", "approaching.yaml", "when: rounds < 2", "when: rounds <", "MR020", None, "such as"),
    ("guard on an undeclared name", "welcome.yaml", "distress >= 5", "distres >= 5", "MR020", "distres >= 5", "distress"),
    ("guard that is no condition", "welcome.yaml", "distress >= 5", "distress", "MR020", None, ">= 4"),
    ("guard that compares words", "welcome.yaml", "distress >= 5", "topic == 'a'", "MR020", None, "is given"),
    ("guard with an id that never is", "approaching.yaml", "outcome == 'okay'", "outcome == 'fine'", "MR020", None, "write one of"),
    ("wrong type", "approaching.yaml", "seconds: 20, breath", "seconds: long, breath", "MR042", "long, breath", "such as 3"),
    ("wrong kind of variable", "welcome.yaml", "rating: distress,", "rating: topic,", "MR041", "topic, low", "rating"),
    ("misspelt key", "welcome.yaml", "    why: It may", "    whi: It may", "MR003", "whi: It may", "why"),
    ("undefined name in a line", "approaching.yaml", "{{ topic | clause }}", "{{ topik }}", "MR031", None, "topic"),
    ("a tag in a line", "approaching.yaml", "{{ topic | clause }}", "{% if x %}a{% endif %}", "MR031", None, "first:"),
    ("an attribute in a line", "approaching.yaml", "{{ topic | clause }}", "{{ topic.__class__ }}", "MR031", None, "write {{ name }}"),
    ("a call in a guard", "approaching.yaml", "rounds < 2", "range(9)", "MR020", None, "use names"),
    ("empty line", "closing.yaml", "say: Go well.", "say: ''", "MR030", "''", "write what"),
    ("effect on an undeclared name", "approaching.yaml", "set: {rounds:", "set: {round:", "MR021", None, "rounds"),
    ("effect out of the domain", "welcome.yaml", "set: {consent: yes}, say", "set: {pace: fast}, say", "MR021", None, "did you mean|write"),
    ("choice outside its variable", "welcome.yaml", "gentle: {label", "soft: {label", "MR046", "soft:", "usual, gentle"),
    ("not YAML", "closing.yaml", "title: Closing", "title: [Closing", "MR001", None, "indentation"),
    ("said twice", "closing.yaml", "say: Go well.", "say: Here is your story.", "MR033", None, "reword"),
    ("a deck is missing", "script.yaml", "  skip: [", "  skipp: [", "MR016", None, "add wordings"),
    ("a command is missing", "script.yaml", "  stop: {call: stop}\n", "", "MR015", None, "stop"),
    ("routes after the last", "ground.yaml", "{when: distress >= 9, go: care}", "{go: care}", "MR067", None, "last"),
    ("a glue too long", "script.yaml", "glue: What matters to me is", "glue: The one thing that matters to me is", "MR018", None, "five"),
    ("`only` leads into itself", "approaching.yaml", "otherwise: closing.value", "otherwise: another", "MR061", None, "another stage"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "inside", "hint"),
    [row[1:] for row in BROKEN],
    ids=[row[0] for row in BROKEN],
)
def test_a_broken_script_is_refused_with_its_place(
    folder: Folder, file: str, old: str, new: str, code: str, inside: str | None, hint: str
) -> None:
    """Each fault gets file, line, column, what is wrong and what to write."""
    files = changed(file, old, new)
    found = [f for f in findings(folder(files)) if (f.code, f.file) == (code, file)]
    assert found, "the fault was not found"
    finding = found[0]
    assert finding.line >= 1
    assert finding.column >= 1
    if inside is not None:
        assert (finding.line, finding.column) == place(file, files[file], inside)
    assert any(part in str(f) for f in found for part in hint.split("|"))


def test_all_findings_come_at_once(folder: Folder) -> None:
    """An author sees every mistake of all files in one go, in order."""
    files = changed("welcome.yaml", "next: effort", "next: efort")
    files |= changed("closing.yaml", "say: Go well.", "say: ''")
    found = findings(folder(files))
    assert {f.file for f in found} == {"welcome.yaml", "closing.yaml"}
    assert list(found) == sorted(found)


def test_a_missing_folder_is_a_finding(tmp_path: Path) -> None:
    """A wrong path is told as a sentence."""
    with pytest.raises(ScriptError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


def test_a_pinned_bundle_loads_to_the_same_script(walk: Script) -> None:
    """What is kept in the store under its digest is the whole dialogue."""
    bundle = read_folder(DATA / "walk")
    again = load_bundle(bundle, read_folder(SAFETY))
    assert again.digest == walk.digest == bundle.digest
    assert list(again.steps) == list(walk.steps)


def test_the_digest_changes_with_a_word(folder: Folder) -> None:
    """Another wording is another version."""
    other = folder(changed("closing.yaml", "Go well.", "Fare well."))
    assert read_folder(other).digest != read_folder(DATA / "walk").digest


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("{text: Shall we begin?, fixed: true}", "welcome.hello"),
        ("Shall we begin?", None),
        ("{text: Shall we begin?, fixed: true, when: consent}", None),
    ],
)
def test_a_line_that_is_always_the_same_can_ask_twice(
    folder: Folder, line: str, asks: str | None
) -> None:
    """After help the question is said again, with or without an `again:` of its own."""
    text = (DATA / "walk" / "welcome.yaml").read_text()
    first, _, rest = text.partition("    say: ")
    said = f"{first}    say: {line}\n" + rest.partition("\n")[2]
    kept = said.replace('    again: ["Begin?", "So, begin?"]\n', "", 1)
    step = load_dialog(folder({"welcome.yaml": kept}), SAFETY).steps["welcome.hello"]
    assert (step.again.id if step.again else None) == asks
