"""The scripts that talks are guided by: of today, and of the versions that talks began with."""

import asyncio
from collections import OrderedDict
from pathlib import Path

import msgspec
from msgspec import Struct

from bot.bundle import Bundle, read_folder
from bot.errors import ConfigError, Finding, FrameRefused, ScriptError, TalkDamaged
from bot.helplines import HelpLines
from bot.listening.ear import Ear
from bot.loader import HELP_LINES, help_lines, load_bundle
from bot.loading.catalog import languages
from bot.script import Script
from bot.values import Card, Category, Session
from web.site import Site, read_site
from web.store.base import Store
from web.stricter import narrowed, with_lines

MAX_LOADED = 16
"""Old versions and other languages kept loaded (about 2 MB each); others are loaded again."""
MAX_BEFORE = 8
"""Libraries of before that are remembered, for talks that stand at a step which is gone."""
DEFAULT = "anxiety"


class Library(Struct, frozen=True):
    """A folder of dialogues as it was read at the start.

    Attributes:
        safety: the shared flows of the day.
        bundles: the dialogues' files by name.
        scripts: the dialogues by name.
        ear: hears what people say.
        site: what whoever runs this says of itself.
    """

    safety: Bundle
    bundles: dict[str, Bundle]
    scripts: dict[str, Script]
    ear: Ear
    site: Site = Site()


class Shelf:
    """Gives the script for a talk. A talk keeps its version; safety is always the newest.

    Args:
        store: keeps the bundles.
        library: what is there today; `renew` takes another in.
    """

    def __init__(self, store: Store, library: Library) -> None:
        self._store, self._library = store, library
        self._bundles = {bundle.digest: bundle for bundle in library.bundles.values()}
        scripts = library.scripts.values()
        self._today = {(script.digest, script.lang): script for script in scripts}
        self._loaded: OrderedDict[tuple[str, str], Script] = OrderedDict()
        self._before: list[dict[tuple[str, str], Script]] = []
        self._loading = asyncio.Lock()
        self._helps: dict[str, HelpLines] = {}

    @property
    def ear(self) -> Ear:
        """Give what hears people, of today."""
        return self._library.ear

    @property
    def library(self) -> Library:
        """Give the dialogues of today."""
        return self._library

    async def keep(self) -> None:
        """Keep today's bundles in the store, before a talk can begin with one."""
        for digest, bundle in self._bundles.items():
            await self._store.keep_bundle(digest, msgspec.json.encode(bundle))

    async def renew(self, library: Library) -> None:
        """Take another library in; talks go on with the version that they began with."""
        newer = Shelf(self._store, library)
        await newer.keep()
        async with self._loading:
            self._before = [{**self._loaded, **self._today}, *self._before[: MAX_BEFORE - 1]]
            self._library, self._today = library, newer._today
            self._bundles |= newer._bundles
            self._helps.clear()
            self._loaded.clear()  # they were loaded with the safety flows of before

    async def held(self, digest: str, session: Session) -> Script:
        """Give a talk's script; an earlier one where a step it stands at is gone today.

        Raises:
            TalkDamaged: as for `pinned`.
        """
        script = await self.pinned(digest, session.lang)
        steps = {session.step, *(frame.step for frame in session.stack)}
        key = (script.digest, script.lang)
        for one in (script, *(there[key] for there in self._before if key in there)):
            if steps <= one.steps.keys():
                return one
        return script

    async def today(self, name: str | None, lang: str | None) -> Script:
        """Give the script that a new talk begins with, in its own language if not in another.

        Raises:
            FrameRefused: `not_allowed`, there is no dialogue of this name.
            TalkDamaged: its translation can't be loaded.
        """
        scripts = self._library.scripts
        if name is None:
            name = DEFAULT if DEFAULT in scripts else next(iter(scripts))
        if name not in scripts:
            raise FrameRefused("not_allowed", "There is no dialogue of this name.")
        script = scripts[name]
        spoken = languages(self._library.bundles[name].files)
        asked = (lang or "", (lang or "").partition("-")[0])  # es-MX is answered in es
        return await self.pinned(
            script.digest, next((one for one in asked if one in spoken), script.lang)
        )

    async def pinned(self, digest: str, lang: str) -> Script:
        """Give the script of a talk that began with the version `digest` in a language.

        Raises:
            TalkDamaged: the version is gone, or doesn't go together with today's safety flows.
        """
        key = (digest, lang)
        if key in self._today:
            return self._today[key]
        async with self._loading:
            if key not in self._loaded:
                self._loaded[key] = await self._load(digest, lang)
            self._loaded.move_to_end(key)
            if len(self._loaded) > MAX_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[key]

    def card(self, region: str | None, category: Category | None, lang: str = "") -> Card:
        """Give the help lines for a country, those for a kind of danger first."""
        return self._help(lang).card(region, category)

    def cards(self, lang: str = "") -> list[Card]:
        """Give the help lines of all countries; in the dialogues' own language without another."""
        known = self._help(lang)
        return [known.card(region.id) for region in known.regions]

    def _help(self, lang: str) -> HelpLines:
        safety, written = self._library.safety, next(iter(self._library.scripts.values())).help
        if lang not in languages(safety.files):
            return written
        if lang not in self._helps:
            self._helps[lang] = help_lines(written, lang, safety)
        return self._helps[lang]

    async def _load(self, digest: str, lang: str) -> Script:
        try:
            bundle = self._bundles.get(digest) or await self._stored(digest)
            spoken = lang if lang in languages(bundle.files) else None
            return await asyncio.to_thread(load_bundle, bundle, self._library.safety, spoken)
        except (msgspec.MsgspecError, ScriptError):
            for there in self._before:  # it doesn't go with the safety flows of today
                if (digest, lang) in there:
                    return there[digest, lang]
            raise TalkDamaged(
                "The script this talk began with can't be loaded; run `makeroom doctor`."
            ) from None

    async def _stored(self, digest: str) -> Bundle:
        body = await self._store.bundle(digest)
        if body is None:
            raise TalkDamaged("The script of this talk is gone; restore it from a backup.")
        return msgspec.json.decode(body, type=Bundle)


