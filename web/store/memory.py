"""A store in memory, for tests and for trying out: the same promises, until the process ends."""

from bot.errors import NoSuchTalk
from web.store.base import (
    Committed,
    Known,
    Moved,
    Outcome,
    SealedTurn,
    StoredTalk,
    StoredTurn,
    Woken,
)
from web.store.counts import Count, Kept, Tallied


class _Kept:
    """One talk with everything in it."""

    __slots__ = ("acts", "talk", "touched")

    def __init__(self, talk: StoredTalk) -> None:
        self.talk = talk
        self.touched = 0
        self.acts: dict[bytes, SealedTurn] = {}


class MemoryStore:
    """Keeps talks in dictionaries."""

    def __init__(self) -> None:
        self._talks: dict[bytes, _Kept] = {}
        self._bundles: dict[str, bytes] = {}
        self._numbers: dict[str, int] = {}
        self._counts = Kept()

    async def open(self) -> None:
        """Do nothing: there is nothing to open."""

    async def create(self, talk: StoredTalk, turn: SealedTurn) -> None:
        """Store a new talk with its first turn."""
        self._talks[talk.lookup] = _Kept(talk)
        self._append(self._talks[talk.lookup], turn)

    async def load(self, lookup: bytes) -> StoredTalk:
        """Find a talk; raises `NoSuchTalk`."""
        return self._kept(lookup).talk

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn, or say why not; raises `NoSuchTalk`."""
        kept = self._kept(lookup)
        if known := await self.find_act(lookup, turn.cid):
            return known
        if kept.talk.head != turn.before:
            return Moved(kept.talk.head)
        self._append(kept, turn)
        return Committed()

    async def find_act(self, lookup: bytes, cid: bytes) -> Known | None:
        """Find an act by the digest of its id."""
        kept = self._talks.get(lookup)
        act = kept.acts.get(cid) if kept else None
        return Known(act.digest, act.seq) if act else None

    async def turns(self, lookup: bytes, first: int, n: int) -> list[StoredTurn]:
        """Give at most `n` turns in order, from that on which made the event `first`."""
        kept = self._talks.get(lookup)
        turns = kept.acts.values() if kept else ()
        return [StoredTurn(it.seq, it.head, it.body) for it in turns if it.head >= first][:n]

    async def forget(self, lookup: bytes) -> None:
        """Delete a talk."""
        self._talks.pop(lookup, None)

    async def expire(self, before: int, n: int) -> list[bytes]:
        """Delete at most `n` talks whose last turn was before a time in milliseconds."""
        old = [lookup for lookup, kept in self._talks.items() if kept.touched < before][:n]
        for lookup in old:
            del self._talks[lookup]
        return old

    async def recall(self, name: str) -> int:
        """Give a number that was to be remembered; 0 when there is none."""
        return self._numbers.get(name, 0)

    async def remember(self, name: str, value: int) -> None:
        """Remember a number."""
        self._numbers[name] = value

    async def keep_bundle(self, digest: str, body: bytes) -> None:
        """Keep a script bundle."""
        self._bundles.setdefault(digest, body)

    async def bundle(self, digest: str) -> bytes | None:
        """Give a kept script bundle."""
        return self._bundles.get(digest)

    async def tally(self, tallied: Tallied) -> None:
        """Count facts of a talk; they can be read once ten people more are counted."""
        self._counts.add(tallied)

    async def counts(self) -> list[Count]:
        """Give all counts that may be read."""
        return self._counts.read()

    async def check(self) -> None:
        """Return at once."""

    def wake(self, woken: Woken) -> None:
        """Do nothing: no other process has this store."""

    async def close(self) -> None:
        """Let everything go."""
        self._talks.clear()

    def _kept(self, lookup: bytes) -> _Kept:
        if lookup not in self._talks:
            raise NoSuchTalk("No talk belongs to this token.")
        return self._talks[lookup]

    @staticmethod
    def _append(kept: _Kept, turn: SealedTurn) -> None:
        old = kept.talk
        kept.talk = StoredTalk(
            old.lookup, old.talk_id, old.script, old.bundle, turn.head, turn.state
        )
        kept.touched = turn.at
        kept.acts[turn.cid] = turn
