"""The PostgreSQL database: whether it answers, keeps what it says it keeps, and is whole.

As with SQLite, whether a talk equals the replay of its inputs can't be told without its key. How
pages are on the disk is PostgreSQL's own to check (`data_checksums`).
"""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg

from web.checkup.verdict import Looked, Verdict, good, whole
from web.store.base import VERSION

PATIENCE_S = 5.0
"""Seconds for an answer; a question about all talks may take longer."""
COUNTING_S = 600.0
"""Seconds for all of it, with a million talks on a slow disk."""
RESTORE = "stop the servers, keep a dump, and restore the last one that was good"
MADE = """
SELECT count(talks.lookup),
    count(*) FILTER (WHERE talks.head IS DISTINCT FROM last AND talks.lookup IS NOT NULL),
    count(*) FILTER (WHERE talks.head IS DISTINCT FROM events AND talks.lookup IS NOT NULL),
    count(*) FILTER (WHERE first <> 1 AND talks.lookup IS NOT NULL),
    coalesce(sum(made) FILTER (WHERE talks.lookup IS NULL), 0)
FROM (
    SELECT lookup, min(seq) AS first, max(head) AS last, sum(head - seq + 1) AS events,
        count(*) AS made
    FROM turns GROUP BY lookup
) AS each LEFT JOIN talks USING (lookup)
"""
SETTINGS = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "autovacuum",
    "data_checksums",
    "server_version",
    "transaction_read_only",
)
LOSES = {"fsync": "off", "full_page_writes": "off"}
"""Settings with which a power cut takes what was acknowledged."""
LINE = """
SELECT ssl OR inet_server_addr() IS NULL OR inet_server_addr() <<= '127.0.0.0/8'
    OR inet_server_addr() = '::1'
FROM pg_stat_ssl WHERE pid = pg_backend_pid()
"""
"""Whether nobody between us and the database can read along."""
Connection = Any  # asyncpg's own types aren't published


NEW = Verdict(
    "store",
    "note",
    "no talk is in this database yet; `makeroom serve` makes its tables.",
    "name another with --store if there should be talks",
)


async def look(url: str) -> Looked:
    """Look at a database. Nothing is made or changed in it.

    Args:
        url: `postgresql://…`, as libpq has it.
    """
    try:
        async with asyncio.timeout(COUNTING_S):
            db = await asyncpg.connect(url, timeout=PATIENCE_S, command_timeout=COUNTING_S)
            try:
                return await _looked(db)
            finally:
                await db.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, ValueError) as it:
        says = f"it doesn't answer: {type(it).__name__}."  # the text may quote the address
        advice = "see whether the database runs, and whether address and password are right"
        return Looked([Verdict("store", "error", says, advice)])


async def _looked(db: Connection) -> Looked:
    rows = await db.fetch("SELECT name, setting FROM pg_settings WHERE name = ANY($1)", SETTINGS)
    settings = dict(map(tuple, rows))
    verdicts = [await _version(db, settings), *_kept(settings), *await _line(db)]
    if verdicts[0] == NEW or any(verdict.grade == "error" for verdict in verdicts):
        return Looked(verdicts)
    count = await db.fetchval("SELECT count(*) FROM talks")
    verdicts += whole(count, await db.fetchrow(MADE), RESTORE)
    talks = await db.fetch("SELECT bundle, count(*) FROM talks GROUP BY bundle")
    pinned = dict(map(tuple, talks))
    query = "SELECT body FROM bundles WHERE digest = $1"
    bundles = {digest: await db.fetchval(query, digest) for digest in pinned}
    return Looked(verdicts, pinned, bundles, await db.fetchval("SELECT max(touched) FROM talks"))


async def _version(db: Connection, settings: Mapping[str, str]) -> Verdict:
    try:
        schema = await db.fetchval("SELECT value FROM meta WHERE name = 'version'")
    except asyncpg.UndefinedTableError:
        if await db.fetchval("SELECT to_regclass('talks') IS NULL"):
            return NEW
        return Verdict("store", "error", "the table “meta” is gone.", RESTORE)
    if schema != VERSION:
        says = f"another version made it (schema {schema}, this one knows {VERSION})."
        return Verdict("store", "error", says, "install that version of makeroom")
    size = await db.fetchval("SELECT pg_database_size(current_database())") / 2**20
    server = settings["server_version"]
    return good("store", f"PostgreSQL {server} answers; schema {schema} and {size:,.1f} MiB.")


def _kept(settings: Mapping[str, str]) -> Iterator[Verdict]:
    """Judge whether what is acknowledged stays, and what is deleted goes."""
    if settings["transaction_read_only"] == "on":
        says = "it can't be written: this is a standby, or it was made read-only."
        yield Verdict("store", "error", says, "name the primary server with --store")
    for name, bad in LOSES.items():
        if settings[name] == bad:
            says = f"{name} is {bad}: a power cut takes turns that were acknowledged."
            yield Verdict("store", "error", says, f"set {name} = on and restart PostgreSQL")
    if settings["autovacuum"] == "off":
        says = "autovacuum is off: the sealed bytes of forgotten talks stay in its files."
        yield Verdict("store", "warning", says, "set autovacuum = on, or run VACUUM every day")
    if settings["data_checksums"] == "off":
        says = "data_checksums is off: a damaged page is noticed only when its talk is opened."
        yield Verdict("store", "note", says)


async def _line(db: Connection) -> list[Verdict]:
    if await db.fetchval(LINE):
        return []
    says = "the line to the database isn't encrypted."
    advice = "put sslmode=verify-full into the URL"
    return [Verdict("store", "warning", says, advice)]
