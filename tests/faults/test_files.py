"""What happens to the database's files under a running server: told, or mended, and nothing lost."""

import random
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import ConfigError
from tests.clients import Client
from tests.faults import disk
from tests.protocol.conftest import Server
from web.store.sqlite import SqliteStore

Serve = Callable[..., Awaitable[Server]]


def no_log(folder: Path) -> None:
    """Delete the write-ahead log."""
    (folder / "a.sqlite3-wal").unlink()


def another_log(folder: Path) -> None:
    """Put an empty log in its place."""
    (folder / "new").write_bytes(b"")
    (folder / "new").replace(folder / "a.sqlite3-wal")


def no_index(folder: Path) -> None:
    """Delete the log's index."""
    (folder / "a.sqlite3-shm").unlink()


def scrambled_head(folder: Path) -> None:
    """Write noise over the head of the log's index, in the file that all have mapped."""
    with (folder / "a.sqlite3-shm").open("r+b") as index:
        index.write(random.Random(1).randbytes(96))


def scrambled_index(folder: Path) -> None:
    """Write noise over all of the log's index."""
    with (folder / "a.sqlite3-shm").open("r+b") as index:
        index.write(random.Random(1).randbytes(32_768))


FAULTS = (no_log, another_log, no_index, scrambled_head, scrambled_index)


async def said(client: Client, text: str) -> bool:
    """Say something; tell whether it was acknowledged, and not just refused for now."""
    back = await client.say(text=text)
    if back["t"] == "ack":
        await client.until(lambda frame: frame.get("seq") == back["seq"] + 1)
        return True
    assert (back["t"], back["code"]) == ("error", "store_unavailable"), back
    return False


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: it.__name__)
async def test_files_that_change_under_us(
    serve: Serve, tmp_path: Path, fault: Callable[[Path], None]
) -> None:
    """Turns go on or are refused; after a restart every acknowledged one is there, once."""
    first = await serve()
    client = await first.talk()
    await client.turn(choice="go")
    await client.turn(rating=2)
    fault(tmp_path)
    acked = [await said(client, f"word {number}") for number in range(4)]
    if fault in (no_log, another_log):
        assert not any(acked)
    await first.http.close()
    second = await serve()
    again = await second.talk(client.token)
    assert again.events == client.events
    assert await said(again, "on")
    await second.check(again)


async def test_a_first_start_that_is_cut_off_anywhere(tmp_path: Path) -> None:
    """Whatever a power cut leaves of a new database, the next start makes it whole, or says in a
    sentence that it can't be used."""  # noqa: D205, D209
    try:
        disk.library()
    except disk.Missing as reason:
        pytest.skip(str(reason))
    made = tmp_path / "made"
    made.mkdir()
    with disk.noted(made) as notes:
        await SqliteStore(made / "a.sqlite3").close()
    whole, chance = 0, random.Random(1)
    for until in range(len(notes.notes) + 1):
        image = tmp_path / str(until)
        image.mkdir()
        notes.image(until, chance, image)
        whole += await opens(image / "a.sqlite3")
    assert whole >= len(notes.notes)  # at most one image is told about instead


async def opens(file: Path) -> bool:
    """Start on a file; tell whether all tables are there, or it was refused in a sentence."""
    try:
        await SqliteStore(file).close()
    except ConfigError:
        return False
    with closing(sqlite3.connect(file)) as db:
        names = {name for (name,) in db.execute("SELECT name FROM sqlite_master")}
    return {"meta", "talks", "turns", "bundles", "talks_created"} <= names
