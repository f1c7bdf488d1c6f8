"""PostgreSQL under several servers: one talk everywhere, through cut lines and restarts."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import StoreUnavailable
from tests.clients import Client, new_cid
from tests.hostile.test_canary import CANARY, forms, found, keys
from tests.postgres import Postgres
from tests.process import Served, run
from tests.protocol.conftest import SERVED
from tests.web.test_store import ONE, opened, turn
from web.app import init_app
from web.config import Config
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import Library, Shelf
from web.store import pool
from web.store.base import Committed, Known
from web.store.postgres import PostgresStore, _Commit
from web.vault import Vault

Site = Callable[[], Awaitable[Client]]


@pytest.fixture
def url(postgres: Postgres) -> str:
    """An empty database."""
    return postgres.new()


@pytest.fixture
async def process(
    url: str, library: Library, aiohttp_client: Callable[..., Awaitable[TestClient[Any, Any]]]
) -> Callable[[], Awaitable[Site]]:
    """Start servers that share the database; each gives connections to it."""

    async def start() -> Site:
        config = Config(data=Path(), store=url, dialogs=SERVED, limits=False)
        app = init_app(config, PostgresStore(url), library)
        http = await aiohttp_client(TestServer(app))

        async def connect() -> Client:
            return Client(await http.ws_connect("/ws", protocols=("makeroom.v1",)))

        return connect

    return start


async def check(url: str, library: Library, client: Client) -> None:
    """Check that what is stored is the replay of its inputs and what the client has seen."""
    store = PostgresStore(url)
    assert client.token is not None
    ledger = Ledger(store, Vault(client.token))
    found = await ledger.open()
    script = await Shelf(store, library).pinned(found.bundle, found.position.session.lang)
    assert await is_replay(ledger, script)
    assert sorted(client.events) == list(range(1, found.position.head + 1))
    await store.close()


async def test_a_turn_is_seen_through_every_process(
    process: Callable[[], Awaitable[Site]], url: str, library: Library
) -> None:
    """Two tabs, two servers: what one does the other sees at once, and can go on from."""
    here, there = await (await process())(), await (await process())()
    await here.hello()
    await there.hello(here.token)
    await here.turn(choice="go")
    await there.until(lambda frame: frame.get("seq") == 3)
    await there.turn(rating=4)
    await here.until(lambda frame: frame.get("seq") == 5)
    assert here.events == there.events
    await check(url, library, here)


async def test_one_act_through_two_processes(
    process: Callable[[], Awaitable[Site]], url: str, library: Library
) -> None:
    """The same act sent to both servers at once is stored once; nobody is told anything else."""
    here, there = await (await process())(), await (await process())()
    await here.hello()
    await there.hello(here.token)
    cid = new_cid()
    act = {"t": "say", "cid": cid, "re": 1, "choice": "go"}
    await asyncio.gather(here.send(act), there.send(act))
    acks = [await client.until("ack") for client in (here, there)]
    assert [ack["seq"] for ack in acks] == [2, 2]
    assert sorted(ack["dup"] for ack in acks) == [False, True]
    for client in (here, there):
        if 3 not in client.events:
            await client.until(lambda frame: frame.get("seq") == 3)
    await check(url, library, here)


async def test_forgotten_everywhere(process: Callable[[], Awaitable[Site]]) -> None:
    """When one tab forgets, the tab at the other server is sent away for good."""
    here, there = await (await process())(), await (await process())()
    await here.hello()
    await there.hello(here.token)
    await here.send({"t": "forget", "cid": new_cid()})
    await here.until("gone")
    assert (await there.ending())[1] == 4504


async def test_no_file_of_the_database_holds_a_word(
    process: Callable[[], Awaitable[Site]], url: str, postgres: Postgres
) -> None:
    """Not in tables, indexes, logs or what is left of them: neither before nor after forgetting."""
    client = await (await process())()
    await client.hello()
    await client.turn(choice="go")
    await client.turn(rating=4)
    await client.turn(text=f"{CANARY} and {CANARY * 50}")
    await client.say(re=0, text=f"{CANARY} late")
    assert client.token is not None
    words = [form for word in (CANARY, client.token) for form in forms(word)] + keys(client.token)
    db = await asyncpg.connect(url)
    await db.execute("CHECKPOINT")
    lookup, data = Vault(client.token).lookup, postgres.folder / "data"
    tables = data / Path(await db.fetchval("SELECT pg_relation_filepath('talks')")).parent
    assert found(tables, [lookup])
    assert found(tables, words) == found(data / "pg_wal", words) == []
    await client.send({"t": "forget", "cid": new_cid()})
    await client.until("gone")
    for table in ("talks", "turns"):
        await db.execute(f"VACUUM FULL {table}")
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0
    await db.execute("CHECKPOINT")
    assert found(tables, [lookup, *words]) == found(data / "pg_wal", words) == []
    await db.close()


async def test_a_turn_on_its_way_is_forgotten_too(url: str) -> None:
    """When a turn commits while its talk is being forgotten, nothing of the turn stays behind."""
    store = PostgresStore(url)
    await store.open()
    await store.create(opened(), turn(0, b"a"))
    other = await asyncpg.connect(url)
    running = other.transaction()
    await running.start()
    assert await _Commit(ONE, turn(1, b"b"))(other) == Committed()
    forgetting = asyncio.create_task(store.forget(ONE))
    while not await other.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await running.commit()
    await forgetting
    for table in ("talks", "turns"):
        assert await other.fetchval(f"SELECT count(*) FROM {table}") == 0
    await other.close()
    await store.close()


async def test_an_answer_that_was_lost_on_the_way(url: str) -> None:
    """Asked again, the same turn is told as stored and nobody else's is; it stands there once."""
    store = PostgresStore(url)
    await store.open()
    await store.create(opened(), turn(0, b"a"))
    db = await asyncpg.connect(url)
    lost = _Commit(ONE, turn(1, b"b", b"said"))
    assert [await lost(db), await lost(db)] == [Committed()] * 2
    other = _Commit(ONE, turn(1, b"b", b"said", b"sealed anew"))
    assert [await other(db), await other(db)] == [Known(b"said", 2)] * 2
    assert await store.commit(ONE, turn(3, b"c")) == Committed()
    assert await lost(db) == Known(b"said", 2)  # others have to be told of both
    assert await db.fetchval("SELECT count(*) FROM turns") == 3
    await db.close()
    await store.close()


