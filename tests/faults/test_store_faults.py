"""When the store fails under a running server: people are told, nothing is doubled, all recovers."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.clients import Client, new_cid
from tests.copies import backup, put_back
from tests.protocol.conftest import Server
from web.app import init_app
from web.config import Config
from web.shelf import Library, read_library
from web.store import writer
from web.store.sqlite import SqliteStore


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], sqlite3.Connection]:
    """Let somebody else hold the write lock, with little patience on our side."""
    monkeypatch.setattr(writer, "PATIENCE_S", 0.2)

    def lock() -> sqlite3.Connection:
        other = sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        return other

    return lock


async def test_a_busy_store(server: Server, locked: Callable[[], sqlite3.Connection]) -> None:
    """Nothing is acknowledged while it is locked; the same act works afterwards, once."""
    client = await server.talk()
    other = locked()
    cid = new_cid()
    refused = await client.say(cid=cid, choice="go")
    assert (refused["code"], refused["retry_ms"] > 0) == ("store_unavailable", True)
    assert (await server.http.get("/readyz")).status == 503
    assert (await server.http.get("/help")).status == 200
    other.execute("ROLLBACK")
    other.close()
    back = await client.say(re=1, cid=cid, choice="go")
    assert (back["t"], back["dup"]) == ("ack", False)
    await client.until(lambda frame: frame.get("seq") == 3)
    assert (await server.http.get("/readyz")).status == 200
    await server.check(client)


async def test_danger_is_answered_without_a_store(
    server: Server, locked: Callable[[], sqlite3.Connection]
) -> None:
    """Who is in danger sees the help lines of the country even when nothing can be stored."""
    client = await server.talk(region="ZZ")
    other = locked()
    for _ in range(2):
        refused = await client.say(text="I want to die")
        assert refused["code"] == "store_unavailable"
        assert refused["card"]["region"] == "ZZ"
        assert refused["card"]["emergency"] == ["000"]
    other.execute("ROLLBACK")
    other.close()
    assert (await client.turn(text="I want to die"))["stage"] == "crisis"


async def test_no_new_talk_without_a_store(
    server: Server, locked: Callable[[], sqlite3.Connection]
) -> None:
    """Who arrives is told to come back."""
    other = locked()
    client = await server.client()
    bye = await client.hello()
    assert (bye["code"], bye["retry_ms"] > 0) == ("store_unavailable", True)
    assert (await client.ending())[1] == 4003
    other.execute("ROLLBACK")
    other.close()


async def test_forgetting_without_a_store(
    server: Server, locked: Callable[[], sqlite3.Connection]
) -> None:
    """It is refused by its id, with a time to ask again; asked again it is done."""
    client = await server.talk()
    other, cid = locked(), new_cid()
    await client.send({"t": "forget", "cid": cid})
    refused = await client.next()
    assert (refused["code"], refused.get("cid")) == ("store_unavailable", cid)
    assert refused["retry_ms"] > 0
    other.execute("ROLLBACK")
    other.close()
    await client.send({"t": "forget", "cid": cid})
    assert await client.next() == {"t": "gone", "cid": cid}


@pytest.mark.parametrize("table", ["turns", "talks"])
async def test_a_flipped_byte_hurts_one_talk(
    serve: Callable[..., Awaitable[Server]], tmp_path: Path, table: str
) -> None:
    """A talk that isn't what was written is refused; all others are as they were."""
    first = await serve()
    hurt, well = await first.talk(), await first.talk()
    for client in (hurt, well):
        await client.turn(choice="go")
    await first.http.close()
    column, key = ("body", "talk") if table == "turns" else ("state", "id")
    with sqlite3.connect(tmp_path / "a.sqlite3") as db:
        body = db.execute(f"SELECT {column} FROM {table} WHERE {key} = 1").fetchone()[0]
        flipped = bytes([*body[:-1], body[-1] ^ 1])
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = 1", (flipped,))
    db.close()
    second = await serve()
    outcomes = [await (await second.client()).hello(client.token) for client in (hurt, well)]
    assert sorted(str(outcome.get("code")) for outcome in outcomes) == ["None", "damaged"]


async def test_a_turn_beyond_the_head_ends_one_talk(server: Server, tmp_path: Path) -> None:
    """Where a turn stands that nobody took, that talk is told so at once, and in danger who can be
    called; the others go on."""  # noqa: D205, D209
    hurt, well = await server.talk(), await server.talk()
    with sqlite3.connect(tmp_path / "a.sqlite3") as db:
        db.execute(
            "INSERT INTO turns (talk, seq, head, cid, digest, body) "
            "SELECT id, 2, 3, x'00', x'00', x'00' FROM talks WHERE id = 1"
        )
    db.close()
    refused = await hurt.say(text="I want to die")
    assert (refused["code"], bool(refused["card"]["emergency"])) == ("not_allowed", True)
    assert (await well.turn(choice="go"))["seq"] == 3
    assert (await hurt.ending())[1] == 4500
    await server.check(well)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM turns WHERE seq = 1",
        "DELETE FROM turns WHERE seq = 4",
        "DELETE FROM turns WHERE seq = 6",
        "UPDATE turns SET head = 6 WHERE seq = 4",
        "UPDATE turns SET head = 4 WHERE seq = 4",
        "UPDATE turns SET seq = 5 WHERE seq = 4",
        "UPDATE talks SET head = 9",
        "UPDATE talks SET head = 5",
    ],
)
async def test_a_missing_event_is_noticed(
    serve: Callable[..., Awaitable[Server]], tmp_path: Path, change: str
) -> None:
    """A gap in the transcript, wherever it is, is damage, never a talk with a word missing."""
    first = await serve()
    client = await first.talk()
    await client.turn(choice="go")
    await client.turn(rating=3)
    await client.turn(text="a letter")
    await first.http.close()
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as db, db:
        db.execute(change)
    second = await serve()
    assert (await (await second.client()).hello(client.token))["code"] == "damaged"


