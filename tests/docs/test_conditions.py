"""The table of hostile and faulty conditions: each has what must happen, and tests that are there."""

import re

import pytest

from tests.docs.blocks import ROOT
from tests.docs.test_hazards import TESTS

PAGE = (ROOT / "docs" / "conditions.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if re.match(r"\| \d+ ", line)
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_condition_is_held_by_tests_that_exist(row: list[str]) -> None:
    """What comes, what happens, and at least one test that is there, or why there is none."""
    assert len(row) == 4, row
    assert all(row)
    named = re.findall(r"`(test_\w+)`", row[3])
    assert named or row[3].startswith("none: ")
    assert not [name for name in named if name not in TESTS]


def test_conditions_are_numbered_without_gaps() -> None:
    """All eighty-one of them."""
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, 82)]
