"""Talks over a real socket: begun, resumed, in several tabs, retried, forgotten."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.clients import Client, new_cid
from tests.protocol.conftest import Server
from web import keeping, talk
from web.closing import RESTART
from web.visit import Visitor

MINUTE = 60_000


async def test_a_whole_talk(server: Server) -> None:
    """From the first word to the last; what is stored is the replay of what was said."""
    client = await server.client()
    welcome = await client.hello()
    assert welcome["head"] == 1
    assert (welcome["resumed"], welcome["reset"], welcome["more"]) == (False, False, False)
    assert (welcome["script"], welcome["lang"]) == ("little", "en")
    assert len(welcome["token"]) * 6 >= 160
    assert welcome["limits"]["text"] == 4_000
    first = welcome["events"][0]
    assert (first["seq"], first["who"], first["stage"]) == (1, "guide", "talk")
    assert first["lines"] == [{"id": "talk.hello", "text": "Hello. Shall we begin?"}]
    assert (await client.turn(choice="go"))["ask"]["kind"] == "rating"
    assert (await client.turn(text="about a six"))["ask"]["kind"] == "text"
    await client.turn(text="a letter 👩‍👩‍👧‍👦")
    assert client.events[6]["text"] == "a letter 👩‍👩‍👧‍👦"
    assert (await client.turn(choice="done"))["ended"] is True
    assert (await client.turn(text="one more thing"))["who"] == "guide"
    assert (await client.step("skip"))["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == 13)
    await server.check(client)


async def test_an_act_is_acknowledged_at_its_own_event(server: Server) -> None:
    """The ack names the event of what was said; the guide's turn stands right behind it."""
    client = await server.talk()
    acked = await client.say(choice="go")
    assert (acked["seq"], acked["dup"]) == (2, False)
    await client.until(lambda frame: frame.get("seq") == 3)
    assert (client.events[2]["who"], client.events[2]["choice"]) == ("you", "go")
    assert client.events[2]["cid"] == acked["cid"]
    assert client.events[3]["who"] == "guide"


async def test_a_reload_finds_everything(server: Server) -> None:
    """Who comes back gets exactly what is missing."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.leave()
    again = await server.client()
    welcome = await again.hello(client.token, have=2)
    assert [event["seq"] for event in welcome["events"]] == [3]
    assert (welcome["resumed"], welcome["reset"], welcome["head"]) == (True, False, 3)
    assert "token" not in welcome
    whole = await server.talk(client.token)
    assert whole.events == client.events


async def test_a_restart_loses_nothing(serve: Callable[..., Awaitable[Server]]) -> None:
    """After a restart the talk goes on where it was, and a retry is recognised."""
    first = await serve()
    client = await first.talk()
    await client.turn(choice="go")
    cid = new_cid()
    await client.say(cid=cid, rating=3)
    await first.http.close()
    second = await serve()
    again = await second.talk(client.token)
    assert [again.events[seq] for seq in (1, 2, 3)] == [client.events[seq] for seq in (1, 2, 3)]
    assert again.head == 5
    retried = await again.say(re=3, cid=cid, rating=3)
    assert (retried["seq"], retried["dup"]) == (4, True)
    await again.turn(text="on")
    await second.check(again)


async def test_a_client_that_is_ahead_starts_over(server: Server) -> None:
    """After a backup was restored a client may know more: it gets everything anew."""
    client = await server.talk()
    again = await server.client()
    welcome = await again.hello(client.token, have=10**9)
    assert (welcome["reset"], [event["seq"] for event in welcome["events"]]) == (True, [1])


async def test_a_client_that_is_ahead_starts_over_also_when_it_is_greeted(server: Server) -> None:
    """A greeting that takes the place of what it had isn't taken for it."""
    client = await server.talk()
    server.clock[0] += 25 * MINUTE
    again = await server.client()
    welcome = await again.hello(client.token, have=2)
    assert (welcome["reset"], welcome["head"]) == (True, 2)
    assert [event["seq"] for event in welcome["events"]] == [1, 2]


