"""A backup that is taken while people talk: what was acknowledged before it is in it, whole."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner

from bot.errors import ConfigError
from tests.faults.kills import Acks, Talker
from tests.postgres import Postgres
from tests.process import SERVED, Served
from web.checkup import database
from web.commands.backup import backup
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import Shelf, read_library
from web.store.base import Store
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.vault import Vault

TALKERS, TURNS = 8, 40


async def test_a_restored_backup_holds_every_talk(tmp_path: Path) -> None:
    """Taken under load and restored elsewhere, fold equals stored for every talk.

    Nothing that was acknowledged before the backup began is missing, and people go on talking
    after it as if nothing had been.
    """
    (tmp_path / "restored").mkdir()
    file = tmp_path / "restored" / "makeroom.sqlite3"
    served = Served(tmp_path / "data", "--limits", "off")
    before = await backed_up(served, lambda: take(tmp_path / "data", file))
    looked = await asyncio.to_thread(database.look, file)
    assert not [verdict for verdict in looked.verdicts if verdict.grade == "error"]
    await check(SqliteStore(file), before)


async def test_a_restored_dump_holds_every_talk(tmp_path: Path, postgres: Postgres) -> None:
    """The same with PostgreSQL's own tools, as the page about operating it says."""
    here, there = postgres.new(), postgres.new()
    served = Served(tmp_path / "data", "--limits", "off", "--store", here)
    dump = tmp_path / "copy.dump"
    before = await backed_up(served, lambda: postgres.dump(here, dump))
    assert postgres.restore(there, dump) == 0
    await check(PostgresStore(there), before)


async def backed_up(served: Served, backup: Callable[[], int]) -> dict[str | None, int]:
    """Let eight people talk, and take a backup meanwhile; give what each was told before it."""
    await served.start()
    async with ClientSession() as http:
        talkers = [Talker(served, http, number, Acks()) for number in range(TALKERS)]
        talking = [asyncio.create_task(talker.run()) for talker in talkers]
        await said(talkers, TURNS)
        before = {talker.told[0].token: max(talker.told[0].acked) for talker in talkers}
        made = await asyncio.to_thread(backup)
        after = sum(map(turns_of, talkers))
        await said(talkers, after // TALKERS + 3)
        for task in talking:
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
    await served.kill()
    assert made == 0
    return before


def turns_of(talker: Talker) -> int:
    """Count what was acknowledged to somebody."""
    return sum(len(told.acked) for told in talker.told)


async def said(talkers: list[Talker], turns: int) -> None:
    """Wait until everybody has had so many turns acknowledged."""
    async with asyncio.timeout(60):
        while any(turns_of(talker) < turns for talker in talkers):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def take(data: Path, file: Path) -> int:
    """Run the command."""
    return CliRunner().invoke(backup, ["--data", str(data), str(file)]).exit_code


async def check(store: Store, before: dict[str | None, int]) -> None:
    """Check every talk of a restored store against what its person was told."""
    shelf = Shelf(store, read_library(SERVED))
    for token, acked in before.items():
        assert token is not None
        ledger = Ledger(store, Vault(token))
        found = await ledger.open()
        assert found.position.head > acked
        script = await shelf.pinned(found.bundle, found.position.session.lang)
        assert await is_replay(ledger, script)
    await store.close()


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A folder with a store."""
    await SqliteStore(tmp_path / "data" / "makeroom.sqlite3").close()
    return tmp_path / "data"


def test_a_backup_is_one_file_for_our_eyes_only(data: Path, tmp_path: Path) -> None:
    """Nothing lies beside it, and nobody else may read it."""
    file = tmp_path / "a" / "copy.sqlite3"
    file.parent.mkdir()
    assert take(data, file) == 0
    assert list(file.parent.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_an_older_backup_stays_until_the_new_one_is_whole(data: Path, tmp_path: Path) -> None:
    """A backup that fails leaves the last one as it was."""
    file = tmp_path / "copy.sqlite3"
    file.write_text("the last one")
    (data / "makeroom.sqlite3").write_bytes(b"no database, surely not" * 100)
    result = CliRunner().invoke(backup, ["--data", str(data), str(file)])
    assert isinstance(result.exception, ConfigError)
    assert file.read_text() == "the last one"
    assert not (tmp_path / "copy.sqlite3.part").exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--store", "memory:", "{tmp}/copy"),
        ("--data", "{tmp}/nowhere", "{tmp}/copy"),
        ("--data", "{data}", "{data}/makeroom.sqlite3"),
        ("--data", "{data}", "{tmp}"),
        ("--data", "{data}", "{tmp}/no/such/folder"),
    ],
    ids=" ".join,
)
def test_misuse_is_one_sentence(options: tuple[str, ...], data: Path, tmp_path: Path) -> None:
    """It says what is wrong, and makes nothing."""
    given = [option.format(tmp=tmp_path, data=data) for option in options]
    result = CliRunner().invoke(backup, given)
    assert isinstance(result.exception, ConfigError)
    assert len(str(result.exception).splitlines()) == 1
