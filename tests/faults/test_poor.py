"""Poor surroundings: no language, no time zones, no powers, little memory; it serves all the same."""

import asyncio
import ctypes
import gc
import resource
import tracemalloc
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.clients import Client
from tests.process import SERVED, Served, run
from tests.protocol.conftest import Server

PR_CAPBSET_DROP = 24
CAPABILITIES = 41
"""All that Linux knows; dropping one that isn't there does nothing."""
BARE = {
    "LANG": "C",
    "LC_ALL": "C",
    "PYTHONUTF8": "0",
    "TZ": "Nowhere/Odd",
    "PYTHONTZPATH": "",
    "HOME": "/",
}
TALKS = 30
KEPT = 2_048
"""Bytes of memory that a talk may leave behind; one that is held has twenty times as many."""


def powerless() -> None:
    """Take from root all that makes it root, as a container does; and leave no core dumps."""
    prctl = ctypes.CDLL(None).prctl
    for number in range(CAPABILITIES):
        prctl(PR_CAPBSET_DROP, number, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@pytest.fixture
async def served(tmp_path: Path) -> Served:
    """A server with next to nothing, on a folder of its own."""
    server = Served(tmp_path / "data", "--limits", "off", log=tmp_path / "log")
    server.environment, server.before = BARE, powerless
    return server


async def test_it_serves_with_next_to_nothing(served: Served, tmp_path: Path) -> None:
    """In the language C, without time zones or powers: words of any kind come back as they were."""
    await served.start()
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello()
        await client.turn(choice="go")
        await client.turn(rating=2)
        await client.turn(text="später, 明日, 🌱")
        assert client.events[client.head - 1]["text"] == "später, 明日, 🌱"
        for path in ("/", "/help", "/readyz"):
            assert (await http.get(served.url + path)).status == 200
    assert await served.stop() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


async def test_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    """Is told at the start in one sentence, and not while people talk."""
    (tmp_path / "data").mkdir(mode=0o500)
    options = ("--port", "0", "--data", str(tmp_path / "data"), "--dialogs", str(SERVED))
    code, out, told = await run(*options, before=powerless)
    assert (code, out, len(told.strip().splitlines())) == (2, "", 1)
    assert "--data" in told


async def one_talk(server: Server) -> None:
    """Begin, answer twice, and leave, until the server has noticed."""
    async with ClientSession() as http:  # aiohttp's own client for tests keeps every socket
        url = server.http.make_url("/ws")
        client = Client(await http.ws_connect(url, protocols=("makeroom.v1",)))
        await client.hello()
        await client.turn(choice="go")
        await client.turn(rating=3)
        await client.leave()
    while server.hub.connections or server.http.server.handler.connections:  # type: ignore[union-attr]  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def test_talks_leave_no_memory_behind(server: Server) -> None:
    """When a talk's person is gone, nothing of it stays in memory."""
    for _ in range(10):
        await one_talk(server)
    tracemalloc.start()
    try:
        await one_talk(server)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(TALKS):
            await one_talk(server)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert server.hub.rooms == 0
    assert (after - before) / TALKS < KEPT
