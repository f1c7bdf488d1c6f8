"""What a store promises. It sees sealed bytes, digests and numbers, never a word or a token."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from msgspec import Struct

from bot.errors import ConfigError
from web.store.counts import Count, Tallied

VERSION = 2
"""Of how talks are stored; the first one was never released."""


def check_version(found: int, database: str) -> None:
    """Refuse a database that another version of this program made.

    Args:
        found: the version it has.
        database: what it is called in the sentence.

    Raises:
        ConfigError: it can't be read here.
    """
    if found > VERSION:
        raise ConfigError(f"A newer makeroom made {database}; install that version.")
    if found < VERSION:
        raise ConfigError(
            f"A makeroom from before its first release made {database}, which stored talks in "
            "another way; choose another one."
        )


class StoredTalk(Struct, frozen=True):
    """A talk as it stands.

    Attributes:
        lookup: 32 bytes derived from the person's token.
        talk_id: its public name.
        script: id of its dialogue.
        bundle: digest of the version it began with.
        head: seq of its last event.
        state: what the guide knows, sealed.
    """

    lookup: bytes
    talk_id: str
    script: str
    bundle: str
    head: int
    state: bytes


class SealedTurn(Struct, frozen=True):
    """All that one act changes.

    Attributes:
        before: the head it was decided on; the store takes it on no other.
        head: the head after it.
        cid: keyed digest of the act's id; unique within the talk.
        digest: keyed digest of what it says.
        body: the act and the events it made, sealed.
        state: what the guide knows after it, sealed.
        at: when, in milliseconds.
    """

    before: int
    head: int
    cid: bytes
    digest: bytes
    body: bytes
    state: bytes
    at: int

    @property
    def seq(self) -> int:
        """Give the seq of the first event that the act made."""
        return self.before + 1


class StoredTurn(Struct, frozen=True):
    """A turn as it is found again.

    Attributes:
        seq: seq of its first event.
        head: seq of its last.
        body: the act and the events, sealed.
    """

    seq: int
    head: int
    body: bytes


class Committed(Struct, frozen=True):
    """The turn is stored, and stays stored when the power goes."""


class Known(Struct, frozen=True):
    """An act with this id was stored before; nothing was changed."""

    digest: bytes
    seq: int


class Moved(Struct, frozen=True):
    """The talk's head isn't where the turn was decided; nothing was changed."""

    head: int


Outcome: TypeAlias = Committed | Known | Moved
Woken: TypeAlias = Callable[[bytes | None, int], None]
"""Is told which talk has which head now (0: it is gone); None for all, after some were missed."""


class Store(Protocol):
    """Keeps talks. Every method may raise `StoreUnavailable`, and has then changed nothing it
    can't be asked for again."""  # noqa: D205, D209 - one sentence

    async def open(self) -> None:
        """Make sure that it can be used; raises `ConfigError` when it can't."""
        ...

    async def create(self, talk: StoredTalk, turn: SealedTurn) -> None:
        """Store a new talk with its first turn."""
        ...

    async def load(self, lookup: bytes) -> StoredTalk:
        """Find a talk; raises `NoSuchTalk`."""
        ...

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn in one transaction, or say why not; raises `NoSuchTalk`, `TalkDamaged`."""
        ...

    async def find_act(self, lookup: bytes, cid: bytes) -> Known | None:
        """Find an act by the digest of its id."""
        ...

    async def turns(self, lookup: bytes, first: int, n: int) -> list[StoredTurn]:
        """Give at most `n` turns in order, from that on which made the event `first`."""
        ...

    async def forget(self, lookup: bytes) -> None:
        """Delete a talk so that no file holds its bytes any more; one that isn't there is fine."""
        ...

    async def expire(self, before: int, n: int) -> list[bytes]:
        """Delete at most `n` talks whose last turn was before a time in milliseconds, as thoroughly
        as `forget`; give their lookup ids."""  # noqa: D205, D209 - one sentence
        ...

    async def recall(self, name: str) -> int:
        """Give a number that was to be remembered; 0 when there is none."""
        ...

    async def remember(self, name: str, value: int) -> None:
        """Remember a number about the store itself across restarts."""
        ...

    async def keep_bundle(self, digest: str, body: bytes) -> None:
        """Keep a script bundle for the talks that begin with it."""
        ...

    async def bundle(self, digest: str) -> bytes | None:
        """Give a kept script bundle."""
        ...

    async def tally(self, tallied: Tallied) -> None:
        """Count facts of a talk; they can be read once ten people more are counted."""
        ...

    async def counts(self) -> list[Count]:
        """Give all counts that may be read."""
        ...

    async def check(self) -> None:
        """Return when the store answers."""
        ...

    def wake(self, woken: Woken) -> None:
        """Tell `woken` of talks that go on or end in other processes, if there can be any."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go."""
        ...
