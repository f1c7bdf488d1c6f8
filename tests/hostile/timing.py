"""Whether a clock tells wrong keys apart: `python -m tests.hostile.timing [--each 4000]`.

Asks for talks with keys that were never given, that are damaged, and whose talks were forgotten, in
turns, so that a busy machine slows all of them alike. Writes one JSON object: the median of each in
microseconds, and the largest difference as a share. Exit code 1 above five in a hundred.
"""

import asyncio
import gc
import json
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import click

from bot.errors import NoSuchTalk
from tests.process import SERVED
from web.app import init_app
from web.config import Config
from web.hub import Hub
from web.shelf import read_library
from web.socket import HUB
from web.store.sqlite import SqliteStore
from web.vault import new_token
from web.visit import Visitor, visit
from web.wire import Forget, Hello

MOST = 0.05
"""Share by which medians may differ."""


async def asked(hub: Hub, token: str) -> float:
    """Ask for a talk that isn't there; give the seconds."""
    started = perf_counter()
    try:
        await hub.enter(Hello(v=1, token=token), Visitor(), "here")
    except NoSuchTalk:
        return perf_counter() - started
    raise AssertionError("there is a talk")


async def forgotten(hub: Hub) -> str:
    """Begin a talk and forget it; give its key."""
    seen = await visit(hub, Hello(v=1), None, "here")
    await visit(hub, Hello(v=1, token=seen.token), Forget(cid="f" * 16), "here")
    return seen.token


async def campaign(folder: Path, each: int) -> dict[str, float]:
    """Ask so often for each kind; give the medians, and by how much they differ."""
    store = SqliteStore(folder / "a.sqlite3")
    config = Config(data=folder, store="", dialogs=SERVED, limits=False)
    hub = init_app(config, store, read_library(SERVED))[HUB]
    await hub.house.shelf.keep()
    gone = await forgotten(hub)
    times: dict[str, list[float]] = {"made up": [], "damaged": [], "forgotten": []}
    gc.disable()
    for _ in range(each):
        made_up = new_token()
        times["made up"].append(await asked(hub, made_up))
        times["damaged"].append(await asked(hub, f"{made_up[:-1]}!"))
        times["forgotten"].append(await asked(hub, gone))
    gc.enable()
    await store.close()
    usual = {kind: round(median(found) * 1e6, 2) for kind, found in times.items()}
    return {**usual, "differ": round(max(usual.values()) / min(usual.values()) - 1, 4)}


@click.command()
@click.option("--each", default=4_000, show_default=True, help="Questions of each kind.")
def main(each: int) -> None:
    """Ask, and say how the answers differ."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(campaign(Path(folder), each))
    print(json.dumps(found))
    sys.exit(found["differ"] > MOST)


if __name__ == "__main__":
    main()
