"""Conversations through a store: a store that keeps its promises passes, others are found out."""

from collections.abc import Callable

import pytest

from bot.workshop.library import Libraries
from bot.workshop.suite import Outcome, chat_files, outcomes
from tests.conftest import DATA
from web.commands.storing import through_sqlite, through_store
from web.store.base import Committed, Known, SealedTurn, StoredTalk
from web.store.base import Outcome as Stored
from web.store.memory import MemoryStore


class Forgetful(MemoryStore):
    """Says that it has kept a turn and hasn't."""

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Stored:
        """Keep nothing."""
        return Committed()


class Doubling(MemoryStore):
    """Takes an act that it has taken before for a new one."""

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Stored:
        """Say that it was new."""
        done = await super().commit(lookup, turn)
        return Committed() if isinstance(done, Known) else done


class Stuck(MemoryStore):
    """Gives the state it was created with, for ever."""

    async def load(self, lookup: bytes) -> StoredTalk:
        """Give the first state that was asked for."""
        self.first = getattr(self, "first", None) or await super().load(lookup)
        return self.first


@pytest.fixture(scope="module")
def played() -> list[Outcome]:
    """All ways through one conversation, as the engine played them."""
    return list(outcomes(chat_files([DATA / "dialogs" / "tiny"]), Libraries()))


@pytest.mark.parametrize("twice", [False, True])
async def test_what_passes_in_the_engine_passes_in_sqlite(
    played: list[Outcome], twice: bool
) -> None:
    """The same turns, read back from the disk between them, once and twice."""
    assert all(one.has_passed for one in await through_sqlite(played, twice=twice))


@pytest.mark.parametrize(("make", "twice"), [(Forgetful, False), (Doubling, True), (Stuck, False)])
async def test_a_store_that_breaks_its_promise_is_found_out(
    make: Callable[[], MemoryStore], twice: bool, played: list[Outcome]
) -> None:
    """A lost, doubled or stale turn fails the conversation, with its line."""
    (found,) = await through_store(played[:1], make(), twice=twice)
    assert not found.has_passed
    assert "whole.chat:" in found.report()
