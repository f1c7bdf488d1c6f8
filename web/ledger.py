"""One talk's book: what is in the store, opened and sealed with the talk's own keys."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.errors import TalkDamaged
from bot.values import Ask, Reply, Session
from web.store.base import (
    Known,
    Outcome,
    SealedAct,
    SealedEvent,
    SealedTurn,
    Store,
    StoredTalk,
)
from web.talk import Act, Event, Position, Recorded
from web.vault import Vault

T = TypeVar("T")

PAGE_BYTES = 128 * 1024
"""Bytes of events in one frame: half of what a connection's queue holds."""


class Opening(Struct, frozen=True):
    """A talk as it was found.

    Attributes:
        talk_id: its public name.
        bundle: digest of the script version it began with.
        position: where it stands.
    """

    talk_id: str
    bundle: str
    position: Position


class _State(Struct, frozen=True, array_like=True):
    """What is sealed as a talk's state."""

    prompt: int
    session: Session


class Ledger:
    """Writes and reads one talk. Every method may raise `StoreUnavailable`."""

    __slots__ = ("_store", "_vault")

    def __init__(self, store: Store, vault: Vault) -> None:
        self._store, self._vault = store, vault

    async def open(self) -> Opening:
        """Find where the talk stands.

        Raises:
            NoSuchTalk: it was never there, or is forgotten.
            TalkDamaged: it isn't what was written.
        """
        stored = await self._store.load(self._vault.lookup)
        body = self._vault.open("state", stored.head, stored.state)
        state = _decoded(body, _State)
        ask = await self._ask(state.prompt)
        position = Position(stored.head, state.prompt, state.session, ask)
        return Opening(stored.talk_id, stored.bundle, position)

    async def create(self, talk_id: str, script: str, bundle: str, made: Recorded) -> None:
        """Store a new talk with its first turn."""
        turn = self._sealed(0, made, b"begin")
        lookup = self._vault.lookup
        talk = StoredTalk(lookup, talk_id, script, bundle, turn.head, turn.state)
        await self._store.create(talk, turn)

    async def commit(self, before: int, made: Recorded, payload: bytes) -> Outcome:
        """Store a turn that was decided on the head `before`, or learn why not.

        Raises:
            NoSuchTalk: the talk was forgotten meanwhile.
        """
        return await self._store.commit(self._vault.lookup, self._sealed(before, made, payload))

    async def known(self, cid: str) -> Known | None:
        """Find an act that was stored before."""
        return await self._store.find_act(self._vault.lookup, self._cid(cid))

    def says(self, known: Known, payload: bytes) -> bool:
        """Tell whether a known act said the same."""
        return known.digest == self._vault.digest(payload)

    async def events(self, first: int, n: int) -> list[Event]:
        """Give at most `n` events from the seq `first` on.

        Raises:
            TalkDamaged: one isn't what was written, or is missing.
        """
        sealed = await self._store.events(self._vault.lookup, first, n)
        if [event.seq for event in sealed] != list(range(first, first + len(sealed))):
            raise TalkDamaged("An event of this talk is missing; restore a backup.")
        return [Event(it.seq, self._vault.open("event", it.seq, it.body)) for it in sealed]

    async def page(self, first: int, n: int) -> list[bytes]:
        """Give the bodies of at most `n` events from `first` on that fit into one frame.

        Raises:
            TalkDamaged: one isn't what was written, or is missing.
        """
        bodies, size = list[bytes](), 0
        for event in await self.events(first, n):
            size += len(event.body)
            if bodies and size > PAGE_BYTES:
                break
            bodies.append(event.body)
        return bodies

    async def acts(self) -> list[Act]:
        """Give everything that was done, in order.

        Raises:
            TalkDamaged: it isn't what was written.
        """
        sealed = await self._store.acts(self._vault.lookup)
        return [_decoded(self._vault.open("act", it.seq, it.body), Act) for it in sealed]

    async def forget(self) -> None:
        """Delete the talk for good."""
        await self._store.forget(self._vault.lookup)

    async def _ask(self, prompt: int) -> Ask | None:
        events = await self.events(prompt, 1) if prompt else []
        return _decoded(events[0].body, Reply).ask if events else None

    def _sealed(self, before: int, made: Recorded, payload: bytes) -> SealedTurn:
        act, position, seal = made.act, made.position, self._vault.seal
        state = msgspec.json.encode(_State(position.prompt, position.session))
        return SealedTurn(
            before=before,
            head=position.head,
            act=SealedAct(
                act.seq,
                self._cid(act.cid),
                self._vault.digest(payload),
                seal("act", act.seq, msgspec.json.encode(act)),
            ),
            events=tuple(
                SealedEvent(event.seq, seal("event", event.seq, event.body))
                for event in made.events
            ),
            state=seal("state", position.head, state),
            at=act.given.at,
        )

    def _cid(self, cid: str) -> bytes:
        return self._vault.digest(b"cid:" + cid.encode())


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError:
        raise TalkDamaged(
            "What is stored of this talk is of another version; run `makeroom doctor`."
        ) from None
