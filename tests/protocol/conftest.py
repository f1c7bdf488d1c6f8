"""A server on a real port for the protocol's tests, with a clock that stands still."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.clients import Client
from web.app import init_app
from web.config import Config
from web.hub import Hub
from web.ledger import Ledger
from web.oracle import is_replay, stored
from web.shelf import Library, read_library
from web.socket import HUB
from web.store.sqlite import SqliteStore
from web.vault import Vault

SERVED = Path(__file__).parent.parent / "data" / "served"
NINE = 1_772_355_600_000  # 2026-03-01 09:00 UTC


class Server:
    """A running server, and ways to look into it."""

    def __init__(self, http: TestClient[Any, Any], clock: list[int], store: SqliteStore) -> None:
        self.http, self.clock, self.store = http, clock, store

    @property
    def hub(self) -> Hub:
        """Give the server's hub."""
        return self.http.server.app[HUB]  # type: ignore[attr-defined]

    async def client(self, **headers: str) -> Client:
        """Connect without saying hello."""
        socket = await self.http.ws_connect("/ws", protocols=("makeroom.v1",), headers=headers)
        return Client(socket)

    async def talk(self, token: str | None = None, **hello: Any) -> Client:
        """Connect and say hello."""
        client = await self.client()
        await client.hello(token, **hello)
        return client

    async def check(self, client: Client) -> None:
        """Check that what is stored is the replay of its inputs, and what the client has seen."""
        assert client.token is not None
        ledger = Ledger(self.store, Vault(client.token))
        found = await ledger.open()
        script = await self.hub.house.shelf.pinned(found.bundle, found.position.session.lang)
        assert await is_replay(ledger, script)
        assert len(await stored(ledger)) == max(client.events)
        assert sorted(client.events) == list(range(1, max(client.events) + 1))


@pytest.fixture(scope="session")
def library() -> Library:
    """The little dialogue, read once."""
    return read_library(SERVED)


@pytest.fixture
async def serve(
    tmp_path: Path, library: Library, aiohttp_client: Callable[..., Awaitable[TestClient[Any, Any]]]
) -> Callable[..., Awaitable[Server]]:
    """Start servers; each call on the same folder is a restart."""

    async def start(*, limits: bool = False, **more: Any) -> Server:
        clock = [NINE]
        path = tmp_path / "a.sqlite3"
        config = Config(
            data=tmp_path, store=f"sqlite:{path}", dialogs=SERVED, limits=limits, **more
        )
        store = SqliteStore(path)
        app: web.Application = init_app(config, store, library, now=lambda: clock[0])
        return Server(await aiohttp_client(TestServer(app)), clock, store)

    return start


@pytest.fixture
async def server(serve: Callable[..., Awaitable[Server]]) -> Server:
    """One server without limits."""
    return await serve()
