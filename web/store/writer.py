"""The one thread that writes to SQLite: it commits everything that waits as one group.

A commit to disk takes as long for one turn as for a hundred, so turns that come while one commit
runs share the next. Each has its own savepoint: one that fails takes nobody with it.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from bot.errors import StoreUnavailable

T = TypeVar("T")

PATIENCE_S = 4.0
"""Seconds that a write waits for a lock: people are told within five."""
LOCK_MS = 200
"""Milliseconds of one attempt at the lock, so that waiting writes can be told in time."""
MAX_GROUP = 256
"""Writes in one commit: bounds how long the first of them waits for the last."""
SCRUB_TRIES = 20
"""Attempts at emptying the log after a deletion, each `LOCK_MS` long at most."""


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class File:
    """A database file that is watched: a replaced or removed file is noticed, not written past."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._connection = self._connect()
        self._identity = self._identify()

    def connection(self) -> sqlite3.Connection:
        """Give the connection to the file that stands at the path now.

        Raises:
            sqlite3.OperationalError: there is no file any more, or it can't be opened.
        """
        if self._identify() != self._identity:
            self.close()
            self._connection = self._connect()
            self._identity = self._identify()
        return self._connection

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _identify(self) -> tuple[int, int]:
        try:
            stat = os.stat(self._path)  # noqa: PTH116 - a Path would cost more than the call
        except OSError as error:
            raise sqlite3.OperationalError("the database file is gone") from error
        return stat.st_dev, stat.st_ino

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=LOCK_MS / 1000,
            isolation_level=None,
            check_same_thread=False,  # made by the main thread, used by one other
        )
        connection.execute("PRAGMA temp_store = MEMORY")
        if self._read_only:
            connection.execute("PRAGMA query_only = ON")
            return connection
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an ack must survive a power cut
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        return connection


class _Job(Generic[T]):
    """One write that waits, and who waits for it."""

    __slots__ = ("asked", "error", "future", "loop", "result", "scrub", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], T], *, scrub: bool) -> None:
        self.work = work
        self.scrub = scrub
        self.asked = time.monotonic()
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.result: T | None = None
        self.error: Exception | None = None

    def settle(self) -> None:
        """Tell who waits."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # T may be None


class Writer:
    """Runs writes in its own thread, in groups."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="makeroom-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T], *, scrub: bool = False) -> T:
        """Run a write inside a transaction and return once that is on disk.

        Args:
            work: does the write; what it raises undoes it alone.
            scrub: also empty the write-ahead log before returning, so that deleted bytes are
                in no file.

        Raises:
            StoreUnavailable: nothing was written, except that after a failed scrub the deletion
                is done and asking again finishes it.
        """
        job = _Job(work, scrub=scrub)
        self._jobs.put(job)
        return await job.future

    async def close(self) -> None:
        """Finish what waits, then end the thread and let go of the file."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._file.close()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            open_still = self._gather(group)
            self._write(group)
            if not open_still:
                return

    def _gather(self, group: list[_Job[Any]]) -> bool:
        """Add what waits to the group; false when the end was asked for."""
        with suppress(Empty):
            while len(group) < MAX_GROUP:
                job = self._jobs.get_nowait()
                if job is None:
                    return False
                group.append(job)
        return True

    def _write(self, group: list[_Job[Any]]) -> None:
        try:
            with self._transaction(group) as connection:
                for job in group:
                    _attempt(job, connection)
            if any(job.scrub for job in group):
                _scrub(connection)
        except sqlite3.Error as error:
            for job in group:
                job.error = _unavailable(error)
        _settle(group)

    @contextmanager
    def _transaction(self, group: list[_Job[Any]]) -> Iterator[sqlite3.Connection]:
        connection = self._file.connection()
        self._begin(connection, group)
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise

    def _begin(self, connection: sqlite3.Connection, group: list[_Job[Any]]) -> None:
        """Take the write lock; while somebody else holds it, tell in time those who wait."""
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                if not _release_the_impatient(group, error):
                    raise
            else:
                return


def _release_the_impatient(group: list[_Job[Any]], error: sqlite3.Error) -> bool:
    """Tell those who have waited long enough; false when nobody is left."""
    soonest = time.monotonic() - PATIENCE_S
    late = [job for job in group if job.asked <= soonest]
    group[:] = [job for job in group if job.asked > soonest]
    for job in late:
        job.error = _unavailable(error)
    _settle(late)
    return bool(group)


def _attempt(job: _Job[Any], connection: sqlite3.Connection) -> None:
    connection.execute("SAVEPOINT job")
    try:
        job.result = job.work(connection)
    except sqlite3.OperationalError:
        raise  # the disk or the file, not this job
    except Exception as error:
        job.error = error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")


def _scrub(connection: sqlite3.Connection) -> None:
    """Move the log into the database and cut it to nothing."""
    for _ in range(SCRUB_TRIES):
        (blocked, *_rest) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not blocked:
            return
    raise sqlite3.OperationalError("the log could not be emptied: somebody reads it")


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    # SQLite's sentences name tables and reasons, never values.
    return StoreUnavailable(f"The database can't be written now ({error}); try again shortly.")


def _settle(group: list[_Job[Any]]) -> None:
    """Wake all of a group with one call for each event loop."""
    for loop in {job.loop for job in group}:
        mine = [job for job in group if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_wake, mine)


def _wake(group: list[_Job[Any]]) -> None:
    for job in group:
        job.settle()
