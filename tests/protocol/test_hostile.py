"""What must never work: every row is sent to a real server, which must live on unharmed."""

import json
import struct
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client, new_cid
from tests.protocol.conftest import Server
from tests.protocol.raw import BINARY, CLOSE, PING, Raw, frame
from tests.web.test_store import holds
from web import limits, socket

HELLO = b'{"t":"hello","v":1}'
CID = "abcdefghij_-0123"


def padded(size: int) -> bytes:
    """Make a valid ping of a size."""
    return json.dumps({"t": "ping", "x": ""}).encode()[:-2] + b"x" * (size - 22) + b'"}'


async def unharmed(server: Server, before: Client) -> None:
    """Check that an old talk and a new one both go on."""
    if before.head == 1:
        await before.turn(choice="go")
    assert (await before.turn(rating=3))["who"] == "guide" if before.head == 3 else True
    fresh = await server.talk()
    assert fresh.head == 1
    await server.check(before)


# ------------------------------------------------------------------ bytes

BYTES: list[tuple[str, bytes, set[int]]] = [
    ("a frame of 16 KiB and one", frame(padded(16 * 1024 + 1)), {1009}),
    (
        "a frame that says it is 2^40 long",
        b"\x81\xff" + struct.pack(">Q", 2**40) + b"x" * 100,
        {1009},
    ),
    (
        "20 KB in two-byte pieces",
        frame(b"xx", fin=False) + frame(b"xx", 0, fin=False) * 10_000,
        {1008, 1009, 0},  # 0: cut while the pieces still came
    ),
    ("binary", frame(HELLO, BINARY), {1003}),
    ("bad UTF-8: overlong", frame(b"\xc0\xaf"), {1007}),
    ("bad UTF-8: cut off", frame(b"\xe2\x82"), {1007}),
    ("bad UTF-8: a surrogate", frame(b"\xed\xa0\x80"), {1007}),
    *((f"reserved opcode {code}", frame(b"", code), {1002}) for code in (3, 5, 7, 11, 15)),
    *((f"reserved bit {bit}", frame(HELLO, rsv=bit), {1002}) for bit in (1, 2, 4)),
    ("a fragmented ping", frame(b"", PING, fin=False), {1002}),
    ("a ping of 126 bytes", frame(b"x" * 126, PING), {1002}),
    ("a continuation of nothing", frame(b"x", 0), {1002}),
    ("close with 1005", frame(struct.pack(">H", 1005), CLOSE), {1002}),
    ("close with 1006", frame(struct.pack(">H", 1006), CLOSE), {1000, 1002}),
    ("close with one byte", frame(b"x", CLOSE), {1002}),
    ("close with bad UTF-8", frame(struct.pack(">H", 1000) + b"\xff", CLOSE), {1002, 1007}),
]


@pytest.mark.parametrize(("name", "data", "codes"), BYTES, ids=[row[0] for row in BYTES])
async def test_bytes_that_are_no_frames(
    server: Server, name: str, data: bytes, codes: set[int]
) -> None:
    """Each ends this connection with its code, before or after the hello, and no other."""
    before = await server.talk()
    for greeting in (b"", frame(HELLO)):
        raw = await Raw.connect(server.http.port or 0)
        await raw.send(greeting + data)
        assert await raw.close_code() in codes
        raw.hang_up()
    await unharmed(server, before)


async def test_the_largest_frame(server: Server) -> None:
    """Exactly 16 KiB is fine."""
    raw = await Raw.connect(server.http.port or 0)
    assert len(padded(16 * 1024)) == 16 * 1024
    await raw.send(frame(HELLO) + frame(padded(16 * 1024)))
    assert json.loads((await raw.read())[1])["t"] == "welcome"
    assert json.loads((await raw.read())[1]) == {"t": "pong", "n": 0}
    raw.hang_up()


async def test_an_unmasked_frame_says_the_same_or_nothing(server: Server) -> None:
    """Whether or not it is taken, it is never taken for something else."""
    raw = await Raw.connect(server.http.port or 0)
    await raw.send(frame(HELLO, masked=False))
    opcode, body = await raw.read()
    assert opcode == CLOSE or json.loads(body)["t"] == "welcome"
    raw.hang_up()


async def test_compression_is_not_granted(server: Server) -> None:
    """Asked for, it is left out: it costs memory, and lengths would tell about words."""
    raw = await Raw.connect(
        server.http.port or 0, "Sec-WebSocket-Extensions: permessage-deflate\r\n"
    )
    assert raw.status == 101
    assert "extensions" not in raw.head.lower()
    assert "sec-websocket-protocol: makeroom.v1" in raw.head.lower()
    raw.hang_up()


