"""The ten kinds of broken script: each is refused with file, line, column and what to write."""

import shutil
from pathlib import Path

import pytest

from bot.errors import ScriptError
from bot.loader import load_dialog
from bot.workshop.check import check_path
from tests.bot.workshop.examples import TODAY
from tests.conftest import DATA

KINDS = [
    ("unknown target", "welcome.yaml", "next: effort", "next: efort", "14:11", "MR052", "“welcome.effort”?"),
    ("missing start", "script.yaml", "start: welcome.hello\n", "", "1:1", "MR006", "start: stage.step"),
    ("duplicate id", "welcome.yaml", "  feel:\n", "  arrive:\n", "34:3", "MR002", "rename or remove"),
    ("unreachable", "approaching.yaml", "next: another", "next: closing.value", "19:3", "MR080", "lead a route here"),
    ("no way out", "closing.yaml", "    end: true", "    next: value", "14:3", "MR081", "`end: true`"),
    ("bad guard", "approaching.yaml", "when: rounds < 2", "when: rounds <", "22:62", "MR020", "distress >= 4 and consent"),
    ("wrong type", "approaching.yaml", "seconds: 20, breath", "seconds: long, breath", "11:86", "MR042", "such as 3"),
    ("misspelt key", "welcome.yaml", "    why: It may", "    whi: It may", "17:5", "MR003", "did you mean “why”?"),
    ("undefined name in a line", "approaching.yaml", "{{ topic | clause }}", "{{ topik }}", "7:10", "MR031", "did you mean “topic”?"),
    ("empty line", "closing.yaml", "say: Go well.", "say: ''", "16:10", "MR030", "write what the guide says"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "code", "hint"),
    [row[1:] for row in KINDS],
    ids=[row[0] for row in KINDS],
)
def test_a_broken_script_is_refused_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, place: str, code: str, hint: str
) -> None:
    """It can't be loaded, and the check tells an author exactly where and how to mend it."""
    folder, safety = tmp_path / "walk", tmp_path / "safety"
    shutil.copytree(DATA / "walk", folder)
    shutil.copytree(DATA / "walk_safety", safety)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new))
    with pytest.raises(ScriptError):
        load_dialog(folder, safety)
    found = [finding for finding in check_path(folder, TODAY) if finding.code == code]
    at = {f"{finding.file}:{finding.line}:{finding.column}": finding for finding in found}
    finding = at[f"{folder / file}:{place}"]
    assert finding.severity == "error"
    assert hint in finding.hint
