"""What every server of `makeroom.v1` does, whatever it talks about: docs/protocol.md as checks."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from typing import TypeAlias, get_args

from aiohttp import WSServerHandshakeError

from bot.values import AskKind
from tests.clients import Client, new_cid
from tests.conformance.site import Site, act, settled
from tests.protocol.raw import BINARY, CLOSE, PING, frame
from tests.protocol.test_hostile import FRAMES, HELLO, padded

Check: TypeAlias = Callable[[Site], Awaitable[None]]
CHECKS: list[Check] = []
"""In the order in which they are run; each docstring is the promise."""
MOST = 60
"""Turns of the longest talk here: within what anybody may do at once."""
BYTES: list[tuple[str, bytes, set[int]]] = [
    ("binary", frame(HELLO, BINARY), {1003}),
    ("a frame of 16 KiB and one", frame(padded(16 * 1024 + 1)), {1009}),
    ("2^40 bytes promised", b"\x81\xff" + struct.pack(">Q", 2**40) + b"x" * 100, {1009}),
    ("bad UTF-8", frame(b"\xc0\xaf"), {1007}),
    ("a reserved opcode", frame(b"", 3), {1002}),
    ("a reserved bit", frame(HELLO, rsv=4), {1002}),
    ("a fragmented ping", frame(b"", PING, fin=False), {1002}),
    ("close with one byte", frame(b"x", CLOSE), {1002}),
]


def check(promise: Check) -> Check:
    """Add a check."""
    CHECKS.append(promise)
    return promise


def is_dense(client: Client) -> bool:
    """Tell whether a client has every event up to the head."""
    return sorted(client.events) == list(range(1, client.head + 1))


@check
async def a_talk_begins(site: Site) -> None:
    """A hello without a token makes a talk; its key has at least 160 bits."""
    client = await site.client()
    welcome = await client.hello()
    assert welcome["t"] == "welcome", welcome
    assert len(welcome["token"]) * 6 >= 160
    assert (welcome["resumed"], welcome["reset"], welcome["more"]) == (False, False, False)
    assert welcome["head"] == len(welcome["events"]) == 1
    first = welcome["events"][0]
    assert (first["seq"], first["who"]) == (1, "guide")
    assert all(line["id"] and line["text"] for line in first["lines"])
    assert {"talk", "script", "lang", "limits"} <= set(welcome)


@check
async def the_handshake_is_ours(site: Site) -> None:
    """The subprotocol is granted, compression isn't."""
    raw = await site.raw("Sec-WebSocket-Extensions: permessage-deflate\r\n")
    assert raw.status == 101
    assert "sec-websocket-protocol: makeroom.v1" in raw.head.lower()
    assert "extensions" not in raw.head.lower()
    raw.hang_up()


@check
async def hello_comes_first(site: Site) -> None:
    """Any other frame isn't ready yet; a hello works afterwards."""
    client = await site.client()
    for early in (
        {"t": "say", "cid": new_cid(), "re": 1, "text": "a"},
        {"t": "step", "cid": new_cid(), "re": 1, "kind": "help"},
        {"t": "page", "from": 1, "n": 1},
        {"t": "forget", "cid": new_cid()},
        {"t": "ping", "n": 1},
    ):
        await client.send(early)
        assert (await client.next())["code"] == "not_ready"
    assert (await client.hello())["t"] == "welcome"


@check
async def silence_ends(site: Site) -> None:
    """Who says nothing for five seconds is sent away with 4005."""
    client = await site.client()
    async with asyncio.timeout(9):
        bye, code = await client.ending()
    assert (bye["code"], code) == ("no_hello", 4005)


@check
async def another_version_is_refused(site: Site) -> None:
    """`v: 2` ends with 4500."""
    client = await site.client()
    assert (await client.hello(v=2))["code"] == "protocol"
    assert (await client.ending())[1] == 4500


@check
async def bad_frames_are_named(site: Site) -> None:
    """Each gets its code, the connection lives, the talk is as it was."""
    client = await site.talk()
    for text, code in FRAMES:
        await client.socket.send_str(text)
        error = await client.next()
        assert (error["t"], error.get("code")) == ("error", code), (text[:60], error)
    assert client.head == 1
    await settled(client, act(client))


@check
async def bad_bytes_end_the_connection(site: Site) -> None:
    """Each with the close code of RFC 6455."""
    for name, data, codes in BYTES:
        raw = await site.raw()
        await raw.send(frame(HELLO) + data)
        assert await raw.close_code() in codes, name
        raw.hang_up()


@check
async def unknown_fields_are_ignored(site: Site) -> None:
    """A newer client may say more than is known."""
    client = await site.client()
    assert (await client.hello(novel={"a": [1]}))["t"] == "welcome"
    await settled(client, {**act(client), "novel": 1})