UPGRADES = {
    "no upgrade": "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n",
    "an old version": (
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 12\r\n\r\n"
    ),
    "a short key": (
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAA\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ),
    "no key": (
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ),
    "POST": (
        "POST /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        "Content-Length: 0\r\n\r\n"
    ),
}


@pytest.mark.parametrize("text", UPGRADES.values(), ids=UPGRADES.keys())
async def test_upgrades_that_are_none(server: Server, text: str) -> None:
    """Each is refused with a client's error, and no talk begins."""
    raw = await Raw.request(server.http.port or 0, text)
    assert raw.status in (400, 405, 426)
    raw.hang_up()


ORIGINS = [
    "null",
    "http://evil.example",
    "https://127.0.0.1:{port}",
    "http://127.0.0.1",
    "http://127.0.0.1:{port}.evil",
]


@pytest.mark.parametrize("origin", ORIGINS)
async def test_other_pages_are_refused_before_the_upgrade(server: Server, origin: str) -> None:
    """A foreign page gets 403 and no websocket; our own gets one."""
    port = server.http.port or 0
    raw = await Raw.request(
        port,
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {origin.format(port=port)}\r\n\r\n",
    )
    assert raw.status == 403
    raw.hang_up()
    own = await server.client(Origin=f"http://127.0.0.1:{port}")
    assert (await own.hello())["t"] == "welcome"


# ------------------------------------------------------------------ frames

FRAMES: list[tuple[str, str]] = [
    ("", "bad_frame"),
    ("   ", "bad_frame"),
    ("hello", "bad_frame"),
    ("[" * 16_000, "bad_frame"),
    ('{"t":"ping","n":' + "9" * 5_000 + "}", "bad_frame"),
    ('{"t":"ping","n":NaN}', "bad_frame"),
    ('{"t":"ping","n":1e999}', "bad_frame"),
    ("[]", "bad_frame"),
    ("null", "bad_frame"),
    ('\ufeff{"t":"ping"}', "bad_frame"),
    ('{"t":"ping"}{"t":"ping"}', "bad_frame"),
    ('{"t":"dance"}', "unknown_type"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1}', "bad_frame"),
    ('{"t":"say","cid":"__proto__","re":1,"text":"a"}', "bad_frame"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":true,"text":"a"}', "bad_frame"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":-1,"text":"a"}', "bad_frame"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"\\ud800"}', "bad_text"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"choice":"nowhere"}', "bad_text"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"choice":"__class__"}', "bad_text"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"choice":""}', "bad_text"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"rating":11}', "bad_text"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":0,"choice":"go"}', "stale"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":99,"choice":"go"}', "stale"),
    ('{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"' + "a" * 4_001 + '"}', "too_long"),
    ('{"t":"step","cid":"abcdefghij_-0123","re":1,"kind":"delete"}', "bad_frame"),
    ('{"t":"hello","v":1}', "not_allowed"),
    ('{"t":"page","from":1,"n":201}', "bad_frame"),
]


@pytest.mark.parametrize(
    ("text", "code"), FRAMES, ids=[f"{row[1]}-{row[0][:40]}" for row in FRAMES]
)
async def test_bad_frames_are_named_and_the_connection_lives(
    server: Server, text: str, code: str
) -> None:
    """Each gets its own code; the talk is as it was, and goes on on the same connection."""
    client = await server.talk()
    await client.socket.send_str(text)
    error = await client.next()
    assert (error["t"], error["code"]) == ("error", code)
    assert "Traceback" not in json.dumps(error)
    assert client.head == 1
    assert (await client.turn(choice="go"))["who"] == "guide"
    await server.check(client)


@pytest.mark.parametrize(
    "text",
    [
        '{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"a"}',
        '{"t":"step","cid":"abcdefghij_-0123","re":1,"kind":"help"}',
        '{"t":"page","from":1,"n":1}',
        '{"t":"forget","cid":"abcdefghij_-0123"}',
        '{"t":"ping"}',
    ],
)
async def test_nothing_before_hello(server: Server, text: str) -> None:
    """Whatever comes first isn't ready; then a hello works all the same."""
    client = await server.client()
    await client.socket.send_str(text)
    assert (await client.next())["code"] == "not_ready"
    assert (await client.hello())["t"] == "welcome"


@pytest.mark.parametrize(
    "hello", [{"have": -1}, {"have": 1.5}, {"token": 5}, {"v": "1"}, {"script": 1}]
)
async def test_bad_hellos(server: Server, hello: dict[str, Any]) -> None:
    """A hello that can't be read is named, and the next one works."""
    client = await server.client()
    assert (await client.hello(**hello))["code"] == "bad_frame"
    assert (await client.hello())["t"] == "welcome"


