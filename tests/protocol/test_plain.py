"""The talk by forms: the same talk as over the socket, exactly once, whatever is posted."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.errors import StoreUnavailable
from tests.protocol.conftest import Server
from tests.protocol.raw import Raw
from web import talk
from web.store.sqlite import SqliteStore

HIDDEN = re.compile(r'name="(token|re|cid)" value="([^"]*)"')
DAY = 24 * 60 * 60_000
Fields = dict[str, str]
Serve = Callable[[], Awaitable[Server]]


async def post(server: Server, fields: Any, **headers: str) -> ClientResponse:
    """Send a form and read the page."""
    reply = await server.http.post("/plain", data=fields, headers=headers)
    await reply.read()
    return reply


async def keys(reply: ClientResponse) -> Fields:
    """Give the hidden fields of the page's last form but one: each has an id of its own."""
    return dict(HIDDEN.findall(await reply.text())[:3])


async def begun(server: Server) -> Fields:
    """Begin a talk; give what its first form sends."""
    return await keys(await post(server, {"do": "begin"}))


async def test_a_talk_by_forms_is_a_talk(serve: Serve) -> None:
    """Answers, steps and words; the socket sees the same events, and the store replays them."""
    server = await serve()
    fields = await begun(server)
    fields = await keys(await post(server, fields | {"choice": "go"}))
    fields = await keys(await post(server, fields | {"do": "rating", "rating": "7"}))
    fields = await keys(await post(server, fields | {"step": "why"}))
    reply = await post(server, fields | {"do": "text", "text": "it’s <b>late</b>\r\nand so on"})
    text = await reply.text()
    assert "it’s &lt;b&gt;late&lt;/b&gt;\nand so on" in text
    client = await server.talk(fields["token"])
    said = [event for event in client.events.values() if event["who"] == "you"]
    assert [event.get("choice") or event.get("rating") or event.get("kind") for event in said[:3]] == [
        "go", 7, "why",
    ]  # fmt: skip
    await server.check(client)
    assert server.hub.rooms == 1
    assert server.hub.connections == 1


async def test_the_key_stays_in_the_body(serve: Serve) -> None:
    """No cookie, no address, nothing cached; browsers are told to name our origin to us alone."""
    server = await serve()
    reply = await post(server, {"do": "begin"})
    token = (await keys(reply))["token"]
    assert "Set-Cookie" not in reply.headers
    assert token not in str(reply.headers)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert f'action="/plain?{token}' not in await reply.text()
    assert re.findall(r'action="([^"]+)"', await reply.text()).count("/plain#now") >= 4
    sent = re.findall(r"<form ([^>]*)>", await reply.text())
    assert [
        form for form in sent if 'method="post"' not in form or 'action="/plain' not in form
    ] == []


async def test_sent_twice_is_done_once(serve: Serve) -> None:
    """A second press, a reload, eight at once: one act."""
    server = await serve()
    fields = await begun(server) | {"choice": "go"}
    replies = await asyncio.gather(*(post(server, fields) for _ in range(8)))
    assert {reply.status for reply in replies} == {200}
    client = await server.talk(fields["token"])
    assert len(client.events) == 3
    await server.check(client)


async def test_an_old_page_is_told_so_and_gives_the_words_back(serve: Serve) -> None:
    """Back in the browser and another answer: the newest question, and what was typed."""
    server = await serve()
    first = await begun(server)
    await post(server, first | {"choice": "go"})
    other = await post(server, first | {"choice": "later"})
    assert "The talk has moved on. Here is the newest question." in await other.text()
    late = await post(server, first | {"cid": "c" * 20, "do": "text", "text": "kept words"})
    text = await late.text()
    assert "Your words are back in the box" in text
    assert ">\nkept words</textarea>" in text
    client = await server.talk(first["token"])
    assert len(client.events) == 3


HOSTILE: list[tuple[dict[str, Any], int, str]] = [
    ({}, 404, "can’t be found"),
    ({"do": "look"}, 404, "can’t be found"),
    ({"do": "look", "token": "no such"}, 404, "can’t be found"),
    ({"do": "look", "token": "x" * 20_000}, 400, "can’t go on"),
    ({"do": "text", "token": "' OR 1=1", "text": "x"}, 404, "can’t be found"),
    ({"do": "begin", "script": "../../etc/passwd"}, 400, "can’t go on"),
]


@pytest.mark.parametrize(("fields", "status", "says"), HOSTILE, ids=lambda it: str(it)[:30])
async def test_no_talk_for_what_is_no_talk(
    serve: Serve, fields: dict[str, Any], status: int, says: str
) -> None:
    """One sentence and the way to a new talk; nothing is made."""
    server = await serve()
    reply = await post(server, fields)
    assert reply.status == status
    assert says in await reply.text()
    assert 'href="/help?lang=en"' in await reply.text()
    assert server.hub.rooms == 0