async def test_an_older_backup_under_who_only_looks(server: Server, tmp_path: Path) -> None:
    """Who is connected and does nothing is sent to start over, too, once that is noticed."""
    looking = await server.talk()
    path, copy = tmp_path / "a.sqlite3", tmp_path / "copy"
    backup(path, copy)
    await looking.turn(choice="go")
    put_back(copy, path)
    server.hub.wake(None, 0)
    assert (await looking.ending())[1] == 4000
    again = await server.client()
    assert (await again.hello(looking.token, have=3))["reset"] is True


async def test_an_older_backup(serve: Callable[..., Awaitable[Server]], tmp_path: Path) -> None:
    """When a backup took the store's place, clients that are ahead start over from it."""
    server = await serve()
    client = await server.talk()
    path, copy = tmp_path / "a.sqlite3", tmp_path / "copy"
    backup(path, copy)
    await client.turn(choice="go")
    put_back(copy, path)
    await client.send({"t": "say", "cid": new_cid(), "re": 3, "rating": 4})
    assert (await client.ending())[1] == 4000
    again = await server.client()
    welcome = await again.hello(client.token, have=3)
    assert (welcome["reset"], welcome["head"]) == (True, 1)
    await again.turn(choice="go")
    await server.check(again)


async def test_two_servers_on_one_store(serve: Callable[..., Awaitable[Server]]) -> None:
    """Acts through two servers are still one talk: one wins, the other is sent to look again."""
    one, two = await serve(), await serve()
    here = await one.talk()
    there = await two.talk(here.token)
    await here.turn(choice="go")
    await there.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "later"})
    assert (await there.ending())[1] == 4000
    again = await two.talk(here.token)
    assert again.events == here.events
    await two.check(again)


async def test_forgotten_through_another_server(serve: Callable[..., Awaitable[Server]]) -> None:
    """Who is at the other one is told when they ask for anything; nothing is re-created."""
    one, two = await serve(), await serve()
    here = await one.talk()
    acting, reading = await two.talk(here.token), await two.talk(here.token)
    await here.send({"t": "forget", "cid": new_cid()})
    await here.until("gone")
    await reading.send({"t": "page", "from": 1, "n": 200})
    assert (await reading.ending())[1] == 4504
    await acting.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "go"})
    assert (await acting.ending())[1] == 4504
    assert (await (await two.client()).hello(here.token))["code"] == "no_such_talk"


async def test_a_talk_keeps_the_script_it_began_with(
    tmp_path: Path,
    library: Library,
    aiohttp_client: Callable[..., Awaitable[TestClient[Any, Any]]],
) -> None:
    """Words and steps change on the disk; a live talk goes on with the version it knows."""
    changed = changed_library(tmp_path / "dialogs")
    assert changed.scripts["little"].digest != library.scripts["little"].digest
    token = None
    for now in (library, changed):
        store = SqliteStore(tmp_path / "a.sqlite3")
        config = Config(data=tmp_path, store="", dialogs=tmp_path, limits=False)
        http = await aiohttp_client(TestServer(init_app(config, store, now)))
        client = Client(await http.ws_connect("/ws", protocols=("makeroom.v1",)))
        await client.hello(token)
        if token is None:
            await client.turn(choice="go")
            token = client.token
        else:
            assert (await client.turn(rating=3))["lines"][0]["id"] == "talk.more"
            fresh = Client(await http.ws_connect("/ws", protocols=("makeroom.v1",)))
            assert (await fresh.hello())["events"][0]["lines"][0]["text"] == "Hi. Shall we start?"
        await http.close()


def changed_library(folder: Path) -> Library:
    """Read the little dialogue with another greeting and another name for a step."""
    from tests.process import SERVED

    for file in SERVED.rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(SERVED)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text().replace("Hello. Shall we begin?", "Hi. Shall we start?")
            target.write_text(text.replace("  more:", "  other:").replace("[more]", "[other]"))
    talk = folder / "little" / "talk.yaml"
    talk.write_text(talk.read_text().replace("go: more", "go: other"))
    return read_library(folder)


async def test_a_connection_lost_in_the_middle_of_a_turn(server: Server) -> None:
    """Who vanishes right after sending finds the turn once, whole, on the next visit."""
    client = await server.talk()
    cid = new_cid()
    await client.send({"t": "say", "cid": cid, "re": 1, "choice": "go"})
    client.socket._writer.transport.abort()  # type: ignore[union-attr]
    for _ in range(100):
        again = await server.talk(client.token)
        if again.head == 3:
            break
        await again.leave()
        await asyncio.sleep(0.01)
    back = await again.say(re=1, cid=cid, choice="go")
    assert (back["seq"], back["dup"]) == (2, True)
    await server.check(again)
