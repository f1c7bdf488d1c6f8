"""`makeroom check`: findings for a person, for a program and for a code host."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.workshop.pages import pages
from tests.bot.workshop.examples import Example, built, write
from web.commands.check import check

FIELDS = {"code", "severity", "file", "line", "column", "message", "hint"}


def placed(example: Example, folder: Path) -> Path:
    """Write an example, its help lines looked at today: the command asks the real calendar."""
    write(example, folder)
    file = folder / "safety" / "helplines.yaml"
    file.write_text(file.read_text().replace("2026-01-01", datetime.now(UTC).date().isoformat()))
    return folder


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return placed(built({}), tmp_path)


@pytest.fixture
def loud(tmp_path: Path) -> Path:
    """A dialogue with an error."""
    return placed(built(pages()["MR163"].bad), tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A dialogue with a warning."""
    return placed(built(pages()["MR141"].bad), tmp_path)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(check, [str(argument) for argument in arguments])


def test_nothing_found_is_said(sound: Path) -> None:
    """A clean check ends with one sentence and 0."""
    result = run(sound)
    assert (result.exit_code, result.output) == (0, "All is well.\n")


def test_an_error_stops_and_a_warning_does_not(loud: Path) -> None:
    """The exit code is for scripts that publish."""
    assert run(loud).exit_code == 1


def test_a_warning_does_not_stop(small: Path) -> None:
    """A warning is told, and the exit code stays 0."""
    result = run(small)
    assert result.exit_code == 0
    assert result.output.endswith("0 errors, 1 warning\n")


def test_a_person_reads_place_kind_and_hint(loud: Path) -> None:
    """Lines look like a compiler's, with what to write below."""
    lines = run(loud).output.splitlines()
    assert lines[0].startswith(f"{loud / 'tea' / 'cup.yaml'}:")
    assert "error MR163" in lines[0]
    assert lines[1].startswith("    ")
    assert lines[-1] == "1 error, 0 warnings"


def test_a_program_reads_json(loud: Path) -> None:
    """One object with the fields that editors rely on."""
    found = json.loads(run(loud, "--json").output)
    assert set(found) == {"findings"}
    assert [set(finding) for finding in found["findings"]] == [FIELDS]


def test_a_code_host_reads_sarif(loud: Path) -> None:
    """A log of version 2.1.0 whose every result has a rule and a place."""
    log = json.loads(run(loud, "--sarif").output)
    assert log["version"] == "2.1.0"
    (one,) = log["runs"]
    rules = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
    (result,) = one["results"]
    assert result["ruleId"] in rules
    assert result["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("tea/cup.yaml")
    assert place["region"]["startLine"] > 1
    assert place["region"]["startColumn"] >= 1


def test_a_finding_is_explained() -> None:
    """The page of a finding is at hand in the terminal."""
    assert "## MR104" in run("--explain", "mr104").output


@pytest.mark.parametrize("arguments", [("--explain", "MR999"), ("/nowhere/at/all",)])
def test_misuse_is_told(arguments: tuple[str, ...]) -> None:
    """What can't be done is an error, never “all is well”."""
    result = run(*arguments)
    assert result.exit_code != 0
    assert "All is well" not in result.output