def read_library(dialogs: Path, site: Path | None = None) -> Library:
    """Read the safety flows and all dialogues of a folder: each folder with a `script.yaml`.

    Args:
        dialogs: the folder.
        site: a file with the site's own texts and limits.

    Raises:
        ConfigError: there is no dialogue, or the site's file is wrong.
        ScriptError: with everything that is wrong in the first dialogue that can't be used.
    """
    folders = sorted(file.parent for file in dialogs.glob("*/script.yaml"))
    if not folders:
        raise ConfigError(
            f"There is no dialogue in {dialogs}; name a folder that has one with --dialogs."
        )
    safety = read_folder(dialogs / "safety")
    bundles = {folder.name: read_folder(folder) for folder in folders}
    scripts = {name: _load(name, bundle, safety) for name, bundle in bundles.items()}
    library = Library(safety, bundles, scripts, Ear.load(dialogs))
    return library if site is None else _at(site, library)


def load_languages(library: Library) -> None:
    """Load every dialogue in every language, so that none is found broken by who speaks it.

    Raises:
        ScriptError: with everything that is wrong in the first that can't be used.
    """
    for name, bundle in library.bundles.items():
        for lang in languages(bundle.files):
            _load(name, bundle, library.safety, lang)


def _load(name: str, bundle: Bundle, safety: Bundle, lang: str | None = None) -> Script:
    """Load a dialogue; what is wrong is told by its path below the folder of all dialogues."""
    try:
        return load_bundle(bundle, safety, lang)
    except ScriptError as error:
        raise ScriptError([_from_above(name, finding) for finding in error.findings]) from None


def _from_above(name: str, finding: Finding) -> Finding:
    if finding.file.startswith("safety/"):
        return finding
    folder = "safety" if finding.file == HELP_LINES else name
    return msgspec.structs.replace(finding, file=f"{folder}/{finding.file}")


def _at(file: Path, library: Library) -> Library:
    """Give a library with a site's own help lines and narrower bands."""
    scripts = library.scripts
    site = read_site(file, next(iter(scripts.values())).help, scripts.values())
    safety = with_lines(library.safety, msgspec.to_builtins(site.lines))
    bundles = {name: narrowed(it, site.bands) for name, it in library.bundles.items()}
    scripts = {name: load_bundle(bundle, safety) for name, bundle in bundles.items()}
    return Library(safety, bundles, scripts, library.ear, site)
