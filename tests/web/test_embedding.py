"""Who may show the talk in a frame, and what a site owner is told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.protocol.conftest import SERVED
from web.app import init_app
from web.config import Config
from web.shelf import read_library
from web.store.memory import MemoryStore

CLINIC = "https://clinic.example"


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """A server that lets one clinic embed."""
    config = Config(data=tmp_path, store="memory:", dialogs=SERVED, embed_on=(CLINIC,))
    app = init_app(config, MemoryStore(), read_library(SERVED))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_only_listed_sites_and_ourselves_may_frame(http: TestClient[Any, Any]) -> None:
    """The browser is told which; all else of the policy stays."""
    reply = await http.get("/embed")
    policy = reply.headers["Content-Security-Policy"].split("; ")
    assert f"frame-ancestors 'self' {CLINIC}" in policy
    assert {"default-src 'none'", "trusted-types 'none'", "base-uri 'none'"} <= set(policy)
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for path in ("/chat", "/help", "/"):
        other = await http.get(path)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]
        assert other.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "shows"),
    [
        (CLINIC, True),
        ("https://clinic.example/", True),
        ("", True),
        ("https://CLINIC.example", True),
        ("http://clinic.example", False),
        ("https://www.clinic.example", False),
        ("https://clinic.example.evil.test", False),
        ("https://clinic.example@evil.test", False),
        ("https://evil.test/https://clinic.example", False),
        ("javascript:alert(1)", False),
        ("https://[::1", False),
        ("https://x:99999999", False),
        ("null", False),
        ("\u2024", False),
    ],
)
async def test_the_talk_is_shown_to_listed_sites(
    http: TestClient[Any, Any], host: str, *, shows: bool
) -> None:
    """Everybody else gets a sentence, without the talk in it and without a mistake of ours."""
    reply = await http.get("/embed", params={"host": host})
    text = await reply.text()
    assert reply.status == 200
    assert ("/chat.js" in text) is shows
    assert ("can’t be shown inside this site" in text) is not shows


@pytest.mark.parametrize(
    ("site", "says"),
    [
        (CLINIC, "can show the talk"),
        ("clinic.example", "can show the talk"),
        ("https://other.example/page?x=1", "--embed-on https://other.example"),
        ("mailto:me", "That isn’t an address of a site"),
        ("<script>alert(1)</script>", "That isn’t an address"),
        ('"><img src=x>', "&#34;&gt;&lt;img"),
        ("x" * 4_000, "<h1>"),
    ],
)
async def test_a_site_owner_is_told_what_is_missing(
    http: TestClient[Any, Any], site: str, says: str
) -> None:
    """Whatever is typed into the field stays text."""
    reply = await http.get("/embed/check", params={"site": site})
    text = await reply.text()
    assert says in text
    assert "<img" not in text
    assert "<script>" not in text
    assert 'integrity="sha384-' in text


async def test_the_one_script_is_for_everybody(http: TestClient[Any, Any]) -> None:
    """Other sites may load it, with its hash; nothing else of ours is shared."""
    reply = await http.get("/makeroom.js")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in reply.headers
    for path in ("/chat.js", "/static/makeroom.js", "/embed"):
        assert "Access-Control-Allow-Origin" not in (await http.get(path)).headers
