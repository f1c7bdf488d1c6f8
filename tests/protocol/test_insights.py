"""`/insights` of a running server: who may see it, from how many people on, and what never is."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients import Client
from tests.protocol.conftest import Server
from tests.protocol.raw import Raw
from web.access import read_network
from web.store.counts import FEWEST

SECRET = "sixteen letters or more"
CANARY = "xyzzycanary"
ON = {"insights": hashlib.sha256(SECRET.encode()).digest()}
Serve = Callable[..., Awaitable[Server]]


def basic(secret: str) -> dict[str, str]:
    """Give the header by which a browser sends a secret."""
    return {"Authorization": "Basic " + base64.b64encode(f"me:{secret}".encode()).decode()}


async def look(server: Server, secret: str = SECRET, **headers: str) -> tuple[int, str]:
    """Ask for the page."""
    reply = await server.http.get("/insights", headers={**basic(secret), **headers})
    return reply.status, await reply.text()


async def person(server: Server, *, choice: str = "count", rating: int = 7) -> Client:
    """Somebody talks a little."""
    client = await server.talk()
    await client.turn(choice=choice)
    await client.turn(rating=rating)
    await client.turn(text=CANARY)
    return client


async def crowd(server: Server, people: int, **more: Any) -> None:
    """Some people talk, one after the other."""
    for _ in range(people):
        await (await person(server, **more)).leave()


async def test_nine_people_are_nobody_and_ten_are_ten(serve: Serve) -> None:
    """Below ten the page shows nothing; the numbers change by tens of people only."""
    server = await serve(**ON)
    await crowd(server, FEWEST - 1)
    status, nine = await look(server)
    assert status == 200
    assert "Nothing to show yet" in nine
    assert "<td>" not in nine
    await crowd(server, 1)
    _, ten = await look(server)
    assert "talk.strength" in ten
    assert "10+" in ten
    await crowd(server, FEWEST - 1)
    assert (await look(server))[1] == ten
    await crowd(server, 1)
    assert "20+" in (await look(server))[1]


async def test_a_word_never_gets_there(serve: Serve, tmp_path: Path) -> None:
    """Nor an id, a token, an address or a time: a planted word has no hits, in the store neither."""
    server = await serve(**ON)
    clients = [await person(server) for _ in range(2 * FEWEST)]
    _, page = await look(server)
    assert CANARY not in page
    assert not any(str(client.token) in page for client in clients)
    assert not re.search(r"\d\d:\d\d|127\.0\.0\.1|[0-9a-f]{16}", page)
    for count in await server.store.counts():
        assert re.fullmatch(r"[\w/.]+", count.fact)
        assert CANARY not in count.fact
    assert not holds(tmp_path, CANARY.encode())


def holds(folder: Path, word: bytes) -> bool:
    """Tell whether any file in a folder holds a word."""
    return any(word in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize(("choice", "is_on"), [("go", True), ("go", False)])
async def test_without_a_yes_nobody_is_counted(serve: Serve, choice: str, is_on: bool) -> None:
    """Where nothing is counted it isn't asked; where it is, an answer that isn't yes is a no."""
    server = await serve(**(ON if is_on else {}))
    client = await server.talk()
    offered = {it["id"] for it in client.events[1]["ask"]["choices"]}
    assert ("count" in offered) == is_on
    await client.leave()
    await crowd(server, FEWEST, choice=choice)
    await server.store.tally(_ten())
    assert await server.store.counts() == []


def _ten() -> Any:
    """A fact of nobody's: if anything waited, it would show how much."""
    from web.store.counts import Tallied

    return Tallied("little", "none", ("talk",), 1)


async def test_a_yes_counts_what_was_before_it_and_once(serve: Serve) -> None:
    """Coming back, in another process too, counts nobody twice."""
    server = await serve(**ON)
    clients = [await person(server) for _ in range(FEWEST)]
    restarted = await serve(**ON)
    for client in clients:
        again = await restarted.talk(client.token)
        await again.turn(text="more of it")
        await again.turn(choice="done")
    await crowd(restarted, FEWEST)
    found = {it.fact: it.people for it in await restarted.store.counts()}
    assert found["talk"] == 2 * FEWEST
    assert found["reached/talk.hello"] == 2 * FEWEST
    assert found["reached/talk.more"] == 2 * FEWEST - 1  # the last one's steps wait for others
    assert found["ended"] == FEWEST


async def test_danger_is_nobodys_number(serve: Serve) -> None:
    """No step of a crisis flow is counted, whoever was there."""
    server = await serve(**ON)
    for _ in range(FEWEST):
        client = await person(server)
        await client.turn(text="I want to die")
        await client.leave()
    await crowd(server, FEWEST)
    facts = {it.fact for it in await server.store.counts()}
    assert "reached/talk.more" in facts
    assert not [fact for fact in facts if "crisis" in fact]