async def test_a_long_talk_comes_in_pages(server: Server) -> None:
    """Two hundred events at most in a frame, and the rest on request."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=3)
    for number in range(110):
        await client.turn(text=f"word {number}")
    again = await server.client()
    welcome = await again.hello(client.token)
    assert (len(welcome["events"]), welcome["more"], welcome["head"]) == (200, True, 225)
    await again.send({"t": "page", "from": 201, "n": 200})
    page = await again.until("events")
    assert [event["seq"] for event in page["events"]] == list(range(201, 226))
    assert (page["from"], page["more"]) == (201, False)
    await again.send({"t": "page", "from": 226, "n": 1})
    assert (await again.until("events"))["events"] == []
    assert again.events | {event["seq"]: event for event in page["events"]} == client.events


async def test_the_same_act_a_hundred_times(server: Server) -> None:
    """One event, a hundred acknowledgements with one seq, ninety-nine of them repeated."""
    client = await server.talk()
    frame = {"t": "say", "cid": new_cid(), "re": 1, "choice": "go"}
    for _ in range(100):
        await client.send(frame)
    acks = [await client.until("ack") for _ in range(100)]
    assert {ack["seq"] for ack in acks} == {2}
    assert sum(ack["dup"] for ack in acks) == 99
    assert client.head == 3
    await server.check(client)


async def test_an_act_that_comes_again_as_if_it_were_new(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it names the newest prompt, which it doesn't fit: it is known, and nothing else."""
    client = await server.talk()
    cid = new_cid()
    await client.say(cid=cid, choice="go")
    await client.until(lambda frame: frame.get("seq") == 3)
    back = await client.say(re=3, cid=cid, choice="go")
    assert (back["t"], back["seq"], back["dup"]) == ("ack", 2, True)
    monkeypatch.setattr(talk, "MAX_EVENTS", 3)
    back = await client.say(re=3, cid=cid, choice="go")
    assert (back["t"], back["seq"], back["dup"]) == ("ack", 2, True)
    assert client.head == 3
    await server.check(client)


async def test_an_old_act_deletes_nothing(server: Server) -> None:
    """Not even where deleting is what would be answered: an id that is taken is a conflict."""
    client = await server.talk()
    cid = new_cid()
    await client.turn(cid=cid, choice="go")
    await client.step("back")
    await client.until(lambda frame: frame.get("seq") == 5)
    assert "wipe" in [it["id"] for it in client.events[5]["ask"]["choices"]]
    assert (await client.say(re=5, cid=cid, choice="wipe"))["code"] == "cid_conflict"
    await client.turn(choice="go")
    await server.check(client)


async def test_the_same_id_for_something_else(server: Server) -> None:
    """An id belongs to what it first said, at once and later."""
    client = await server.talk()
    cid = new_cid()
    await client.say(cid=cid, choice="go")
    assert (await client.say(re=1, cid=cid, choice="later"))["code"] == "cid_conflict"
    assert (await client.say(cid=cid, rating=4))["code"] == "cid_conflict"
    assert (await client.step("skip", cid=cid))["code"] == "cid_conflict"
    await server.check(client)


async def test_one_act_on_two_connections(server: Server) -> None:
    """Sent twice at the same time it happens once, and both are told."""
    one = await server.talk()
    two = await server.talk(one.token)
    cid = new_cid()
    acks = await asyncio.gather(*(it.say(re=1, cid=cid, choice="go") for it in (one, two)))
    assert sorted((ack["t"], ack["seq"], ack["dup"]) for ack in acks) == [
        ("ack", 2, False),
        ("ack", 2, True),
    ]


