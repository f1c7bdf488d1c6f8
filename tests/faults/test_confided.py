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
from web.shelf import Library, Shelf, read_library
from web.store.base import Store
from web.store.postgres import PostgresStore
from web.store.sqlite import SqliteStore
from web.talk import UNKEPT
from web.vault import Vault

DIALOGS = ROOT / "dialogs"
PLAIN = "my heather garden comes first"
TOLD = {
    "I'm 13 and I want to die since Quibley moved away": "crisis",
    "my stepdad Zebulon hits me whenever the orchard gate squeaks": "abuse",
}
"""What is told, each in a talk of its own, and the flow that it opens; a child in another danger
is one too."""
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


@pytest.fixture(scope="module")
def dialogs() -> Library:
    """The dialogues that are shipped, read once."""
    return read_library(DIALOGS)


async def opened(store: Store, library: Library, client: Client) -> str:
    """Unseal all that is stored of the talk, after making sure that it is its inputs' replay."""
    assert client.token is not None
    ledger = Ledger(store, Vault(client.token))
    found = await ledger.open()
    script = await Shelf(store, library).pinned(found.bundle, "en")
    assert await is_replay(ledger, script)
    acts = [act.given for act in await ledger.acts()]
    bodies = [msgspec.Raw(event.body) for event in await stored(ledger)]
    return msgspec.json.encode((acts, bodies, found.position.session)).decode()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_the_words_that_open_these_flows_are_not_stored(
    tmp_path: Path, request: pytest.FixtureRequest, dialogs: Library, kind: str
) -> None:
    """Typed at an ordinary step, killed, resumed and sent again: what was written before is there,
    these words aren't, and each act was done once."""  # noqa: D205, D209 - one sentence
    file = tmp_path / "makeroom.sqlite3"
    url = f"sqlite:{file}" if kind == "sqlite" else request.getfixturevalue("postgres").new()
    served = Served(tmp_path, "--dialogs", str(DIALOGS), "--store", url, "--limits", "off")
    await served.start()
    told = [(text, flow, new_cid()) for text, flow in TOLD.items()]
    async with ClientSession() as http:
        clients = [await again(served, http, None) for _ in told]
        for client, (text, flow, cid) in zip(clients, told, strict=True):
            await client.turn(text=PLAIN)
            await client.say(cid=cid, text=text)
            await client.until(lambda frame, flow=flow: frame.get("step", "").startswith(flow))
        await served.kill()
        await served.start()
        clients = [await again(served, http, client.token) for client in clients]
        for client, (text, _, cid) in zip(clients, told, strict=True):
            seq = next(seq for seq, event in client.events.items() if event.get("cid") == cid)
            assert client.events[seq]["text"] == UNKEPT
            resent = await client.say(cid=cid, text=text)
            assert (resent["t"], resent["seq"], resent["dup"]) == ("ack", seq, True)
            assert (await client.say(cid=cid, text=text + " too"))["code"] == "cid_conflict"
    await served.stop()
    store = opened_beside(url, file)
    for client in clients:
        found = await opened(store, dialogs, client)
        assert PLAIN in found
        assert [word for word in SECRETS if word in found] == []
        assert RULE.search(found) is None, "which rule heard it tells what was said"
    await store.close()
