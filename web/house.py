"""What all talks share, and what a talk sees of those who are connected to it."""

from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from bot.listening.ear import Ear
from web.alarms import Alarms
from web.closing import Closing
from web.limits import Limits
from web.log import Log
from web.metrics import Metrics
from web.shelf import Shelf
from web.store.base import Store

MAX_SEATS = 16
"""Connections to one talk: nobody has more tabs of it, and each turn goes to all of them."""


class House(Struct, frozen=True):
    """What all talks share.

    Attributes:
        alarms: which rule heard danger last, in memory alone.
        now: gives the time in milliseconds.
        keep_ms: how long a talk is kept after its last turn; 0 for ever.
        counts: steps are counted, of those who say yes.
    """

    store: Store
    shelf: Shelf
    limits: Limits
    log: Log
    metrics: Metrics
    alarms: Alarms
    now: Callable[[], int]
    keep_ms: int = 0
    counts: bool = False

    @property
    def ear(self) -> Ear:
        """Give what hears people, of today."""
        return self.shelf.ear


class Seat(Protocol):
    """A connection, as a talk sees it. No method waits."""

    def send(self, frame: bytes) -> None:
        """Send a frame behind those before it."""
        ...

    def leave(self, closing: Closing) -> None:
        """Send what is left, say why, and close."""
        ...

    def look(self, now: float) -> None:
        """See whether anybody is still there, at a time of the event loop's clock."""
        ...


class Seats:
    """The connections of one talk."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: list[Seat] = []

    @property
    def are_full(self) -> bool:
        """Tell whether another connection would be too many."""
        return len(self._taken) >= MAX_SEATS

    @property
    def are_taken(self) -> bool:
        """Tell whether anybody is here."""
        return bool(self._taken)

    def take(self, seat: Seat) -> None:
        """Add a connection."""
        self._taken.append(seat)

    def give_up(self, seat: Seat) -> None:
        """Take a connection out, if it is there."""
        if seat in self._taken:
            self._taken.remove(seat)

    def send(self, frames: Iterable[bytes]) -> None:
        """Send frames to everybody."""
        for frame in frames:
            for seat in tuple(self._taken):
                seat.send(frame)

    def close(self, closing: Closing) -> None:
        """Send everybody away."""
        for seat in self._taken:
            seat.leave(closing)
        self._taken.clear()