ODD: list[dict[str, Any]] = [
    {"do": "text"},
    {"do": "rating"},
    {"do": "rating", "rating": "99"},
    {"do": "rating", "rating": "٣"},
    {"do": "rating", "rating": "-1"},
    {"do": "choices", "choices": "nowhere"},
    {"do": "feelings", "family": "fear", "shade.fear": "dread"},
    {"do": "cards", "card.": "", "card.x": "y"},
    {"do": "exercise", "outcome": "fly", "seconds": "1e9"},
    {"do": "approve", "verdict.": "keep", "verdict.a": "change", "own.a": " "},
    {"do": "text", "text": "x" * 4_001},
    {"do": "text", "text": "x", "cid": "short"},
    {"do": "text", "text": "x", "re": "99999999999999999999"},
    {"do": "text", "text": "\x00\x07{{ 7 * 7 }}"},
    {"step": "fly"},
    {"do": "<script>", "text": "<script>alert(1)</script>"},
    {"choice": "go", "step": "nothing"},
]


async def test_odd_fields_never_break_a_talk(serve: Serve) -> None:
    """Taken, or refused with a sentence and the words given back: the talk is its replay."""
    server = await serve()
    fields = await begun(server)
    for odd in ODD:
        reply = await post(server, fields | odd)
        text = await reply.text()
        assert reply.status == 200, odd
        assert "<script>" not in text
        assert "49" not in re.findall(r"<p[^>]*>([^<]*)</p>", text)
        fields = await keys(reply)
    client = await server.talk(fields["token"])
    await server.check(client)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"do=begin", "text/plain", 415),
        (b'{"do": "begin"}', "application/json", 415),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 415),
        (b"do=begin&text=" + b"x" * 65_536, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"a=1" for _ in range(401)), "application/x-www-form-urlencoded", 400),
        (b"do=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"do=\xff", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_a_body_that_is_no_form_is_refused(
    serve: Serve, body: bytes, kind: str, status: int
) -> None:
    """Other kinds, too long, too many fields, no UTF-8: a status and a sentence."""
    server = await serve()
    reply = await post(server, body, **{"Content-Type": kind})
    assert reply.status == status
    assert "Content-Security-Policy" in reply.headers
    assert server.hub.rooms == 0


