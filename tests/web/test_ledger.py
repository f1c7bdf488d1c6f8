"""A talk's book: what was written is read again, page by page, and a gap is never passed over."""

from itertools import pairwise

import pytest

from bot.errors import TalkDamaged
from bot.values import Input, Progress, Reply, Session, Turn
from web.ledger import Ledger
from web.store.base import Committed
from web.store.memory import MemoryStore
from web.talk import Position, Recorded, recorded
from web.vault import Vault

REPLY = Reply(lines=(), stage="safety", step="safety.rate", progress=Progress(1, 5), ended=True)
SESSION = Session(step="safety.rate", seed=1, started=1, at=1, lang="en", values={})
KINDS = ("begin", "say", "return", "return", "stop", "return", "help")
"""Some make two events, some one: nine in all."""
TOKEN = "a" * 32


async def written(store: MemoryStore) -> tuple[Ledger, list[Recorded]]:
    """Write a talk of every kind of turn."""
    ledger, position, all_made = Ledger(store, Vault(TOKEN)), None, list[Recorded]()
    for number, kind in enumerate(KINDS):
        given = Input(at=number, kind=kind)  # type: ignore[arg-type]  # of a fixed table
        made = recorded(position, f"c{number}", given, Turn(SESSION, REPLY))
        if position is None:
            await ledger.create("id", "little", "digest", made)
        else:
            assert await ledger.commit(position.head, made, b"said") == Committed()
        position = made.position
        all_made.append(made)
    return ledger, all_made


async def test_every_page_is_found() -> None:
    """From any event, as many as are wanted, to the byte; and the acts, and where it stands."""
    ledger, made = await written(MemoryStore())
    events = [event for it in made for event in it.events]
    assert [event.seq for event in events] == list(range(1, 11))
    for first in range(1, 13):
        for n in range(1, 12):
            assert await ledger.events(first, n) == events[first - 1 : first - 1 + n]
    assert await ledger.acts() == [it.act for it in made]
    last: Position = (await ledger.open()).position
    assert (last.head, last.session) == (made[-1].position.head, SESSION)


@pytest.mark.parametrize("lost", range(len(KINDS)))
async def test_a_missing_turn_is_noticed(lost: int) -> None:
    """Wherever a turn is gone, the talk is damaged and never a page shorter."""
    store = MemoryStore()
    ledger, _ = await written(store)
    kept = store._talks[Vault(TOKEN).lookup].acts
    del kept[list(kept)[lost]]
    is_last = lost == len(KINDS) - 1
    with pytest.raises(TalkDamaged):
        await (ledger.open() if is_last else ledger.events(1, 200))


async def test_turns_can_not_change_places() -> None:
    """What was sealed for one place in the talk opens in no other."""
    store = MemoryStore()
    ledger, _ = await written(store)
    kept = store._talks[Vault(TOKEN).lookup].acts
    for one, other in pairwise(list(kept)[1:]):
        kept[one], kept[other] = kept[other], kept[one]
    with pytest.raises(TalkDamaged):
        await ledger.events(1, 200)