@pytest.mark.parametrize(
    ("state", "is_passing"),
    [
        ("40001", True),  # serialisation failure
        ("40P01", True),  # deadlock
        ("55P03", True),  # a lock that isn't to be had
        ("57P01", True),  # the server stops
        ("53300", True),  # too many connections
        ("23505", False),  # what shouldn't be
        ("22P02", False),
    ],
)
async def test_what_passes_is_tried_again(url: str, state: str, is_passing: bool) -> None:
    """A failure that the next attempt may not have is none; any other is told at once."""
    tried, lines = list[int](), pool.Pool(url)
    refuse = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"

    async def work(db: Any) -> str:
        tried.append(1)
        await db.execute(refuse if len(tried) == 1 else "SELECT 1")
        return "done"

    if is_passing:
        assert await lines.run(work) == "done"
    else:
        with pytest.raises(StoreUnavailable):
            await lines.run(work)
    assert len(tried) == 1 + is_passing
    await lines.close()


async def test_cut_lines_are_not_noticed(
    process: Callable[[], Awaitable[Site]], url: str, library: Library, postgres: Postgres
) -> None:
    """When the database ends all sessions again and again, turns go on; none is lost or doubled."""
    client = await (await process())()
    await client.hello()
    await client.turn(choice="go")
    for number in range(6):
        await asyncio.to_thread(postgres.cut)
        ask = client.events[client.head]["ask"]["kind"]
        answer: dict[str, Any] = {"rating": 4} if ask == "rating" else {"text": f"word {number}"}
        await client.turn(**({"choice": "go"} if ask == "choice" else answer))
    await check(url, library, client)


