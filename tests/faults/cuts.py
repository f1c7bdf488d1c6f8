"""Cuts the power at random instants, and checks what every possible disk would hold then.

    python -m tests.faults.cuts [--images 200] [--talks 12] [--turns 40]

A store serves talks on a disk that notes each write and each sync. Then images are made as a power
cut may leave the disk: unsynced writes are dropped, kept out of order or torn. In each image the
database must open and be whole, hold every act that was acknowledged by then, be the replay of its
inputs, and hold no talk that was said to be gone. Writes one JSON object; exit code 1 when not.
"""

import asyncio
import json
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import click

from bot.errors import NoSuchTalk
from bot.guide import take_turn
from bot.script import Script
from bot.values import Answer, Input
from tests.faults.disk import Disk, noted
from tests.process import SERVED
from web import talk
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import read_library
from web.store.base import Committed
from web.store.sqlite import SqliteStore
from web.talk import Position
from web.vault import Vault, new_talk_id, new_token

NAME = "makeroom.sqlite3"
Promise: TypeAlias = tuple[str, int]
"""A token, and the head that was acknowledged; 0 when the talk was said to be gone."""


@dataclass
class Outcome:
    """What came of it all."""

    images: int = 0
    acked: int = 0
    lost: int = 0
    damaged: int = 0
    differing: int = 0
    back: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether every image was as it must be."""
        return self.lost == self.damaged == self.differing == self.back == 0


class Person:
    """Talks straight to a ledger, and notes on the disk what was promised."""

    def __init__(self, store: SqliteStore, disk: Disk, script: Script) -> None:
        self._disk, self._script, self._token = disk, script, new_token()
        self._ledger = Ledger(store, Vault(self._token))

    async def live(self, turns: int, *, forgets: bool) -> None:
        """Begin, answer so often, and perhaps have it all forgotten."""
        given = Input(at=1, kind="begin", seed=1)
        made = talk.recorded(None, "~begin", given, take_turn(self._script, None, given))
        await self._ledger.create(new_talk_id(), self._script.id, self._script.digest, made)
        self._promise(made.position.head)
        for number in range(turns):
            made = await self._turn(made.position, number)
        if forgets:
            await self._ledger.forget()
            self._promise(0)

    async def _turn(self, position: Position, number: int) -> talk.Recorded:
        kind = position.ask.kind if position.ask else "text"
        answer = {"choice": Answer(choice="go"), "rating": Answer(rating=4)}.get(
            kind, Answer(text=f"word {number} " * 20)
        )
        given = Input(at=number + 2, kind="say", answer=answer)
        turn = take_turn(self._script, position.session, given)
        made = talk.recorded(position, f"c{number:016d}", given, turn)
        outcome = await self._ledger.commit(position.head, made, b"payload")
        assert isinstance(outcome, Committed)
        self._promise(made.position.head)
        return made

    def _promise(self, head: int) -> None:
        self._disk.tell((self._token, head))


async def lived(folder: Path, script: Script, talks: int, turns: int) -> Disk:
    """Let people talk on a disk that takes notes."""
    with noted(folder) as disk:
        store = SqliteStore(folder / NAME)
        people = [Person(store, disk, script) for _ in range(talks)]
        lives = [
            person.live(turns - number, forgets=number % 4 == 3)
            for number, person in enumerate(people)
        ]
        await asyncio.gather(*lives)
        await store.close()
    return disk


def is_sound(file: Path) -> bool:
    """Tell whether a database can be opened and holds together."""
    try:
        with closing(sqlite3.connect(file)) as db:
            return db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        return False


async def check(folder: Path, promises: list[Promise], script: Script, outcome: Outcome) -> None:
    """Open an image and compare it with what was promised by then."""
    outcome.images += 1
    if not promises and not (folder / NAME).exists():
        return
    if not is_sound(folder / NAME):
        outcome.damaged += 1
        outcome.lost += sum(head > 0 for head in dict(promises).values())
        return
    store = SqliteStore(folder / NAME)
    for token, head in dict(promises).items():
        ledger = Ledger(store, Vault(token))
        try:
            found = await ledger.open()
        except NoSuchTalk:
            outcome.lost += head > 0
            continue
        outcome.acked += head
        outcome.back += head == 0
        outcome.lost += found.position.head < head
        outcome.differing += not await is_replay(ledger, script)
    await store.close()


async def campaign(
    folder: Path, images: int, talks: int = 6, turns: int = 12, seed: int = 1
) -> Outcome:
    """Record people's lives once, and cut the power at random instants of them.

    Args:
        folder: an empty one.
        images: how many disks to look at.
        talks: people at once.
        turns: acts of each, about.
        seed: of chance.
    """
    outcome, chance = Outcome(), random.Random(seed)
    script = read_library(SERVED).scripts["little"]
    lives = folder / "lives"
    lives.mkdir()
    disk = await lived(lives, script, talks, turns)
    for number in range(images):
        image = folder / str(number)
        image.mkdir()
        until = chance.randrange(len(disk.notes) + 1)
        disk.image(until, chance, image)
        await check(image, _forgotten_or_not(disk, until), script, outcome)
        for file in image.iterdir():
            file.unlink()
    return outcome


def _forgotten_or_not(disk: Disk, until: int) -> list[Promise]:
    """Give what was promised, without talks whose forgetting had begun and wasn't answered."""
    later = {token for token, head in disk.promises(len(disk.notes)) if head == 0}
    now = disk.promises(until)
    gone = {token for token, head in now if head == 0}
    last = {token: head for token, head in disk.promises(len(disk.notes)) if head}
    said = dict(now)
    return [
        (token, head)
        for token, head in now
        if not (token in later and token not in gone and said[token] == last[token])
    ]


@click.command()
@click.option("--images", default=200, show_default=True, help="Disks to look at.")
@click.option("--talks", default=12, show_default=True, help="People at once.")
@click.option("--turns", default=40, show_default=True, help="Acts of each.")
@click.option("--seed", default=1, show_default=True, help="Of chance.")
def main(images: int, talks: int, turns: int, seed: int) -> None:
    """Cut the power, check, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = asyncio.run(campaign(Path(folder), images, talks, turns, seed))
    print(json.dumps(asdict(outcome)))
    sys.exit(not outcome.is_whole)


if __name__ == "__main__":
    main()
