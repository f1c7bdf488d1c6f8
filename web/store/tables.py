"""The tables of the SQLite file, and what is asked of them.

A talk has a number, and turns go to the end of their table: the turns of a group lie together,
whosever they are, and a commit writes few pages. The index leads from a talk to its turns; the
digest of an act's id stands in it, so that an act that comes twice is found there.
"""

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

from bot.errors import NoSuchTalk, TalkDamaged
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
Told: TypeAlias = Outcome | NoSuchTalk | TalkDamaged
"""What came of a turn, or the error that concerns its talk alone."""

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
SELECT digest, seq, id FROM turns
WHERE talk = (SELECT id FROM talks WHERE lookup = ?) AND cid = ?
"""
BEYOND = """
SELECT 1 FROM turns JOIN talks ON talks.id = talk WHERE lookup = ? AND seq > talks.head
"""
MOVE = """
UPDATE talks SET head = column3, state = column4, touched = column5 FROM (VALUES {rows})
WHERE lookup = column1 AND head = column2
    AND NOT EXISTS (SELECT 1 FROM turns WHERE talk = talks.id AND (cid = column6 OR seq > column2))
"""
ADD = """
INSERT INTO turns (talk, seq, head, cid, digest, body)
SELECT talks.id, column3, head, column4, column5, column6
FROM (VALUES {rows}) CROSS JOIN talks ON lookup = column1 AND state = column2
WHERE NOT EXISTS (SELECT 1 FROM turns WHERE talk = talks.id AND seq = column3)
"""
"""Goes by the state, which is sealed anew each time: a turn is added where it moved the talk."""
FIELDS = 6
"""Values of a row in either."""


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
    return Known(*row[:2]) if row else None


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


def commit_all(db: sqlite3.Connection, given: Sequence[Pending]) -> list[Told]:
    """Store turns, two statements for all of them; tell of each what came of it."""
    first = dict(reversed(given))  # of two for one talk, the first; the other comes too late
    turns = [(lookup, turn) for lookup, turn in given if first[lookup] is turn]
    if not turns:
        return []
    moves = [(who, t.before, t.head, t.state, t.at, t.cid) for who, t in turns]
    moved = db.execute(_for(MOVE, len(turns)), _filled(moves)).rowcount
    added = _add(db, turns)
    if moved == len(given):
        return [Committed()] * moved
    last = added.lastrowid or 0
    new, none = range(last - moved + 1, last + 1), range(0)
    return [_came_of(db, who, t, new if first[who] is t else none) for who, t in given]


def _add(db: sqlite3.Connection, turns: Sequence[Pending]) -> sqlite3.Cursor:
    rows = [(who, t.state, t.seq, t.cid, t.digest, t.body) for who, t in turns]
    return db.execute(_for(ADD, len(turns)), _filled(rows))


def _came_of(db: sqlite3.Connection, lookup: bytes, turn: SealedTurn, new: range) -> Told:
    """Tell whether a turn is among the new ones, and if not, why."""
    row = db.execute(FIND, (lookup, turn.cid)).fetchone()
    if row is not None:
        return Committed() if row[2] in new else Known(*row[:2])
    if db.execute(BEYOND, (lookup,)).fetchone():
        return TalkDamaged("Turns are stored beyond this talk's head; restore a backup.")
    try:
        return Moved(load(db, lookup).head)
    except NoSuchTalk as error:
        return error


def _filled(rows: Sequence[tuple[object, ...]]) -> list[object]:
    """Put rows one behind the other, and nothing into those that a statement has beyond them."""
    fields = [field for row in rows for field in row]
    return fields + [None] * (_places(len(rows)) * FIELDS - len(fields))


def _places(rows: int) -> int:
    """Give the next power of two: few lengths, so that each statement is prepared once."""
    return 1 << (rows - 1).bit_length()


def _for(statement: str, rows: int) -> str:
    return _written(statement, _places(rows))


@cache
def _written(statement: str, places: int) -> str:
    return statement.format(rows=", ".join(["(?, ?, ?, ?, ?, ?)"] * places))
