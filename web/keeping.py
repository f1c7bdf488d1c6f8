"""How long talks are kept: what is too old is deleted, and no clock is trusted too soon."""

import asyncio
from collections.abc import Callable

from msgspec import Struct

from bot.errors import StoreUnavailable
from web.log import Log
from web.store.base import Store

DAY_MS = 24 * 60 * 60 * 1000
SWEEP_S = 3600.0
"""Seconds between sweeps: a talk is kept at most an hour too long."""
GROUP = 100
"""Talks that are deleted in one go, so that turns don't wait behind thousands."""
JUMP_MS = 2 * DAY_MS
"""A clock that moved so far between two sweeps may be wrong, in either direction."""
GRACE_MS = DAY_MS
"""How long a clock must hold after a jump before anything is deleted by it."""
SEEN, TRUSTED = "clock_seen", "clock_trusted"


class Clock(Struct, frozen=True):
    """What is known of the clock, in milliseconds.

    Attributes:
        seen: what it said at the last sweep; 0 before the first.
        trusted: from when on it may be believed.
    """

    seen: int
    trusted: int

    def at(self, now: int) -> "Clock":
        """Look at the clock again: after a jump it has to hold for a while first."""
        has_jumped = self.seen and abs(now - self.seen) > JUMP_MS
        return Clock(now, now + GRACE_MS if has_jumped else self.trusted)

    @property
    def is_trusted(self) -> bool:
        """Tell whether things may be deleted by it."""
        return self.seen >= self.trusted


class Keeping:
    """Deletes talks whose time is over.

    Args:
        store: where they are.
        keep_ms: how long a talk is kept after its last turn; 0 for ever.
        now: the time in milliseconds.
        gone: is told the lookup id of each talk that was deleted.
        log: is told what went wrong.
    """

    def __init__(
        self,
        store: Store,
        keep_ms: int,
        now: Callable[[], int],
        gone: Callable[[bytes], None],
        log: Log,
    ) -> None:
        self._store, self._keep_ms, self._now = store, keep_ms, now
        self._gone, self._log = gone, log

    async def run(self) -> None:
        """Sweep every hour until cancelled; what can't be done now is done next time."""
        while self._keep_ms:
            try:
                await self.sweep()
            except StoreUnavailable as error:
                self._log.note(f"old talks can't be deleted now: {error}")
            except Exception as error:
                self._log.fault(error)  # a bug of ours must not end the deleting for good
            await asyncio.sleep(SWEEP_S)

    async def sweep(self) -> int:
        """Delete what is over, if the clock can be believed; give how many talks that were.

        Raises:
            StoreUnavailable: not now; what was deleted until then is.
        """
        store, now = self._store, self._now()
        clock = Clock(await store.recall(SEEN), await store.recall(TRUSTED)).at(now)
        await store.remember(TRUSTED, clock.trusted)
        await store.remember(SEEN, clock.seen)
        count = 0
        while clock.is_trusted and (old := await store.expire(now - self._keep_ms, GROUP)):
            count += len(old)
            for lookup in old:
                self._gone(lookup)
        return count
