"""What the MDN HTTP Observatory looks at (its algorithm, version 4), at every address that we answer.

Its rules are told here in our own way: each takes an answer's headers and gives the name of the
result that the Observatory would show. Ten points and more are extra; what is asked for here adds
up to 130 for our pages.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.protocol.raw import Raw
from tests.web.test_pages import FILES, STATIC, library  # noqa: F401 - a fixture
from web.access import read_network
from web.app import init_app
from web.config import Config
from web.file import TYPES
from web.headers import SECURITY
from web.pages import CONTENTS
from web.shelf import Library
from web.store.memory import MemoryStore

Headers = Mapping[str, str]
BROAD = {"*", "http:", "https:", "ftp:", "data:", "'unsafe-inline'", "'unsafe-eval'"}
POINTS = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "referrer-policy-private": 5,
    "x-frame-options-implemented-via-csp": 5,
    "corp-implemented-with-same-origin": 10,
    "corp-implemented-with-cross-origin": 0,
    "x-content-type-options-nosniff": 0,
    "cookies-not-found": 0,
    "cross-origin-resource-sharing-not-implemented": 0,
    "cross-origin-resource-sharing-implemented-with-public-access": 0,
    "hsts-implemented-max-age-at-least-six-months": 0,
    "sri-not-implemented-but-all-scripts-loaded-from-secure-origin": 0,
    "sri-not-implemented-but-no-scripts-loaded": 0,
    "sri-not-implemented-response-not-html": 0,
}
"""What each result adds to a hundred; results that aren't here take points away."""
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
PAGES = [path for path, _ in CONTENTS]
ADDRESSES = [
    *PAGES,
    *("/embed", "/embed/check", "/plain", "/insights", "/healthz", "/readyz", "/metrics"),
    *("/makeroom.js", "/nowhere", "/ws"),
    *(f"/static/{file.relative_to(STATIC).as_posix()}" for file in FILES if file.suffix in TYPES),
]
FOR_OTHERS = {"/makeroom.js", "/embed", "/embed/check"}
"""Made to be loaded or framed by other sites."""


def policy(headers: Headers) -> dict[str, set[str]]:
    """Read the content policy."""
    parts = [part.split() for part in headers.get("Content-Security-Policy", "").split(";")]
    return {name: set(sources) for name, *sources in parts}


def csp(headers: Headers) -> str:
    """Judge the policy: nothing by default, nothing inline, nothing broad, forms to us only."""
    found = policy(headers)
    if found.get("default-src") != {"'none'"}:
        return "csp-implemented-with-no-unsafe" if found else "csp-not-implemented"
    if BROAD & set().union(*(found[name] for name in found if name != "frame-ancestors")):
        return "csp-implemented-with-unsafe-inline"
    return "csp-implemented-with-no-unsafe-default-src-none"


def framing(headers: Headers) -> str:
    """Judge who may frame it."""
    ancestors = policy(headers).get("frame-ancestors", {"*"})
    return f"x-frame-options-{'not-implemented' if ancestors & BROAD else 'implemented-via-csp'}"


def sharing(headers: Headers) -> str:
    """Judge who may read it."""
    origin = headers.get("Access-Control-Allow-Origin")
    if "Access-Control-Allow-Credentials" in headers:
        return "cross-origin-resource-sharing-implemented-with-universal-access"
    found = {None: "not-implemented", "*": "implemented-with-public-access"}
    return f"cross-origin-resource-sharing-{found.get(origin, 'restricted')}"


def tls(headers: Headers) -> str:
    """Judge how long browsers keep to HTTPS."""
    age = headers.get("Strict-Transport-Security", "").partition("max-age=")[2].partition(";")[0]
    long = age.isdecimal() and int(age) >= 15_768_000
    return "hsts-implemented-max-age-at-least-six-months" if long else "hsts-not-implemented"


RULES: dict[str, Callable[[Headers], str]] = {
    "content-security-policy": csp,
    "cookies": lambda it: "cookies-found" if "Set-Cookie" in it else "cookies-not-found",
    "cross-origin-resource-sharing": sharing,
    "cross-origin-resource-policy": lambda it: (
        f"corp-implemented-with-{it.get('Cross-Origin-Resource-Policy')}"
    ),
    "referrer-policy": lambda it: (
        "referrer-policy-private"
        if it.get("Referrer-Policy") in PRIVATE
        else "referrer-policy-unsafe"
    ),
    "strict-transport-security": tls,
    "x-content-type-options": lambda it: f"x-content-type-options-{it['X-Content-Type-Options']}",
    "x-frame-options": framing,
}


