"""Kills the server again and again under people who talk, and checks every turn they were told of.

    python -m tests.faults.kills [--store sqlite|postgres] [--rounds 500] [--turns 50000]

Eight people answer as fast as they are answered. The server gets `kill -9` at a random instant,
starts again, at times is killed in the middle of that, and people come back and send again what wasn't acknowledged. At the end each talk
must hold every act that was acknowledged, once, in order, at its seq, and be the replay of its
inputs byte for byte. Writes one JSON object; exit code 1 when a promise is broken.
"""

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import click
from aiohttp import ClientError, ClientSession

from tests.clients import Client, Frame, new_cid
from tests.faults.forked import Forked
from tests.process import SERVED, Served
from web.ledger import Ledger
from web.oracle import is_replay, stored
from web.shelf import Shelf, read_library
from web.store.base import Store
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.vault import Vault

TALKERS = 8
LONGEST = 600
"""Acts of a talk before its person begins another, so that checking stays quick."""
MOST_TURNS = 240
"""Acts that are acknowledged between two kills: fewer than that, by chance."""
PATIENCE_S = 60.0
EARLY = 0.1
"""How many of the starts are killed as well, before or just after the server listens."""
ANSWERS: dict[str, dict[str, Any]] = {"choice": {"choice": "go"}, "rating": {"rating": 5}}


class Lost(Exception):
    """The connection is over."""


@dataclass
class Told:
    """A talk as its person knows it.

    Attributes:
        seen: the events that came, by seq.
        acked: the acts that were acknowledged, by the seq of their ack.
    """

    token: str | None = None
    seen: dict[int, Frame] = field(default_factory=dict)
    acked: dict[int, Frame] = field(default_factory=dict)