async def test_five_tabs(server: Server) -> None:
    """Of five answers to one prompt one counts; all tabs end with the same transcript."""
    first = await server.talk()
    tabs = [first, *[await server.talk(first.token) for _ in range(4)]]
    answers = await asyncio.gather(*(tab.say(re=1, choice="go") for tab in tabs))
    assert sorted(answer["t"] for answer in answers) == ["ack", *["error"] * 4]
    assert {answer["code"] for answer in answers if answer["t"] == "error"} == {"stale"}
    assert {answer["head"] for answer in answers if answer["t"] == "error"} == {3}
    for tab in tabs:
        while 3 not in tab.events:
            await tab.next()
    assert all(tab.events == first.events for tab in tabs)
    await server.check(first)


async def test_so_many_wait_and_no_more(server: Server) -> None:
    """While one act is taken eight wait; the next is told to come again, unless it is urgent."""
    first = await server.talk()
    tabs = [first, *[await server.talk(first.token) for _ in range(11)]]
    (room,) = server.hub._rooms.values()
    async with room._lock:
        for number, tab in enumerate(tabs[:8], 1):
            await tab.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "go"})
            while room._waiting < number:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        refused = await tabs[8].say(choice="go")
        assert (refused["code"], refused["retry_ms"] > 0) == ("busy", True)
        await tabs[9].send({"t": "say", "cid": new_cid(), "re": 1, "text": "I want to die"})
        await tabs[10].send({"t": "step", "cid": new_cid(), "re": 1, "kind": "help"})
        while room._waiting < 10:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    kinds = [(await tab.until(lambda it: it["t"] in ("ack", "error")))["t"] for tab in tabs[:8]]
    assert kinds == ["ack", *["error"] * 7]
    for tab in tabs[9:11]:
        await tab.until("ack")
    assert room._waiting == 0
    assert (await tabs[11].until(lambda it: it.get("seq") == 5))["stage"] == "crisis"
    await tabs[11].until(lambda it: it.get("seq") == 7)
    await server.check(tabs[11])


async def test_danger_is_heard_even_late(server: Server) -> None:
    """Danger in an answer to an old prompt is met; anything else is stale."""
    client = await server.talk()
    await client.turn(choice="go")
    assert (await client.say(re=1, text="a letter"))["code"] == "stale"
    acked = await client.say(re=1, text="I want to die")
    assert acked["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == acked["seq"] + 1)
    assert client.events[acked["seq"] + 1]["stage"] == "crisis"
    assert client.events[acked["seq"] + 1]["card"]["emergency"]
    assert (await client.step("skip", re=1))["code"] == "stale"
    for kind in ("help", "pause", "toomuch", "stop"):
        assert (await client.step(kind, re=1))["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == 13)
    await server.check(client)


async def test_danger_is_heard_after_the_end(server: Server) -> None:
    """A talk that is over still listens."""
    client = await server.talk()
    assert (await client.turn(choice="later"))["ended"] is True
    assert (await client.turn(text="I want to die"))["stage"] == "crisis"
    await server.check(client)


async def test_danger_in_what_is_refused_brings_help(server: Server) -> None:
    """Too long, or under an id that is taken: it isn't stored, and yet shows whom to call."""
    client = await server.talk(region="ZZ")
    cid = new_cid()
    await client.say(cid=cid, choice="go")
    long = "and so on " * 500
    for text in (f"I want to die. {long}", f"{long} I want to die."):
        refused = await client.say(text=text)
        assert (refused["code"], refused["card"]["emergency"]) == ("too_long", ["000"])
    refused = await client.say(cid=cid, text="I want to die")
    assert (refused["code"], refused["card"]["emergency"]) == ("cid_conflict", ["000"])
    for words in ({"text": long}, {"cid": cid, "text": "no"}):
        assert "card" not in await client.say(**words)
    await server.check(client)


async def test_a_visit_after_a_while(server: Server) -> None:
    """Twenty minutes later the guide greets, once, in all tabs."""
    client = await server.talk()
    await client.turn(choice="go")
    server.clock[0] += 25 * MINUTE
    again = await server.client()
    welcome = await again.hello(client.token, have=3)
    assert [event["who"] for event in welcome["events"]] == ["guide"]
    assert welcome["head"] == 4
    third = await server.talk(client.token)
    assert third.head == 4
    await client.until(lambda frame: frame.get("seq") == 4)
    await again.turn(rating=3)
    await client.until(lambda frame: frame.get("seq") == 6)
    await server.check(client)


async def test_forgetting(server: Server) -> None:
    """The talk is gone for everybody, at once and for good."""
    one = await server.talk()
    two = await server.talk(one.token)
    await one.send({"t": "forget", "cid": new_cid()})
    assert (await one.next())["t"] == "gone"
    assert (await two.next())["t"] == "gone"
    assert await one.ending() == ({"t": "bye", "code": "forgotten"}, 4504)
    assert await two.ending() == ({"t": "bye", "code": "forgotten"}, 4504)
    again = await server.client()
    assert await again.hello(one.token) == {"t": "bye", "code": "no_such_talk"}
    assert server.hub.rooms == 0


async def test_forgetting_while_somebody_writes(server: Server) -> None:
    """What was on its way to a forgotten talk isn't stored."""
    one = await server.talk()
    two = await server.talk(one.token)
    await one.send({"t": "forget", "cid": new_cid()})
    await two.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "go"})
    assert (await one.ending())[1] == 4504
    assert (await two.ending())[1] == 4504
    again = await server.client()
    assert (await again.hello(one.token))["code"] == "no_such_talk"