async def test_a_restart_of_the_database(
    process: Callable[[], Awaitable[Site]], url: str, library: Library, postgres: Postgres
) -> None:
    """While it is down people are told; afterwards the same act works, once."""
    client = await (await process())()
    await client.hello()
    await client.turn(choice="go")
    await asyncio.to_thread(postgres.stop, signal.SIGQUIT)  # as a crash
    cid = new_cid()
    refused = await client.say(cid=cid, rating=4)
    assert (refused["code"], refused["retry_ms"] > 0) == ("store_unavailable", True)
    await asyncio.to_thread(postgres.start)
    acked = await client.say(re=3, cid=cid, rating=4)
    assert (acked["t"], acked["seq"]) == ("ack", 4)
    await client.until(lambda frame: frame.get("seq") == 5)
    await check(url, library, client)


async def test_a_database_that_hangs(
    process: Callable[[], Awaitable[Site]],
    url: str,
    library: Library,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A line on which nothing comes is given up in time: people are told, in danger with whom to
    call; afterwards the same act works, once, whether or not the database did it as it woke."""  # noqa: D205, D209
    monkeypatch.setattr(pool.Pool.run, "__defaults__", (0.3,))
    client = await (await process())()
    await client.hello(region="ZZ")
    await client.turn(choice="go")
    danger = {"cid": new_cid(), "text": "I want to die"}
    with postgres.frozen():
        for _ in range(2):
            refused = await client.say(**danger)
            assert (refused["code"], refused["card"]["emergency"]) == ("store_unavailable", ["000"])
    monkeypatch.setattr(pool.Pool.run, "__defaults__", (pool.PATIENCE_S,))
    acked = await client.say(re=3, **danger)
    assert acked["t"] == "ack", acked
    await client.event(acked["seq"] + 1)
    await check(url, library, client)


async def test_a_line_that_hears_nothing_any_more(
    process: Callable[[], Awaitable[Site]],
    url: str,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where the others were to be heard and nobody says that the line has died, it is noticed, and
    what was missed is looked up."""  # noqa: D205, D209
    monkeypatch.setattr(pool, "ALIVE_S", 0.1)
    monkeypatch.setattr(pool, "PATIENCE_S", 0.2)
    here, there = await (await process())(), await (await process())()
    await here.hello()
    await there.hello(here.token)
    db = await asyncpg.connect(url)
    query = """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = '' AND pid <> pg_backend_pid()"""
    ears = list[int]()
    while len(ears) < 2:
        ears = [row["pid"] for row in await db.fetch(query)]
    with postgres.frozen(ears):
        await here.turn(choice="go")
        await there.until(lambda frame: frame.get("seq") == 3)
    await db.close()
    assert here.events == there.events


async def test_workers(url: str, tmp_path: Path) -> None:
    """Several processes serve one port; one that dies is replaced, and all stop when asked to."""
    served = Served(tmp_path, "--store", url, "--workers", "2")
    await served.start()
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello()
        await client.turn(choice="go")
        for pid in children(served.pid):
            os.kill(pid, signal.SIGKILL)
        again = None
        while again is None:
            tried = await served.connect(http)
            again = tried if (await tried.hello(client.token))["t"] == "welcome" else None
        assert again.events == client.events
        await again.turn(rating=4)
    assert await served.stop() == 0


def children(pid: int) -> list[int]:
    """Give a process's children."""
    return [int(it) for it in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize(
    "options",
    [
        ("--store", "postgresql://makeroom@127.0.0.1:1/none"),
        ("--store", "postgresql://makeroom@127.0.0.1:1/none", "--workers", "2"),
    ],
)
async def test_a_database_that_is_not_there(options: tuple[str, ...], tmp_path: Path) -> None:
    """One sentence says that it can't be reached."""
    code, out, err = await run("--port", "0", "--data", str(tmp_path), *options)
    assert (code, out) == (2, "")
    assert "--store can't be used" in err
    assert "makeroom@" not in err
