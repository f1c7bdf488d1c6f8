"""A disk that is really full: nothing is acknowledged into it, and nothing is lost by it."""

import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.clients import new_cid
from tests.process import SERVED, Served
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import Shelf, read_library
from web.store.sqlite import SqliteStore
from web.vault import Vault


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes, in memory."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"a small disk can't be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
async def served(small: Path) -> AsyncIterator[Served]:
    """A server that has its data and its log there."""
    server = Served(small / "data", log=small / "log")
    await server.start()
    yield server
    await server.kill()


def fill(disk: Path) -> Path:
    """Take all the room that there is; give the file that has it."""
    file = disk / "filling"
    with file.open("wb", buffering=0) as filling:
        for size in (65_536, 4_096, 1):
            with suppress(OSError):
                while filling.write(b"x" * size):
                    pass
    assert os.statvfs(disk).f_bavail == 0
    return file


async def test_a_full_disk(served: Served, small: Path) -> None:
    """People are told and shown help; when there is room again the same act works, once."""
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello()
        await client.turn(choice="go")
        await client.turn(rating=4)
        filling, cid, text = fill(small), new_cid(), "word " * 700
        for _ in range(2):
            refused = await client.say(cid=cid, text=text)
            assert refused["code"] == "store_unavailable"
        assert (await client.say(text="I want to die"))["card"]["emergency"]
        assert (await http.get(f"{served.url}/help")).status == 200
        assert (await http.get(f"{served.url}/healthz")).status == 200
        other = await served.connect(http)
        assert (await other.hello())["code"] == "store_unavailable"
        assert client.head == 5
        filling.unlink()
        acked = await client.say(cid=cid, text=text)
        assert (acked["t"], acked["dup"], acked["seq"]) == ("ack", False, 6)
        await client.until(lambda it: it.get("seq") == 7)
    assert await served.stop() == 0
    store = SqliteStore(small / "data" / "makeroom.sqlite3")
    ledger = Ledger(store, Vault(client.token or ""))
    found = await ledger.open()
    script = await Shelf(store, read_library(SERVED)).pinned(found.bundle, "en")
    assert (found.position.head, await is_replay(ledger, script)) == (7, True)
    await store.close()
    await served.start()
