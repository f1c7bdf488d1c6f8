"""Crowds: more people than files, and a crowd that is cut off all at once."""

import asyncio
import json
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path
from resource import RLIMIT_NOFILE, setrlimit

from aiohttp import ClientError, ClientSession, WSServerHandshakeError

from tests.bench.line import body
from tests.bench.people import back
from tests.bench.turns import talking
from tests.clients import Client
from tests.process import Served

FILES = 80
CROWD = 300
"""People here; `python -m tests.bench.load --only crowd` has ten thousand."""


async def filled(served: Served, http: ClientSession) -> tuple[list[Client], int]:
    """Let people come until one is refused; give them, and the status of the refusal."""
    clients: list[Client] = []
    while len(clients) < FILES:
        try:
            client = await served.connect(http)
        except WSServerHandshakeError as error:
            return clients, error.status
        await client.hello()
        clients.append(client)
    raise AssertionError("more people than files")


async def let_in(served: Served, http: ClientSession) -> Client:
    """Come until there is room: places are free once the server has noticed who left."""
    for _ in range(1_000):
        with suppress(ClientError):
            return await served.connect(http)
    raise AssertionError("it doesn't recover")


async def test_as_many_people_as_files(tmp_path: Path) -> None:
    """The next one gets 503; help and health answer; a talk goes on; who leaves makes room. Then
    silent connections take the last file, and when they go all is as it was."""  # noqa: D205, D209
    served = Served(tmp_path / "data", "--limits", "off", log=tmp_path / "log")
    served.before = partial(setrlimit, RLIMIT_NOFILE, (FILES, FILES))
    await served.start()
    async with ClientSession() as http:
        clients, status = await filled(served, http)
        assert status == 503
        for path in ("/healthz", "/readyz", "/help"):
            assert (await http.get(served.url + path)).status == 200
        assert (await http.get(f"{served.url}/chat")).status == 503
        assert (await clients[0].turn(choice="go"))["who"] == "guide"
        port = int(served.url.rpartition(":")[2])
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(FILES)]
        assert (await clients[1].turn(choice="go"))["who"] == "guide"
        for line in silent:
            line.close()
        await clients.pop().leave()
        assert (await (await let_in(served, http)).hello())["t"] == "welcome"
    assert await served.stop() == 0
    assert "Traceback" not in (tmp_path / "log").read_text()


async def test_a_crowd_that_is_cut_at_once_is_back_within_a_minute(tmp_path: Path) -> None:
    """The server dies under all of them, and each finds their own talk again."""
    served = Served(tmp_path, "--limits", "off")
    await served.start()
    port = int(served.url.rpartition(":")[2])
    lines = await talking(port, CROWD)
    tokens = [json.loads(body(line.last))["token"] for line in lines]
    await served.kill()
    async with asyncio.timeout(60):
        returning = [asyncio.create_task(back(port, token)) for token in tokens]
        await served.start()
        tries = await asyncio.gather(*returning)
    assert len(tries) == len(set(tokens)) == CROWD
    assert await served.stop() == 0
