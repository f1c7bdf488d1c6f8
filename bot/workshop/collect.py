"""What pytest runs for a `.chat` file: an item for each way through it."""

import os
from collections.abc import Iterator

import pytest

from bot.errors import MakeroomError
from bot.workshop.chat import Chat, each_way
from bot.workshop.chatfile import read_file
from bot.workshop.library import Libraries
from bot.workshop.replay import Result, play
from bot.workshop.update import PROTECTED, updated

LIBRARIES = pytest.StashKey[Libraries]()  # one for the whole run, so that each script loads once


class ChatFile(pytest.File):
    """One file."""

    def collect(self) -> Iterator["ChatItem"]:
        """Give an item for each way through the file; one that can't be read is named."""
        try:
            chat = read_file(self.path)
            ways = each_way(chat)
        except MakeroomError as error:
            raise self.CollectError(str(error)) from None
        name = chat.head.title or self.path.stem
        for n, way in enumerate(ways):
            full = f"{name}[{way.name}]" if way.name else name
            yield ChatItem.from_parent(self, name=full, number=n)


class ChatItem(pytest.Item):
    """One way through one file."""

    def __init__(self, *, number: int, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]  # pytest's own arguments, passed on
        self.number = number

    def runtest(self) -> None:
        """Play it; what goes wrong is told in sentences and transcripts, never as a traceback."""
        try:
            result = self._play()
            if not result.has_passed and self.config.getoption("--chat-update"):
                result = self._updated(result)
        except MakeroomError as error:
            pytest.fail(str(error), pytrace=False)
        if not result.has_passed:
            pytest.fail(self._report(result), pytrace=False)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the file and the way through it."""
        return self.path, 0, self.name

    def _play(self) -> Result:
        return self._play_way(each_way(read_file(self.path))[self.number])

    def _play_way(self, way: Chat, *, to_end: bool = False) -> Result:
        libraries = self.config.stash.setdefault(LIBRARIES, Libraries())
        library = libraries.for_chat(self.path, way.head.dialog)
        return play(way, library.script(way.head.dialog), library.ear, to_end=to_end)

    def _updated(self, result: Result) -> Result:
        if PROTECTED in result.chat.head.tags:
            return result
        ways = [self._play_way(way, to_end=True) for way in each_way(read_file(self.path))]
        text = updated(ways)
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        return self._play()

    def _report(self, result: Result) -> str:
        if self.config.getoption("--chat-update") and PROTECTED in result.chat.head.tags:
            note = f"{result.chat.file} is tagged {PROTECTED}: --chat-update leaves it as it is"
            return f"{note}\n{result.report()}"
        return result.report()
