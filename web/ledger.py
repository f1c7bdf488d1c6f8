"""One talk's book: what is in the store, opened and sealed with the talk's own keys.

Turns are compressed before they are sealed: they are kept, not sent, so nobody can ask for one
again and again with words of their own beside it and learn from its length.
"""

import zlib
from collections.abc import Iterator
from typing import TypeVar

import msgspec
from msgspec import Struct

from bot.errors import TalkDamaged
from bot.values import Ask, Reply, Session
from web.store.base import (
    Known,
    Outcome,
    SealedTurn,
    Store,
    StoredTalk,
)
from web.talk import MAX_EVENTS, SPARE_EVENTS, Act, Event, Position, Recorded
from web.vault import Vault

T = TypeVar("T")

RAW, MEMORY = -12, 5
"""Deflate (RFC 1951) without a header, since what is packed is sealed and so checked anyway; and
with 32 KiB to work in: turns are short, a quarter of a MiB takes longer to clear than to use."""
COMMON = (
    b'"rating":5,"heard":{"answer":"yes"},"late":true,"text":"[{"choices":["families":[{"shades":'
    b'"exercise":{"outcome":"okay","seconds":60}"frames":[{"breath":"in"},"placeholder":"","keep":'
    b'"kind":"exercise","live":[{"kind":"rating","low":"not at all","high":"completely"}}'
    b'"kind":"text","chips":[{"id":""},"kind":"choices","alone":true}],"min":1,"max":'
    b'"approve":{"cards":[{"about":"feelings":["areas":[{"ended":true,"card":{"region":"'
    b'[{"cid":"","seq":1,"given":{"at":17,"kind":"say","answer":{"choice":""}}},[{"seq":1,"at":17,'
    b'"who":"you","cid":"","choice":""},{"seq":1,"at":17,"who":"guide","lines":[{"id":"welcome.",'
    b'"text":"I you. the What "}],"stage":"approaching","step":"approaching.","progress":{"part":'
    b'1,"of":5},"ask":{"kind":"choice","choices":[{"id":"","label":"I "},{"id":"","label":"'
)
"""What most turns have in common, so that it isn't stored with each; turns that are stored were
packed with it, so it never changes without `web.store.base.VERSION`."""
MOST_TURNS = MAX_EVENTS + SPARE_EVENTS
"""Turns that a talk can have at most."""
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


class _Taken(Struct, frozen=True, array_like=True):
    """What is sealed of a turn: the act, and the events it made as they were sent."""

    act: Act
    events: tuple[msgspec.Raw, ...]

    def numbered(self) -> Iterator[Event]:
        """Give the events with their places."""
        for seq, body in enumerate(self.events, self.act.seq):
            yield Event(seq, bytes(body))


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
        state = _decoded(self._vault.open("state", stored.head, stored.state), _State)
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
        found = list[Event]()
        while (missing := n - len(found)) > 0:
            most = missing // 2 + 1  # nearly all turns have two events
            turns = await self._turns(first, most)
            found += [event for it in turns for event in it.numbered() if event.seq >= first]
            if len(turns) < most:
                break
            first = found[-1].seq + 1
        return found[:n]

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
        return [turn.act for turn in await self._turns(1, MOST_TURNS)]

    async def forget(self) -> None:
        """Delete the talk for good."""
        await self._store.forget(self._vault.lookup)

    async def _turns(self, first: int, n: int) -> list[_Taken]:
        """Give at most `n` turns, from that on which made the event `first`.

        Raises:
            TalkDamaged: one isn't what was written, or is missing.
        """
        stored = await self._store.turns(self._vault.lookup, first, n)
        turns, due = list[_Taken](), 0
        for it in stored:
            turns.append(_unpacked(self._vault.open("turn", it.seq, it.body)))
            is_whole = len(turns[-1].events) == it.head - it.seq + 1
            if not is_whole or (it.seq != due if due else it.seq > first):
                raise TalkDamaged("An event of this talk is missing; restore a backup.")
            due = it.head + 1
        return turns

    async def _ask(self, prompt: int) -> Ask | None:
        if prompt == 0:
            return None
        events = await self.events(prompt, 1)
        if not events:
            raise TalkDamaged("The open question of this talk is missing; restore a backup.")
        return _decoded(events[0].body, Reply).ask

    def _sealed(self, before: int, made: Recorded, payload: bytes) -> SealedTurn:
        act, position, vault = made.act, made.position, self._vault
        taken = _Taken(act, tuple(msgspec.Raw(event.body) for event in made.events))
        state = _State(position.prompt, position.session)
        return SealedTurn(
            before=before,
            head=position.head,
            cid=self._cid(act.cid),
            digest=vault.digest(payload),
            body=vault.seal("turn", act.seq, _packed(taken)),
            state=vault.seal("state", position.head, msgspec.json.encode(state)),
            at=act.given.at,
        )

    def _cid(self, cid: str) -> bytes:
        return self._vault.digest(b"cid:" + cid.encode())


_packing = zlib.compressobj(1, zlib.DEFLATED, RAW, MEMORY, zdict=COMMON)
"""Never used itself: copied, which is faster than made anew."""


def _packed(turn: _Taken) -> bytes:
    packing = _packing.copy()
    return packing.compress(msgspec.json.encode(turn)) + packing.flush()


def _unpacked(body: bytes) -> _Taken:
    try:
        opened = zlib.decompressobj(RAW, COMMON)
        return _decoded(opened.decompress(body) + opened.flush(), _Taken)
    except zlib.error:
        raise TalkDamaged("What is stored of this talk can't be unpacked.") from None


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError:
        raise TalkDamaged(
            "What is stored of this talk is of another version; run `makeroom doctor`."
        ) from None
