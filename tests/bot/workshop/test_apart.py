"""Pieces of work, side by side."""

import os

import pytest

from bot.workshop.apart import apart


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_what_comes_is_in_order_and_knows_all(processes: int) -> None:
    """However many work, the results are the same; several really are other processes."""
    known = {"told": "before"}
    came = list(apart(lambda n: (n, known["told"], os.getpid()), 5, processes))
    assert [(n, told) for n, told, _ in came] == [(n, "before") for n in range(5)]
    assert ({pid for _, _, pid in came} == {os.getpid()}) is (processes == 1)


def test_a_failure_of_a_piece_is_told() -> None:
    """What goes wrong in another process isn't swallowed."""
    with pytest.raises(ZeroDivisionError):
        list(apart(lambda n: 1 // n, 3, 2))
