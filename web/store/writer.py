"""The one thread that writes to SQLite: it commits everything that waits as one group.

A commit to disk takes as long for one turn as for a hundred, so the turns of one round of the event
loop, and those that come while a commit runs, share the next, and one statement writes them all:
this thread needs Python's lock a few times in a group, not in a turn, and the one that leads talks
has it the rest of the time. Other writes have savepoints: one that fails takes nobody with it.
"""

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from bot.errors import StoreUnavailable
from web.store.base import Outcome, SealedTurn
from web.store.file import File
from web.store.journal import Journal
from web.store.tables import Pending, commit_all

T = TypeVar("T")
Work: TypeAlias = Callable[[sqlite3.Connection], T]

PATIENCE_S = 4.0
"""Seconds that a write waits for a lock: people are told within five."""
MAX_GROUP = 256
"""Writes in one commit: bounds how long the first of them waits for the last."""


class _Job(Generic[T]):
    """A write that waits, and who waits for it.

    Attributes:
        work: a turn, which is written together with others, or what does another write.
        outcome: what came of it, or an error.
    """

    __slots__ = ("asked", "future", "loop", "outcome", "scrub", "work")

    def __init__(self, work: Pending | Work[T], *, scrub: bool = False) -> None:
        self.work, self.scrub = work, scrub
        self.asked = time.monotonic()
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self.outcome: Any = None

    def settle(self) -> None:
        """Tell who waits."""
        if self.future.done():
            return
        if isinstance(self.outcome, Exception):
            self.future.set_exception(self.outcome)
        else:
            self.future.set_result(self.outcome)


class Writer:
    """Runs writes in its own thread, in groups.

    Args:
        file: the database.
        journal: its log.
    """

    def __init__(self, file: File, journal: Journal) -> None:
        self._file, self._journal = file, journal
        self._jobs: deque[_Job[Any]] = deque()
        self._is_due = False  # a call for what waits comes with the loop's next round
        self._calls: SimpleQueue[Literal["write", "end"]] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name="makeroom-writer", daemon=True)
        self._thread.start()

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn and return once it is on disk, or say why it isn't stored.

        Raises:
            NoSuchTalk: there is no such talk.
            TalkDamaged: turns stand beyond its head; nothing was written for it.
            StoreUnavailable: nothing was written.
        """
        job: _Job[Outcome] = _Job((lookup, turn))
        self._add(job)
        return await job.future

    async def run(self, work: Work[T], *, scrub: bool = False) -> T:
        """Run a write inside a transaction and return once that is on disk.

        Args:
            work: does the write; what it raises undoes it alone.
            scrub: also empty the write-ahead log before returning, so that deleted bytes are
                in no file.

        Raises:
            StoreUnavailable: nothing was written, except that after a failed scrub the deletion
                is done and asking again finishes it.
        """
        job: _Job[T] = _Job(work, scrub=scrub)
        self._add(job)
        return await job.future

    async def close(self) -> None:
        """Finish what waits, then end the thread and let go of the file."""
        self._calls.put("end")
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._journal.close)
        self._file.close()

    def _add(self, job: _Job[Any]) -> None:
        """Let a write wait; the thread is called once for all that came in a round of the loop."""
        self._jobs.append(job)
        if not self._is_due:
            self._is_due = True
            job.loop.call_soon(self._call)

    def _call(self) -> None:
        self._is_due = False  # first: who comes after it makes a call of their own
        self._calls.put("write")

    def _serve(self) -> None:
        call = "write"
        while call == "write":
            call = self._calls.get()
            while group := self._gathered():
                self._write(group)

    def _gathered(self) -> list[_Job[Any]]:
        """Give those who wait, the first `MAX_GROUP` of them."""
        return [self._jobs.popleft() for _ in range(min(len(self._jobs), MAX_GROUP))]

    def _write(self, group: list[_Job[Any]]) -> None:
        try:
            with self._transaction(group) as connection:
                _attempt(group, connection)
            if any(job.scrub for job in group):
                self._journal.empty(connection)
        except Exception as error:  # a bug of ours too: this thread goes on, nobody waits for ever
            for job in group:
                job.outcome = _unavailable(error)
        _settle(group)
        self._journal.add(len(group))

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
        job.outcome = _unavailable(error)
    _settle(late)
    return bool(group)


def _attempt(group: list[_Job[Any]], connection: sqlite3.Connection) -> None:
    """Do the writes of a group; an error of the disk or the file is raised, and concerns all."""
    turns = [(job, job.work) for job in group if isinstance(job.work, tuple)]
    outcomes = commit_all(connection, [pending for _, pending in turns])
    for (job, _), outcome in zip(turns, outcomes, strict=True):
        job.outcome = outcome
    for job in group:
        if not isinstance(job.work, tuple):
            job.outcome = _attempted(job.work, connection)


def _attempted(work: Work[T], connection: sqlite3.Connection) -> T | Exception:
    outcome: T | Exception
    connection.execute("SAVEPOINT job")
    try:
        outcome = work(connection)
    except sqlite3.OperationalError:
        raise  # the disk or the file, not this job
    except Exception as error:
        outcome = error
        connection.execute("ROLLBACK TO job")
    connection.execute("RELEASE job")
    return outcome


def _unavailable(error: Exception) -> StoreUnavailable:
    # SQLite's sentences name tables and reasons, never values; others may hold anything.
    why = error if isinstance(error, sqlite3.Error) else type(error).__name__
    return StoreUnavailable(f"The database can't be written now ({why}); try again shortly.")


def _settle(group: list[_Job[Any]]) -> None:
    """Wake all of a group with one call for each event loop."""
    for loop in {job.loop for job in group}:
        mine = [job for job in group if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_wake, mine)


def _wake(group: list[_Job[Any]]) -> None:
    for job in group:
        job.settle()
