"""The write-ahead log of SQLite: moved into the database beside the writes, not between them.

SQLite would do it inside every so-manieth commit, and everybody in that commit would wait for it.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock, Semaphore, Thread

from web.store.file import File

EVERY = 256
"""Writes between two looks: about a thousand pages, as many as SQLite would wait for."""
MOST_PAGES = 8192
"""Pages (32 MiB) beyond which writes wait until the log begins anew; else nothing bounds it."""
AGAIN_S = 5.0
"""Seconds between attempts at emptying the log after all of those failed: whoever asked may be gone
by then, and what was deleted must not stay for that."""
SCRUB_TRIES = 20
"""Attempts at emptying the log after a deletion, each `LOCK_MS` long at most."""


class Journal:
    """Keeps the log of a database short, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._file = File(path)
        self._is_over = self._is_owed = False  # owed: something was deleted that is still in it
        self._writes = 0
        self._asked = Semaphore(0)
        self._moving = Lock()  # SQLite refuses two at once instead of letting one wait
        self._thread = Thread(target=self._serve, name="makeroom-journal", daemon=True)
        self._thread.start()

    def add(self, writes: int) -> None:
        """Count what was written; after enough of it the log is looked at."""
        self._writes += writes
        if self._writes >= EVERY:
            self._writes = 0
            self._asked.release()

    def empty(self, connection: sqlite3.Connection) -> None:
        """Move the log into the database and cut it to nothing, so that no deleted byte stays.

        Raises:
            sqlite3.OperationalError: somebody reads it all the time; asking again is fine.
        """
        self._is_owed = True
        with self._moving:
            for _ in range(SCRUB_TRIES):
                if self._is_emptied(connection):
                    return
        self._asked.release()
        raise sqlite3.OperationalError("the log could not be emptied: somebody reads it")

    def close(self) -> None:
        """End the thread and let go of the file."""
        self._is_over = True
        self._asked.release()
        self._thread.join()
        self._file.close()

    def _serve(self) -> None:
        while True:
            self._asked.acquire(timeout=AGAIN_S if self._is_owed else None)
            if self._is_over:
                return
            with self._moving, suppress(sqlite3.Error):  # the next time; a full disk is told there
                self._move(self._file.connection())

    def _move(self, connection: sqlite3.Connection) -> None:
        """Move what can be moved while others write; when too much is left, they wait for it."""
        if self._is_owed and self._is_emptied(connection):
            return
        (_, pages, moved) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages > max(moved, MOST_PAGES):
            connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()

    def _is_emptied(self, connection: sqlite3.Connection) -> bool:
        (blocked, *_rest) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._is_owed = bool(blocked)
        return not blocked
