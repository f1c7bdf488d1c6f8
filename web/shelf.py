"""The scripts that talks are guided by: today's, and the versions that live talks began with."""

import asyncio
from collections import OrderedDict
from pathlib import Path

import msgspec

from bot.bundle import Bundle, read_folder
from bot.errors import ConfigError, FrameRefused, ScriptError, TalkDamaged
from bot.loader import load_bundle
from bot.script import Script
from bot.values import Card, Category
from web.store.base import Store

MAX_OLD = 16
"""Old versions kept loaded (about 2 MB each); others are loaded again when a talk comes back."""
DEFAULT = "anxiety"


class Shelf:
    """Gives the script for a talk. A talk keeps its version; safety is always the newest.

    Args:
        store: keeps the bundles.
        safety: the shared flows of the day.
        bundles: today's dialogues by name.
    """

    def __init__(self, store: Store, safety: Bundle, bundles: dict[str, Bundle]) -> None:
        self._store, self._safety, self._bundles = store, safety, bundles
        self._today = {name: load_bundle(bundle, safety) for name, bundle in bundles.items()}
        self._by_digest = {script.digest: script for script in self._today.values()}
        self._old: OrderedDict[str, Script] = OrderedDict()
        self._loading = asyncio.Lock()

    async def keep(self) -> None:
        """Keep today's bundles in the store, before a talk can begin with one."""
        for bundle in self._bundles.values():
            await self._store.keep_bundle(bundle.digest, msgspec.json.encode(bundle))

    def today(self, name: str | None) -> Script:
        """Give the script that a new talk begins with.

        Raises:
            FrameRefused: `not_allowed`, there is no dialogue of this name.
        """
        if name is None:
            name = DEFAULT if DEFAULT in self._today else next(iter(self._today))
        if name not in self._today:
            raise FrameRefused("not_allowed", "There is no dialogue of this name.")
        return self._today[name]

    def card(self, region: str | None, category: Category | None) -> Card:
        """Give the help lines for a country, those for a kind of danger first."""
        return next(iter(self._today.values())).help.card(region, category)

    def cards(self) -> list[Card]:
        """Give the help lines of all countries."""
        lines = next(iter(self._today.values())).help
        return [lines.card(region.id) for region in lines.regions]

    async def pinned(self, digest: str) -> Script:
        """Give the script of a talk that began with the version `digest`.

        Raises:
            TalkDamaged: the version is gone, or doesn't go together with today's safety flows.
        """
        if digest in self._by_digest:
            return self._by_digest[digest]
        async with self._loading:
            if digest not in self._old:
                self._old[digest] = await self._load(digest)
            self._old.move_to_end(digest)
            if len(self._old) > MAX_OLD:
                self._old.popitem(last=False)
            return self._old[digest]

    async def _load(self, digest: str) -> Script:
        body = await self._store.bundle(digest)
        if body is None:
            raise TalkDamaged("The script of this talk is gone; restore it from a backup.")
        try:
            bundle = msgspec.json.decode(body, type=Bundle)
            return await asyncio.to_thread(load_bundle, bundle, self._safety)
        except (msgspec.MsgspecError, ScriptError):
            raise TalkDamaged(
                "The script this talk began with can't be loaded; run `makeroom doctor`."
            ) from None


def read_dialogs(dialogs: Path) -> tuple[Bundle, dict[str, Bundle]]:
    """Read the safety flows and all dialogues of a folder: each folder with a `script.yaml`.

    Raises:
        ConfigError: there is none.
        ScriptError: a file can't be read.
    """
    folders = sorted(file.parent for file in dialogs.glob("*/script.yaml"))
    if not folders:
        raise ConfigError(
            f"There is no dialogue in {dialogs}; name a folder that has one with --dialogs."
        )
    bundles = {folder.name: read_folder(folder) for folder in folders}
    return read_folder(dialogs / "safety"), bundles
