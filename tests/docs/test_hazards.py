"""The hazard log: each hazard has its causes, its controls, and tests that are there."""

import re

import pytest

from tests.docs.blocks import ROOT

LOG = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in LOG.splitlines()
    if re.match(r"\| H\d\d ", line)
]
TESTS = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
}
SEVERITIES = {"catastrophic", "major", "considerable", "significant", "minor"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_hazard_is_held_by_tests_that_exist(row: list[str]) -> None:
    """Hazard, causes, effect, severity, controls, and at least one test, each of which is there."""
    assert len(row) in (7, 8), row  # what remains may be empty
    assert all(row[:6])
    assert row[4] in SEVERITIES
    named = re.findall(r"`(test_\w+)`", row[6])
    assert named
    assert not [name for name in named if name not in TESTS]


def test_hazards_are_numbered_without_gaps() -> None:
    """A hazard that was taken out would leave a hole that somebody asks about."""
    assert [row[0] for row in ROWS] == [f"H{number:02}" for number in range(1, len(ROWS) + 1)]
    assert len(ROWS) >= 20
