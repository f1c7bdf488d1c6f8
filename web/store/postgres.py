"""Talks in PostgreSQL: any process serves any talk, and hears of turns that others took.

A turn is one statement, so one transaction and one way there and back. It changes the talk's row
first, and so holds its lock: the same act through two processes is one act. When an answer is lost
on the way the statement is sent again, and the sealed act itself tells whether it was stored.
"""

from functools import partial

from bot.errors import ConfigError, NoSuchTalk, StoreUnavailable, TalkDamaged
from web.store import counts
from web.store.base import (
    VERSION,
    Committed,
    Known,
    Moved,
    Outcome,
    SealedTurn,
    StoredTalk,
    StoredTurn,
    Woken,
    check_version,
)
from web.store.counts import Count, Tallied
from web.store.pool import CHANNEL, Connection, Pool

SCHEMA = f"""
CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value bigint NOT NULL);
CREATE TABLE IF NOT EXISTS talks (
    lookup bytea PRIMARY KEY,
    talk_id text NOT NULL,
    script text NOT NULL,
    bundle text NOT NULL,
    created bigint NOT NULL,
    touched bigint NOT NULL,
    head bigint NOT NULL,
    state bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS turns (
    lookup bytea NOT NULL,
    seq bigint NOT NULL,
    head bigint NOT NULL,
    cid bytea NOT NULL,
    digest bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (lookup, seq),
    UNIQUE (lookup, cid)
);
CREATE INDEX IF NOT EXISTS talks_created ON talks (created);
CREATE TABLE IF NOT EXISTS bundles (digest text PRIMARY KEY, body bytea NOT NULL);
INSERT INTO meta VALUES ('version', {VERSION}) ON CONFLICT DO NOTHING;
"""  # noqa: S608 - our own number
SCHEMA_LOCK = 6_277_010
"""Number of the advisory lock under which one process makes the tables while others wait."""
START_S = 0.7
"""Seconds to reach it at the start: a wrong address is told within one."""
CREATE = """
WITH talk AS (
    INSERT INTO talks VALUES ($1, $2, $3, $4, $5, $5, $6, $7) ON CONFLICT DO NOTHING
    RETURNING lookup
)
INSERT INTO turns SELECT lookup, $8, $6, $9, $10, $11 FROM talk
"""
COMMIT = f"""
WITH talk AS (
    UPDATE talks SET head = $3, state = $4, touched = $5
    WHERE lookup = $1 AND head = $2
        AND NOT EXISTS (
            SELECT FROM turns WHERE turns.lookup = $1 AND (turns.cid = $7 OR turns.seq > $2)
        )
    RETURNING lookup
), turn AS (
    INSERT INTO turns SELECT lookup, $6, $3, $7, $8, $9 FROM talk
)
SELECT pg_notify('{CHANNEL}', encode(lookup, 'hex') || ' ' || $3::bigint) FROM talk
"""  # noqa: S608 - our own name of a channel
TURNS = """
SELECT seq, head, body FROM turns WHERE lookup = $1 AND seq >= coalesce(
    (SELECT max(seq) FROM turns WHERE lookup = $1 AND seq <= $2), 0
) AND head >= $2 ORDER BY seq LIMIT $3
"""
HOLD = "SELECT lookup FROM talks WHERE lookup = ANY($1) FOR UPDATE"
OLD = """
SELECT lookup FROM talks WHERE created < $1 AND touched < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
"""
FORGET = f"""
WITH turn AS (DELETE FROM turns WHERE lookup = ANY($1)),
    talk AS (DELETE FROM talks WHERE lookup = ANY($1) RETURNING lookup)
SELECT pg_notify('{CHANNEL}', encode(lookup, 'hex') || ' 0') FROM talk
"""  # noqa: S608 - our own name of a channel


