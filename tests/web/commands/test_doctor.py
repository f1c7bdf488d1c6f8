"""The doctor: help lines that nobody looked at are found in time."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.helplines import HelpLines
from web.commands.doctor import DIALOGS, doctor, old_records

FILE = DIALOGS / "safety" / "helplines.yaml"


@pytest.fixture(scope="module")
def lines() -> HelpLines:
    return HelpLines.load(FILE)


@pytest.mark.parametrize(
    ("days", "severity"),
    [(0, None), (180, None), (181, "warning"), (365, "warning"), (366, "error")],
)
def test_the_doctor_warns_before_it_fails(
    lines: HelpLines, days: int, severity: str | None
) -> None:
    """Half a year without a look is a warning, a year is an error."""
    newest = max(line.seen for record in lines.records for line in record.lines)
    found = old_records(lines, newest + timedelta(days=days), "helplines.yaml")
    grades = {finding.severity for finding in found if finding.line > 1}
    assert grades == ({severity} if severity else set())


def test_a_day_that_is_still_to_come_is_an_error(lines: HelpLines) -> None:
    """A typo in the year can't make a record look fresh for ever."""
    found = old_records(lines, date(2020, 1, 1), "helplines.yaml")
    assert {finding.severity for finding in found} == {"error"}


def test_each_finding_says_what_to_do(lines: HelpLines) -> None:
    """An operator reads which record, how old, and the next step."""
    found = old_records(lines, lines.seen + timedelta(days=400), "helplines.yaml")
    assert "400 days" in str(found[0])
    assert all("provider's own page" in finding.hint for finding in found)


def folder(tmp_path: Path, seen: str) -> Path:
    text = FILE.read_text(encoding="utf-8").replace('seen: "2026-11-22"', f'seen: "{seen}"')
    (tmp_path / "safety").mkdir()
    (tmp_path / "safety" / "helplines.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_command_fails_on_old_lines_and_speaks_json(tmp_path: Path) -> None:
    """A build with year-old numbers doesn't pass, and a program can read why."""
    dialogs = str(folder(tmp_path, "2020-01-01"))
    result = CliRunner().invoke(doctor, ["--dialogs", dialogs, "--json"])
    assert result.exit_code == 1
    findings = json.loads(result.output)["findings"]
    assert {finding["severity"] for finding in findings} == {"error"}
    assert {"code", "file", "line", "column", "message", "hint"} <= findings[0].keys()


def test_the_command_is_content_with_fresh_lines(tmp_path: Path) -> None:
    """All is well is one sentence and exit code 0."""
    today = datetime.now(UTC).date().isoformat()
    result = CliRunner().invoke(doctor, ["--dialogs", str(folder(tmp_path, today))])
    assert result.exit_code == 0, result.output
    assert "All is well" in result.output
