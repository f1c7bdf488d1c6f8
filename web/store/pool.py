"""Lines to PostgreSQL that may break: work is tried again, and other processes are heard."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg import exceptions as refused

from bot.errors import StoreUnavailable
from web.store.base import Woken

T = TypeVar("T")
Connection: TypeAlias = Any  # asyncpg's own types aren't published

CONNECTIONS = 8
"""Turns at once in this process; more would only wait for the same disk."""
PATIENCE_S = 4.0
"""Seconds for all attempts at a piece of work: people are told within five."""
PAUSE_S = 0.05
"""Seconds before another attempt; twice as long each time."""
CHANNEL = "makeroom"
"""Where processes tell each other which talk has gone on."""
LISTEN_S = 0.5
"""Seconds between attempts to hear the others again after the line broke."""
ALIVE_S = 15.0
"""Seconds between looks whether the line on which the others are heard is still one: what lies on
the way forgets quiet lines, and tells nobody."""
PASSING = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,  # the connection was closed under us
    asyncpg.InternalClientError,  # it was closed while the driver was reading
    asyncpg.PostgresConnectionError,
    refused.TransactionRollbackError,  # serialisation failures and deadlocks
    refused.OperatorInterventionError,  # it restarts, or somebody ended the session
    refused.InsufficientResourcesError,  # too many connections, a full disk
    refused.LockNotAvailableError,
)
"""What may be gone the next moment."""


class Pool:
    """Connections to one database, made when they are needed.

    Args:
        url: `postgresql://…`, as libpq has it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._pool: Any = None
        self._opening = asyncio.Lock()
        self._listening: asyncio.Task[None] | None = None

    async def run(
        self, work: Callable[[Connection], Awaitable[T]], patience_s: float = PATIENCE_S
    ) -> T:
        """Do a piece of work on a connection; again when it failed for a reason that passes.

        The work must be one transaction that may be done again, since an answer that was lost on
        the way doesn't tell whether it was done.

        Raises:
            StoreUnavailable: it failed until the patience was over, or for good.
        """
        loop, pause = asyncio.get_running_loop(), PAUSE_S
        until = loop.time() + patience_s
        while True:
            try:
                async with asyncio.timeout_at(until):
                    return await self._attempt(work)
            except PASSING as error:
                if loop.time() + pause >= until:
                    raise _unavailable(error) from error
            except (asyncpg.PostgresError, ValueError) as error:
                raise _unavailable(error) from error
            await asyncio.sleep(pause)
            pause *= 2

    def listen(self, woken: Woken) -> None:
        """Tell of every talk that goes on or ends, in whichever process, for as long as we run."""
        self._listening = asyncio.get_running_loop().create_task(self._listen(woken))

    async def close(self) -> None:
        """Let all connections go."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), PATIENCE_S)
            except TimeoutError:
                self._pool.terminate()

    async def _attempt(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        pool = self._pool or await self._connected()
        async with pool.acquire() as db:
            try:
                return await work(db)
            except (*PASSING, asyncio.CancelledError):
                # Whatever state it is in, nobody shall get it again; and a line that has died
                # silently would never let go of who runs out of patience.
                db.terminate()
                raise

    async def _connected(self) -> Any:
        async with self._opening:
            if self._pool is None:
                settings = {
                    "application_name": "makeroom",
                    "synchronous_commit": "on",  # an ack must survive a power cut
                    "default_transaction_isolation": "read committed",
                }
                self._pool = await asyncpg.create_pool(
                    self._url, min_size=1, max_size=CONNECTIONS, server_settings=settings
                )
        return self._pool

    async def _listen(self, woken: Woken) -> None:
        while True:
            with suppress(asyncpg.PostgresError, ValueError, *PASSING):
                await self._hear(woken)
            await asyncio.sleep(LISTEN_S)

    async def _hear(self, woken: Woken) -> None:
        """Hear the others until the line breaks."""

        def heard(_db: Connection, _pid: int, _channel: str, payload: str) -> None:
            lookup, _, head = payload.partition(" ")
            woken(bytes.fromhex(lookup), int(head))

        db, broken = await asyncpg.connect(self._url, timeout=PATIENCE_S), asyncio.Event()
        try:
            db.add_termination_listener(lambda _: broken.set())
            await asyncio.wait_for(db.add_listener(CHANNEL, heard), PATIENCE_S)
            woken(None, 0)
            while not broken.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(broken.wait(), ALIVE_S)
                await asyncio.wait_for(db.execute("SELECT 1"), PATIENCE_S)
        finally:
            db.terminate()


def _unavailable(error: BaseException) -> StoreUnavailable:
    # Only the kind of error is passed on: its text may quote what was written.
    return StoreUnavailable(
        f"The database doesn't answer now ({type(error).__name__}); try again shortly."
    )
