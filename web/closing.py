"""Why connections end: the codes of the protocol, and whether it is worth coming back."""

import random

from msgspec import Struct

from web import wire

BACK_SOON_MS = 500
SPREAD_MS = 4_500
"""After a restart everybody comes back within five seconds, but not in the same instant."""


class Closing(Struct, frozen=True):
    """A reason to close.

    Attributes:
        code: the websocket's close code; 4500 and above mean: don't come back.
        name: what the `bye` frame before it says.
        comes_back: the `bye` holds a time to wait.
        patience_s: seconds for the last frames and the other side's goodbye; then the line is cut.
    """

    code: int
    name: str
    comes_back: bool = False
    patience_s: float = 3.0

    def bye(self) -> bytes:
        """Write the last frame."""
        if not self.comes_back:
            return wire.bye(self.name)
        wait = BACK_SOON_MS + random.randrange(SPREAD_MS)  # noqa: S311 - spreads load
        return wire.bye(self.name, wait)


RESTART = Closing(1012, "restart", comes_back=True, patience_s=1.0)  # a restart waits for nobody
UNSUPPORTED = Closing(1003, "unsupported")
MOVED = Closing(4000, "moved", comes_back=True)
NO_PONG = Closing(4001, "no_pong", comes_back=True, patience_s=1.0)  # nobody may be there
SLOW_READER = Closing(4002, "slow_reader", comes_back=True)
NO_STORE = Closing(4003, "store_unavailable", comes_back=True)
NO_HELLO = Closing(4005, "no_hello", comes_back=True)
PROTOCOL = Closing(4500, "protocol")
DAMAGED = Closing(4500, "damaged")
NO_SUCH_TALK = Closing(4503, "no_such_talk")
FORGOTTEN = Closing(4504, "forgotten")
EXPIRED = Closing(4505, "expired")
TOO_MANY_ERRORS = Closing(4507, "too_many_errors")
TOO_MANY_CONNECTIONS = Closing(4508, "too_many_connections")