@check
async def an_act_is_acked_at_its_event(site: Site) -> None:
    """The ack has the seq of what was said; the guide's turn stands right behind it."""
    client = await site.talk()
    sent = act(client)
    back = await settled(client, sent)
    assert (back["seq"], back["dup"]) == (2, False)
    assert (client.events[2]["who"], client.events[2]["cid"]) == ("you", sent["cid"])
    assert client.events[3]["who"] == "guide"


@check
async def a_repeated_act_happens_once(site: Site) -> None:
    """Sent twenty times it has one event, and twenty acks with the same seq."""
    client = await site.talk()
    sent = act(client)
    for _ in range(20):
        await client.send(sent)
    acks = [await client.until("ack") for _ in range(20)]
    assert {ack["seq"] for ack in acks} == {2}
    assert sum(ack["dup"] for ack in acks) == 19
    assert client.head == 3


@check
async def an_id_belongs_to_what_it_said(site: Site) -> None:
    """The same id with something else is a conflict."""
    client = await site.talk()
    sent = act(client)
    await settled(client, sent)
    back = await client.say(cid=sent["cid"], text="something else")
    assert back["code"] == "cid_conflict"
    assert is_dense(client)


@check
async def a_late_answer_is_stale(site: Site) -> None:
    """An answer to a prompt that isn't open any more changes nothing."""
    client = await site.talk()
    await settled(client, act(client))
    back = await client.say(re=1, text="a letter")
    assert (back["code"], back["head"]) == ("stale", client.head)


@check
async def danger_is_never_late(site: Site) -> None:
    """Words of danger are met with help lines, whatever prompt they answer."""
    client = await site.talk()
    await settled(client, act(client))
    said = {"t": "say", "cid": new_cid(), "re": 1, "text": "I want to die"}
    back = await settled(client, said)
    assert client.events[back["seq"] + 1]["stage"] == "crisis"


@check
async def calls_for_help_are_always_taken(site: Site) -> None:
    """Help, stop, pause and too much, whatever prompt was open."""
    for kind in ("help", "stop", "pause", "toomuch"):
        client = await site.talk()
        await settled(client, act(client))
        assert (await client.step(kind, re=1))["t"] == "ack", kind


@check
async def any_step_is_understood(site: Site) -> None:
    """Back, skip and why are there at every prompt."""
    client = await site.talk()
    await settled(client, act(client))
    for kind in ("why", "skip", "back"):
        back = await client.step(kind)
        assert back["t"] == "ack", kind
        while back["seq"] + 1 not in client.events:
            await client.next()


@check
async def any_prompt_takes_words(site: Site) -> None:
    """Text that is no answer is asked about again, never refused."""
    client = await site.talk()
    for number in range(6):
        back = await client.say(text=f"well {number}")
        assert back["t"] == "ack", back
        while back["seq"] + 1 not in client.events:
            await client.next()


@check
async def words_come_back_as_they_were(site: Site) -> None:
    """Emoji, other scripts and signs of markup stay; control characters go."""
    client = await site.talk()
    said = "a\x00\x07b 👩‍👩‍👧‍👦 é עברית <b>{{7*7}}</b>"
    await client.send({"t": "say", "cid": new_cid(), "re": 1, "text": said})
    await client.until(lambda it: it.get("seq") == 3)
    assert client.events[2]["text"] == said.replace("\x00\x07", "")


@check
async def tabs_are_one_talk(site: Site) -> None:
    """Of two answers to one prompt one counts; both tabs end with the same transcript."""
    one = await site.talk()
    two = await site.talk(one.token)
    for tab in (one, two):
        await tab.send(act(tab))
    backs = [await tab.until(lambda it: it["t"] in ("ack", "error")) for tab in (one, two)]
    assert sorted(back.get("code", "ack") for back in backs) == ["ack", "stale"]
    for tab in (one, two):
        while 3 not in tab.events:
            await tab.next()
    assert one.events == two.events


@check
async def who_comes_back_gets_what_is_missing(site: Site) -> None:
    """Exactly the events after `have`, and no new token."""
    client = await site.talk()
    for _ in range(3):
        await settled(client, act(client))
    again = await site.client()
    welcome = await again.hello(client.token, have=2)
    assert [event["seq"] for event in welcome["events"]] == list(range(3, client.head + 1))
    assert (welcome["resumed"], "token" in welcome) == (True, False)
    assert again.events == {seq: it for seq, it in client.events.items() if seq > 2}


@check
async def who_is_ahead_starts_over(site: Site) -> None:
    """More than there is can't be had: `reset`, and everything from the start."""
    client = await site.talk()
    again = await site.client()
    welcome = await again.hello(client.token, have=10**9)
    assert (welcome["reset"], [event["seq"] for event in welcome["events"]]) == (True, [1])


