"""When all places are taken: who comes is told so, and help and health are there all the same."""

import resource
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.web.test_pages import library  # noqa: F401 - a fixture
from web import crowd
from web.app import init_app
from web.config import Config
from web.crowd import CROWD, Crowd
from web.shelf import Library
from web.store.memory import MemoryStore


@pytest.fixture
async def full(tmp_path: Path, library: Library) -> AsyncIterator[TestClient[Any, Any]]:  # noqa: F811
    """A server in which there is no place."""
    app = init_app(Config(data=tmp_path, store="", dialogs=tmp_path), MemoryStore(), library)
    app[CROWD] = Crowd(0)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_who_does_not_fit_in_is_told_when_to_come_back(full: TestClient[Any, Any]) -> None:
    """503 with a time and all headers, and the connection is given up for somebody else."""
    for path in ("/", "/chat", "/ws", "/plain", "/static/chat.js", "/nowhere"):
        reply = await full.get(path)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "5"), path
        assert reply.headers["Connection"] == "close", path
        assert "Content-Security-Policy" in reply.headers, path


async def test_help_and_health_are_always_there(full: TestClient[Any, Any]) -> None:
    """However many came: who to call, and whether the server lives."""
    for path in sorted(crowd.ALWAYS):
        reply = await full.get(path)
        assert (reply.status, reply.headers["Connection"]) == (200, "close"), path


@pytest.mark.parametrize(("files", "number", "is_full"), [
    (1_000, 899, False), (1_000, 900, True), (100, 74, False), (100, 75, True),
])  # fmt: skip
async def test_places_are_counted_by_open_files(files: int, number: int, is_full: bool) -> None:
    """A hundred files, or a quarter of few, are kept for what must work."""

    class Line:
        def fileno(self) -> int:
            return number

    class Transport:
        def get_extra_info(self, name: str) -> Line:
            return Line()

    class Request:
        transport = Transport()

    assert Crowd(files).is_full(Request()) is is_full  # type: ignore[arg-type]


def test_we_take_what_we_may() -> None:
    """The soft limit of open files is raised to the hard one: it is there to be used."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 900), hard))
        assert crowd.files() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 900
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
