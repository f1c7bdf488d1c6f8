"""`/metrics` of a running server: who may read it, and what it never holds."""

from typing import Any

import pytest

from tests.clients import new_cid
from tests.protocol.conftest import Server

CANARY = "xyzzycanary"


async def read(server: Server, **headers: str) -> tuple[int, str]:
    """Ask for the page."""
    reply = await server.http.get("/metrics", headers=headers)
    return reply.status, await reply.text()


async def test_turns_refusals_and_talks_are_counted(server: Server) -> None:
    """What a talk does is seen in the numbers."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.say(re=0, choice="go")
    status, text = await read(server)
    assert status == 200
    for line in (
        "makeroom_talks_open 1",
        "makeroom_connections_open 1",
        'makeroom_turns_total{kind="say"} 1',
        'makeroom_refusals_total{code="stale"} 1',
        'makeroom_store_seconds_count{operation="create"} 1',
        'makeroom_store_seconds_count{operation="commit"} 1',
    ):
        assert f"\n{line}\n" in text, text


async def test_help_cards_are_one_bare_count(server: Server) -> None:
    """Not for whom, not for what: one number."""
    client = await server.talk()
    await client.step("help")
    await client.until(lambda frame: "card" in frame)
    await client.say(re=client.head, text="I want to die")
    _, text = await read(server)
    (line,) = [line for line in text.splitlines() if line.startswith("makeroom_help_cards_total")]
    assert line == "makeroom_help_cards_total 2"


async def test_no_word_and_no_id_gets_in(server: Server) -> None:
    """Whatever is sent, in whatever field, the page holds numbers and our own labels."""
    client = await server.talk()
    hostile: list[dict[str, Any]] = [
        {"t": CANARY},
        {"t": "say", "cid": new_cid(), "re": client.head, "text": CANARY},
        {"t": "say", "cid": new_cid(), "re": client.head, "choice": CANARY},
        {"t": "step", "cid": new_cid(), "re": client.head, "kind": CANARY},
        {"t": "hello", "v": 1, "script": CANARY, "lang": CANARY, "region": CANARY},
    ]
    for frame in hostile:
        await client.send(frame)
    await client.send({"t": "ping", "n": 7})
    await client.until("pong")
    _, text = await read(server)
    assert CANARY not in text
    assert client.token is not None
    assert client.token not in text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_a_proxy_does_not_make_everybody_local(server: Server, header: str) -> None:
    """What an unnamed proxy on this machine passes on is told that there is no such page."""
    status, text = await read(server, **{header: "203.0.113.7"})
    assert status == 404
    assert "makeroom_" not in text
