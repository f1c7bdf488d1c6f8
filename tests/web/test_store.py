"""The promises of a store, kept by each of them; and what SQLite promises besides."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from bot.errors import ConfigError, NoSuchTalk, StoreUnavailable, TalkDamaged
from tests.copies import backup, put_back
from web.store import journal, writer
from web.store.base import (
    Committed,
    Known,
    Moved,
    SealedTurn,
    Store,
    StoredTalk,
)
from web.store.counts import Tallied
from web.store.memory import MemoryStore
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.store.tables import OLD

ONE, TWO = b"1" * 32, b"2" * 32


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """One of each."""
    made = await kept(request.param, request, tmp_path)
    yield made
    await made.close()


async def kept(kind: str, request: pytest.FixtureRequest, folder: Path) -> Store:
    """Open an empty store of a kind."""
    if kind == "memory":
        return MemoryStore()
    if kind == "sqlite":
        return SqliteStore(folder / "a.sqlite3")
    made = PostgresStore(request.getfixturevalue("postgres").new())
    await made.open()
    return made


def tallied(*facts: str, day: int = 20_000) -> Tallied:
    """Facts of one talk, on a day."""
    return Tallied("little", "digest", facts, day)


async def test_counts_come_out_ten_people_at_a_time(store: Store) -> None:
    """Nine are nobody; with the tenth all ten come out on that day, and then not an eleventh."""
    for number in range(9):
        await store.tally(tallied("talk", f"before/{number}"))
    assert await store.counts() == []
    await store.tally(tallied("talk", "before/3", day=20_001))
    found = {it.fact: it for it in await store.counts()}
    assert found["talk"].people == 10
    assert found["before/3"].people == 2
    assert {(it.first, it.last) for it in found.values()} == {(20_001, 20_001)}
    for _ in range(9):
        await store.tally(tallied("talk", "ended", day=20_002))
        await store.tally(tallied("before/3", day=20_002))
    assert {it.fact: it for it in await store.counts()} == found
    await store.tally(tallied("talk", day=20_003))
    later = {it.fact: it for it in await store.counts()}
    assert (later["talk"].people, later["ended"].people, later["before/3"].people) == (20, 9, 11)
    assert (later["talk"].first, later["talk"].last) == (20_001, 20_003)


async def test_versions_are_counted_apart(store: Store) -> None:
    """Five people in each of two versions are ten people in neither."""
    for number in range(10):
        await store.tally(Tallied("little", f"digest{number % 2}", ("talk",), 1))
    assert await store.counts() == []


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """One with a file."""
    made = SqliteStore(tmp_path / "a.sqlite3")
    yield made
    await made.close()


def opened(lookup: bytes = ONE) -> StoredTalk:
    """A talk as it begins."""
    return StoredTalk(lookup, "id", "little", "digest", 1, b"state1")


def turn(before: int, cid: bytes = b"c", digest: bytes = b"d", body: bytes = b"body") -> SealedTurn:
    """A turn with two events, or the first with one."""
    head = before + (2 if before else 1)
    return SealedTurn(
        before=before,
        head=head,
        cid=cid,
        digest=digest,
        body=b"%b%d" % (body, head),
        state=b"state%d" % head,
        at=1,
    )


async def places(store: Store, lookup: bytes, first: int, n: int = 200) -> list[tuple[int, int]]:
    """Give the first and last event of the turns that are found."""
    return [(it.seq, it.head) for it in await store.turns(lookup, first, n)]


def holds(folder: Path, word: bytes) -> bool:
    """Tell whether any file in a folder holds a word."""
    return any(word in file.read_bytes() for file in folder.iterdir())


def empty(folder: Path) -> None:
    """Remove all files of a folder."""
    for file in folder.iterdir():
        file.unlink()


async def test_a_talk_is_kept(store: Store) -> None:
    """What was stored is found, in order, and the state is the last one."""
    await store.create(opened(), turn(0, b"a"))
    assert await store.commit(ONE, turn(1, b"b")) == Committed()
    found = await store.load(ONE)
    assert (found.head, found.state, found.bundle) == (3, b"state3", "digest")
    assert await places(store, ONE, 1) == [(1, 1), (2, 3)]
    assert await places(store, ONE, 1, 1) == [(1, 1)]
    assert await places(store, ONE, 2) == await places(store, ONE, 3) == [(2, 3)]
    assert await places(store, ONE, 4) == []
    await store.check()


async def test_an_act_is_stored_once(store: Store) -> None:
    """The same id again changes nothing, and tells what it said and where it stands."""
    await store.create(opened(), turn(0, b"a"))
    await store.commit(ONE, turn(1, b"b", b"said"))
    assert await store.commit(ONE, turn(3, b"b", b"other")) == Known(b"said", 2)
    assert await store.commit(ONE, turn(1, b"b", b"said")) == Known(b"said", 2)
    assert await store.find_act(ONE, b"b") == Known(b"said", 2)
    assert await store.find_act(ONE, b"c") is None
    assert await store.find_act(TWO, b"b") is None
    assert (await store.load(ONE)).head == 3


async def test_a_turn_that_was_decided_elsewhere_is_not_stored(store: Store) -> None:
    """The head must be where the turn was decided."""
    await store.create(opened(), turn(0, b"a"))
    await store.commit(ONE, turn(1, b"b"))
    assert await store.commit(ONE, turn(1, b"c")) == Moved(3)
    assert await store.commit(ONE, turn(5, b"c")) == Moved(3)
    assert await places(store, ONE, 1) == [(1, 1), (2, 3)]


async def test_talks_do_not_touch(store: Store) -> None:
    """The same ids and seqs in two talks are two things; forgetting one leaves the other."""
    for lookup in (ONE, TWO):
        await store.create(opened(lookup), turn(0, b"a"))
    await store.commit(ONE, turn(1, b"b", body=b"one"))
    await store.commit(TWO, turn(1, b"b", body=b"two"))
    await store.forget(ONE)
    with pytest.raises(NoSuchTalk):
        await store.load(ONE)
    assert await places(store, ONE, 1) == []
    assert (await store.turns(TWO, 2, 1))[0].body == b"two3"


async def test_nothing_comes_back(store: Store) -> None:
    """After forgetting, a turn that was still under way isn't stored; forgetting again is fine."""
    await store.create(opened(), turn(0, b"a"))
    await store.forget(ONE)
    with pytest.raises(NoSuchTalk):
        await store.commit(ONE, turn(1, b"b"))
    await store.forget(ONE)
    await store.forget(TWO)
    assert await places(store, ONE, 1) == []


