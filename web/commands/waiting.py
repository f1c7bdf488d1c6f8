"""A bar for what takes long: shown after two seconds, and only where somebody looks."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

PATIENCE_S = 2.0
"""Seconds in which nobody wonders whether it still runs."""


@contextmanager
def waiting(what: str, total: int | None = None) -> Iterator[Callable[[], object]]:
    """Show a bar on standard error while something goes on.

    Args:
        what: stands beside the bar.
        total: how many pieces there are; None where nobody knows.

    Yields:
        What to call after each piece.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=Console(stderr=True), transient=True)
    task = progress.add_task(what, total=total)
    timer = Timer(PATIENCE_S, progress.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda: progress.advance(task)
    finally:
        timer.cancel()
        progress.stop()
