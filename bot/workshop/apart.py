"""Work in pieces, side by side: each in a process that knows all that this one knows."""

from collections.abc import Callable, Iterator
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar

T = TypeVar("T")

_work: list[Callable[[int], Any]] = []  # what a forked process finds; nothing of it is sent


def apart(work: Callable[[int], T], pieces: int, processes: int) -> Iterator[T]:
    """Do `work(0)`, `work(1)` … and give what comes of each, in order.

    Where a process can't be forked, or there is to be only one, it is done here.
    """
    if min(processes, pieces) < 2 or "fork" not in get_all_start_methods():
        yield from map(work, range(pieces))
        return
    _work.append(work)
    try:
        with get_context("fork").Pool(min(processes, pieces)) as pool:
            yield from pool.imap(_piece, range(pieces))
    finally:
        _work.pop()


def _piece(number: int) -> Any:
    return _work[-1](number)
