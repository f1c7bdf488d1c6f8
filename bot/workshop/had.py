"""Talks that were had with a script: what people did in the replays beside it."""

from collections.abc import Iterator
from pathlib import Path

from bot.errors import ReplayError
from bot.script import Script
from bot.values import Input
from bot.workshop.chat import each_way
from bot.workshop.chatfile import read_file
from bot.workshop.library import Library
from bot.workshop.replay import play


def talks_in(folder: Path, script: Script) -> Iterator[tuple[Input, ...]]:
    """Give what was done in each replay of a script folder that begins at the beginning.

    A script that was just changed may play some of them otherwise, or not to their end: they are
    given as far as they go.
    """
    ear = Library(folder.parent).ear
    for file in sorted(folder.rglob("*.chat")):
        try:
            chat = each_way(read_file(file, file.name))[0]
            if chat.head.dialog != script.id or chat.head.given or chat.head.lang != script.lang:
                continue
            result = play(chat, script, ear, to_end=True)
        except ReplayError:
            continue
        acts = [spoken.given for played in result.played for spoken in played.turns]
        yield tuple(given for given in acts if given.kind != "begin")
