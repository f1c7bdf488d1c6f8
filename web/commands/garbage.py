"""Holds garbage collection back while much is made that stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage in the block: almost all is kept, and looking costs a quarter."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