@dataclass
class Outcome:
    """What came of it all; of the kills, `early` more came while the server was starting."""

    store: str
    kills: int = 0
    early: int = 0
    talks: int = 0
    turns: int = 0
    again: int = 0
    lost: int = 0
    doubled: int = 0
    differing: int = 0
    seconds: float = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is lost, doubled or differs from its replay."""
        return self.lost == self.doubled == self.differing == 0


class Acks:
    """Counts what is acknowledged to all people.

    Attributes:
        count: so far.
    """

    def __init__(self) -> None:
        self.count = self._until = 0
        self._reached = asyncio.Event()

    def note(self) -> None:
        """Count one more."""
        self.count += 1
        if self.count >= self._until:
            self._reached.set()

    async def more(self, n: int) -> None:
        """Return after so many more."""
        self._until = self.count + n
        self._reached.clear()
        await self._reached.wait()


class Talker:
    """A person's page: sends one act after the other, and again whatever wasn't acknowledged.

    Attributes:
        told: the talks so far, the newest last.
        again: acks that said "again": the act was stored before the server died.
    """

    def __init__(self, served: Forked | Served, http: ClientSession, name: int, acks: Acks) -> None:
        self._served, self._http, self._name, self._acks = served, http, name, acks
        self._pending: Frame | None = None
        self._number = 0
        self.told = [Told()]
        self.again = 0

    async def run(self) -> None:
        """Talk until cancelled."""
        while True:
            try:
                await self._talk(await self._served.connect(self._http))
            except (ClientError, ConnectionError, Lost):
                await asyncio.sleep(0.02)  # the server is down: as a page waits before it retries

    async def _talk(self, client: Client) -> None:
        told = self.told[-1]
        client.events = dict(told.seen)
        welcome = await client.hello(told.token, have=max(told.seen, default=0))
        if welcome["t"] != "welcome":
            raise Lost
        assert not welcome["reset"], "a stored event is gone"
        told.token, told.seen = client.token, client.events
        while len(told.acked) < LONGEST or self._pending:
            act = self._pending = self._pending or self._next_act(client)
            await client.send(act)
            await self._settled(client, act, told)
        await client.leave()
        self.told.append(Told())

    async def _settled(self, client: Client, act: Frame, told: Told) -> None:
        while (frame := await client.next())["t"] != "ack":
            assert frame["t"] != "error", frame
            if frame["t"] == "closed":
                raise Lost
        assert frame["cid"] == act["cid"]
        told.acked[frame["seq"]], self._pending = act, None
        self._acks.note()
        self.again += frame["dup"]
        while frame["seq"] + 1 not in client.events:
            if (await client.next())["t"] == "closed":
                raise Lost

    def _next_act(self, client: Client) -> Frame:
        self._number += 1
        ask = client.events[client.head]["ask"]["kind"]
        answer = ANSWERS.get(ask) or {"text": f"word {self._number} of {self._name}"}
        return {"t": "say", "cid": new_cid(), "re": client.head, **answer}


async def campaign(data: Path, url: str, rounds: int, turns: int = 0, seed: int = 20) -> Outcome:
    """Kill the server so often, and on until so many turns are acknowledged; then check.

    Args:
        data: an empty folder.
        url: of the store.
        rounds: kills at least.
        turns: acknowledged acts at least.
        seed: of chance.
    """
    chance, started = random.Random(seed), monotonic()
    outcome, acks = Outcome(url.partition(":")[0]), Acks()
    served = Forked(data, "--limits", "off", "--store", url)
    await served.start()
    async with ClientSession() as http:
        talkers = [Talker(served, http, number, acks) for number in range(TALKERS)]
        talking = [asyncio.create_task(talker.run()) for talker in talkers]
        while outcome.kills < rounds or acks.count < turns:
            await asyncio.wait_for(acks.more(chance.randrange(MOST_TURNS)), PATIENCE_S)
            await asyncio.sleep(chance.uniform(0, 0.02))  # in the middle of some
            await served.kill()
            outcome.kills += 1
            if chance.random() < EARLY:
                served.begin()
                await asyncio.sleep(chance.uniform(0, 0.2))
                await served.kill()
                outcome.early += 1
            await served.start()
        await asyncio.sleep(0.5)
        for task in talking:
            task.cancel()
        ends = await asyncio.gather(*talking, return_exceptions=True)
    await served.kill()
    assert all(isinstance(end, asyncio.CancelledError) for end in ends), ends
    outcome.again = sum(talker.again for talker in talkers)
    await _checked(talkers, url, outcome)
    outcome.seconds = round(monotonic() - started, 1)
    return outcome


def opened(url: str) -> Store:
    """Open what the server has left."""
    if url.startswith("postgres"):
        return PostgresStore(url)
    return SqliteStore(Path(url.removeprefix("sqlite:")))


async def _checked(talkers: list[Talker], url: str, outcome: Outcome) -> None:
    store = opened(url)
    shelf = Shelf(store, read_library(SERVED))
    for told in (told for talker in talkers for told in talker.told if told.token):
        outcome.talks += 1
        outcome.turns += len(told.acked)
        await _check(told, store, shelf, outcome)
    await store.close()


async def _check(told: Told, store: Store, shelf: Shelf, outcome: Outcome) -> None:
    """Compare a talk with what its person was told, and with its replay."""
    ledger = Ledger(store, Vault(told.token or ""))
    found = await ledger.open()
    script = await shelf.pinned(found.bundle, found.position.session.lang)
    acts, events = await ledger.acts(), await stored(ledger)
    by_cid = {act.cid: act for act in acts}
    outcome.doubled += len(acts) - len(by_cid)
    outcome.lost += sum(
        sent["cid"] not in by_cid
        or by_cid[sent["cid"]].seq != seq
        or not _says(by_cid[sent["cid"]].given.answer, sent)
        for seq, sent in told.acked.items()
    )
    is_dense = len(events) == found.position.head == 2 * len(acts) - 1
    at_most_one_untold = len(acts) - 1 - len(told.acked) in (0, 1)
    is_whole = is_dense and at_most_one_untold and await is_replay(ledger, script)
    outcome.differing += not is_whole


def _says(answer: Any, sent: Frame) -> bool:
    given = (answer.text, answer.choice, answer.rating) if answer else ()
    return given == (sent.get("text"), sent.get("choice"), sent.get("rating"))


def with_store(kind: str, work: Callable[[Path, str], Outcome]) -> Outcome:
    """Do something with an empty store of a kind that goes away afterwards."""
    with tempfile.TemporaryDirectory() as data:
        if kind == "sqlite":
            return work(Path(data), f"sqlite:{data}/makeroom.sqlite3")
        from tests.postgres import Postgres

        server = Postgres()
        server.start()
        try:
            return work(Path(data), server.new())
        finally:
            server.remove()


@click.command()
@click.option("--store", type=click.Choice(["sqlite", "postgres"]), default="sqlite")
@click.option("--rounds", default=500, show_default=True, help="Kills at least.")
@click.option("--turns", default=50_000, show_default=True, help="Acknowledged acts at least.")
@click.option("--seed", default=20, show_default=True, help="Of chance.")
def main(store: str, **how: int) -> None:
    """Kill, check, and say what came of it."""
    outcome = with_store(store, lambda data, url: asyncio.run(campaign(data, url, **how)))
    print(json.dumps(asdict(outcome)))
    sys.exit(not outcome.is_whole)


if __name__ == "__main__":
    main()
