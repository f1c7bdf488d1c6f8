"""Whether somebody is still there: after some quiet they are asked, after more they are gone.

The websocket's own pings and pongs (RFC 6455, section 5.5.2) are counted here, and not by the
library: it takes any byte for a sign of life, so a frame that comes a byte at a time held a
connection for ever.
"""

from typing import Literal, TypeAlias

PING_S = 20.0
"""Seconds of quiet before a ping; no proxy that cuts after 55 idle seconds sees so many."""
GONE_S = 30.0
"""Seconds without a whole frame until the connection is given up: ten to answer the ping."""
LOOK_S = 2.5
"""Seconds between two looks: a peer that vanished is noticed within 35."""

Due: TypeAlias = Literal["nothing", "ping", "end"]


class Pulse:
    """One connection's quiet. Only time in which we wait for the peer counts."""

    __slots__ = ("_is_asked", "_since")

    def __init__(self) -> None:
        self._since: float | None = None
        self._is_asked = False

    def wait(self, now: float) -> None:
        """Begin to wait for a whole frame."""
        self._since, self._is_asked = now, False

    def heard(self) -> None:
        """Know that one came; while it is answered nobody is quiet but we."""
        self._since = None

    def due(self, now: float) -> Due:
        """Tell what has to be done; nobody is given up unasked, whatever the clock does."""
        quiet = 0.0 if self._since is None else now - self._since
        if quiet < PING_S:
            return "nothing"
        if self._is_asked:
            return "end" if quiet >= GONE_S else "nothing"
        self._is_asked = True
        return "ping"