async def test_forgetting_by_asking_the_guide(server: Server) -> None:
    """A choice in the talk that deletes it is answered, and then all is gone."""
    client = await server.talk()
    assert (await client.say(choice="wipe"))["t"] == "ack"
    assert (await client.until("gone"))["t"] == "gone"
    assert client.events[3]["who"] == "guide"
    assert (await client.ending())[1] == 4504
    again = await server.client()
    assert (await again.hello(client.token))["code"] == "no_such_talk"


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 32, "A" * 31 + "\n", "é" * 32, "A" * 9_000, "../../a"]
)
async def test_no_such_talk(server: Server, token: str) -> None:
    """Wrong, damaged and made-up tokens get one answer; none is adopted."""
    client = await server.client()
    assert await client.hello(token) == {"t": "bye", "code": "no_such_talk"}
    assert (await client.ending())[1] == 4503
    again = await server.client()
    assert (await again.hello(token))["code"] == "no_such_talk"


async def test_nobody_connected_nothing_in_memory(server: Server) -> None:
    """A talk is in memory only while somebody is connected."""
    clients = [await server.talk() for _ in range(5)]
    assert server.hub.rooms == 5
    for client in clients:
        await client.leave()
    for _ in range(100):
        if not server.hub.rooms:
            break
        await asyncio.sleep(0.01)
    assert server.hub.rooms == 0


async def test_when_the_server_stops(server: Server) -> None:
    """Everybody is told to come back in a moment, not all in the same one."""
    clients: list[Client] = [await server.talk() for _ in range(8)]
    silent = await server.client()
    await server.hub.drain()
    endings = [await client.ending() for client in [*clients, silent]]
    assert {code for _, code in endings} == {1012}
    assert {bye["code"] for bye, _ in endings} == {"restart"}
    assert len({bye["retry_ms"] for bye, _ in endings}) > 4
    assert all(0 < bye["retry_ms"] <= 5_000 for bye, _ in endings)
    assert (await server.http.get("/readyz")).status == 503
    assert (await server.http.get("/healthz")).status == 200
    late = await server.http.get("/ws")
    assert (late.status, late.headers["Retry-After"]) == (503, "5")
    visitor = Visitor()  # who was let in just before, and is known only now
    server.hub.connect(visitor)
    assert visitor.closing is RESTART


