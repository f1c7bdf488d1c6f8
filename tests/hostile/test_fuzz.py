"""Whatever comes, the parser gives a frame or a documented refusal, in time."""

from collections import Counter

import pytest

from tests.docs.test_documented import CODES as DOCUMENTED
from tests.hostile.fuzz import CODES, GOOD, fuzzed, taken


def test_only_documented_refusals_escape() -> None:
    """Ten thousand broken frames: every kind and every refusal comes up, and nothing else."""
    found: Counter[str] = fuzzed(10_000, seed=3)
    assert set(found) == CODES | {"Hello", "Say", "Step", "Page", "Forget", "Ping"}
    assert CODES <= DOCUMENTED


@pytest.mark.parametrize("text", GOOD)
def test_what_is_mutated_is_right_to_begin_with(text: str) -> None:
    """Else the fuzzer would never get behind the first check."""
    assert taken(text)[0].isupper()