async def test_old_talks_are_deleted(store: Store) -> None:
    """Those last touched before a time, a few at a time; all that belongs to them goes, too."""
    lookups = [b"%032d" % number for number in range(4)]
    for number, lookup in enumerate(lookups):
        await store.create(opened(lookup), aged(turn(0, b"a"), number))
    await store.commit(lookups[0], aged(turn(1, b"b"), 9))
    assert await store.expire(0, 9) == []
    assert sorted(await store.expire(3, 9)) == lookups[1:3]
    for lookup in lookups[1:3]:
        with pytest.raises(NoSuchTalk):
            await store.load(lookup)
        assert await places(store, lookup, 1) == []
    assert (await store.load(lookups[0])).head == 3
    assert len(await store.expire(99, 1)) == 1
    assert len(await store.expire(99, 9)) == 1


def aged(of: SealedTurn, at: int) -> SealedTurn:
    """Give a turn that was taken at a time."""
    return msgspec.structs.replace(of, at=at)


async def test_numbers_are_remembered(store: Store) -> None:
    """The last one counts; one that nobody gave is 0."""
    assert await store.recall("clock") == 0
    await store.remember("clock", 5)
    await store.remember("clock", 2**53)
    assert await store.recall("clock") == 2**53
    await store.check()


async def test_bundles_are_kept_once(store: Store) -> None:
    """A digest names one bundle for good."""
    assert await store.bundle("x") is None
    await store.keep_bundle("x", b"one")
    await store.keep_bundle("x", b"one")
    assert await store.bundle("x") == b"one"


