"""No word of a person anywhere but sealed: a whole server's sinks are searched for a canary."""

import json
import re
import resource
import sqlite3
from base64 import b64encode as b64
from base64 import urlsafe_b64encode as b64url
from contextlib import closing, suppress
from pathlib import Path
from time import perf_counter

import pytest
from aiohttp import ClientError, ClientSession, InvalidURL

from tests.clients import Client, new_cid
from tests.process import Served
from tests.protocol.raw import Raw, frame
from web.vault import Vault

CANARY = "CanaryQX7"
CID = f"{CANARY}-{'0' * 12}"
FRAMES = (
    f'{{"t":"{CANARY}"}}',
    f'{{"{CANARY}":',
    CANARY * 1_500,
    json.dumps({"t": "say", "cid": CID, "re": 1, "text": f"{CANARY} \ud800"}),
    json.dumps({"t": "say", "cid": CID, "re": 0, "text": f"{CANARY} late"}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "choice": CANARY}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "choices": [CANARY]}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "rating": CANARY}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "feelings": [CANARY]}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "cards": {CANARY: CANARY}}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "approve": {CANARY: CANARY}}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "exercise": {"outcome": CANARY}}),
    json.dumps({"t": "say", "cid": CID, "re": 1, "text": CANARY * 1_000}),
    json.dumps({"t": "step", "cid": CID, "re": 1, "kind": CANARY}),
    json.dumps({"t": "page", "from": CANARY, "n": CANARY}),
    json.dumps({"t": "hello", "v": 1, "token": CANARY}),
)
HELLOS = (
    {"token": CANARY},
    {"token": CANARY.ljust(32, "A")},
    {"script": CANARY},
    {"lang": CANARY, "region": CANARY},
    {"v": 2, "token": CANARY},
)


def forms(word: str) -> list[bytes]:
    """Give the ways in which a word may hide."""
    plain = word.encode()
    thirds = [b64(b"x" * skip + plain)[4:-4] for skip in range(3)]
    return [plain, plain.lower(), plain.hex().encode(), word.encode("utf-16-le"), *thirds]


def found(folder: Path, words: list[bytes]) -> list[str]:
    """Give the files below a folder that hold one of the words."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [str(file) for file in files if any(word in file.read_bytes() for word in words)]


async def pages(http: ClientSession, url: str) -> str:
    """Give everything that the server shows to anybody, with its headers."""
    shown = []
    for path in ("/metrics", "/insights", "/help", "/chat", "/", "/readyz", "/healthz", "/nowhere"):
        reply = await http.get(url + path)
        shown.append(f"{dict(reply.headers)} {await reply.text()}")
    return "".join(shown)


async def misuse(served: Served, http: ClientSession) -> None:
    """Put the canary wherever a stranger can put a word."""
    for hello in HELLOS:
        client = await served.connect(http)
        with suppress(KeyError):
            await client.hello(**hello)
        await client.leave()
    client = await served.connect(http)
    await client.hello()
    for text in FRAMES:
        await client.socket.send_str(text)
        assert (await client.until(lambda it: it["t"] in ("error", "ack"))) is not None
    await client.leave()
    headers = {"Referer": f"http://{CANARY}/", "User-Agent": CANARY, "X-Forwarded-For": CANARY}
    for path in (f"/{CANARY}", f"/ws?token={CANARY}", f"/chat?script={CANARY}", f"/%00{CANARY}"):
        with suppress(ClientError, InvalidURL):
            await http.get(served.url + path, headers={**headers, "Origin": f"http://{CANARY}"})
    port = int(served.url.rpartition(":")[2])
    for line in (f"GET /{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\n\r\n", f"{CANARY}\r\n\r\n"):
        (await Raw.request(port, line)).hang_up()
    raw = await Raw.connect(port)
    await raw.send(frame(CANARY.encode() + b"\xff"))
    raw.hang_up()


async def failures(served: Served, data: Path, client: Client) -> None:
    """Let a turn with the canary fail in the store."""
    with closing(sqlite3.connect(data / "makeroom.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = await client.say(text=f"{CANARY} I want to die")
        assert (refused["code"], "card" in refused) == ("store_unavailable", True)
        other.execute("ROLLBACK")


def cores() -> None:
    """Let a process that dies leave all its memory on the disk."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def leaves_no_core(pid: int) -> bool:
    """Tell whether a process may write its memory to the disk when it dies."""
    limits = Path(f"/proc/{pid}/limits").read_text()
    return re.search(r"core file size +0 ", limits) is not None


@pytest.fixture
async def served(tmp_path: Path) -> Served:
    """A server whose every sink is below one folder."""
    server = Served(tmp_path / "data", "--limits", "off", log=tmp_path / "log")
    (tmp_path / "tmp").mkdir()
    server.before = cores
    server.environment = {"TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path / "tmp")}
    return server


async def test_no_sink_holds_a_word(served: Served, tmp_path: Path) -> None:
    """After a whole talk with every error on the way: nothing in clear, in any form; then it is
    forgotten, and within a second not even the sealed bytes are in any file."""  # noqa: D205, D209
    await served.start()
    assert leaves_no_core(served.pid)
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello(region="ZZ")
        await client.turn(choice="go")
        await client.turn(rating=3)
        for _ in range(5):
            await client.turn(text=f"{CANARY} and {CANARY * 50}")
        await client.turn(text="I want to die")
        await misuse(served, http)
        await failures(served, tmp_path / "data", client)
        assert CANARY in json.dumps(client.events)
        assert client.token is not None
        words = [form for word in (CANARY, client.token) for form in forms(word)]
        words += keys(client.token)
        assert not found(tmp_path, words)
        shown = (await pages(http, served.url)).encode()
        assert not [word for word in words if word in shown]
        sealed = sealed_bytes(tmp_path / "data" / "makeroom.sqlite3")
        assert found(tmp_path, sealed)
        started = perf_counter()
        await client.send({"t": "forget", "cid": new_cid()})
        await client.until("gone")
        assert not found(tmp_path, sealed + words)
        assert perf_counter() - started < 1
    assert await served.stop() == 0
    assert not found(tmp_path, sealed + words)
    log = (tmp_path / "log").read_text()
    assert [name for name in names(client) if name in log] == []
    assert re.search(r" turn say little@\w{8} talk\.more \d+ ms$", log, re.MULTILINE)
    assert re.search(r" turn say little@\w{8} aside \d+ ms$", log, re.MULTILINE)


def keys(token: str) -> list[bytes]:
    """Give the talk's keys, as they are and written down."""
    vault = Vault(token)
    found = (vault._key, vault._digest_key)
    return [form for key in found for form in (key, key.hex().encode(), b64(key), b64url(key))]


def names(client: Client) -> list[str]:
    """Give what names a talk, an act or a visitor, whole or as far as it would tell them apart."""
    lookup, cids = (
        Vault(client.token or "").lookup,
        [it.get("cid") for it in client.events.values()],
    )
    written = (lookup.hex()[:16], b64(lookup).decode()[:16], b64url(lookup).decode()[:16])
    return [*written, client.talk, "127.0.0.1", *filter(None, cids)]


def sealed_bytes(file: Path) -> list[bytes]:
    """Give parts of everything that is stored of the talk with the most events."""
    with closing(sqlite3.connect(file)) as db:
        talk, lookup, state = db.execute(
            "SELECT id, lookup, state FROM talks ORDER BY head DESC LIMIT 1"
        ).fetchone()
        bodies = [row[0] for row in db.execute("SELECT body FROM turns WHERE talk = ?", (talk,))]
    return [lookup, *(body[:40] for body in [*bodies, state])]
