"""Who is quiet, slow or gone: asked, and then let go, so that nobody holds a place for ever."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from tests.protocol.conftest import Server
from tests.protocol.raw import CLOSE, PING, PONG, Raw, frame
from web import forms, hub, overview, pulse, socket

HELLO = b'{"t":"hello","v":1}'


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often, so that quiet can last a moment instead of half a minute."""
    monkeypatch.setattr(hub, "LOOK_S", 0.02)


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let quiet be short."""
    monkeypatch.setattr(pulse, "PING_S", 0.1)
    monkeypatch.setattr(pulse, "GONE_S", 0.3)


@pytest.fixture
async def arrived(server: Server) -> AsyncIterator[Raw]:
    """Somebody who was welcomed and has said nothing since."""
    raw = await Raw.connect(server.http.port or 0)
    await raw.send(frame(HELLO))
    assert json.loads((await raw.read())[1])["t"] == "welcome"
    yield raw
    raw.hang_up()


async def ended(raw: Raw) -> tuple[list[int], int]:
    """Read to the end; give what kinds of frames came, and the close code."""
    kinds = []
    while (it := await raw.read())[0] not in (CLOSE, -1):
        kinds.append(it[0])
    return kinds, int.from_bytes(it[1][:2])


@pytest.mark.usefixtures("brief")
async def test_who_does_not_answer_a_ping_is_gone(server: Server, arrived: Raw) -> None:
    """One ping, then 4001 with a word about coming back, and the place in the talk is free."""
    assert await ended(arrived) == ([PING, 1], 4001)
    assert server.hub.connections == server.hub.rooms == 0


async def test_who_answers_stays(
    server: Server, arrived: Raw, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pong is enough to stay, for as long as they come."""
    monkeypatch.setattr(pulse, "PING_S", 0.1)
    for _ in range(4):
        assert await arrived.read() == (PING, b"")
        await arrived.send(frame(b"", PONG))
    assert server.hub.connections == 1


async def test_a_ping_is_answered_with_its_own_words(arrived: Raw) -> None:
    """Pings of the other side come back as pongs, in order with what else was asked for."""
    asked = (frame(b"one", PING), frame(b'{"t":"ping","n":2}'), frame(b"x" * 125, PING))
    await arrived.send(b"".join(asked))
    got = [await arrived.read() for _ in asked]
    assert got == [(PONG, b"one"), (1, b'{"t":"pong","n":2}'), (PONG, b"x" * 125)]


@pytest.mark.usefixtures("brief")
@pytest.mark.parametrize(
    "sent",
    [
        frame(b'{"t":"ping","x":"' + b"x" * 15_000 + b'"}'),
        b"".join(frame(b"x", 0 if at else 1, fin=False) for at in range(15_000)),
        frame(b"x" * 125, PING),
        frame(b"x" * 125, CLOSE),
    ],
    ids=["one long frame", "a frame in pieces", "a ping", "a goodbye"],
)
async def test_a_dripped_frame_is_no_sign_of_life(
    server: Server, arrived: Raw, sent: bytes
) -> None:
    """Bytes that never become a whole frame keep nobody's place, however often they come."""

    async def drip() -> None:
        for at in range(len(sent)):
            await arrived.send(sent[at : at + 1])
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    assert (await ended(arrived))[1] == 4001
    assert not dripping.done()
    dripping.cancel()
    assert server.hub.connections == server.hub.rooms == 0


@pytest.mark.parametrize(("sent", "kind"), [(b"", PING), (b"x", 1), (b'{"t":"ping"}', 1)])
async def test_a_dripped_hello_has_no_more_time_than_none(
    server: Server, monkeypatch: pytest.MonkeyPatch, sent: bytes, kind: int
) -> None:
    """Pings and frames that are no hello don't put off the end of who never says hello."""
    monkeypatch.setattr(socket, "HELLO_S", 0.2)
    raw = await Raw.connect(server.http.port or 0)

    async def drip() -> None:
        while True:
            await raw.send(frame(sent, kind))
            await asyncio.sleep(0.02)

    dripping = asyncio.create_task(drip())
    assert (await ended(raw))[1] == 4005
    dripping.cancel()
    raw.hang_up()


@pytest.mark.parametrize("path", ["/plain", "/insights"])
async def test_a_dripped_form_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A body that doesn't arrive in time is refused, and nothing comes of it."""
    monkeypatch.setattr(forms, "READ_S", 0.2)
    monkeypatch.setattr(overview, "BODY_S", 0.2)
    kind = "application/x-www-form-urlencoded"
    raw = await Raw.request(
        server.http.port or 0,
        f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 500\r\n\r\na=",
    )
    assert raw.status in (400, 404, 408)
    raw.hang_up()
