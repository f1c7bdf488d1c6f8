"""A store with a million talks in it: what a turn costs then, and what a talk takes on the disk.

The talks are real ones, played once by the engine, sealed and packed; a store is filled with as many
copies as are wanted, each under a lookup id of its own.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.guide import take_turn
from bot.script import Script
from tests.bench.engine import recorded as inputs_of
from tests.bench.figures import Figure
from tests.bench.serving import KIB, makeroom, tail
from tests.bench.tape import recorded
from tests.bench.turns import TURNS, paced
from web import talk
from web.ledger import Ledger
from web.shelf import read_library
from web.store.base import Committed, Outcome, SealedTurn, StoredTalk
from web.store.file import to_disk
from web.store.memory import MemoryStore
from web.store.sqlite import SqliteStore
from web.vault import Vault, new_token

DIALOGS = Path(__file__).parent.parent.parent / "dialogs"
NAME = "makeroom.sqlite3"
KINDS = 8
"""Different talks that the store is filled with."""
PER_S = 100
WARM_S = 5.0
"""Seconds of turns that aren't counted: by then all pages are made, too."""
WHOLE = 2_000
"""Whole talks by which the bytes of one are measured."""
PORTION = 10_000
"""Talks in one transaction of the filling."""
TALK = "INSERT INTO talks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
TURN = "INSERT INTO turns (talk, seq, head, cid, digest, body) VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Whole:
    """A whole talk as it is stored.

    Attributes:
        turns: sealed, in order.
        sent: bytes of its transcript as it was sent.
        said: bytes of the guide's lines and of the person's own words and choices.
    """

    turns: list[SealedTurn]
    sent: int
    said: int


class Kept(MemoryStore):
    """A store that remembers the turns it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = list[SealedTurn]()

    async def create(self, talk: StoredTalk, turn: SealedTurn) -> None:
        """Store a new talk with its first turn."""
        self.turns.append(turn)
        await super().create(talk, turn)

    async def commit(self, lookup: bytes, turn: SealedTurn) -> Outcome:
        """Store a turn."""
        self.turns.append(turn)
        return await super().commit(lookup, turn)


async def whole(script: Script, seed: int) -> Whole:
    """Play a talk to its end by a steady person, and seal it."""
    store = Kept()
    ledger, position = Ledger(store, Vault(new_token())), None
    sent = said = 0
    for number, given in enumerate(inputs_of(script, seed)):
        turn = take_turn(script, position.session if position else None, given)
        made = talk.recorded(position, f"bench{seed:05d}-{number:08d}", given, turn)
        if position is None:
            await ledger.create("bench-of-a-talk-", script.id, script.digest, made)
        else:
            assert await ledger.commit(position.head, made, b"said") == Committed()
        position = made.position
        sent += sum(len(event.body) for event in made.events)
        said += len((given.answer.text if given.answer else None) or "")
        said += sum(len(line.text.encode()) for line in turn.reply.lines)
    return Whole(store.turns, sent, said)


def fill(file: Path, script: Script, talks: list[Whole], count: int, turns: int) -> None:
    """Fill a store with so many talks, each with its first turns.

    They are of today: old ones would be swept away while turns are measured.
    """
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            db.execute(f"PRAGMA {setting}")
        about = ("bench-of-a-talk-", script.id, script.digest)
        for begun in range(1, count + 1, PORTION):
            ids = range(begun, min(begun + PORTION, count + 1))
            db.execute("BEGIN")
            db.executemany(TALK, (_talk(number, about, talks, turns) for number in ids))
            db.executemany(TURN, (row for n in ids for row in _turns(n, talks, turns)))
            db.execute("COMMIT")
    to_disk(file)  # else what is measured next waits for it to be written


def _talk(
    number: int, about: tuple[str, str, str], talks: list[Whole], turns: int
) -> tuple[object, ...]:
    last, now = talks[number % KINDS].turns[:turns][-1], int(time.time() * 1000)
    return (number, os.urandom(32), *about, now, now, last.head, last.state)


def _turns(number: int, talks: list[Whole], turns: int) -> Iterator[tuple[object, ...]]:
    for it in talks[number % KINDS].turns[:turns]:
        yield (number, it.seq, it.head, it.cid, it.digest, it.body)


async def sizes(talks: list[Whole], script: Script, folder: Path) -> list[Figure]:
    """Measure what whole talks take on the disk beyond their text."""
    file = folder / "sizes.sqlite3"
    await SqliteStore(file).close()
    fill(file, script, talks, WHOLE, 1 << 10)
    each = file.stat().st_size / WHOLE
    sent = sum(it.sent for it in talks) / KINDS
    said = sum(it.said for it in talks) / KINDS
    turns = sum(len(it.turns) for it in talks) / KINDS
    file.unlink()
    says = (
        f"a stored talk of {turns:.0f} turns: {each / KIB:.1f} KiB ({said / KIB:.1f} of them words),"
        f" beyond its transcript of {sent / KIB:.1f} KiB"
    )
    return [Figure(says, (each - sent) / KIB, 2, "KiB")]


async def stored(count: int, turns: int, rounds: int) -> list[Figure]:
    """Compare a turn beside so many stored talks with one beside none."""
    script = read_library(DIALOGS).scripts["anxiety"]
    talks = [await whole(script, seed) for seed in range(KINDS)]
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        found = await sizes(talks, script, folder)
        full = folder / "full"
        full.mkdir()
        await SqliteStore(full / NAME).close()
        fill(full / NAME, script, talks, count, turns)
        alone = stack.enter_context(makeroom())
        beside = stack.enter_context(makeroom(data=full))
        more = await _compared(alone.port, beside.port, rounds)
        found += [Figure(f"p99 of a turn beside {count:,} stored talks, of that alone", more, 1.1)]
    return found


async def _compared(alone: int, beside: int, rounds: int) -> float:
    tape = await recorded(alone, typed=False, turns=TURNS)
    shares = []
    os.sync()  # else the filling is still being written out
    for port in (alone, beside):
        await paced(port, tape, PER_S, WARM_S)  # not counted: the first pages are read
    for _ in range(rounds):
        first, second = [tail(await paced(port, tape, PER_S, 5.0)) for port in (alone, beside)]
        shares.append(second / first)
    return median(shares)
