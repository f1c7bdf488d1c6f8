"""A false alarm that a person tells of: which rule it was, by day, and nothing else of them."""

from collections.abc import Awaitable, Callable

import msgspec

from tests.clients import Client
from tests.protocol.conftest import Server
from web.alarms import Alarms
from web.ledger import Ledger
from web.vault import Vault

DAY = 86_400_000
COUNTED = 'makeroom_false_alarms_total{rule="suicide.plain"}'


async def misread(server: Server) -> Client:
    """Begin a talk, and let it hear a danger."""
    client = await server.talk()
    await client.turn(text="I want to die")
    return client


async def shown(server: Server) -> list[str]:
    """Give the counts of false alarms, as whoever may read them sees them."""
    text = await (await server.http.get("/metrics")).text()
    return [it for it in text.splitlines() if it.startswith("makeroom_false_alarms_total{")]


async def test_a_rule_is_counted_when_its_day_is_over(server: Server) -> None:
    """By one tap; on the same day nobody sees it, the day after its rule and number are there."""
    client = await misread(server)
    await client.turn(choice="misread")
    assert await shown(server) == []
    server.clock[0] += DAY - server.clock[0] % DAY - 1
    assert await shown(server) == []
    server.clock[0] += 1
    assert await shown(server) == [f"{COUNTED} 1"]
    assert await shown(server) == [f"{COUNTED} 1"]


async def test_without_the_tap_nothing_is_counted(server: Server) -> None:
    """Who answers otherwise, or leaves, has told nobody anything."""
    client = await misread(server)
    await client.turn(choice="no")
    await (await misread(server)).leave()
    server.clock[0] += DAY
    assert await shown(server) == []


async def test_the_same_tap_again_is_one_false_alarm(server: Server) -> None:
    """Sent again as after a cut line, by two tabs, and after a reload."""
    client = await misread(server)
    await client.leave()
    client = await server.talk(client.token)
    acked = await client.say(cid="misread-0000000001", choice="misread")
    assert (await client.say(cid="misread-0000000001", choice="misread"))["dup"] is True
    assert acked["dup"] is False
    server.clock[0] += DAY
    assert await shown(server) == [f"{COUNTED} 1"]


async def test_which_rule_it_was_is_in_memory_alone(
    serve: Callable[..., Awaitable[Server]],
) -> None:
    """Not in the store, so a restart forgets it; the tap is met all the same."""
    server = await serve()
    client = await misread(server)
    assert client.token is not None
    ledger = Ledger(server.store, Vault(client.token))
    acts, state = await ledger.acts(), (await ledger.open()).position.session
    stored = msgspec.json.encode(([act.given for act in acts], state))
    assert b"I want to die" in stored
    assert b"suicide.plain" not in stored
    await server.http.close()
    server = await serve()
    client = await server.talk(client.token)
    assert (await client.turn(choice="misread"))["step"] == "crisis.stay"
    server.clock[0] += DAY
    assert await shown(server) == []


async def test_it_is_known_no_longer_than_the_crisis_flow_is_open(server: Server) -> None:
    """Gone with the way back to the talk, with the tap, and with the talk."""
    rules = server.hub.house.alarms._rules
    client = await misread(server)
    assert list(rules.values()) == ["suicide.plain"]
    await client.turn(choice="no")
    await client.turn(choice="on")
    assert rules == {}
    await (await misread(server)).turn(choice="misread")
    assert rules == {}
    client = await misread(server)
    await client.send({"t": "forget", "cid": "forget-00000000001"})
    await client.until("gone")
    assert rules == {}


async def test_so_many_are_remembered_and_no_more(server: Server) -> None:
    """However many talks are left open in a crisis flow, the memory for it is bounded."""
    house = server.hub.house
    await misread(server)
    (newest,) = house.alarms._rules
    assert isinstance(house.alarms, Alarms)
    house.alarms._rules.update((bytes([n % 256, n // 256]), "a.rule") for n in range(9_999))
    await misread(server)
    assert len(house.alarms._rules) == 10_000
    assert newest not in house.alarms._rules
