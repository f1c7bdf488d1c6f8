"""What is told of abuse, or by somebody under 18, is in no store: the first words of it neither."""

import re
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession

from tests.clients import Client, new_cid
from tests.process import ROOT, Served
from web.ledger import Ledger
from web.oracle import is_replay, stored
from web.shelf import Shelf, read_library
from web.store.base import Store
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.talk import UNKEPT
from web.vault import Vault

DIALOGS = ROOT / "dialogs"
PLAIN = "my heather garden comes first"
TOLD = (
    "I'm 13 and I want to die since Quibley moved away",
    "my stepdad Zebulon hits me whenever the orchard gate squeaks",
)
"""The first opens the flow for dying; that a child wrote it is said beside it."""
SECRETS = ("stepdad", "Zebulon", "orchard", "I'm 13", "Quibley", "moved", "want to die")
RULE = re.compile(r'"rule":"[^"]')


def opened_beside(url: str, file: Path) -> Store:
    """Open the store beside the server."""
    return PostgresStore(url) if url.startswith("postgres") else SqliteStore(file)


async def again(served: Served, http: ClientSession, token: str | None) -> Client:
    """Come back to the talk, as a page that is loaded anew."""
    client = await served.connect(http)
    await client.hello(token)
    return client


async def opened(store: Store, client: Client) -> str:
    """Unseal all that is stored of the talk, after making sure that it is its inputs' replay."""
    assert client.token is not None
    ledger = Ledger(store, Vault(client.token))
    found = await ledger.open()
    script = await Shelf(store, read_library(DIALOGS)).pinned(found.bundle, "en")
    assert await is_replay(ledger, script)
    acts = [act.given for act in await ledger.acts()]
    bodies = [msgspec.Raw(event.body) for event in await stored(ledger)]
    return msgspec.json.encode((acts, bodies, found.position.session)).decode()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_the_words_that_open_these_flows_are_not_stored(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """Typed at an ordinary step, killed, resumed and sent again: what was written before is there,
    these words aren't, and each act was done once."""  # noqa: D205, D209 - one sentence
    file = tmp_path / "makeroom.sqlite3"
    url = f"sqlite:{file}" if kind == "sqlite" else request.getfixturevalue("postgres").new()
    served = Served(tmp_path, "--dialogs", str(DIALOGS), "--store", url, "--limits", "off")
    await served.start()
    async with ClientSession() as http:
        client = await again(served, http, None)
        await client.turn(text=PLAIN)
        acts = {new_cid(): text for text in TOLD}
        acks = [await client.say(cid=cid, text=text) for cid, text in acts.items()]
        await client.until(lambda frame: frame.get("step") == "abuse.act")
        await served.kill()
        await served.start()
        client = await again(served, http, client.token)
        for (cid, text), first in zip(acts.items(), acks, strict=True):
            assert client.events[first["seq"]]["text"] == UNKEPT
            resent = await client.say(cid=cid, text=text)
            assert (resent["t"], resent["seq"], resent["dup"]) == ("ack", first["seq"], True)
            other = await client.say(cid=cid, text=text + " too")
            assert other["code"] == "cid_conflict"
    await served.stop()
    store = opened_beside(url, file)
    found = await opened(store, client)
    await store.close()
    assert PLAIN in found
    assert [word for word in SECRETS if word in found] == []
    assert RULE.search(found) is None, "which rule heard it tells what was said"
