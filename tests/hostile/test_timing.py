"""A clock tells no wrong key from another."""

from pathlib import Path

from tests.hostile.timing import MOST, campaign

TRIES = 6
"""A busy machine blurs a measurement now and then; a difference that is there stays in all."""


async def test_wrong_keys_take_the_same_time_within_five_in_a_hundred(tmp_path: Path) -> None:
    """Never given, damaged, forgotten: the medians of their answers differ by less than 5 %."""
    seen = []
    for number in range(TRIES):
        folder = tmp_path / str(number)
        folder.mkdir()
        seen.append((await campaign(folder, 150))["differ"])
        if seen[-1] <= MOST:
            return
    raise AssertionError(seen)
