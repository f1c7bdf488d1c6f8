"""Power cuts: whatever the disk had not yet written, what was acknowledged is there."""

import sqlite3
from pathlib import Path

import pytest

from tests.faults import cuts, disk
from web.store import writer

IMAGES = 12
"""How many disks are looked at here; `python -m tests.faults.cuts` looks at two hundred."""


@pytest.fixture(autouse=True)
def reachable() -> None:
    """Skip where Python was built with an SQLite of its own inside."""
    try:
        disk.library()
    except disk.Missing as reason:
        pytest.skip(str(reason))


async def test_no_acknowledged_turn_is_lost(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every image the database is whole, every talk is the replay of its inputs, and the
    disk that takes notes puts no file anywhere else."""  # noqa: D205, D209
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    outcome = await cuts.campaign(tmp_path, IMAGES)
    assert not list(elsewhere.iterdir())
    assert (outcome.lost, outcome.damaged, outcome.differing, outcome.back) == (0, 0, 0, 0)
    assert outcome.images == IMAGES
    assert outcome.acked > 0


async def test_a_store_that_does_not_sync_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same check finds losses when commits aren't synced, so it can find them."""
    connect = writer.File._connect

    def hasty(self: writer.File) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    monkeypatch.setattr(writer.File, "_connect", hasty)
    outcome = await cuts.campaign(tmp_path, IMAGES)
    assert outcome.lost > 0
