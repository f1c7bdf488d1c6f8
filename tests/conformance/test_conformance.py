"""Our own server does what every server of the protocol does; a wrong one is found out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.conformance.__main__ import run, verdict
from tests.conformance.checks import CHECKS
from tests.conformance.site import Site
from tests.protocol.conftest import SERVED
from web import socket
from web.app import init_app
from web.config import Config
from web.shelf import read_library
from web.store.memory import MemoryStore


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A server with its limits on, as anybody meets it."""
    config = Config(data=tmp_path, store="memory:", dialogs=SERVED)
    app = init_app(config, MemoryStore(), read_library(SERVED))
    async with TestServer(app) as server, ClientSession() as http:
        yield Site(str(server.make_url("/")).rstrip("/"), http)


async def test_ours_conforms(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check passes, one after the other on one server, as for anybody who runs them."""
    monkeypatch.setattr(socket, "HELLO_S", 0.5)
    verdicts = {promise.__name__: await verdict(promise, site) for promise in CHECKS}
    assert {name: wrong for name, wrong in verdicts.items() if wrong} == {}


def test_every_check_says_what_is_promised() -> None:
    """In a sentence of its own."""
    assert len({check.__doc__ for check in CHECKS}) == len(CHECKS) >= 30


async def test_another_server_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    """An echo passes nothing that a talk is needed for, and the count says so."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        reply = web.WebSocketResponse()
        await reply.prepare(request)
        async for message in reply:
            if message.type is WSMsgType.TEXT:
                await reply.send_str(message.data)
        return reply

    app = web.Application()
    app.router.add_get("/ws", echo)
    async with TestServer(app) as server:
        assert await run(str(server.make_url("/")).rstrip("/"), only="talk") >= 4
    assert "0 passed, " in capsys.readouterr().out
