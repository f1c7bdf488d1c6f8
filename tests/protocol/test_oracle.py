"""The oracle sees whatever differs from the replay, also where every seal and every place is right."""

import msgspec
import pytest

from tests.protocol.conftest import Server
from web.ledger import Ledger, _packed, _State, _unpacked
from web.oracle import is_replay
from web.vault import Vault


async def written(server: Server, token: str, seq: int, old: bytes, new: bytes) -> None:
    """Change a stored turn as only somebody with its key could."""
    vault = Vault(token)
    (stored,) = await server.store.turns(vault.lookup, seq, 1)
    taken = _unpacked(vault.open("turn", seq, stored.body))
    changed = msgspec.json.decode(msgspec.json.encode(taken).replace(old, new), type=type(taken))
    assert changed != taken
    body = vault.seal("turn", seq, _packed(changed))
    query = "UPDATE turns SET body = ? WHERE seq = ?"
    await server.store._writer.run(lambda db: db.execute(query, (body, seq)).rowcount)


CHANGES = {
    "a word of the guide": (1, b"Shall we begin", b"Shall we stop"),
    "a word of the person's": (6, b'"text":"a letter"}', b'"text":"another"}'),
    "a number that was given": (4, b'"rating":3', b'"rating":4'),
    "what was heard": (6, b'"answer":{"text":"a letter"}', b'"answer":{"text":"I want to die"}'),
    "the time of an act": (6, b'"at":17', b'"at":27'),
    "another's act": (4, b'"kind":"say"', b'"kind":"skip"'),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_a_changed_turn_is_no_replay(
    server: Server, change: tuple[int, bytes, bytes]
) -> None:
    """Of what was done, what was said to it, and when."""
    client = await server.talk()
    await client.turn(choice="go")
    await client.turn(rating=3)
    await client.turn(text="a letter")
    await server.check(client)
    await written(server, client.token or "", *change)
    with pytest.raises(AssertionError):
        await server.check(client)


async def test_another_state_is_no_replay(server: Server) -> None:
    """Where the transcript is right and the guide knows something else than it says."""
    client = await server.talk()
    await client.turn(choice="go")
    vault = Vault(client.token or "")
    ledger = Ledger(server.store, vault)
    found = await ledger.open()
    session = msgspec.structs.replace(
        found.position.session, values={**found.position.session.values, "strength": 9}
    )
    state = msgspec.json.encode(_State(found.position.prompt, session))
    sealed = vault.seal("state", found.position.head, state)
    query = "UPDATE talks SET state = ?"
    await server.store._writer.run(lambda db: db.execute(query, (sealed,)).rowcount)
    script = await server.hub.house.shelf.pinned(found.bundle, "en")
    assert await is_replay(ledger, script) is False
