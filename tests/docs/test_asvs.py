"""The table of ASVS 5.0: every requirement of level 1 and 2 once, with tests that are there."""

import re
from collections import Counter

import pytest

from tests.docs.blocks import ROOT
from tests.docs.test_hazards import TESTS

PAGE = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
17.1 23  17.2 22223333  17.3 22
"""
"""Each section of ASVS 5.0.0, and the level of each of its requirements in order."""
STATES = {"held", "in part", "operator", "no such thing"}
ROWS = [
    [cell.strip() for cell in line.split(" | ")]
    for line in re.findall(r"^\| (V\d.*) \|$", PAGE, re.MULTILINE)
]


def asked_for() -> set[str]:
    """Give the ids of level 1 and 2."""
    found, words = set(), LEVELS.split()
    for section, levels in zip(words[::2], words[1::2], strict=True):
        places = [place for place, level in enumerate(levels, 1) if level in "12"]
        found |= {f"V{section}.{place}" for place in places}
    return found


def ids(written: str) -> list[str]:
    """Give the ids of a row: one, or a range such as V1.2.6–8."""
    section, _, places = written.rpartition(".")
    first, _, last = places.partition("–")
    return [f"{section}.{place}" for place in range(int(first), int(last or first) + 1)]


def test_the_standard_is_the_standard() -> None:
    """The release has 345 requirements: 70, 183 and 92 of the three levels."""
    counted = Counter("".join(LEVELS.split()[1::2]))
    assert counted == {"1": 70, "2": 183, "3": 92}


def test_every_requirement_has_its_row() -> None:
    """Each of level 1 and 2 once, none that isn't there; so every chapter is gone through."""
    named = Counter(one for row in ROWS for one in ids(row[0]))
    assert {one for one, times in named.items() if times > 1} == set()
    assert set(named) == asked_for()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_is_claimed_is_held_by_tests_that_exist(row: list[str]) -> None:
    """What is held, also in part, names its tests; what isn't there says why."""
    _, about, state, here, *tests = row
    assert about
    assert here
    assert state in STATES
    named = re.findall(r"`(test_\w+)`", " ".join((here, *tests)))
    assert not [name for name in named if name not in TESTS]
    assert named or state in ("operator", "no such thing")
    assert state != "operator" or "operate.md" in here or here == "as above"


def test_the_times_to_mend_are_written() -> None:
    """Who runs it can read by when a hole in a dependency is mended (V15.1.1)."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    assert re.search(r"within 7 days.*within 30 days", text, re.DOTALL)
