"""What pytest runs for a `.chat` file: an item for each way through it."""

import os
from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.errors import MakeroomError
from bot.workshop.chat import Chat, each_way
from bot.workshop.chatfile import read_file
from bot.workshop.library import Libraries
from bot.workshop.replay import Result, play
from bot.workshop.suite import told
from bot.workshop.update import PROTECTED, updated

LIBRARIES = pytest.StashKey[Libraries]()  # one for the whole run, so that each script loads once


class ChatFile(pytest.File):
    """One file."""

    def collect(self) -> Iterator["ChatItem"]:
        """Give an item for each way through the file; one that can't be read is named."""
        try:
            chat = self.read()
            ways = each_way(chat)
        except MakeroomError as error:
            raise self.CollectError(str(error)) from None
        name = chat.head.title or self.path.stem
        for n, way in enumerate(ways):
            full = f"{name}[{way.name}]" if way.name else name
            yield ChatItem.from_parent(self, name=full, number=n)

    def read(self) -> Chat:
        """Read the file as it is now; messages name it as it lies in the project.

        Raises:
            ReplayError: it can't be read.
        """
        root = self.config.rootpath
        name = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
        return read_file(self.path, str(name))


class ChatItem(pytest.Item):
    """One way through one file."""

    def __init__(self, *, number: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.number = number

    @property
    def file(self) -> ChatFile:
        """Give the file that it belongs to."""
        return cast("ChatFile", self.parent)

    def runtest(self) -> None:
        """Play it; what goes wrong is told in sentences and transcripts, never as a traceback."""
        try:
            report = self._failure()
        except MakeroomError as error:
            report = str(error)
        if report is not None:
            pytest.fail(report, pytrace=False)

    def _failure(self) -> str | None:
        result = self._play()
        if not result.has_passed and self.config.getoption("--chat-update"):
            result = self._updated(result)
        return None if result.has_passed else self._report(result)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the file and the way through it."""
        return self.path, 0, self.name

    def _play(self) -> Result:
        return self._play_way(each_way(self.file.read())[self.number])

    def _play_way(self, way: Chat, *, to_end: bool = False) -> Result:
        libraries = self.config.stash.setdefault(LIBRARIES, Libraries())
        library = libraries.for_chat(self.path, way)
        return play(way, library.for_head(way), library.ear, to_end=to_end)

    def _updated(self, result: Result) -> Result:
        if PROTECTED in result.chat.head.tags:
            return result
        ways = [self._play_way(way, to_end=True) for way in each_way(self.file.read())]
        text = updated(ways)
        if text is not None:
            self.path.write_text(text, encoding="utf-8")
        return self._play()

    def _report(self, result: Result) -> str:
        libraries = self.config.stash.setdefault(LIBRARIES, Libraries())
        report = told(result, libraries.for_chat(self.path, result.chat))
        if self.config.getoption("--chat-update") and PROTECTED in result.chat.head.tags:
            note = f"{result.chat.file} is tagged {PROTECTED}: --chat-update leaves it as it is"
            return f"{note}\n{report}"
        return report