async def test_many_turns_at_once(store: Store) -> None:
    """Turns of many talks share commits; of two on one head, one wins."""
    lookups = [b"%032d" % number for number in range(50)]
    await asyncio.gather(*(store.create(opened(it), turn(0, b"a")) for it in lookups))
    twice = [(it, cid) for it in lookups for cid in (b"x", b"y")]
    outcomes = await asyncio.gather(*(store.commit(it, turn(1, cid)) for it, cid in twice))
    assert sum(outcome == Committed() for outcome in outcomes) == 50
    assert sum(outcome == Moved(3) for outcome in outcomes) == 50


# ------------------------------------------------------------------ SQLite


async def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    """What was acknowledged is in the file, and the file is for our eyes only."""
    path = tmp_path / "deep" / "a.sqlite3"
    first = SqliteStore(path)
    await first.create(opened(), turn(0, b"a"))
    await first.close()
    second = SqliteStore(path)
    assert (await second.load(ONE)).head == 1
    assert await second.commit(ONE, turn(1, b"a")) == Known(b"d", 1)
    await second.close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_it_is_synced_before_it_returns(disk: SqliteStore) -> None:
    """The settings that make a commit survive a power cut, and a deletion thorough."""
    db = disk._writer._file.connection()
    settings = {
        name: db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "secure_delete")
    }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


async def test_forgotten_bytes_are_in_no_file(disk: SqliteStore, tmp_path: Path) -> None:
    """When forget returns, neither the database nor its log hold what was stored."""
    await disk.create(opened(), turn(0, b"a", body=b"CANARY"))
    for seq in range(1, 41, 2):
        await disk.commit(ONE, turn(seq, b"%d" % seq, body=b"CANARY" * 200))
    await disk.create(opened(TWO), turn(0, b"a"))
    assert holds(tmp_path, b"CANARY")
    await disk.forget(ONE)
    assert not holds(tmp_path, b"CANARY")
    assert (await disk.load(TWO)).head == 1