async def test_a_body_that_drips_is_let_go(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form is sent in one go: who promises and doesn't send holds nothing for long."""
    monkeypatch.setattr("web.forms.READ_S", 0.05)
    server = await serve()
    raw = await Raw.request(
        server.http.port or 0,
        "POST /plain HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\ndo=",
    )
    assert raw.status == 408
    raw.hang_up()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
async def test_no_other_site_can_post(serve: Serve, origin: str) -> None:
    """Nobody is led into a talk whose key somebody else knows."""
    server = await serve()
    reply = await post(server, {"do": "begin"}, Origin=origin)
    assert reply.status == 403
    assert server.hub.rooms == 0


async def test_what_cannot_be_stored_is_given_back_with_help(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same form again, with the same id; and where danger was written, who can be called."""
    server = await serve()
    fields = await begun(server) | {"do": "text", "text": "I want to die"}

    async def broken(*_: object) -> None:
        raise StoreUnavailable("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "load", broken)
        reply = await post(server, fields)
    text = await reply.text()
    assert reply.status == 503
    assert "Nothing is lost" in text
    assert 'class="help-card"' in text
    assert f'name="cid" value="{fields["cid"]}"' in text
    assert "I want to die</textarea>" in text
    again = await post(server, fields)
    assert again.status == 200
    client = await server.talk(fields["token"])
    await server.check(client)


async def test_while_the_server_stops_everything_is_given_back(serve: Serve) -> None:
    """To be sent again to the next one; and where danger was written, who can be called."""
    server = await serve()
    fields = await begun(server) | {"do": "text", "text": "I want to die"}
    server.hub.is_draining = True
    reply = await post(server, fields)
    text = await reply.text()
    assert reply.status == 503
    assert "I want to die</textarea>" in text
    assert 'href="tel:' in text


async def test_forget_leaves_nothing_to_look_at(serve: Serve) -> None:
    """Deleted for good, said plainly, and the old page finds nothing."""
    server = await serve()
    fields = await begun(server)
    reply = await post(server, fields | {"do": "forget"})
    assert "It’s gone" in await reply.text()
    assert (await post(server, fields | {"do": "look"})).status == 404


async def test_a_talk_whose_time_ends_under_a_form_is_told_as_such(serve: Serve) -> None:
    """Deleted between the look and the act: kept for its time, and help if danger was written."""
    server = await serve()
    fields = await begun(server)
    tab = await server.talk(fields["token"])
    (room,) = server.hub._rooms.values()

    async def expire() -> None:
        async with room._lock:
            server.clock[0] += 91 * DAY
            assert await server.store.expire(server.clock[0] - 90 * DAY, 9)

    async with room._lock:
        posting = asyncio.create_task(
            post(server, fields | {"do": "text", "text": "I want to die"})
        )
        while not room._lock._waiters:  # type: ignore[attr-defined]  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        expiring = asyncio.create_task(expire())
        await asyncio.sleep(0)  # it waits behind the look, before the act
    await expiring
    reply = await posting
    assert reply.status == 200
    assert "This talk was kept for its time and has been deleted." in await reply.text()
    assert 'href="tel:' in await reply.text()
    assert (await tab.ending())[1] == 4505


async def test_danger_is_answered_where_no_talk_is(serve: Serve) -> None:
    """The key opens nothing any more, and yet who writes of danger sees whom to call."""
    server = await serve()
    fields = await begun(server)
    await post(server, fields | {"do": "forget"})
    for text, is_shown in (("I want to die", True), ("hello", False)):
        reply = await post(server, fields | {"do": "text", "text": text})
        assert reply.status == 404
        assert ('href="tel:' in await reply.text()) is is_shown


async def test_danger_in_what_a_form_cannot_bring_in(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too long, or in a talk that is full or damaged: not stored, and yet it shows whom to call."""
    server = await serve()
    fields = await begun(server)
    danger = {"do": "text", "text": "I want to die"}
    for text, is_shown in ((f"I want to die {'x ' * 2_500}", True), ("x " * 2_500, False)):
        reply = await post(server, fields | {"do": "text", "text": text})
        assert ('href="tel:' in await reply.text()) is is_shown
    monkeypatch.setattr(talk, "MAX_EVENTS", 1)
    monkeypatch.setattr(talk, "SPARE_EVENTS", 0)
    assert 'href="tel:' in await (await post(server, fields | danger)).text()
    assert 'href="tel:' not in await (await post(server, fields | {"choice": "go"})).text()
    await server.store._writer.run(lambda db: db.execute("UPDATE talks SET state = x'00'").rowcount)
    reply = await post(server, fields | danger)
    assert (reply.status, 'href="tel:' in await reply.text()) == (500, True)


async def test_a_long_talk_is_shown_whole(serve: Serve) -> None:
    """More events than fit into one frame: all of them, in order."""
    server = await serve()
    fields = await begun(server)
    client = await server.talk(fields["token"])
    await client.turn(choice="go")
    await client.turn(rating=5)
    for n in range(110):
        await client.turn(text=f"word number {n} ")
    text = await (await post(server, fields | {"do": "look"})).text()
    assert re.findall(r"word number (\d+)", text) == [str(n) for n in range(110)]


async def test_a_return_code_opens_the_talk_again(serve: Serve) -> None:
    """The page's twenty words lead back, typed in capitals or by four letters; slips are told."""
    server = await serve()
    reply = await post(server, {"do": "begin"})
    token = (await keys(reply))["token"]
    shown = re.search(r'<ol class="twenty"[^>]*>(.*?)</ol>', await reply.text())
    assert shown
    words = re.findall(r"<li>(\w+)</li>", shown[1])
    assert len(words) == 20
    for typed in (" ".join(words).upper(), "1. " + ", ".join(word[:4] for word in words)):
        again = await post(server, {"do": "open", "code": typed})
        assert (again.status, (await keys(again))["token"]) == (200, token)
    for typed, said in ((" ".join(words[:19]), "These are 19"), ("zzzz " * 20, "Word 1 ")):
        assert said in await (await post(server, {"do": "open", "code": typed})).text()
    other = "zoo" if words[0] != "zoo" else "able"
    assert (await post(server, {"do": "open", "code": " ".join([other, *words[1:]])})).status == 200
    await post(server, await keys(again) | {"do": "forget"})
    gone = await post(server, {"do": "open", "code": " ".join(words)})
    assert (gone.status, token in await gone.text()) == (404, False)


async def test_one_s_words_are_taken_along_as_files(serve: Serve) -> None:
    """Text, Markdown with every sign kept, and a calendar file that says nothing of the talk."""
    server = await serve()
    fields = await begun(server)
    fields = await keys(await post(server, fields | {"do": "text", "text": "# not a *title*"}))
    found = {}
    for kind in ("save", "save_md", "return_3"):
        reply = await post(server, fields | {"do": kind})
        assert reply.headers["Content-Disposition"].startswith("attachment; filename=")
        assert reply.headers["Cache-Control"] == "no-store"
        found[kind] = await reply.text()
    assert found["save"].startswith("My words\n\nThe whole talk\n")
    assert "You: # not a *title*\n" in found["save"]
    assert "You: \\# not a \\*title\\*\n" in found["save_md"]
    assert "DTSTART:" in found["return_3"]
    assert "SUMMARY:A quiet quarter of an hour" in found["return_3"]
    assert "title" not in found["return_3"]
