"""A site's own texts and limits: one file, checked whole before anybody is let in.

It can say who runs the service, add help lines, allow sites to embed, and narrow where the talk
goes near what hurts. It can't take a help line away or widen anything: what it may not is refused
with file, line and column.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from msgspec import Struct

from bot.errors import ConfigError
from bot.helplines import HelpLines
from bot.loading.tree import Findings, Node, read_tree
from bot.script import Script
from web.origin import read_origin
from web.stricter import Bands, weaker

KEYS = ("name", "address", "imprint", "privacy", "embed_on", "bands", "help")
LINE_KEYS = ("name", "call", "text", "chat", "hours", "seen")
WAYS = ("call", "text", "chat")
MOST = {"name": 80, "address": 300, "imprint": 300, "privacy": 200, "hours": 60}
"""Signs of a text; longer ones break the page."""
OTHER_WAY = 120
"""Signs of a number or an address, and of any other text."""
URL = re.compile(r"https://[^\s<>\"']+")
MAIL = re.compile(r"[^@\s<>\"'?&]+@[^@\s<>\"'?&]+\.[^@\s<>\"'?&]+")


class OwnLine(Struct, frozen=True, omit_defaults=True):
    """A help line of the site's own, for one country; shown first among those for anybody."""

    name: str
    seen: str
    call: str | None = None
    text: str | None = None
    chat: str | None = None
    hours: str | None = None


class Site(Struct, frozen=True):
    """What a site says of itself; without a file, nothing.

    Attributes:
        name: who runs it.
        address: where they are.
        imprint: a page about them.
        privacy: who to ask about what is kept: a mail address or a page.
        embed_on: origins of sites that may show the chat.
        bands: narrower ranges of ratings, by variable.
        lines: by country.
    """

    name: str = ""
    address: str = ""
    imprint: str = ""
    privacy: str = ""
    embed_on: tuple[str, ...] = ()
    bands: Mapping[str, Bands] = {}
    lines: Mapping[str, OwnLine] = {}

    @property
    def privacy_link(self) -> str:
        """Give the address behind the privacy contact."""
        return self.privacy if self.privacy.startswith("https:") else f"mailto:{self.privacy}"


