"""`kill -9` in a loop: what was acknowledged is there, once, in order; the rest can be sent again."""

from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.errors import NoSuchTalk
from tests.clients import new_cid
from tests.faults.kills import TALKERS, campaign
from tests.process import Served
from web.store.sqlite import SqliteStore
from web.vault import Vault

ROUNDS = {"sqlite": 12, "postgres": 5}
"""How often the server dies here; `python -m tests.faults.kills` asks for five hundred."""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_nothing_acknowledged_is_lost(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """Again and again the server dies under eight talking people; every talk is whole."""
    url = f"sqlite:{tmp_path / 'makeroom.sqlite3'}"
    if kind == "postgres":
        url = request.getfixturevalue("postgres").new()
    outcome = await campaign(tmp_path, url, ROUNDS[kind])
    assert (outcome.lost, outcome.doubled, outcome.differing) == (0, 0, 0)
    assert outcome.turns > outcome.kills * TALKERS
    assert outcome.talks >= TALKERS


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