@pytest.mark.parametrize(
    "script",
    ["nowhere", "", "../safety", "..\\safety", "%2e%2e/x", "/etc/passwd", "safety", "con", "x\x00"],
)
async def test_scripts_are_names_and_not_paths(server: Server, script: str) -> None:
    """A script that isn't there is `not_allowed`, whatever it looks like."""
    client = await server.client()
    assert (await client.hello(script=script))["code"] == "not_allowed"
    assert (await client.hello(script="little"))["script"] == "little"


@pytest.mark.parametrize(
    "fields", [{"region": "zz"}, {"region": "nowhere"}, {"region": "<b"}, {"lang": "xx-é"}]
)
async def test_odd_countries_and_languages_turn_nobody_away(
    server: Server, fields: dict[str, Any]
) -> None:
    """What we don't know, we do without."""
    client = await server.client()
    assert (await client.hello(**fields))["t"] == "welcome"


async def test_a_newer_protocol_is_not_for_us(server: Server) -> None:
    """A client of another version shouldn't come back as it is."""
    client = await server.client()
    assert await client.hello(v=2) == {"t": "bye", "code": "protocol"}
    assert (await client.ending())[1] == 4500


async def test_no_hello(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who says nothing, or nothing sensible, is sent away in time."""
    monkeypatch.setattr(socket, "HELLO_S", 0.05)
    client = await server.client()
    assert (await client.ending())[1] == 4005
    other = await server.client()
    await other.socket.send_str("hm")
    assert (await other.ending())[1] == 4005


async def test_too_many_errors(server: Server) -> None:
    """Fifty mistakes in a minute are a broken program; being late is not a mistake."""
    client = await server.talk()
    for _ in range(60):
        assert (await client.say(re=0, text="late"))["code"] == "stale"
    for _ in range(60):
        await client.socket.send_str("x")
    assert await client.ending() == ({"t": "bye", "code": "too_many_errors"}, 4507)


async def test_a_flood_is_still_told_why_it_ends(server: Server) -> None:
    """Who goes on sending while the connection ends reads the reason, and not a reset."""
    raw = await Raw.connect(server.http.port or 0)
    await raw.send(frame(HELLO) + frame(b"x") * 20_000)
    codes = set()
    while (it := await raw.read())[0] == 1:
        codes.add(json.loads(it[1]).get("code"))
    assert codes == {None, "bad_frame", "too_many_errors"}
    assert (it[0], int.from_bytes(it[1][:2])) == (CLOSE, 4507)
    raw.hang_up()


async def test_injections_are_just_words(server: Server) -> None:
    """Templates, SQL, formats and markup come back as they were written."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=1)
    for text in (
        "{{7*7}} {% raw %} {{ ''.__class__ }}",
        "%s %n {0.__class__} ${x}",
        "'; DROP TABLE events; --",
        "<script>alert(1)</script>",
        "\u202e\u2066 \u2028 \ufeff 1e5",
    ):
        await client.turn(text=text)
        assert client.events[client.head - 1]["text"] == text
    await server.check(client)


async def test_somebody_elses_talk_cannot_be_read(server: Server) -> None:
    """The public name of a talk opens nothing: not as a token, not in a page."""
    one = await server.client()
    name = (await one.hello())["talk"]
    other = await server.client()
    assert await other.hello(name) == {"t": "bye", "code": "no_such_talk"}
    third = await server.talk()
    await third.send({"t": "page", "from": 1, "n": 200, "talk": name, "token": one.token})
    page = await third.until("events")
    assert page["events"] == [third.events[1]]


async def test_a_token_in_the_address_is_nothing(server: Server) -> None:
    """Only the first frame carries a token."""
    one = await server.talk()
    raw = await server.http.ws_connect(f"/ws?token={one.token}", protocols=("makeroom.v1",))
    client = Client(raw)
    assert (await client.hello())["resumed"] is False


async def test_a_burst_of_requests_is_fine(server: Server) -> None:
    """Who sends a lot at once and reads the answers isn't taken for somebody who doesn't."""
    raw = await Raw.connect(server.http.port or 0)
    pings = b"".join(frame(json.dumps({"t": "ping", "n": n}).encode()) for n in range(500))
    await raw.send(frame(HELLO) + pings)
    assert json.loads((await raw.read())[1])["t"] == "welcome"
    assert [json.loads((await raw.read())[1])["n"] for _ in range(500)] == list(range(500))
    raw.hang_up()


async def test_more_than_sixteen_tabs(server: Server) -> None:
    """Nobody has so many; the seventeenth is sent away, the others stay."""
    first = await server.talk()
    tabs = [await server.talk(first.token) for _ in range(15)]
    late = await server.client()
    assert (await late.hello(first.token))["code"] == "too_many_connections"
    assert (await late.ending())[1] == 4508
    await first.turn(choice="go")
    await tabs[-1].until(lambda frame: frame.get("seq") == 3)


async def test_who_never_reads_is_sent_away(server: Server) -> None:
    """A connection that doesn't read its events costs a bounded queue, and then the line."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=1)
    deaf = await Raw.connect(server.http.port or 0)
    hello = json.dumps({"t": "hello", "v": 1, "token": client.token}).encode()
    await deaf.send(frame(hello))
    page = frame(json.dumps({"t": "page", "from": 1, "n": 200}).encode())
    for _ in range(12):
        await client.turn(text="x" * 3_900)
    deaf.writer.write(page * 400)
    for _ in range(200):
        await client.turn(text="still here")
        if len(server.hub._seats) == 1:
            break
    assert len(server.hub._seats) == 1
    deaf.hang_up()


# ------------------------------------------------------------------ limits


async def test_guessing_is_slowed_down(serve: Callable[..., Awaitable[Server]]) -> None:
    """After thirty wrong tokens an address waits, before the upgrade; its open talks go on."""
    server = await serve(limits=True)
    honest = await server.talk()
    for _ in range(30):
        client = await server.client()
        assert (await client.hello("A" * 32))["code"] == "no_such_talk"
        await client.leave()
    reply = await server.http.get("/ws")
    assert reply.status == 429
    assert (await honest.turn(choice="go"))["who"] == "guide"


async def test_guessing_is_slowed_down_for_who_is_connected_already(
    serve: Callable[..., Awaitable[Server]],
) -> None:
    """Who has opened many connections before the first guess gets no more guesses by it."""
    server = await serve(limits=True)
    waiting = [await server.client() for _ in range(35)]
    codes = [(await client.hello("A" * 32))["code"] for client in waiting]
    assert codes == ["no_such_talk"] * 30 + ["too_fast"] * 5


async def test_danger_is_never_too_fast(
    serve: Callable[..., Awaitable[Server]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood is slowed, calls for help and danger in it are not."""
    monkeypatch.setitem(limits.RATES, "act", limits.Rate(2, 0.01))
    server = await serve(limits=True)
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=1)
    slow = await client.say(text="a letter")
    assert (slow["code"], slow["retry_ms"] > 1_000) == ("too_fast", True)
    assert (await client.turn(text="I want to die"))["stage"] == "crisis"
    assert (await client.step("help"))["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == client.events[max(client.events)]["seq"])


async def test_wrong_tokens_take_the_same_time(server: Server) -> None:
    """A damaged token, a wrong one and a forgotten one can't be told apart by a clock."""
    one = await server.talk()
    await one.send({"t": "forget", "cid": CID})
    await one.ending()
    times: dict[str, list[float]] = {}
    for _ in range(25):
        for token in ("B" * 32, "broken", one.token or ""):
            client = await server.client()
            started = time.perf_counter()
            assert (await client.hello(token))["code"] == "no_such_talk"
            times.setdefault(token, []).append(time.perf_counter() - started)
            await client.leave()
    least = [min(found) for found in times.values()]  # a busy machine only adds
    assert max(least) < 2 * min(least) + 0.001  # gross differences only: machines are noisy


# ------------------------------------------------------------------ pages and words


async def test_no_word_is_written_anywhere_but_sealed(
    server: Server,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A canary in texts, tokens, paths and headers is in no log, no output and no file."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(text="CANARY in words")
    await client.say(re=0, text="CANARY late")
    await client.turn(choice="CANARY")
    await client.socket.send_str("CANARY{")
    await client.next()
    await server.client()
    await (await server.client()).hello("CANARY")
    await server.http.get(
        "/CANARY?CANARY=1", headers={"Referer": "http://CANARY", "User-Agent": "CANARY"}
    )
    await server.check(client)
    assert "CANARY" not in caplog.text
    assert "CANARY" not in "".join(capfd.readouterr())
    assert client.token is not None
    assert not holds(tmp_path, b"CANARY")
    assert not holds(tmp_path, client.token.encode())


async def test_a_bug_in_a_turn_hurts_that_turn_only(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When our own code fails, the person is told to try again, and can; danger brings the card."""
    from web import standing

    client, other = await server.talk(region="ZZ"), await server.talk()
    guide = standing.take_turn

    def broken(*args: Any) -> Any:
        raise KeyError("CANARY")

    monkeypatch.setattr(standing, "take_turn", broken)
    cid = new_cid()
    refused = await client.say(cid=cid, choice="go")
    assert (refused["code"], refused["retry_ms"] > 0, "card" in refused) == ("busy", True, False)
    refused = await client.say(text="I want to die")
    assert refused["card"]["emergency"] == ["000"]
    monkeypatch.setattr(standing, "take_turn", guide)
    assert (await client.say(re=1, cid=cid, choice="go"))["dup"] is False
    await other.turn(choice="go")
    assert "KeyError" in caplog.text
    assert "CANARY" not in caplog.text
