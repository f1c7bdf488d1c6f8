"""`makeroom serve` as an operator meets it: it starts fast, says what is wrong, and stops well."""

import asyncio
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.errors import ConfigError
from tests.process import SERVED, Served, run
from web.commands import serve
from web.config import read_config
from web.store.sqlite import SqliteStore

DIALOGS = ("--dialogs", str(SERVED))


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    """A client for all connections of a test."""
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """A server that listens."""
    server = Served(tmp_path / "data")
    await server.start()
    yield server
    if server._process is not None:
        await server.kill()


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "99999"),
        ("--port", "many"),
        ("--nonsense",),
        ("--workers", "2"),
        ("--store", "postgres://x"),
        ("--store", "sqlite:/proc/nowhere/a.sqlite3"),
        ("--data", "/proc/nowhere"),
        ("--data", "/dev/null/x"),
        ("--dialogs", "/nowhere"),
        ("--dialogs", "/proc/self/net"),
        ("--limits", "off", "--host", "0.0.0.0"),
        ("--host", "no.such.host.invalid"),
        ("--trusted-proxy", "everybody"),
        ("--metrics-for", "everybody"),
        ("--embed-on", "nobody"),
        ("extra",),
    ],
    ids=" ".join,
)
async def test_misuse_is_told_in_one_sentence(options: tuple[str, ...], tmp_path: Path) -> None:
    """Exit code 2, one line, no traceback."""
    given = options if "--dialogs" in options else (*DIALOGS, *options)
    data = () if "--data" in options else ("--data", str(tmp_path))
    code, out, err = await run("--port", "0", *data, *given)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


async def test_a_taken_port_is_told_at_once(tmp_path: Path) -> None:
    """Exit code 2 after less than a second of work, and the port is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        code, _, err = await run("--port", port, "--data", str(tmp_path), *DIALOGS)
        worked = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert (code, len(err.strip().splitlines())) == (2, 1)
    assert port in err
    assert worked < 1  # seconds of CPU: a busy machine can't blur them


def test_lines_that_take_nothing_are_given_up(tmp_path: Path) -> None:
    """What the system ends after half a minute (RFC 5482) is every line that is accepted."""
    listening = serve._bind(read_config(port=0, data=str(tmp_path), dialogs=str(SERVED)))
    with (
        listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as line,
    ):
        kept = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    assert kept == serve.DEAF_MS


EARLY = """
import ssl, sys
from web.commands import serve
assert "aiohttp" not in sys.modules, "options wait for aiohttp"
whole = ssl.SSLContext.set_default_verify_paths
with serve._nobody_is_called():
    from aiohttp import connector
assert connector._SSL_CONTEXT_VERIFIED.cert_store_stats()["x509"] == 0
assert ssl.SSLContext.set_default_verify_paths is whole
"""


def test_a_start_reads_nothing_that_it_does_not_need() -> None:
    """Options are read before the libraries; certificates of others, whom nobody calls, never."""
    done = subprocess.run(
        [sys.executable, "-c", EARLY], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


async def test_a_store_that_was_opened_for_nothing_is_let_go(tmp_path: Path) -> None:
    """A dialogue that can't be used ends the start; what was opened meanwhile can be used."""
    config = read_config(data=str(tmp_path), dialogs=str(tmp_path))
    with pytest.raises(ConfigError, match="no dialogue"):
        await serve._read(config)
    assert not (tmp_path / "makeroom.sqlite3-wal").exists()
    await SqliteStore(tmp_path / "makeroom.sqlite3").close()


async def test_options_come_from_the_environment_too(tmp_path: Path) -> None:
    """`MAKEROOM_…` counts where no option is given; a bad value is told the same way."""
    code, _, err = await run("--data", str(tmp_path), *DIALOGS, MAKEROOM_PORT="99999")
    assert (code, "--port" in err) == (2, True)


async def test_it_stops_when_asked(served: Served, http: ClientSession) -> None:
    """SIGTERM says goodbye to everybody, and ends with 0."""
    client = await served.connect(http)
    await client.hello()
    stopping = asyncio.create_task(served.stop())
    bye, code = await client.ending()
    assert (bye["code"], code) == ("restart", 1012)
    assert await stopping == 0


async def test_turns_that_run_while_it_stops(served: Served, http: ClientSession) -> None:
    """Every act was acknowledged and is stored, or wasn't and can be sent again."""
    clients = [await served.connect(http) for _ in range(20)]
    for client in clients:
        await client.hello()
        await client.send({"t": "say", "cid": "a" * 16, "re": 1, "choice": "go"})
    assert await served.stop() == 0
    acked = [await was_acked(client) for client in clients]
    await served.start()
    for client, was in zip(clients, acked, strict=True):
        again = await served.connect(http)
        await again.hello(client.token)
        back = await again.say(re=1, cid="a" * 16, choice="go")
        assert (back["t"], back["seq"]) == ("ack", 2)
        assert back["dup"] or not was
    assert await served.stop() == 0


async def was_acked(client: object) -> bool:
    """Read a connection to its end; tell whether an ack came."""
    seen = False
    while (frame := await client.next())["t"] != "closed":  # type: ignore[attr-defined]
        seen = seen or frame["t"] == "ack"
    return seen


async def test_the_pages_are_there(served: Served, http: ClientSession) -> None:
    """All pages of the contract answer, each with its type and a strict policy."""
    for path, kind in (
        ("/", "text/html"),
        ("/chat", "text/html"),
        ("/chat?script=little&lang=en", "text/html"),
        ("/help", "text/html"),
        ("/healthz", "text/plain"),
        ("/readyz", "text/plain"),
    ):
        reply = await http.get(served.url + path)
        assert (reply.status, reply.content_type) == (200, kind)
        policy = reply.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "Set-Cookie" not in reply.headers
