"""The measurement of a million talks measures what the server would have stored."""

import time
from pathlib import Path

from tests.bench import million
from tests.process import SERVED
from web.checkup.database import look
from web.shelf import read_library
from web.store.sqlite import SqliteStore


async def test_a_filled_store_is_a_sound_one(tmp_path: Path) -> None:
    """The doctor finds every turn in its place, and a talk has the turns that were wanted."""
    script = read_library(SERVED).scripts["little"]
    talks = [await million.whole(script, seed) for seed in range(million.KINDS)]
    assert all(it.sent > it.said > 0 for it in talks)
    file = tmp_path / million.NAME
    store = SqliteStore(file)
    await store.keep_bundle(script.digest, b"{}")
    await store.close()
    before = int(time.time() * 1000)
    million.fill(file, script, talks, 30, 2)
    seen = look(file)
    assert {it.grade for it in seen.verdicts} <= {"good", "note"}, seen.verdicts
    assert seen.talks == {script.digest: 30}
    assert seen.touched_ms is not None
    assert before <= seen.touched_ms <= int(time.time() * 1000)