class PostgresStore:
    """Keeps talks in a PostgreSQL database, or in one that speaks its protocol.

    Args:
        url: `postgresql://…`, as libpq has it.
    """

    def __init__(self, url: str) -> None:
        self._pool = Pool(url)

    async def open(self) -> None:
        """Make the tables where there are none.

        Raises:
            ConfigError: it can't be reached or used, or a newer version of this program made it.
        """
        try:
            version = await self._pool.run(_prepare, START_S)
        except StoreUnavailable as error:
            raise ConfigError(f"--store can't be used: {error}") from error
        check_version(version, "this database")

    async def create(self, talk: StoredTalk, turn: SealedTurn) -> None:
        """Store a new talk with its first turn."""
        about = (talk.lookup, talk.talk_id, talk.script, talk.bundle, turn.at, turn.head)
        await self._pool.run(lambda db: db.execute(CREATE, *about, turn.state, *_made(turn)))

    async def load(self, lookup: bytes) -> StoredTalk:
        """Find a talk; raises `NoSuchTalk`."""
        return await self._pool.run(partial(_load, lookup=lookup))

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn in one transaction, or say why not; raises `NoSuchTalk`, `TalkDamaged`."""
        return await self._pool.run(_Commit(lookup, turn))

    async def find_act(self, lookup: bytes, cid: bytes) -> Known | None:
        """Find an act by the digest of its id."""
        query = "SELECT digest, seq FROM turns WHERE lookup = $1 AND cid = $2"
        row = await self._pool.run(lambda db: db.fetchrow(query, lookup, cid))
        return Known(*row) if row else None

    async def turns(self, lookup: bytes, first: int, n: int) -> list[StoredTurn]:
        """Give at most `n` turns in order, from that on which made the event `first`."""
        rows = await self._pool.run(lambda db: db.fetch(TURNS, lookup, first, n))
        return [StoredTurn(*row) for row in rows]

    async def forget(self, lookup: bytes) -> None:
        """Delete a talk. Its sealed bytes stay in dead rows until PostgreSQL vacuums."""
        await self._pool.run(partial(_forget, lookups=[lookup]))

    async def expire(self, before: int, n: int) -> list[bytes]:
        """Delete old talks; give their lookup ids. Several processes may do it at once."""
        return await self._pool.run(partial(_expire, before=before, n=n))

    async def recall(self, name: str) -> int:
        """Give a number that was to be remembered; 0 when there is none."""
        query = "SELECT value FROM meta WHERE name = $1"
        value: int | None = await self._pool.run(lambda db: db.fetchval(query, name))
        return value or 0

    async def remember(self, name: str, value: int) -> None:
        """Remember a number about the store itself."""
        query = "INSERT INTO meta VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2"
        await self._pool.run(lambda db: db.execute(query, name, value))

    async def keep_bundle(self, digest: str, body: bytes) -> None:
        """Keep a script bundle, once."""
        query = "INSERT INTO bundles VALUES ($1, $2) ON CONFLICT DO NOTHING"
        await self._pool.run(lambda db: db.execute(query, digest, body))

    async def bundle(self, digest: str) -> bytes | None:
        """Give a kept script bundle."""
        query = "SELECT body FROM bundles WHERE digest = $1"
        body: bytes | None = await self._pool.run(lambda db: db.fetchval(query, digest))
        return body

    async def tally(self, tallied: Tallied) -> None:
        """Count facts of a talk; they can be read once ten people more are counted."""
        await self._pool.run(partial(counts.add_to_postgres, tallied=tallied))

    async def counts(self) -> list[Count]:
        """Give all counts that may be read."""
        return await self._pool.run(counts.read_from_postgres)

    async def check(self) -> None:
        """Return when the database takes locks, so that it isn't a copy that can only be read."""
        await self._pool.run(
            lambda db: db.execute("SELECT 1 FROM meta WHERE name = 'version' FOR UPDATE")
        )

    def wake(self, woken: Woken) -> None:
        """Tell `woken` of every talk that goes on or ends, in whichever process."""
        self._pool.listen(woken)

    async def close(self) -> None:
        """Finish what was begun and let go."""
        await self._pool.close()


def _made(turn: SealedTurn) -> tuple[object, ...]:
    return (turn.seq, turn.cid, turn.digest, turn.body)


async def _prepare(db: Connection) -> int:
    async with db.transaction():
        await db.execute(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
        await db.execute(SCHEMA)
        version: int = await db.fetchval("SELECT value FROM meta WHERE name = 'version'")
    return version


async def _forget(db: Connection, lookups: list[bytes]) -> None:
    async with db.transaction():
        await db.fetch(HOLD, lookups)  # waits for turns on their way: the next statement sees them
        await db.execute(FORGET, lookups)


async def _expire(db: Connection, before: int, n: int) -> list[bytes]:
    async with db.transaction():
        old = [row["lookup"] for row in await db.fetch(OLD, before, n)]
        if old:
            await db.execute(FORGET, old)
    return old


async def _load(db: Connection, lookup: bytes) -> StoredTalk:
    query = "SELECT lookup, talk_id, script, bundle, head, state FROM talks WHERE lookup = $1"
    row = await db.fetchrow(query, lookup)
    if row is None:
        raise NoSuchTalk("No talk belongs to this token.")
    return StoredTalk(*row)


class _Commit:
    """One turn on its way into the database, perhaps in several attempts."""

    def __init__(self, lookup: bytes, turn: SealedTurn) -> None:
        self._lookup, self._turn, self._attempts = lookup, turn, 0

    async def __call__(self, db: Connection) -> Outcome:
        lookup, turn = self._lookup, self._turn
        self._attempts += 1
        about = (lookup, turn.before, turn.head, turn.state, turn.at)
        if await db.fetch(COMMIT, *about, *_made(turn)):
            return Committed()
        head = (await _load(db, lookup)).head  # nothing has changed: find out why
        query = "SELECT digest, seq, body FROM turns WHERE lookup = $1 AND cid = $2"
        row = await db.fetchrow(query, lookup, turn.cid)
        if row is None:
            if head == turn.before:  # only turns beyond it can have kept it there
                raise TalkDamaged("Turns are stored beyond this talk's head; restore a backup.")
            return Moved(head)
        # No two acts are sealed alike: this one was stored by an attempt whose answer was lost.
        is_this = self._attempts > 1 and row["body"] == turn.body and head == turn.head
        return Committed() if is_this else Known(row["digest"], row["seq"])
