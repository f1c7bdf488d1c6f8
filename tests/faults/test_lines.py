"""Bad lines between people and the server: cut anywhere, slow, in pieces, dead; each turn once."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.clients import Client, new_cid
from tests.faults.proxy import Proxy, Way
from tests.protocol.conftest import Server
from web import pulse

EVERY = int(os.environ.get("MAKEROOM_TEST_BYTES", "12"))
"""Each so-manieth byte is cut at here; 1 cuts at all of them."""
TEXT = "one step"


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[Proxy]:
    """A line to the server that is good to begin with."""
    async with Proxy(server.http.port or 0) as line:
        yield line


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """Who connects through it."""
    async with ClientSession() as session:
        yield session


async def through(proxy: Proxy, http: ClientSession, token: str | None = None) -> Client:
    """Come to a talk through the line."""
    socket = await http.ws_connect(f"{proxy.url}/ws", protocols=("makeroom.v1",))
    client = Client(socket)
    await client.hello(token)
    return client


async def at_words(server: Server) -> Client:
    """Bring a talk to where any words go on in it."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=2)
    return client


def sent(re: int, cid: str) -> dict[str, Any]:
    """Give the frame of one turn."""
    return {"t": "say", "text": TEXT, "cid": cid, "re": re}


async def cut(server: Server, proxy: Proxy, http: ClientSession, way: str, at: int) -> int:
    """Cut the line in one turn after so many bytes, come back, send it again; give what came."""
    talk = await at_words(server)
    client = await through(proxy, http, talk.token)
    before = client.head
    setattr(proxy, way, Way(left=at))
    cid = new_cid()
    await client.send(sent(before, cid))
    frames = 0
    while client.head < before + 2 and (await client.next())["t"] != "closed":
        frames += 1
    client.socket._writer.transport.abort()  # type: ignore[union-attr]  # if it isn't cut already
    proxy.up, proxy.down = Way(), Way()
    again = await through(proxy, http, talk.token)
    assert again.head in (before, before + 2)
    back = await again.say(re=before, cid=cid, text=TEXT)
    assert (back["t"], back["seq"], back["dup"]) == ("ack", before + 1, again.head > before)
    if not back["dup"]:
        await again.until(lambda frame: frame.get("seq") == before + 2)
    assert sorted(again.events) == list(range(1, before + 3))
    await server.check(again)
    await talk.leave()
    await again.leave()
    return frames


def size(way: str, client: Client) -> int:
    """Give about how many bytes one turn is in a direction."""
    if way == "up":
        return len(json.dumps(sent(9, "c" * 16))) + 8  # with its head and mask
    return sum(len(json.dumps(client.events[seq])) for seq in (client.head - 1, client.head)) + 90


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_line_cut_at_any_byte_of_a_turn(
    server: Server, proxy: Proxy, http: ClientSession, way: str
) -> None:
    """Whatever came through: sent again it is there once, whole, and is the replay of its inputs."""
    talk = await at_words(server)
    await talk.turn(text=TEXT)
    seen = {await cut(server, proxy, http, way, at) for at in range(1, size(way, talk) + 1, EVERY)}
    assert 0 in seen
    if way == "down":
        assert max(seen) >= 2  # the last cuts come after the whole answer


async def test_a_slow_line_doubles_nothing(
    server: Server, proxy: Proxy, http: ClientSession
) -> None:
    """With delays that differ by half both ways, who sends again too early is told it is there."""
    client = await through(proxy, http)
    proxy.up, proxy.down = Way(0.05, 0.5, piece=64), Way(0.05, 0.5, piece=256)
    await client.turn(choice="go")
    for number in range(3):
        re, cid = client.head, new_cid()
        act: dict[str, Any] = {"rating": 2} if number == 0 else {"text": "hm"}
        for _ in range(3):  # impatient: the same act again and again before an answer can come
            await client.send({"t": "say", "cid": cid, "re": re, **act})
        acks = [await client.until("ack") for _ in range(3)]
        assert [ack["dup"] for ack in acks] == [False, True, True]
        assert {ack["seq"] for ack in acks} == {re + 1}
        if re + 2 not in client.events:
            await client.until(lambda frame, seq=re + 2: frame.get("seq") == seq)  # type: ignore[misc]
    await server.check(client)


async def test_a_line_that_died_silently(
    server: Server, proxy: Proxy, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told of it, and yet the place is free soon, and the talk goes on elsewhere."""
    client = await through(proxy, http)
    monkeypatch.setattr(pulse, "PING_S", 0.05)
    monkeypatch.setattr(pulse, "GONE_S", 0.1)
    proxy.up.is_dead = proxy.down.is_dead = True
    (seat,) = server.hub._seats
    for after in (1, 2):  # asked, and given up
        seat.look(asyncio.get_running_loop().time() + after)
    while server.hub.connections:  # noqa: ASYNC110 - the goodbye goes nowhere and isn't waited for
        await asyncio.sleep(0.01)
    monkeypatch.setattr(pulse, "GONE_S", 60)
    again = await server.talk(client.token)
    assert (await again.turn(choice="go"))["who"] == "guide"
    await server.check(again)
