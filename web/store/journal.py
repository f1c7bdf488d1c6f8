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
SCRUB_TRIES = 20
"""Attempts at emptying the log after a deletion, each `LOCK_MS` long at most."""


class Journal:
    """Keeps the log of a database short, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._file = File(path)
        self._is_over = False
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
        with self._moving:
            for _ in range(SCRUB_TRIES):
                (blocked, *_rest) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not blocked:
                    return
        raise sqlite3.OperationalError("the log could not be emptied: somebody reads it")

    def close(self) -> None:
        """End the thread and let go of the file."""
        self._is_over = True
        self._asked.release()
        self._thread.join()
        self._file.close()

    def _serve(self) -> None:
        while self._asked.acquire() and not self._is_over:
            with self._moving, suppress(sqlite3.Error):  # the next time; a full disk is told there
                self._move(self._file.connection())

    def _move(self, connection: sqlite3.Connection) -> None:
        """Move what can be moved while others write; when too much is left, they wait for it."""
        (_, pages, moved) = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if pages > max(moved, MOST_PAGES):
            connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