async def test_secrets_are_not_guessed(serve: Serve) -> None:
    """A few wrong ones, then none is looked at for a while, the right one neither."""
    server = await serve(**ON)
    codes = [(await look(server, f"wrong secret {n}"))[0] for n in range(12)]
    assert codes == [401] * 5 + [429] * 7
    assert (await look(server))[0] == 429


async def test_secrets_are_not_guessed_side_by_side(serve: Serve) -> None:
    """Twelve that are on their way at the same time are no more than twelve in a row."""
    server = await serve(**ON)
    body = "secret=wrong+as+can+be"
    head = (
        "POST /insights HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    lines = [await Raw.request(server.http.port or 0, head) for _ in range(12)]
    assert {line.status for line in lines} == {100}
    for line in lines:
        await line.ask(body)
        line.hang_up()
    assert [line.status for line in lines] == [401] * 5 + [429] * 7


async def test_without_a_secret_there_is_no_such_page(server: Server) -> None:
    """Off until somebody turns it on."""
    assert (await look(server))[0] == 404
    assert (await server.http.post("/insights", data={"secret": ""})).status == 404


async def test_only_named_machines_may_ask(serve: Serve) -> None:
    """For others there is no such page, with the right secret too."""
    proxy = (read_network("127.0.0.1"),)
    server = await serve(**ON, trusted_proxy=proxy, insights_for=(read_network("10.0.0.0/8"),))
    for address, status in {"203.0.113.7": 404, "10.1.2.3": 200}.items():
        assert (await look(server, **{"X-Forwarded-For": address}))[0] == status
    alone = await serve(**ON)
    assert (await look(alone, **{"X-Forwarded-For": "127.0.0.1"}))[0] == 404


@pytest.mark.parametrize(
    ("headers", "secret", "status"),
    [
        ({}, SECRET, 200),
        ({"Sec-Fetch-Site": "same-origin"}, SECRET, 200),
        ({"Sec-Fetch-Site": "cross-site"}, SECRET, 403),
        ({"Sec-Fetch-Site": "same-site"}, SECRET, 403),
        ({"Origin": "https://elsewhere.example"}, SECRET, 403),
        ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}, "wrong", 403),
        ({}, "", 401),
        ({}, SECRET[:-1], 401),
        ({}, "\ud800".encode("utf-8", "replace").decode(), 401),
        ({"Content-Type": "multipart/form-data; boundary=x"}, SECRET, 415),
        ({"Content-Type": "text/plain"}, SECRET, 415),
    ],
)
async def test_the_form_is_ours(
    serve: Serve, headers: dict[str, str], secret: str, status: int
) -> None:
    """Sent by our own page, and in one form only."""
    server = await serve(**ON)
    form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    reply = await server.http.post("/insights", data=f"secret={secret}", headers=form)
    assert reply.status == status
    assert reply.headers["Cache-Control"] == "no-store"
    assert SECRET not in await reply.text()
    assert ("WWW-Authenticate" in reply.headers) == (status == 401)


async def test_a_browser_is_asked_by_the_page(serve: Serve) -> None:
    """Not by a window of its own, which would hide the form; until it has sent a secret that way."""
    server = await serve(**ON)
    page = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}
    reply = await server.http.get("/insights", headers=page)
    assert (reply.status, "WWW-Authenticate" in reply.headers) == (403, False)
    assert '<form method="post" action="/insights">' in await reply.text()
    assert (await look(server, "a wrong secret", **page))[0] == 401
    assert (await look(server, **page))[0] == 200


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!", "Basic " + "A" * 500, "Bearer x", "basic " + "é", ""]
)
async def test_odd_headers_are_a_wrong_secret(serve: Serve, header: str) -> None:
    """Whatever stands there, the answer is the form."""
    server = await serve(**ON)
    reply = await server.http.get("/insights", headers={"Authorization": header})
    assert reply.status == 401
    assert "<form" in await reply.text()


async def test_the_page_needs_no_script_and_asks_nobody(serve: Serve) -> None:
    """Pictures stand in it, each with its table; nothing is inline that our policy forbids."""
    server = await serve(**ON)
    await crowd(server, FEWEST)
    _, page = await look(server)
    assert "<script" not in page
    assert not re.search(r"\sstyle=|\son\w+=", page)
    assert page.count('role="img"') == 2
    assert page.count("<table") >= 4
    assert not re.search(r'(?:src|href)="https?:', page)
    sheet = await server.http.get("/insights.css")
    assert "@media print" in await sheet.text()