class Scripts(HTMLParser):
    """Collects where a page's scripts come from."""

    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a script's address; None for a script that stands in the page itself."""
        if tag == "script":
            self.sources.append(dict(attrs).get("src"))


def integrity(kind: str, text: str) -> str:
    """Judge where scripts come from."""
    scripts = Scripts()
    scripts.feed(text if kind == "text/html" else "")
    if kind != "text/html":
        return "sri-not-implemented-response-not-html"
    if not scripts.sources:
        return "sri-not-implemented-but-no-scripts-loaded"
    ours = all(it and it.startswith("/") and not it.startswith("//") for it in scripts.sources)
    return (
        f"sri-not-implemented-but-{'all' if ours else 'external'}-scripts-loaded-from-secure-origin"
    )


@pytest.fixture
async def http(
    tmp_path: Path,
    library: Library,  # noqa: F811
    request: pytest.FixtureRequest,
) -> AsyncIterator[TestClient[Any, Any]]:
    """A server that trusts the proxy on this machine, or the one that a test names."""
    config = Config(
        data=tmp_path,
        store="memory:",
        dialogs=tmp_path,
        trusted_proxy=(read_network(getattr(request, "param", "127.0.0.1")),),
        insights=b"of a secret",
        embed_on=("https://clinic.example",),
    )
    async with TestClient(TestServer(init_app(config, MemoryStore(), library))) as client:
        yield client


async def judged(http: TestClient[Any, Any], path: str) -> dict[str, str]:
    """Give the result of each rule at an address."""
    reply = await http.get(path, headers={"X-Forwarded-Proto": "https"})
    results = {name: rule(reply.headers) for name, rule in RULES.items()}
    return results | {"subresource-integrity": integrity(reply.content_type, await reply.text())}


async def test_the_observatory_takes_no_point_away(http: TestClient[Any, Any]) -> None:
    """At each address each rule gives a result that costs nothing; our pages get every extra."""
    for path in ADDRESSES:
        results = await judged(http, path)
        assert {name: it for name, it in results.items() if it not in POINTS} == {}, path
        score = 100 + sum(POINTS[it] for it in results.values())
        assert score == 130 or (path in FOR_OTHERS and score >= 120), path


async def test_what_the_observatory_only_mentions(http: TestClient[Any, Any]) -> None:
    """Windows and workers are kept apart, devices stay shut, and no version is told."""
    for path in ADDRESSES:
        headers = (await http.get(path)).headers
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path
        assert headers["Cross-Origin-Embedder-Policy"] == "require-corp", path
        devices = set(headers["Permissions-Policy"].split(", "))
        assert {"camera=()", "microphone=()", "geolocation=()"} <= devices, path
        assert headers["Server"] == "makeroom", path


@pytest.mark.parametrize(
    ("http", "proto", "is_said"),
    [
        ("127.0.0.1", "https", True),
        ("127.0.0.1", "http", False),
        ("127.0.0.1", None, False),
        ("203.0.113.7", "https", False),
    ],
    indirect=["http"],
)
async def test_https_only_is_said_over_https_only(
    http: TestClient[Any, Any], proto: str | None, is_said: bool
) -> None:
    """Not over plain HTTP (RFC 6797, 7.2), and not because a stranger says that it was HTTPS."""
    reply = await http.get("/chat", headers={"X-Forwarded-Proto": proto} if proto else {})
    assert ("Strict-Transport-Security" in reply.headers) is is_said


STRANGE = (
    "GARBAGE<b>\r\n\r\n",
    "GET /help HTTP/1.1\r\n\r\n",
    f"GET /help HTTP/1.1\r\nHost: a\r\nX-A: {'GARBAGE' * 1_200}\r\n\r\n",
    (
        "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Transfer-Encoding: chunked\r\n\r\nGARBAGE\r\n\r\n"
    ),
    "GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "PUT /ws HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: much\r\nContent-Length: 0\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
)


async def test_broken_requests_are_answered_as_any_other(http: TestClient[Any, Any]) -> None:
    """What isn't HTTP gets every header, nothing of itself, and no word about what runs here."""
    for text in STRANGE:
        raw = await Raw.request(http.port or 0, text)
        assert 400 <= raw.status < 500, text
        assert "Server: makeroom\r\n" in raw.head, text
        assert "python" not in raw.head.lower(), text
        assert "aiohttp" not in raw.head.lower(), text
        assert [name for name in SECURITY if f"\r\n{name}: " not in raw.head] == [], text
        assert b"GARBAGE" not in await raw.reader.read(), text
        raw.hang_up()
