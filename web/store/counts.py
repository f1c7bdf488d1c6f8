"""Counts for the operator, kept so that no change of what can be read concerns fewer than ten.

What is counted waits, without a day, until ten people more are in it; then all of it is let out at
once, on that day. Whoever reads before and after learns of ten people together, never of one.
"""

import sqlite3
from collections import Counter
from typing import Any

from msgspec import Struct

FEWEST = 10
"""People behind any number that can be read."""
PERSON = "talk"
"""The fact that each counted talk has once; a talk is as near to a person as we look."""


class Tallied(Struct, frozen=True):
    """New facts of one talk.

    Attributes:
        script: id of the dialogue.
        bundle: digest of its version.
        facts: names of what became true, each once in a talk.
        day: days since 1970.
    """

    script: str
    bundle: str
    facts: tuple[str, ...]
    day: int


class Count(Struct, frozen=True):
    """How many people a fact is true of, since a day and until another."""

    script: str
    bundle: str
    fact: str
    people: int
    first: int
    last: int


_WAITING = """
CREATE TABLE IF NOT EXISTS waiting (
    script TEXT NOT NULL,
    bundle TEXT NOT NULL,
    fact TEXT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (bundle, fact)
)
"""
_COUNTS = """
CREATE TABLE IF NOT EXISTS counts (
    script TEXT NOT NULL,
    bundle TEXT NOT NULL,
    fact TEXT NOT NULL,
    day BIGINT NOT NULL,
    people BIGINT NOT NULL,
    PRIMARY KEY (bundle, fact, day)
)
"""
SCHEMA = (_WAITING, _COUNTS)
"""Made when something is counted first: where nothing is, there is no place for it."""
WAIT = """
INSERT INTO waiting VALUES ($1, $2, $3, 1)
ON CONFLICT (bundle, fact) DO UPDATE SET people = waiting.people + 1
"""
WAITING = "SELECT people FROM waiting WHERE bundle = $1 AND fact = $2"
LET_OUT = """
INSERT INTO counts SELECT script, bundle, fact, $2, people FROM waiting WHERE bundle = $1
ON CONFLICT (bundle, fact, day) DO UPDATE SET people = counts.people + excluded.people
"""
CLEAR = "DELETE FROM waiting WHERE bundle = $1"
READ = """
SELECT script, bundle, fact, CAST(sum(people) AS BIGINT), min(day), max(day)
FROM counts GROUP BY script, bundle, fact
"""
LOCK = "SELECT pg_advisory_xact_lock(6277011)"
"""One process counts at a time, so that no two wait for each other's rows."""


def add_to_sqlite(db: sqlite3.Connection, tallied: Tallied) -> None:
    """Count, inside a transaction."""
    for statement in SCHEMA:
        db.execute(statement)
    rows = [(tallied.script, tallied.bundle, fact) for fact in tallied.facts]
    db.executemany(_numbered(WAIT), rows)
    row = db.execute(_numbered(WAITING), (tallied.bundle, PERSON)).fetchone()
    if row and row[0] >= FEWEST:
        db.execute(_numbered(LET_OUT), (tallied.bundle, tallied.day))
        db.execute(_numbered(CLEAR), (tallied.bundle,))


def read_from_sqlite(db: sqlite3.Connection) -> list[Count]:
    """Give what may be read."""
    there = "SELECT 1 FROM sqlite_master WHERE name = 'counts'"
    if not db.execute(there).fetchone():
        return []
    return [Count(*row) for row in db.execute(READ)]


async def add_to_postgres(db: Any, tallied: Tallied) -> None:
    """Count, in one transaction.

    When its answer is lost on the way it is done again: a count may then be one too high, which no
    reader of tens sees.
    """
    async with db.transaction():
        await db.execute(LOCK)
        for statement in SCHEMA:
            await db.execute(statement)
        rows = [(tallied.script, tallied.bundle, fact) for fact in tallied.facts]
        await db.executemany(WAIT, rows)
        people = await db.fetchval(WAITING, tallied.bundle, PERSON)
        if people and people >= FEWEST:
            await db.execute(LET_OUT, tallied.bundle, tallied.day)
            await db.execute(CLEAR, tallied.bundle)


async def read_from_postgres(db: Any) -> list[Count]:
    """Give what may be read."""
    if await db.fetchval("SELECT to_regclass('counts')") is None:
        return []
    return [Count(*row) for row in await db.fetch(READ)]


class Kept:
    """Counts in memory, by the same rule."""

    def __init__(self) -> None:
        self._waiting: dict[str, Counter[tuple[str, str]]] = {}
        self._days: dict[tuple[str, str, str], list[int]] = {}
        self._people: Counter[tuple[str, str, str]] = Counter()

    def add(self, tallied: Tallied) -> None:
        """Count."""
        waiting = self._waiting.setdefault(tallied.bundle, Counter())
        waiting.update((tallied.script, fact) for fact in tallied.facts)
        if waiting[tallied.script, PERSON] < FEWEST:
            return
        for (script, fact), people in self._waiting.pop(tallied.bundle).items():
            key = (script, tallied.bundle, fact)
            self._people[key] += people
            self._days.setdefault(key, []).append(tallied.day)

    def read(self) -> list[Count]:
        """Give what may be read."""
        days = self._days
        return [Count(*it, n, min(days[it]), max(days[it])) for it, n in self._people.items()]


def _numbered(statement: str) -> str:
    """Write placeholders as SQLite has them."""
    return statement.replace("$", "?")