@check
async def pages_can_be_asked_for(site: Site) -> None:
    """`n` events from a seq on, and whether there are more."""
    client = await site.talk()
    for _ in range(3):
        await settled(client, act(client))
    await client.send({"t": "page", "from": 2, "n": 3})
    page = await client.until("events")
    assert [event["seq"] for event in page["events"]] == [2, 3, 4]
    assert (page["from"], page["more"]) == (2, True)


@check
async def a_cut_line_loses_nothing(site: Site) -> None:
    """Cut anywhere in a frame, before or after it: sent again, the act is there once."""
    client = await site.talk()
    for share in (0.0, 0.3, 0.99, 1.0):
        sent = act(client)
        body = frame(json.dumps(sent).encode())
        raw = await site.raw()
        hello = {"t": "hello", "v": 1, "token": client.token, "have": client.head}
        await raw.send(frame(json.dumps(hello).encode()))
        await raw.read()
        await raw.send(body[: int(len(body) * share)])
        raw.hang_up()
        again = await site.talk(client.token)
        back = await settled(again, sent)
        assert back["seq"] == client.head + 1
        await client.until(lambda it, head=back["seq"] + 1: it.get("seq") == head)
        assert again.events | client.events == client.events


@check
async def acts_in_a_row(site: Site) -> None:
    """Sent without waiting, each is stored or refused by name; the transcript has no gap."""
    client = await site.talk()
    sent = [act(client) for _ in range(5)]
    for one in sent:
        await client.send(one)
    backs = [await client.until(lambda it: it["t"] in ("ack", "error")) for _ in sent]
    assert [back.get("code", "ack") for back in backs] == ["ack", *["stale"] * 4]
    assert is_dense(client)


@check
async def a_whole_talk(site: Site) -> None:
    """Up to its end every prompt is of a known kind, and every event in its place."""
    client = await site.talk()
    for _ in range(MOST - 5):
        ask = client.events[client.head].get("ask")
        if ask is None:
            break
        assert ask["kind"] in get_args(AskKind)
        await settled(client, act(client))
    assert is_dense(client)
    assert (await site.talk(client.token)).events == client.events


@check
async def a_talk_can_be_forgotten(site: Site) -> None:
    """It is gone for every tab, at once and for good."""
    one = await site.talk()
    two = await site.talk(one.token)
    cid = new_cid()
    await one.send({"t": "forget", "cid": cid})
    assert await one.until("gone") == {"t": "gone", "cid": cid}
    for tab in (one, two):
        bye, code = await tab.ending()
        assert (bye.get("code"), code) == ("forgotten", 4504), (bye, code)
    again = await site.client()
    assert (await again.hello(one.token))["code"] == "no_such_talk"


@check
async def other_keys_open_nothing(site: Site) -> None:
    """Wrong, damaged and made-up tokens get one answer, and none is adopted."""
    name = (await (await site.client()).hello())["talk"]
    for token in ("", "x", "A" * 32, "é" * 32, name):
        client = await site.client()
        assert await client.hello(token) == {"t": "bye", "code": "no_such_talk"}
        assert (await client.ending())[1] == 4503


@check
async def a_key_in_the_address_is_nothing(site: Site) -> None:
    """Only the first frame carries a token."""
    client = await site.talk()
    other = await site.client(f"/ws?token={client.token}")
    assert (await other.hello())["resumed"] is False


@check
async def other_pages_are_refused(site: Site) -> None:
    """A foreign origin gets 403 before the upgrade; our own and none are welcome."""
    foreign = ("null", "https://evil.example", f"{site.origin}.evil.example", site.origin.upper())
    for origin in foreign:
        assert await status(site, origin) == 403, origin
    assert await status(site, site.origin) == 101


async def status(site: Site, origin: str) -> int:
    """Give the answer to a page of some origin that wants to talk."""
    try:
        await (await site.client(Origin=origin)).leave()
    except WSServerHandshakeError as error:
        return error.status
    return 101


@check
async def pings_are_answered(site: Site) -> None:
    """With the same number, a hundred at once as well."""
    client = await site.talk()
    for number in range(100):
        await client.send({"t": "ping", "n": number})
    assert [(await client.until("pong"))["n"] for _ in range(100)] == list(range(100))


@check
async def broken_programs_are_sent_away(site: Site) -> None:
    """More than fifty mistakes a minute end with 4507."""
    client = await site.talk()
    for _ in range(60):
        await client.socket.send_str("x")
    bye, code = await client.ending()
    assert (bye["code"], code) == ("too_many_errors", 4507)


@check
async def pages_are_guarded(site: Site) -> None:
    """Help lines are there without a talk; every answer is strict, and none sets a cookie."""
    for path, status in (("/help", 200), ("/healthz", 200), ("/readyz", 200), ("/nowhere", 404)):
        reply = await site.get(path)
        assert reply.status == status, path
        assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in reply.headers
