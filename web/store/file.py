"""A database file that is watched: a replaced or removed file is noticed, not written past."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

LOCK_MS = 200
"""Milliseconds of one attempt at the lock, so that waiting writes can be told in time."""


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, would survive a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class File:
    """One connection to a database file, made anew when another file stands at its path."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._connection = self._connect()
        self._identity = self._identify()
        self._log: int | None = None

    def connection(self) -> sqlite3.Connection:
        """Give the connection to the file that stands at the path now.

        Raises:
            sqlite3.OperationalError: there is no file any more, it can't be opened, or its log was
                taken away: what would be written there would end with this process.
        """
        if self._identify() != self._identity:
            self.close()
            self._connection = self._connect()
            self._identity = self._identify()
            self._log = None
        self._check_log()
        return self._connection

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def _check_log(self) -> None:
        """Refuse a log that was deleted or replaced under us; the first write makes one."""
        try:
            found: int | None = os.stat(f"{self._path}-wal").st_ino  # noqa: PTH116 - as below
        except OSError:
            found = None
        if self._log is not None and found != self._log:
            raise sqlite3.OperationalError(
                "the log of the database was removed; stop the server properly to save it"
            )
        self._log = found

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
        connection.execute("PRAGMA wal_autocheckpoint = 0")  # a thread does it: `journal.py`
        return connection
