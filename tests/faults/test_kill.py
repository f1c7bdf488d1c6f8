"""`kill -9` in a loop: what was acknowledged is there, once, in order; the rest can be sent again."""

import asyncio
import os
import random
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from bot.errors import NoSuchTalk
from tests.clients import Client, Frame, new_cid
from tests.process import SERVED, Served
from web.ledger import Ledger
from web.oracle import is_replay, stored
from web.shelf import Shelf, read_library
from web.store.base import Store
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.vault import Vault

ROUNDS = {"sqlite": 20, "postgres": 6}
"""How often the server dies; `MAKEROOM_TEST_KILLS` asks for more, such as 500."""
TALKERS = 8

ANSWERS: dict[str, dict[str, Any]] = {"choice": {"choice": "go"}, "rating": {"rating": 5}}


class Lost(Exception):
    """The connection is over."""


class Talker:
    """A person's page: sends one act after the other, and again whatever wasn't acknowledged.

    Attributes:
        acked: the acts that were acknowledged, by the seq of their ack.
        twice: acks that said "again": the act was stored before the server died.
    """

    def __init__(self, served: Served, http: ClientSession, name: int) -> None:
        self._served, self._http, self._name = served, http, name
        self._pending: Frame | None = None
        self._number = 0
        self.token: str | None = None
        self.seen: dict[int, Frame] = {}
        self.acked: dict[int, Frame] = {}
        self.twice = 0

    async def run(self) -> None:
        """Talk until cancelled."""
        while True:
            try:
                await self._talk(await self._served.connect(self._http))
            except (ClientError, ConnectionError, Lost):
                await asyncio.sleep(0.02)  # the server is down: as a page waits before it retries

    async def _talk(self, client: Client) -> None:
        client.events = dict(self.seen)
        welcome = await client.hello(self.token, have=max(self.seen, default=0))
        if welcome["t"] != "welcome":
            raise Lost
        assert not welcome["reset"], "a stored event is gone"
        self.token, self.seen = client.token, client.events
        while True:
            act = self._pending = self._pending or self._next_act(client)
            await client.send(act)
            await self._settled(client, act)

    async def _settled(self, client: Client, act: Frame) -> None:
        while (frame := await client.next())["t"] != "ack":
            assert frame["t"] != "error", frame
            if frame["t"] == "closed":
                raise Lost
        assert frame["cid"] == act["cid"]
        self.acked[frame["seq"]], self._pending = act, None
        self.twice += frame["dup"]
        while frame["seq"] + 1 not in client.events:
            if (await client.next())["t"] == "closed":
                raise Lost

    def _next_act(self, client: Client) -> Frame:
        self._number += 1
        ask = client.events[client.head]["ask"]["kind"]
        answer = ANSWERS.get(ask) or {"text": f"word {self._number} of {self._name}"}
        return {"t": "say", "cid": new_cid(), "re": client.head, **answer}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_nothing_acknowledged_is_lost(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """Again and again the server dies under eight talking people; every talk is whole."""
    chance = random.Random(20)
    rounds = int(os.environ.get("MAKEROOM_TEST_KILLS", ROUNDS[kind]))
    url = f"sqlite:{tmp_path / 'makeroom.sqlite3'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres").new()
    served = Served(tmp_path, "--limits", "off", "--store", url)
    await served.start()
    async with ClientSession() as http:
        talkers = [Talker(served, http, number) for number in range(TALKERS)]
        talking = [asyncio.create_task(talker.run()) for talker in talkers]
        for _ in range(rounds):
            await asyncio.sleep(chance.uniform(0.1, 0.4))
            await served.kill()
            await served.start()
        await asyncio.sleep(0.5)
        for task in talking:
            task.cancel()
        outcomes = await asyncio.gather(*talking, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes), outcomes
    await served.kill()
    assert sum(len(talker.acked) for talker in talkers) > rounds * TALKERS
    await check(talkers, PostgresStore(url) if kind == "postgres" else opened(tmp_path))


def opened(data: Path) -> Store:
    """Open the store that the server has left."""
    return SqliteStore(data / "makeroom.sqlite3")


async def check(talkers: list[Talker], store: Store) -> None:
    """Check every talk against what its person was told."""
    shelf = Shelf(store, read_library(SERVED))
    for talker in talkers:
        assert talker.token is not None
        ledger = Ledger(store, Vault(talker.token))
        position = (await ledger.open()).position
        found = (await ledger.open()).bundle
        assert await is_replay(ledger, await shelf.pinned(found, position.session.lang))
        acts = await ledger.acts()
        by_cid = {act.cid: act for act in acts}
        assert len(by_cid) == len(acts)
        for seq, sent in talker.acked.items():
            assert by_cid[sent["cid"]].seq == seq
            said = by_cid[sent["cid"]].given.answer
            assert said is not None
            assert (said.text, said.choice) == (sent.get("text"), sent.get("choice"))
        sent_order = [sent["cid"] for sent in talker.acked.values()]
        assert [act.cid for act in acts if act.cid in set(sent_order)] == sent_order
        assert len(acts) - 1 - len(talker.acked) in (0, 1)  # one may be stored and not yet told
        assert len(await stored(ledger)) == position.head == 1 + 2 * (len(acts) - 1)
    await store.close()


async def test_a_forgotten_talk_stays_forgotten(tmp_path: Path) -> None:
    """When the server dies right after it has said `gone`, the talk doesn't come back."""
    served = Served(tmp_path)
    await served.start()
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello()
        await client.say(choice="go")
        await client.send({"t": "forget", "cid": new_cid()})
        await client.until("gone")
        await served.kill()
    store = SqliteStore(tmp_path / "makeroom.sqlite3")
    assert client.token is not None
    with pytest.raises(NoSuchTalk):
        await store.load(Vault(client.token).lookup)
    await store.close()