def read_site(file: Path, known: HelpLines, scripts: Iterable[Script]) -> Site:
    """Read a site's file.

    Args:
        file: where it is.
        known: the help lines that it may add to.
        scripts: the dialogues whose bands it may narrow.

    Raises:
        ConfigError: it can't be read, or with everything that is wrong in it, a line each.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it isn't UTF-8"
        raise ConfigError(f"--site {file} can't be read ({reason.lower()}).") from None
    reading = _Reading(str(file), text)
    site = reading.site({region.id for region in known.records}, list(scripts))
    if reading.findings.all:
        lines = (f"{it.file}:{it.line}:{it.column}: {it.message}; {it.hint}"
                 for it in sorted(reading.findings.all))  # fmt: skip
        raise ConfigError("--site can't be used:\n" + "\n".join(lines))
    return site


class _Reading:
    """One file while it is read; notes all that is wrong."""

    def __init__(self, file: str, text: str) -> None:
        self.findings = Findings()
        self.root = read_tree(file, text, self.findings)
        if not isinstance(self.root.value, dict):
            self.wrong(self.root, "a site's file has names and values", "write `name: …`")

    def wrong(self, node: Node, message: str, hint: str) -> None:
        """Note an error."""
        self.findings.add(node, "", message, hint)

    def site(self, countries: set[str], scripts: list[Script]) -> Site:
        """Read everything."""
        self._known(self.root, KEYS, "site's file")
        if self.root.items and "name" not in self.root.items:
            self.wrong(self.root, "it doesn't say who runs this", "add `name: …`")
        return Site(
            name=self._words("name"),
            address=self._words("address"),
            imprint=self._words("imprint", URL.fullmatch, "write it like https://example.org/us"),
            privacy=self._words("privacy", _is_contact, "give a mail address or an https:// page"),
            embed_on=self._origins(),
            bands=self._bands(scripts),
            lines=dict(self._lines(countries)),
        )

    def _known(self, node: Node, keys: tuple[str, ...], what: str) -> None:
        for key, place in node.keys.items():
            if key not in keys:
                self.wrong(place, f"a {what} has no “{key}”", f"it has {', '.join(keys)}")

    def _words(
        self, key: str, fits: Callable[[str], object] = bool, hint: str = "write some words"
    ) -> str:
        node = self.root.items.get(key)
        return self._text(node, key, fits, hint) if node is not None else ""

    def _text(
        self, node: Node, key: str, fits: Callable[[str], object] = bool, hint: str = "write words"
    ) -> str:
        text, most = " ".join(node.text.split()), MOST.get(key, OTHER_WAY)
        if len(text) > most:
            self.wrong(node, f"“{key}” has {len(text)} signs", f"{most} are the most")
        elif not fits(text):
            self.wrong(node, f"“{key}” can't be {text!r}", hint)
        return text

    def _origins(self) -> tuple[str, ...]:
        found = []
        node = self.root.items.get("embed_on")
        if node is not None and not node.entries:
            self.wrong(node, "“embed_on” is a list", "write [https://example.org]")
        for entry in node.entries if node is not None else ():
            try:
                found.append(read_origin(entry.text))
            except ConfigError:
                hint = "write it like https://example.org"
                self.wrong(entry, f"{entry.text!r} isn't an origin", hint)
        return tuple(found)

    def _bands(self, scripts: list[Script]) -> dict[str, Bands]:
        found: dict[str, Bands] = {}
        node = self.root.items.get("bands")
        for name, place in (node.items if node is not None else {}).items():
            those = [script.bands[name] for script in scripts if name in script.bands]
            given = {band: _range(edges) for band, edges in place.items.items()}
            if not those:
                self.wrong(place, f"no dialogue has bands of “{name}”", "leave it out")
            for band, edges in place.items.items():
                if given[band] is None:
                    self.wrong(edges, f"“{band}” is not a range", "write such as [3, 5]")
            bands = {band: edges for band, edges in given.items() if edges is not None}
            for ours in those if len(bands) == len(given) else ():
                if why := weaker(ours, bands):
                    self.wrong(place, why, "a site may only narrow where the talk goes near")
            found[name] = bands
        return found

    def _lines(self, countries: set[str]) -> Iterable[tuple[str, OwnLine]]:
        node = self.root.items.get("help")
        for country, place in (node.items if node is not None else {}).items():
            self._known(place, LINE_KEYS, "help line")
            if country not in countries:
                hint = "write such as GB; the list is in safety/helplines.yaml"
                self.wrong(place, f"no help lines are kept for “{country}”", hint)
            if not place.items.keys() & {*WAYS}:
                self.wrong(place, "no way to reach it", "give `call`, `text` or `chat`")
            for needed in {"name", "seen"} - place.items.keys():
                self.wrong(place, f"the help line has no “{needed}”", f"add `{needed}: …`")
            read = {key: self._way(it, key) for key, it in place.items.items() if key in LINE_KEYS}
            if {"name", "seen"} <= read.keys():
                yield country, OwnLine(**read)

    def _way(self, node: Node, key: str) -> str:
        if key == "seen":
            return self._text(node, key, _is_day, "write the day you looked, such as 2026-11-30")
        if key == "chat":
            return self._text(node, key, _is_bare, "write it without https://")
        if key in WAYS:
            return self._text(node, key, _is_local, "print it as it is dialled inside the country")
        return self._text(node, key)


def _is_contact(text: str) -> bool:
    return bool(URL.fullmatch(text) or MAIL.fullmatch(text))


def _is_bare(text: str) -> bool:
    return bool(text) and "://" not in text


def _is_local(text: str) -> bool:
    return any(sign.isdigit() for sign in text) and not text.startswith("+")


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _range(node: Node) -> tuple[int, int] | None:
    ends = [entry.value for entry in node.entries if isinstance(entry.value, int)]
    return (ends[0], ends[1]) if len(ends) == 2 and 0 <= ends[0] <= ends[1] <= 10 else None
