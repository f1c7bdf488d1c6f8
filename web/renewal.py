"""Reads the dialogues anew while people talk; one that can't be used changes nothing."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

from aiohttp import web

from bot.errors import MakeroomError
from web.config import Config
from web.pages import PAGES
from web.shelf import Library, load_languages, read_library
from web.socket import HUB

LOOK_S = 0.5
"""Seconds between two looks at the files: an author who saves doesn't wait longer."""
ENDINGS = (".yaml", ".po", ".rules")


class Renewal:
    """Renews what a server serves.

    Args:
        app: the server.
        config: where its dialogues are.
        tell: says what came of it.
    """

    def __init__(
        self, app: web.Application, config: Config, tell: Callable[[str], None] | None = None
    ) -> None:
        self._app, self._config, self._tell = app, config, tell or _to_stderr
        self._running: set[asyncio.Task[bool]] = set()

    def ask(self) -> None:
        """Renew soon; for a signal's handler, which can't wait."""
        task = asyncio.ensure_future(self.renew())
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def renew(self) -> bool:
        """Serve the dialogues of now, if they load in all languages; else those of before."""
        folder, site = self._config.dialogs, self._config.site
        try:
            library = await asyncio.to_thread(read_library, folder, site)
            await asyncio.to_thread(load_languages, library)
            await self._app[HUB].house.shelf.renew(library)
        except MakeroomError as error:
            self._tell(f"{error}\nmakeroom: The dialogues of before are served on.")
            return False
        self._app[HUB].wake(None, 0)  # open talks go on with the safety flows of today
        self._app[PAGES].renew(self._app[HUB].house.shelf.cards, library.site)
        self._tell(f"makeroom: The dialogues were read anew: {_versions(library)}.")
        return True

    def watch(self) -> Coroutine[None, None, None]:
        """Renew whenever a file is saved from now on, until cancelled."""
        return self._watch(self._look())

    async def _watch(self, before: frozenset[tuple[str, int]]) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            signs = await asyncio.to_thread(self._look)
            if signs != before:
                before = signs
                await self.renew()

    def _look(self) -> frozenset[tuple[str, int]]:
        site = [self._config.site] if self._config.site is not None else []
        files = (file for file in self._config.dialogs.rglob("*") if file.suffix in ENDINGS)
        return frozenset(_sign(file) for file in (*files, *site))


def _sign(file: Path) -> tuple[str, int]:
    try:
        return str(file), file.stat().st_mtime_ns
    except OSError:  # it was there a moment ago
        return str(file), 0


def _versions(library: Library) -> str:
    return ", ".join(f"{name} {script.digest[:8]}" for name, script in library.scripts.items())


def _to_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