async def test_what_somebody_reads_is_emptied_once_they_are_done(
    disk: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program reads, the log keeps what was deleted, which is told; afterwards it is
    emptied, also when nobody asks again."""  # noqa: D205, D209
    monkeypatch.setattr(journal, "SCRUB_TRIES", 1)
    monkeypatch.setattr(journal, "AGAIN_S", 0.05)
    await disk.create(opened(), turn(0, b"a", body=b"CANARY"))
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM talks").fetchall()
        with pytest.raises(StoreUnavailable):
            await disk.forget(ONE)
        with pytest.raises(NoSuchTalk):
            await disk.load(ONE)
        assert holds(tmp_path, b"CANARY")
    async with asyncio.timeout(10):
        while holds(tmp_path, b"CANARY"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_expired_bytes_are_in_no_file(disk: SqliteStore, tmp_path: Path) -> None:
    """What was deleted by its age is as gone as what was forgotten."""
    await disk.create(opened(), turn(0, b"a", body=b"CANARY" * 100))
    assert holds(tmp_path, b"CANARY")
    assert await disk.expire(2, 9) == [ONE]
    assert not holds(tmp_path, b"CANARY")


async def test_an_older_database_is_brought_up_to_date(tmp_path: Path) -> None:
    """One that was made before talks had an age to go by is used, and finds what is old."""
    path = tmp_path / "a.sqlite3"
    first = SqliteStore(path)
    await first.create(opened(), turn(0, b"a"))
    await first.close()
    with sqlite3.connect(path) as db:
        db.execute("DROP INDEX talks_created")
    db.close()
    second = SqliteStore(path)
    plan = await second._read(lambda db: db.execute("EXPLAIN QUERY PLAN " + OLD, (1, 1)).fetchall())
    assert "talks_created" in str(plan)
    assert await second.expire(2, 9) == [ONE]
    await second.close()


async def test_a_locked_database_is_told_in_time(
    disk: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody else writes, people are told, nothing is kept, and then all goes on."""
    monkeypatch.setattr(writer, "PATIENCE_S", 0.3)
    await disk.create(opened(), turn(0, b"a"))
    other = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = asyncio.get_running_loop().time()
    with pytest.raises(StoreUnavailable):
        await disk.commit(ONE, turn(1, b"b"))
    assert asyncio.get_running_loop().time() - started < 1.5
    assert (await disk.load(ONE)).head == 1
    other.execute("ROLLBACK")
    other.close()
    assert await disk.commit(ONE, turn(1, b"b")) == Committed()


async def test_one_bad_write_takes_nobody_with_it(disk: SqliteStore) -> None:
    """A write that raises fails alone, in whatever company it is."""

    def bad(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO meta VALUES ('half', 1)")
        raise LookupError

    outcomes = await asyncio.gather(
        disk.create(opened(), turn(0, b"a")),
        disk._writer.run(bad),
        disk.create(opened(TWO), turn(0, b"a")),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), LookupError, type(None)]
    names = await disk._read(lambda db: db.execute("SELECT name FROM meta").fetchall())
    assert names == [("version",)]


async def test_a_turn_that_no_table_takes_ends_no_thread(disk: SqliteStore) -> None:
    """A number that is too large for SQLite is refused, and whoever writes next is served."""
    await disk.create(opened(), turn(0, b"a"))
    with pytest.raises(StoreUnavailable, match="OverflowError"):
        await asyncio.wait_for(disk.commit(ONE, turn(1 << 70, b"b")), 10)
    assert await asyncio.wait_for(disk.commit(ONE, turn(1, b"c")), 10) == Committed()


async def test_a_removed_file_is_noticed(disk: SqliteStore, tmp_path: Path) -> None:
    """Nothing is acknowledged into a file that has no name any more."""
    await disk.create(opened(), turn(0, b"a"))
    empty(tmp_path)
    with pytest.raises(StoreUnavailable):
        await disk.commit(ONE, turn(1, b"b"))
    with pytest.raises(StoreUnavailable):
        await disk.load(ONE)


async def test_an_older_copy_is_noticed(disk: SqliteStore, tmp_path: Path) -> None:
    """When a backup takes the file's place, talks stand where the backup has them."""
    path = tmp_path / "a.sqlite3"
    await disk.create(opened(), turn(0, b"a"))
    copy = tmp_path / "copy"
    backup(path, copy)
    await disk.commit(ONE, turn(1, b"b"))
    put_back(copy, path)
    assert await disk.commit(ONE, turn(3, b"c")) == Moved(1)
    assert await disk.commit(ONE, turn(1, b"c")) == Committed()


async def test_a_full_disk_is_told_and_recovers(disk: SqliteStore) -> None:
    """When there is no room, nothing is acknowledged; when there is room again, all goes on."""
    await disk.create(opened(), turn(0, b"a"))
    db = disk._writer._file.connection()
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnavailable):
        await disk.commit(ONE, turn(1, b"b", body=os.urandom(100_000)))
    assert (await disk.load(ONE)).head == 1
    db.execute("PRAGMA max_page_count = 1000000")
    assert await disk.commit(ONE, turn(1, b"b", body=os.urandom(100_000))) == Committed()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 20, None])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """Another file or a folder at the path is told in one sentence, and left as it is."""
    path = tmp_path / "a.sqlite3"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"can't be used .* choose another"):
        SqliteStore(path)
    assert content is None or path.read_bytes() == content


