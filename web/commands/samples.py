"""A look around: sample talks that are already there, played from the dialogue's own conversations.

Their words are those of `.chat` files, nobody's. They lie in a store in memory, sealed like any
other talk, and are opened with the return codes that are printed once.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, structs

from bot.errors import MakeroomError
from bot.workshop.chat import Chat, each_way
from bot.workshop.chatfile import read_file
from bot.workshop.record import Spoken
from bot.workshop.replay import play
from web.ledger import Ledger
from web.shelf import Library
from web.store.base import Store
from web.store.counts import Tallied
from web.talk import Position, recorded
from web.tally import facts
from web.twenty import encode
from web.vault import Vault, new_talk_id, new_token

SAMPLES = 3
PEOPLE = 60
"""Conversations that are counted for `/insights`: enough to show something."""
AGO_MS = 15 * 60 * 1000
"""How long ago a sample talk began: so short that nobody is greeted as if days had passed."""
DAY_MS = 86_400_000


class Sample(Struct, frozen=True):
    """A talk to look at: what it shows, and the words that open it."""

    title: str
    code: str


async def seeded(store: Store, library: Library, dialogs: Path, now: int) -> list[Sample]:
    """Put sample talks and counts into an empty store.

    Args:
        store: takes them.
        library: the dialogues, as they are served.
        dialogs: the folder with the dialogues' conversations.
        now: the time in milliseconds.
    """
    samples = []
    for name in library.scripts:
        replays = dialogs / name / "replays"
        for chat in _longest(replays.glob("*.chat"))[:SAMPLES]:
            token = await _stored(chat, store, library, now - AGO_MS)
            samples.append(Sample(chat.head.title or chat.file, " ".join(encode(token))))
        for chat in _longest(replays.rglob("*.chat"))[:PEOPLE]:
            await _counted(chat, store, library, now)
    return samples


def _longest(files: Iterable[Path]) -> list[Chat]:
    """Read the conversations that begin at the door, one way through each, the longest first."""
    chats = [read_file(file) for file in sorted(files)]
    whole = [next(iter(each_way(chat))) for chat in chats if chat.head.given is None]
    return sorted(whole, key=lambda chat: len(chat.exchanges), reverse=True)


def _spoken(chat: Chat, library: Library) -> Iterator[Spoken]:
    """Play a conversation; one that can't be played to its end is as long as it could be."""
    script = library.scripts[chat.head.dialog]
    try:
        for played in play(chat, script, library.ear, to_end=True).played:
            yield from played.turns
    except MakeroomError:
        return


async def _stored(chat: Chat, store: Store, library: Library, at: int) -> str:
    chat = structs.replace(chat, head=structs.replace(chat.head, clock=at))
    script, token = library.scripts[chat.head.dialog], new_token()
    ledger = Ledger(store, Vault(token))
    position: Position | None = None
    for number, spoken in enumerate(_spoken(chat, library)):
        cid = "~begin" if position is None else f"sample-{number:011}"
        made = recorded(position, cid, spoken.given, spoken.turn)
        if position is None:
            await ledger.create(new_talk_id(), script.id, script.digest, made)
        else:
            await ledger.commit(position.head, made, b"sample")
        position = made.position
    return token


async def _counted(chat: Chat, store: Store, library: Library, now: int) -> None:
    script, before, found = library.scripts[chat.head.dialog], None, set[str]()
    for spoken in _spoken(chat, library):
        found.update(facts(script, before, spoken.given, spoken.turn))
        before = spoken.turn.session
    await store.tally(Tallied(script.id, script.digest, tuple(sorted(found)), now // DAY_MS))
