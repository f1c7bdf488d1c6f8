"""Talks in one SQLite file: a write-ahead log, full sync, one writer thread, secure deletion."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.errors import ConfigError, NoSuchTalk, StoreUnavailable
from web.store import counts
from web.store.base import (
    Committed,
    Known,
    Moved,
    Outcome,
    SealedAct,
    SealedEvent,
    SealedTurn,
    StoredTalk,
    Woken,
)
from web.store.counts import Count, Tallied
from web.store.writer import File, Writer, to_disk

T = TypeVar("T")

VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS talks (
    lookup BLOB PRIMARY KEY,
    talk_id TEXT NOT NULL,
    script TEXT NOT NULL,
    bundle TEXT NOT NULL,
    created INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    head INTEGER NOT NULL,
    state BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS acts (
    lookup BLOB NOT NULL,
    seq INTEGER NOT NULL,
    cid BLOB NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (lookup, seq),
    UNIQUE (lookup, cid)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    lookup BLOB NOT NULL,
    seq INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (lookup, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bundles (digest TEXT PRIMARY KEY, body BLOB NOT NULL);
INSERT OR IGNORE INTO meta VALUES ('version', 1);
"""
BY_AGE = "CREATE INDEX IF NOT EXISTS talks_created ON talks (created)"
"""Finds what may be old: by its beginning, which never changes, so that a turn costs no more."""
OLD = "SELECT lookup FROM talks WHERE created < ?1 AND touched < ?1 LIMIT ?2"


class SqliteStore:
    """Keeps talks in one file."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it when there is none.

        Raises:
            ConfigError: the file can't be used, or a newer version of this program made it.
        """
        try:
            _prepare(path)
            self._writer = Writer(File(path))
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
        await self._writer.run(partial(_create, talk=talk, turn=turn))

    async def load(self, lookup: bytes) -> StoredTalk:
        """Find a talk; raises `NoSuchTalk`."""
        return await self._read(partial(_load, lookup=lookup))

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn in one transaction, or say why not; raises `NoSuchTalk`."""
        return await self._writer.run(partial(_commit, lookup=lookup, turn=turn))

    async def find_act(self, lookup: bytes, cid: bytes) -> Known | None:
        """Find an act by the digest of its id."""
        return await self._read(partial(_find_act, lookup=lookup, cid=cid))

    async def events(self, lookup: bytes, first: int, n: int) -> list[SealedEvent]:
        """Give at most `n` events from the seq `first` on, in order."""
        query = "SELECT seq, body FROM events WHERE lookup = ? AND seq >= ? ORDER BY seq LIMIT ?"
        rows = await self._read(lambda db: db.execute(query, (lookup, first, n)).fetchall())
        return [SealedEvent(*row) for row in rows]

    async def acts(self, lookup: bytes) -> list[SealedAct]:
        """Give all acts of a talk in order."""
        query = "SELECT seq, cid, digest, body FROM acts WHERE lookup = ? ORDER BY seq"
        rows = await self._read(lambda db: db.execute(query, (lookup,)).fetchall())
        return [SealedAct(*row) for row in rows]

    async def forget(self, lookup: bytes) -> None:
        """Delete a talk so that no file holds its bytes any more."""
        await self._writer.run(partial(_forget, lookup=lookup), scrub=True)

    async def expire(self, before: int, n: int) -> list[bytes]:
        """Delete old talks so that no file holds their bytes any more; give their lookup ids."""
        if not await self._read(lambda db: db.execute(OLD, (before, 1)).fetchall()):
            return []
        return await self._writer.run(partial(_expire, before=before, n=n), scrub=True)

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
            db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        db.execute(BY_AGE)
        (version,) = db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
    finally:
        file.close()
    if version > VERSION:
        raise ConfigError(f"A newer makeroom made the database {path}; install that version.")


def _create(db: sqlite3.Connection, talk: StoredTalk, turn: SealedTurn) -> None:
    db.execute(
        "INSERT INTO talks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            talk.lookup,
            talk.talk_id,
            talk.script,
            talk.bundle,
            turn.at,
            turn.at,
            turn.head,
            turn.state,
        ),
    )
    act = turn.act
    db.execute(
        "INSERT INTO acts VALUES (?, ?, ?, ?, ?)",
        (talk.lookup, act.seq, act.cid, act.digest, act.body),
    )
    _add_events(db, talk.lookup, turn)


def _load(db: sqlite3.Connection, lookup: bytes) -> StoredTalk:
    query = "SELECT lookup, talk_id, script, bundle, head, state FROM talks WHERE lookup = ?"
    row = db.execute(query, (lookup,)).fetchone()
    if row is None:
        raise NoSuchTalk("No talk belongs to this token.")
    return StoredTalk(*row)


def _find_act(db: sqlite3.Connection, lookup: bytes, cid: bytes) -> Known | None:
    query = "SELECT digest, seq FROM acts WHERE lookup = ? AND cid = ?"
    row = db.execute(query, (lookup, cid)).fetchone()
    return Known(*row) if row else None


def _commit(db: sqlite3.Connection, lookup: bytes, turn: SealedTurn) -> Outcome:
    act = turn.act
    added = db.execute(
        "INSERT OR IGNORE INTO acts SELECT ?, ?, ?, ?, ? FROM talks WHERE lookup = ? AND head = ?",
        (lookup, act.seq, act.cid, act.digest, act.body, lookup, turn.before),
    )
    if not added.rowcount:  # nothing has changed: find out why
        head = _load(db, lookup).head
        return _find_act(db, lookup, act.cid) or Moved(head)
    db.execute(
        "UPDATE talks SET head = ?, state = ?, touched = ? WHERE lookup = ?",
        (turn.head, turn.state, turn.at, lookup),
    )
    _add_events(db, lookup, turn)
    return Committed()


def _add_events(db: sqlite3.Connection, lookup: bytes, turn: SealedTurn) -> None:
    db.executemany(
        "INSERT INTO events VALUES (?, ?, ?)",
        [(lookup, event.seq, event.body) for event in turn.events],
    )


def _forget(db: sqlite3.Connection, lookup: bytes) -> None:
    for table in ("events", "acts", "talks"):
        db.execute(f"DELETE FROM {table} WHERE lookup = ?", (lookup,))  # noqa: S608 - our names


def _expire(db: sqlite3.Connection, before: int, n: int) -> list[bytes]:
    old = [row[0] for row in db.execute(OLD, (before, n))]
    for lookup in old:
        _forget(db, lookup)
    return old