async def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """An old program doesn't write into what it doesn't know."""
    path = tmp_path / "a.sqlite3"
    await SqliteStore(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = 99")
    db.close()
    with pytest.raises(ConfigError, match="newer makeroom"):
        SqliteStore(path)


async def test_turns_of_all_kinds_share_a_commit(disk: SqliteStore) -> None:
    """In one group some are stored, some known, some late, some of no talk: each is told its own."""
    lookups = [b"%032d" % number for number in range(20)]
    for lookup in lookups[:15]:
        await disk.create(opened(lookup), turn(0, b"a"))
    for lookup in lookups[5:15]:
        await disk.commit(lookup, turn(1, b"b", b"said"))
    heads = [1] * 10 + [3] * 5 + [1] * 5
    outcomes = await asyncio.gather(
        *(disk.commit(it, turn(head, b"b")) for it, head in zip(lookups, heads, strict=True)),
        return_exceptions=True,
    )
    told = [outcome if isinstance(outcome, Known) else type(outcome) for outcome in outcomes]
    assert told == [Committed] * 5 + [Known(b"said", 2)] * 10 + [NoSuchTalk] * 5
    assert [(await disk.load(it)).head for it in lookups[:15]] == [3] * 15


async def test_the_same_act_twice_in_a_group_is_stored_once(disk: SqliteStore) -> None:
    """The first is stored, the second is known, whatever else the group holds."""
    for lookup in (ONE, TWO):
        await disk.create(opened(lookup), turn(0, b"a"))
    twice = [disk.commit(ONE, turn(1, b"b", b"said")) for _ in range(2)]
    outcomes = await asyncio.gather(*twice, disk.commit(TWO, turn(1, b"b")))
    assert outcomes == [Committed(), Known(b"said", 2), Committed()]
    assert await places(disk, ONE, 1) == [(1, 1), (2, 3)]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_turn_beyond_the_head_hurts_one_talk(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Where a talk's row is older than its turns, nothing is put on top of them; others go on."""
    store = await kept(kind, request, tmp_path)
    lookups = [b"%032d" % number for number in range(9)]
    for lookup in lookups:
        await store.create(opened(lookup), turn(0, b"a"))
    hurt = lookups[4]
    await store.commit(hurt, turn(1, b"b"))
    await rewind(store, tmp_path)
    outcomes = await asyncio.gather(
        *(store.commit(it, turn(1, b"c")) for it in lookups), return_exceptions=True
    )
    told = [type(outcome) for outcome in outcomes]
    assert told == [Committed] * 4 + [TalkDamaged] + [Committed] * 4
    assert await places(store, hurt, 1) == [(1, 1), (2, 3)]
    assert (await store.load(hurt)).state == b"state3"
    assert await store.commit(hurt, turn(1, b"b")) == Known(b"d", 2)
    await store.close()


async def rewind(store: Store, folder: Path) -> None:
    """Set the heads of all talks back to their first event."""
    if isinstance(store, PostgresStore):
        await store._pool.run(lambda db: db.execute("UPDATE talks SET head = 1"))
        return
    with sqlite3.connect(folder / "a.sqlite3") as db:
        db.execute("UPDATE talks SET head = 1")
    db.close()


async def test_the_log_stays_short(disk: SqliteStore, tmp_path: Path) -> None:
    """Once it is moved into the database it begins anew, and nothing is lost on the way."""
    log, moving = tmp_path / "a.sqlite3-wal", disk._writer._journal
    await disk.create(opened(), turn(0, b"a"))
    for head in range(1, 61, 2):
        await disk.commit(ONE, turn(head, b"%d" % head, body=b"x" * 40_000))
        moving._move(moving._file.connection())
    assert log.stat().st_size < 3 * 40_000
    assert (await disk.load(ONE)).head == 61


async def test_the_log_is_moved_by_itself(
    disk: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some writes, without anybody's asking or waiting."""
    monkeypatch.setattr(journal, "EVERY", 4)
    before = (tmp_path / "a.sqlite3").stat().st_size
    await disk.create(opened(), turn(0, b"a"))
    for head in range(1, 9, 2):
        await disk.commit(ONE, turn(head, b"%d" % head, body=b"x" * 40_000))
    async with asyncio.timeout(10):
        while (tmp_path / "a.sqlite3").stat().st_size < before + 40_000:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(("version", "says"), [(1, "before its first release"), (3, "newer")])
async def test_another_versions_database_is_refused(
    tmp_path: Path, version: int, says: str
) -> None:
    """It is told in one sentence, and nothing is changed in it."""
    path = tmp_path / "a.sqlite3"
    await SqliteStore(path).close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ?", (version,))
    db.close()
    before = path.read_bytes()
    with pytest.raises(ConfigError, match=says):
        SqliteStore(path)
    assert path.read_bytes() == before