async def test_a_turn_that_is_running_is_acknowledged_before_the_server_stops(
    server: Server, tmp_path: Path
) -> None:
    """The goodbye comes behind its ack and its events."""
    client = await server.talk()
    (room,) = server.hub._rooms.values()
    with closing(sqlite3.connect(tmp_path / "a.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await client.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "go"})
        while not room._lock.locked():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(server.hub.drain())
        while not server.hub.is_draining:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        other.execute("ROLLBACK")
    await stopping
    kinds = [(await client.next())["t"] for _ in range(5)]
    assert kinds == ["ack", "event", "event", "bye", "closed"]


async def test_a_talk_whose_time_is_over(server: Server) -> None:
    """Deleted between hello and say, it is told as expired; nothing is stored, and it stays gone."""
    one, two = await server.talk(), await server.talk()
    server.clock[0] += 91 * 24 * 60 * MINUTE
    assert len(await server.hub.house.store.expire(server.clock[0] - 90 * 24 * 60 * MINUTE, 9)) == 2
    await one.send({"t": "say", "cid": new_cid(), "re": 1, "choice": "go"})
    assert await one.ending() == ({"t": "bye", "code": "expired"}, 4505)
    server.hub.wake(None, 0)
    assert (await two.ending())[1] == 4505
    again = await server.client()
    assert (await again.hello(one.token))["code"] == "no_such_talk"


async def test_whose_time_is_over_is_swept_away(
    serve: Callable[..., Awaitable[Server]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running server deletes by itself what is too old, and tells who is still connected."""
    monkeypatch.setattr(keeping, "SWEEP_S", 0.02)
    server = await serve(keep_days=1)
    old = await server.talk()
    server.clock[0] += 20 * 60 * MINUTE
    new = await server.talk()
    server.clock[0] += 10 * 60 * MINUTE
    assert await old.ending() == ({"t": "bye", "code": "expired"}, 4505)
    assert (await (await server.client()).hello(old.token))["code"] == "no_such_talk"
    await new.turn(choice="go")


async def test_danger_in_a_talk_whose_time_is_over(server: Server) -> None:
    """Help comes first even where there is no talk any more; then it is told as expired."""
    client = await server.talk(region="ZZ")
    server.clock[0] += 91 * 24 * 60 * MINUTE
    assert await server.hub.house.store.expire(server.clock[0] - 90 * 24 * 60 * MINUTE, 9)
    refused = await client.say(text="I want to die")
    assert (refused["code"], refused["card"]["emergency"]) == ("not_allowed", ["000"])
    assert await client.ending() == ({"t": "bye", "code": "expired"}, 4505)


async def test_a_talk_that_is_full(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes no more answers, says so, and can still be read, ended, forgotten; help comes."""
    monkeypatch.setattr(talk, "MAX_EVENTS", 5)
    monkeypatch.setattr(talk, "SPARE_EVENTS", 8)
    client = await server.talk(region="ZZ")
    cid = new_cid()
    await client.turn(choice="go")
    assert (await client.say(cid=cid, rating=3))["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == 5)
    refused = await client.say(text="and then")
    assert (refused["code"], refused["head"], "retry_ms" in refused) == ("not_allowed", 5, False)
    assert (await client.say(re=3, cid=cid, rating=3))["dup"] is True
    await client.send({"t": "page", "from": 1, "n": 200})
    assert len((await client.until("events"))["events"]) == 5
    assert (await client.turn(text="I want to die"))["stage"] == "crisis"
    for _ in range(3):
        assert (await client.step("help"))["t"] == "ack"
    await client.until(lambda frame: frame.get("seq") == 13)
    for refused in (await client.step("help"), await client.say(text="I want to die")):
        assert (refused["code"], refused["card"]["emergency"]) == ("not_allowed", ["000"])
    await server.check(client)
    await client.send({"t": "forget", "cid": new_cid()})
    assert (await client.until("gone"))["t"] == "gone"
