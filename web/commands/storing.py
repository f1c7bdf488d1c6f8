"""Plays conversations through a real store: each turn is decided on what is read back from it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Iterable
from pathlib import Path

from msgspec import structs

from bot.guide import take_turn
from bot.script import Script
from bot.values import Input, Progress, Reply, Turn
from bot.workshop.judge import Got
from bot.workshop.record import Spoken
from bot.workshop.replay import Played, Result
from bot.workshop.suite import Outcome
from web.ledger import Ledger
from web.oracle import is_replay
from web.store.base import Committed, Known, Store
from web.store.sqlite import SqliteStore
from web.talk import Position, recorded
from web.vault import Vault, new_talk_id, new_token

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""A disk in memory, where there is one: what is tried here needn't survive a power cut."""
LANES = 16
"""Conversations at once: commits that wait together are written together."""


async def at_once(playing: Iterable[Awaitable[Outcome]]) -> list[Outcome]:
    """Play some conversations at once, in order: most of each is waiting for a disk."""
    room = asyncio.Semaphore(LANES)

    async def one(awaited: Awaitable[Outcome]) -> Outcome:
        async with room:
            return await awaited

    return await asyncio.gather(*(one(awaited) for awaited in playing))


def passing_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder for a store that is gone afterwards."""
    return tempfile.TemporaryDirectory(prefix="makeroom-", dir=MEMORY if MEMORY.is_dir() else None)


async def through_sqlite(outcomes: Iterable[Outcome], *, twice: bool) -> list[Outcome]:
    """Play through SQLite, in a folder that is gone afterwards."""
    with passing_folder() as folder:
        store = SqliteStore(Path(folder) / "talks.db")
        try:
            return await through_store(outcomes, store, twice=twice)
        finally:
            await store.close()


async def through_store(outcomes: Iterable[Outcome], store: Store, *, twice: bool) -> list[Outcome]:
    """Play again through a store what the engine has played.

    Args:
        outcomes: what the engine made of the conversations.
        store: an empty one, or one with other talks.
        twice: send each act a second time, as a client does that missed the answer.
    """
    return await at_once([_again(outcome, store, twice=twice) for outcome in outcomes])


async def _again(outcome: Outcome, store: Store, *, twice: bool) -> Outcome:
    result, script = outcome.result, outcome.script
    if result is None or script is None or not outcome.has_passed:
        return outcome
    async for difference in _Stored(result, script, store).differences(twice=twice):
        return structs.replace(outcome, result=None, problem=difference)
    return outcome


class _Stored:
    """One conversation in a store."""

    def __init__(self, result: Result, script: Script, store: Store) -> None:
        self.result, self.script = result, script
        self.ledger = Ledger(store, Vault(new_token()))
        self.count = 0

    async def differences(self, *, twice: bool) -> AsyncIterator[str]:
        """Tell, act by act, where the store leads to something else than the engine did."""
        opening = self.result.played[0].got
        is_given = self.result.chat.head.given is not None
        if is_given and opening is not None:
            await self._create(*opening_turn(opening, self.script))
        for played in self.result.played:
            for spoken in played.turns:
                if not await self._act(spoken, twice=twice):
                    yield f"{self._place(played)}: the store leads to something else here"
        if not is_given and not await is_replay(self.ledger, self.script):
            yield f"{self.result.chat.file}:1: what is stored isn't the replay of its inputs"

    def _place(self, played: Played) -> str:
        return f"{self.result.chat.file}:{max(played.exchange.line, 1)}"

    async def _create(self, given: Input, turn: Turn) -> None:
        made = recorded(None, self._cid(), given, turn)
        await self.ledger.create(new_talk_id(), self.script.id, self.script.digest, made)

    async def _act(self, spoken: Spoken, *, twice: bool) -> bool:
        position = (await self.ledger.open()).position if self.count else None
        session = position.session if position is not None else None
        turn = take_turn(self.script, session, spoken.given)
        if position is None:
            await self._create(spoken.given, turn)
        elif not await self._commit(position, spoken.given, turn, twice=twice):
            return False
        return turn == spoken.turn

    async def _commit(self, before: Position, given: Input, turn: Turn, *, twice: bool) -> bool:
        made = recorded(before, self._cid(), given, turn)
        first = await self.ledger.commit(before.head, made, b"act")
        if not twice:
            return isinstance(first, Committed)
        second = await self.ledger.commit(before.head, made, b"act")
        is_known = isinstance(second, Known) and second.seq == made.act.seq
        return isinstance(first, Committed) and is_known

    def _cid(self) -> str:
        self.count += 1
        return f"replay-{self.count:016}"


def opening_turn(got: Got, script: Script) -> tuple[Input, Turn]:
    """Make the turn that would have led to the state a file starts in."""
    step = script.steps[got.session.step]
    reply = Reply(lines=(), stage=step.stage, step=step.id, progress=Progress(0, 0), ask=got.ask)
    return Input(at=got.session.at, kind="begin"), Turn(got.session, reply)
