"""Pages and files: there without a store, each with its type and headers, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.protocol.conftest import SERVED
from tests.protocol.raw import Raw
from web.app import init_app
from web.config import Config
from web.pages import TYPES
from web.shelf import Library, read_library
from web.store.memory import MemoryStore

STATIC = Path(__file__).parent.parent.parent / "web" / "static"
FILES = [file for file in sorted(STATIC.rglob("*")) if file.is_file()]


@pytest.fixture(scope="module")
def library() -> Library:
    """The little dialogue."""
    return read_library(SERVED)


@pytest.fixture
async def http(tmp_path: Path, library: Library) -> AsyncIterator[TestClient[Any, Any]]:
    """A server without a disk."""
    config = Config(data=tmp_path, store="memory:", dialogs=SERVED)
    async with TestClient(TestServer(init_app(config, MemoryStore(), library))) as client:
        yield client


def content(file: Path) -> bytes:
    """Read a file."""
    return file.read_bytes()


@pytest.mark.parametrize("path", ["/", "/chat", "/help", "/healthz", "/nowhere", "/static/chat.js"])
async def test_every_answer_is_guarded(http: TestClient[Any, Any], path: str) -> None:
    """Pages, files and errors all carry the headers; nothing sets a cookie."""
    reply = await http.get(path)
    policy = reply.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "trusted-types 'none'" in policy
    assert not any(word in " ".join(policy) for word in ("unsafe", "*", "http"))
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    assert {name: reply.headers[name] for name in expected} == expected
    assert "Permissions-Policy" in reply.headers
    assert "Set-Cookie" not in reply.headers
    assert reply.headers["Cache-Control"] in ("no-store", "no-cache")


@pytest.mark.parametrize(
    ("path", "says"), [("/Chat", "no such page"), ("/nowhere?lang=es", "no existe")]
)
async def test_a_wrong_address_leads_to_the_talk_and_to_help(
    http: TestClient[Any, Any], path: str, says: str
) -> None:
    """On a phone too, in the language of the browser; it is still a 404."""
    reply = await http.get(path)
    text = await reply.text()
    assert (reply.status, reply.content_type) == (404, "text/html")
    assert says in text
    assert "viewport" in text
    assert '<a class="button firm" href="/help' in text
    assert '<a class="button main" href="/chat' in text


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
async def test_files_have_their_type(http: TestClient[Any, Any], file: Path) -> None:
    """What the pages need is served as what it is, and asked for again with its tag."""
    path = f"/static/{file.relative_to(STATIC).as_posix()}"
    reply = await http.get(path)
    if file.suffix not in TYPES:
        assert reply.status == 404
        return
    assert (reply.status, reply.headers["Content-Type"]) == (200, TYPES[file.suffix])
    assert await reply.read() == content(file)
    again = await http.get(path, headers={"If-None-Match": reply.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/../pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/static/..\\pages.py",
        "/static//etc/passwd",
        "/static/chat.js%00.css",
        "/static/" + "a" * 4_000,
        "/static/CHAT.JS",
        "/templates/chat.html",
        "/chat/",
        "//help",
        "/con",
        "/\u2024\u2024/etc",
        "/static/types.d.ts",
    ],
)
async def test_nothing_else_is_there(http: TestClient[Any, Any], path: str) -> None:
    """Addresses are names in a table, never paths on the disk."""
    raw = await Raw.request(http.port or 0, f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
    assert raw.status in (400, 404)
    raw.hang_up()


async def test_our_own_mistakes_show_nothing(
    http: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is one guarded sentence to a visitor."""
    monkeypatch.setattr(MemoryStore, "check", None)
    reply = await http.get("/readyz")
    assert (reply.status, await reply.text()) == (500, "Something went wrong here.")
    assert "Content-Security-Policy" in reply.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_only_reading(http: TestClient[Any, Any], method: str) -> None:
    """Nothing is changed by a request; what can't be is refused with all headers."""
    for path in ("/", "/chat", "/ws", "/healthz"):
        reply = await http.request(method, path, data=b"x" * 100)
        assert reply.status == 405
        assert "Content-Security-Policy" in reply.headers


async def test_help_lists_every_country(http: TestClient[Any, Any], library: Library) -> None:
    """All help lines stand on one page that needs neither script nor store."""
    text = await (await http.get("/help")).text()
    lines = library.scripts["little"].help
    assert lines.regions
    for region in lines.regions:
        assert region.label in text
        assert all(number in text for number in lines.card(region.id).emergency)
    assert "<script" not in text
