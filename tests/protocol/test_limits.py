"""How often is often enough, over a real socket and by forms: slowed, told for how long, not silenced."""

import json
import time
from collections.abc import Awaitable, Callable

import pytest

from tests.protocol.conftest import Server
from tests.protocol.raw import Raw, frame
from tests.protocol.test_plain import begun, post
from web import limits
from web.limits import Rate

Serve = Callable[..., Awaitable[Server]]
HELLO = b'{"t":"hello","v":1}'


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let little of a kind be enough."""

    def allow(kind: str, burst: int, per_s: float = 0.001) -> None:
        monkeypatch.setitem(limits.RATES, kind, Rate(burst, per_s))

    return allow


async def test_many_connections_of_one_address(serve: Serve, few: Callable[..., None]) -> None:
    """Three are enough here: the next is told to wait, before the upgrade; who is in talks on, and
    pages and help are there for all."""  # noqa: D205, D209
    few("connect", 3)
    server = await serve(limits=True)
    clients = [await server.talk() for _ in range(3)]
    refused = await server.http.get("/ws")
    assert (refused.status, int(refused.headers["Retry-After"]) > 0) == (429, True)
    assert (await server.http.get("/help")).status == 200
    for client in clients:
        await client.turn(choice="go")


async def test_many_forms_of_one_address(serve: Serve, few: Callable[..., None]) -> None:
    """Given back to be sent again, with whom to call where danger was written."""
    few("connect", 1)
    server = await serve(limits=True)
    fields = await begun(server)
    for text, is_shown in (("I want to die", True), ("hello", False)):
        reply = await post(server, fields | {"do": "text", "text": text})
        assert (reply.status, 'href="tel:' in await reply.text()) == (503, is_shown)
        assert f"{text}</textarea>" in await reply.text()


async def test_guessing_by_forms(serve: Serve, few: Callable[..., None]) -> None:
    """Wrong keys count the same by form as by socket, and for both."""
    few("guess", 2)
    server = await serve(limits=True)
    fields = await begun(server)
    codes = [(await post(server, {"do": "look", "token": f"{n}" * 32})).status for n in range(4)]
    assert codes == [404, 404, 503, 503]
    assert (await post(server, fields | {"choice": "go"})).status == 503
    assert (await server.http.get("/ws")).status == 429


async def test_many_new_talks_of_one_address(serve: Serve, few: Callable[..., None]) -> None:
    """The third has to wait and is told how long, on a connection that lives; who has one comes in."""
    few("begin", 2)
    server = await serve(limits=True)
    one, _ = await server.talk(), await server.talk()
    client = await server.client()
    refused = await client.hello()
    assert (refused["code"], refused["retry_ms"] > 0) == ("too_fast", True)
    assert (await client.hello(one.token))["resumed"] is True


async def test_many_frames_of_one_connection(serve: Serve, few: Callable[..., None]) -> None:
    """Read more slowly, and all of them answered."""
    few("frame", 5, 20)
    server = await serve(limits=True)
    raw = await Raw.connect(server.http.port or 0)
    started = time.monotonic()
    pings = b"".join(frame(json.dumps({"t": "ping", "n": n}).encode()) for n in range(8))
    await raw.send(frame(HELLO) + pings)
    assert json.loads((await raw.read())[1])["t"] == "welcome"
    assert [json.loads((await raw.read())[1])["n"] for _ in range(8)] == list(range(8))
    assert time.monotonic() - started > 3 / 20
    raw.hang_up()
