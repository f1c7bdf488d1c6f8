"""Talks in one SQLite file: a write-ahead log, full sync, one writer thread, secure deletion."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.errors import ConfigError, StoreUnavailable
from web.store import counts, tables
from web.store.base import (
    Known,
    Outcome,
    SealedTurn,
    StoredTalk,
    StoredTurn,
    Woken,
    check_version,
)
from web.store.counts import Count, Tallied
from web.store.file import File, to_disk
from web.store.journal import Journal
from web.store.writer import Writer

T = TypeVar("T")


class SqliteStore:
    """Keeps talks in one file."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it when there is none.

        Raises:
            ConfigError: the file can't be used, or a newer version of this program made it.
        """
        try:
            _prepare(path)
            self._writer = Writer(File(path), Journal(path))
            self._reading = File(path, read_only=True)
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"The database {path} can't be used ({error}); choose another --data folder."
            ) from error
        self._readers = ThreadPoolExecutor(1, "makeroom-reader")

    async def open(self) -> None:
        """Do nothing: the file was opened when this was made."""

    async def create(self, talk: StoredTalk, turn: SealedTurn) -> None:
        """Store a new talk with its first turn."""
        await self._writer.run(partial(tables.create, talk=talk, turn=turn))

    async def load(self, lookup: bytes) -> StoredTalk:
        """Find a talk; raises `NoSuchTalk`."""
        return await self._read(partial(tables.load, lookup=lookup))

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn in one transaction, or say why not; raises `NoSuchTalk`, `TalkDamaged`."""
        return await self._writer.commit(lookup, turn)

    async def find_act(self, lookup: bytes, cid: bytes) -> Known | None:
        """Find an act by the digest of its id."""
        return await self._read(partial(tables.find_act, lookup=lookup, cid=cid))

    async def turns(self, lookup: bytes, first: int, n: int) -> list[StoredTurn]:
        """Give at most `n` turns in order, from that on which made the event `first`."""
        return await self._read(partial(tables.turns, lookup=lookup, first=first, n=n))

    async def forget(self, lookup: bytes) -> None:
        """Delete a talk so that no file holds its bytes any more."""
        await self._writer.run(partial(tables.forget, lookup=lookup), scrub=True)

    async def expire(self, before: int, n: int) -> list[bytes]:
        """Delete old talks so that no file holds their bytes any more; give their lookup ids."""
        if not await self._read(lambda db: db.execute(tables.OLD, (before, 1)).fetchall()):
            return []
        return await self._writer.run(partial(tables.expire, before=before, n=n), scrub=True)

    async def recall(self, name: str) -> int:
        """Give a number that was to be remembered; 0 when there is none."""
        query = "SELECT value FROM meta WHERE name = ?"
        row = await self._read(lambda db: db.execute(query, (name,)).fetchone())
        return row[0] if row else 0

    async def remember(self, name: str, value: int) -> None:
        """Remember a number about the store itself."""
        query = "INSERT OR REPLACE INTO meta VALUES (?, ?)"
        await self._writer.run(lambda db: db.execute(query, (name, value)).rowcount)

    async def keep_bundle(self, digest: str, body: bytes) -> None:
        """Keep a script bundle, once."""
        if await self.bundle(digest) is None:
            query = "INSERT OR IGNORE INTO bundles VALUES (?, ?)"
            await self._writer.run(lambda db: db.execute(query, (digest, body)).rowcount)

    async def bundle(self, digest: str) -> bytes | None:
        """Give a kept script bundle."""
        query = "SELECT body FROM bundles WHERE digest = ?"
        row = await self._read(lambda db: db.execute(query, (digest,)).fetchone())
        return row[0] if row else None

    async def tally(self, tallied: Tallied) -> None:
        """Count facts of a talk; they can be read once ten people more are counted."""
        await self._writer.run(partial(counts.add_to_sqlite, tallied=tallied))

    async def counts(self) -> list[Count]:
        """Give all counts that may be read."""
        return await self._read(counts.read_from_sqlite)

    async def check(self) -> None:
        """Return when both the writer and a reader answer."""
        await self._read(lambda db: db.execute("SELECT value FROM meta").fetchone())
        await self._writer.run(lambda db: db.execute("SELECT value FROM meta").fetchone())

    def wake(self, woken: Woken) -> None:
        """Do nothing: no other process has this store."""

    async def close(self) -> None:
        """Finish what was begun and let go of the file."""
        await self._writer.close()
        self._readers.shutdown()
        self._reading.close()

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read_now, work)

    def _read_now(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return work(self._reading.connection())
        except sqlite3.Error as error:
            raise StoreUnavailable(
                f"The database can't be read now ({error}); try again shortly."
            ) from error


def _prepare(path: Path) -> None:
    """Make the file for our eyes only, and its tables in one transaction."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    to_disk(path.parent)  # a power cut must not take the file's name
    file = File(path)
    try:
        db = file.connection()
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            db.executescript(f"BEGIN IMMEDIATE; {tables.SCHEMA} COMMIT;")
        (version,) = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        check_version(version, f"the database {path}")
        db.execute(tables.BY_AGE)
    finally:
        file.close()
