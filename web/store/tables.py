"""The tables of the SQLite file, and what is asked of them.

A talk has a number, and turns go to the end of their table: the turns of a group lie together,
whosever they are, and a commit writes few pages. The index leads from a talk to its turns; the
digest of an act's id stands in it, so that an act that comes twice is found there.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeAlias

from bot.errors import NoSuchTalk
from web.store.base import (
    VERSION,
    Committed,
    Known,
    Moved,
    Outcome,
    SealedTurn,
    StoredTalk,
    StoredTurn,
)

Pending: TypeAlias = tuple[bytes, SealedTurn]
"""A turn that waits to be written, and the lookup id of its talk."""

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS talks (
    id INTEGER PRIMARY KEY,
    lookup BLOB NOT NULL UNIQUE,
    talk_id TEXT NOT NULL,
    script TEXT NOT NULL,
    bundle TEXT NOT NULL,
    created INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    head INTEGER NOT NULL,
    state BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY,
    talk INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    head INTEGER NOT NULL,
    cid BLOB NOT NULL,
    digest BLOB NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS turns_place ON turns (talk, seq, cid);
CREATE TABLE IF NOT EXISTS bundles (digest TEXT PRIMARY KEY, body BLOB NOT NULL);
INSERT OR IGNORE INTO meta VALUES ('version', {VERSION});
"""  # noqa: S608 - our own number
BY_AGE = "CREATE INDEX IF NOT EXISTS talks_created ON talks (created)"
"""Finds what may be old: by its beginning, which never changes, so that a turn costs no more."""
OLD = "SELECT lookup FROM talks WHERE created < ?1 AND touched < ?1 LIMIT ?2"
TURNS = """
SELECT seq, turns.head, body FROM turns JOIN talks ON talks.id = talk
WHERE lookup = ?1 AND seq >= coalesce(
    (SELECT max(seq) FROM turns WHERE talk = talks.id AND seq <= ?2), 0
) AND turns.head >= ?2 ORDER BY seq LIMIT ?3
"""
FIND = """
SELECT digest, seq FROM turns
WHERE talk = (SELECT id FROM talks WHERE lookup = ?) AND cid = ?
"""
MOVE = """
UPDATE talks SET head = column3, state = column4, touched = column5 FROM (VALUES {rows})
WHERE lookup = column1 AND head = column2
    AND NOT EXISTS (SELECT 1 FROM turns WHERE talk = talks.id AND cid = column6)
"""
ADD = """
INSERT INTO turns (talk, seq, head, cid, digest, body)
SELECT talks.id, column2, column3, column4, column5, column6
FROM (VALUES {rows}) CROSS JOIN talks ON lookup = column1
"""


def create(db: sqlite3.Connection, talk: StoredTalk, turn: SealedTurn) -> None:
    """Store a new talk with its first turn."""
    about = (talk.lookup, talk.talk_id, talk.script, talk.bundle, turn.at, turn.at)
    db.execute(
        "INSERT INTO talks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", (*about, turn.head, turn.state)
    )
    _add(db, [(talk.lookup, turn)])


def load(db: sqlite3.Connection, lookup: bytes) -> StoredTalk:
    """Find a talk; raises `NoSuchTalk`."""
    query = "SELECT lookup, talk_id, script, bundle, head, state FROM talks WHERE lookup = ?"
    row = db.execute(query, (lookup,)).fetchone()
    if row is None:
        raise NoSuchTalk("No talk belongs to this token.")
    return StoredTalk(*row)


def turns(db: sqlite3.Connection, lookup: bytes, first: int, n: int) -> list[StoredTurn]:
    """Give at most `n` turns in order, from that on which made the event `first`."""
    return [StoredTurn(*row) for row in db.execute(TURNS, (lookup, first, n))]


def find_act(db: sqlite3.Connection, lookup: bytes, cid: bytes) -> Known | None:
    """Find an act by the digest of its id."""
    row = db.execute(FIND, (lookup, cid)).fetchone()
    return Known(*row) if row else None


def forget(db: sqlite3.Connection, lookup: bytes) -> None:
    """Delete a talk."""
    query = "DELETE FROM turns WHERE talk = (SELECT id FROM talks WHERE lookup = ?)"
    db.execute(query, (lookup,))
    db.execute("DELETE FROM talks WHERE lookup = ?", (lookup,))


def expire(db: sqlite3.Connection, before: int, n: int) -> list[bytes]:
    """Delete at most `n` talks that were last touched before a time; give their lookup ids."""
    old = [row[0] for row in db.execute(OLD, (before, n))]
    for lookup in old:
        forget(db, lookup)
    return old


def commit_all(db: sqlite3.Connection, given: Sequence[Pending]) -> list[Outcome | NoSuchTalk]:
    """Store turns, few statements for all; tell of each what came of it."""
    outcomes: dict[int, Outcome | NoSuchTalk] = {}
    fresh = {lookup: number for number, (lookup, _) in reversed(list(enumerate(given)))}
    for chunk in _chunks(sorted(fresh.values())):  # of two for one talk, the first
        if _commit(db, [given[number] for number in chunk]):
            outcomes.update(dict.fromkeys(chunk, Committed()))
    for number, pending in enumerate(given):
        if number not in outcomes:
            outcomes[number] = _commit_one(db, pending)
    return [outcomes[number] for number in range(len(given))]


def _chunks(numbers: list[int]) -> Iterator[list[int]]:
    """Cut into powers of two: few lengths, so that each statement is prepared once."""
    at = 0
    while at < len(numbers):
        size = 1 << (len(numbers) - at).bit_length() - 1
        yield numbers[at : at + size]
        at += size


def _commit(db: sqlite3.Connection, given: Sequence[Pending]) -> bool:
    """Store turns if all of them can be; else none of them."""
    if len(given) == 1:
        return _move(db, given) and _add(db, given)
    db.execute("SAVEPOINT turns")
    has_moved = _move(db, given) and _add(db, given)
    if not has_moved:
        db.execute("ROLLBACK TO turns")
    db.execute("RELEASE turns")
    return has_moved


def _commit_one(db: sqlite3.Connection, pending: Pending) -> Outcome | NoSuchTalk:
    if _commit(db, [pending]):
        return Committed()
    lookup, turn = pending
    try:
        head = load(db, lookup).head  # nothing has changed: find out why
    except NoSuchTalk as error:
        return error
    return find_act(db, lookup, turn.cid) or Moved(head)


def _move(db: sqlite3.Connection, given: Sequence[Pending]) -> bool:
    rows = [
        field
        for lookup, turn in given
        for field in (lookup, turn.before, turn.head, turn.state, turn.at, turn.cid)
    ]
    return db.execute(_written(MOVE, len(given)), rows).rowcount == len(given)


def _add(db: sqlite3.Connection, given: Sequence[Pending]) -> bool:
    rows = [
        field
        for lookup, turn in given
        for field in (lookup, turn.seq, turn.head, turn.cid, turn.digest, turn.body)
    ]
    return db.execute(_written(ADD, len(given)), rows).rowcount == len(given)


@cache
def _written(statement: str, rows: int) -> str:
    return statement.format(rows=", ".join(["(?, ?, ?, ?, ?, ?)"] * rows))
