"""Help lines by country: who to call, and where to find others.

The records are never rewritten on their way to a person: a short code turned into an international
number can't be dialled. What `seen` and `confirmed` promise stands at the top of the file itself.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.errors import Finding, ScriptError
from bot.values import Card, Category, Choice, HelpLine, Silence

MAX_LINES = 2
"""Beside the emergency number that makes three contacts; more is a wall to somebody in a crisis."""

Plain: TypeAlias = "str | int | list[Plain] | dict[str, Plain] | None"

ALONE = frozenset({"medical"})
"""Dangers for which only lines made for them are shown: a listening line is no help for a heart."""

NO_COUNTRY = frozenset({"EU", "XX"})
"""Codes of ours that no country has in ISO 3166-1; the file names them, not a list of countries."""

_PLACE = re.compile(r"`\$([^`]*)`")
_PART = re.compile(r"\.(\w+)|\[(\d+)\]")
_LETTERS = re.compile(r"[A-Z]{2}")


class Record(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One line of a country's, as the file has it. `at` is its place, counted from 1."""

    name: str
    seen: date
    sources: tuple[str, ...]
    made_for: tuple[Category, ...] = msgspec.field(name="for", default=())
    call: str | None = None
    text: str | None = None
    chat: str | None = None
    hours: str | None = None
    confirmed: bool = False
    at: int = msgspec.field(name="@", default=1)


class Silent(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to reach the emergency services without speaking; `how` is in our words."""

    how: str
    seen: date
    sources: tuple[str, ...]
    confirmed: bool = False
    at: int = msgspec.field(name="@", default=1)


class Region(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A country with its emergency numbers and lines, and how to call there without speaking."""

    id: str
    name: str
    emergency: tuple[str, ...]
    sources: tuple[str, ...]
    lines: tuple[Record, ...]
    note: str = ""
    silent: Silent | None = None
    at: int = msgspec.field(name="@", default=1)


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fallback: str
    find: tuple[str, ...]
    note: str
    seen: date
    regions: tuple[Region, ...]
    at: int = msgspec.field(name="@", default=1)


class HelpLines(Struct, frozen=True):
    """All help lines; immutable and shared.

    Attributes:
        seen: the day we last looked at the emergency numbers and directories.
        records: all countries, in the order in which they are offered.
    """

    seen: date
    records: tuple[Region, ...]
    _fallback: str
    _find: tuple[str, ...]
    _note: str

    @classmethod
    def load(cls, file: Path) -> "HelpLines":
        """Read the file.

        Raises:
            ScriptError: it can't be read or breaks a rule; every broken rule with its place.
        """
        return cls.read(file.read_text(encoding="utf-8"), file.name)

    @classmethod
    def read(cls, text: str, file: str = "helplines.yaml") -> "HelpLines":
        """Read the file's text.

        Raises:
            ScriptError: it can't be read or breaks a rule; every broken rule with its place.
        """
        tree = _compose(text, file)
        try:
            found = msgspec.convert(_plain(tree), _File, strict=False)
        except msgspec.ValidationError as error:
            raise ScriptError([_misfit(error, tree, file)]) from None
        if broken := list(_broken(found, file)):
            raise ScriptError(broken)
        return cls(found.seen, found.regions, found.fallback, found.find, found.note)

    @property
    def regions(self) -> tuple[Choice, ...]:
        """Give all countries as choices, the fallback last."""
        return tuple(Choice(region.id, region.name) for region in self.records)

    def translated(
        self, names: Mapping[str, str], text: Callable[[str, str, int], str]
    ) -> "HelpLines":
        """Give the same records with our own words in another language.

        What a source prints, such as a line's name and its hours, stays as it is.

        Args:
            names: of countries, by code; the file's own where one is missing.
            text: gives a text by its context, its original and its line in the file.
        """

        def renamed(region: Region) -> Region:
            place, name = f"helplines.{region.id}", names.get(region.id, region.name)
            if region.id in NO_COUNTRY:
                name = text(f"{place}/name", region.name, region.at)
            note = text(f"{place}/note", region.note, region.at) if region.note else ""
            silent = region.silent
            if silent is not None:
                silent = replace(silent, how=text(f"{place}/silent", silent.how, silent.at))
            return replace(region, name=name, note=note, silent=silent)

        records = tuple(renamed(region) for region in self.records)
        return replace(self, records=records, _note=text("helplines/note", self._note, 1))

    def card(
        self,
        region: str | None,
        category: str | None = None,
        *,
        writing: bool = False,
        silent: bool = False,
    ) -> Card:
        """Give a country's card; an unknown country gets the fallback's.

        Lines that are made for the category come first, then those for anyone; at most
        `MAX_LINES`. Lines made for something else are never shown. For `ALONE` there are no
        others, so that the emergency number stands by itself. With `writing`, of either
        those that can be written to come first, for whoever finds it hard to talk. With
        `silent` it says how to call for help without speaking, where that is known.
        """
        known = {record.id: record for record in self.records}
        found = known.get(region or "", known[self._fallback])
        lines = [line for line in found.lines if category in line.made_for]
        if category not in ALONE:
            lines += [line for line in found.lines if not line.made_for]
        if writing:
            lines.sort(key=lambda one: (category not in one.made_for, not (one.text or one.chat)))
        return Card(
            region=found.id,
            name=found.name,
            emergency=found.emergency,
            lines=tuple(_shown(line) for line in lines[:MAX_LINES]),
            find=self._find,
            note=found.note or self._note,
            silence=_silence(found.silent) if silent and found.silent else None,
        )


def as_written(text: str) -> Plain:
    """Give what stands in the file, every scalar as the text that it is.

    Raises:
        ScriptError: it can't be read.
    """
    return _plain(_compose(text, "helplines.yaml"))


def _shown(line: Record) -> HelpLine:
    return HelpLine(
        name=line.name,
        call=line.call,
        text=line.text,
        chat=line.chat,
        hours=line.hours,
        seen=line.seen.isoformat(),
        confirmed=line.confirmed,
    )


def _silence(silent: Silent) -> Silence:
    return Silence(how=silent.how, seen=silent.seen.isoformat(), confirmed=silent.confirmed)


def _compose(text: str, file: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=False).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = str(error.problem)
    except YAMLError as error:
        line, column, problem = 1, 1, str(error)
    else:
        return node
    hint = "check the indentation, and put numbers in quotes"
    finding = Finding(file, line, column, "MR070", f"the file can't be read: {problem}", hint)
    raise ScriptError([finding])


def _plain(node: Node | None) -> Plain:
    """Give a node's value; every scalar stays text, so that 000 and NO are what they look like."""
    if isinstance(node, SequenceNode):
        return [_plain(item) for item in node.value]
    if isinstance(node, MappingNode):
        place: dict[str, Plain] = {"@": node.start_mark.line + 1}
        return place | {str(key.value): _plain(item) for key, item in node.value}
    return str(node.value) if isinstance(node, ScalarNode) else None


def _misfit(error: msgspec.ValidationError, tree: Node | None, file: str) -> Finding:
    """Say where in the file a value doesn't fit, from the path in msgspec's message."""
    found = _PLACE.search(str(error))
    node = tree
    for key, index in _PART.findall(found[1] if found else ""):
        node = _inside(node, key, index) or node
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)
    message = str(error).split(" - at ")[0]
    return Finding(file, line, column, "MR070", message, "compare it with the records around it")


def _inside(node: Node | None, key: str, index: str) -> Node | None:
    found: Node | None = None
    if isinstance(node, SequenceNode) and index:
        found = node.value[int(index)]
    if isinstance(node, MappingNode):
        found = next((item for name, item in node.value if name.value == key), None)
    return found


def _broken(found: _File, file: str) -> Iterator[Finding]:
    names = Counter(region.id for region in found.regions)
    if found.fallback not in names:
        yield Finding(
            file, 1, 1, "MR071", "the fallback is no region", f"add a region “{found.fallback}”"
        )
    for region in found.regions:
        for message, hint in _wrong_region(region, names[region.id]):
            yield Finding(file, region.at, 1, "MR071", f"{region.id}: {message}", hint)
        for line in region.lines:
            for message, hint in _wrong_line(line):
                yield Finding(file, line.at, 1, "MR071", f"{line.name}: {message}", hint)


def _wrong_region(region: Region, times: int) -> Iterator[tuple[str, str]]:
    if not _LETTERS.fullmatch(region.id):
        yield "not a country's two letters", "write such as DE"
    if times > 1:
        yield "stands twice", "join the two records"
    if not region.emergency:
        yield "no emergency number", "give at least one, in quotes"
    if len(set(region.sources)) < 2:
        yield "too few sources for the emergency number", "name two that agree"
    if region.silent is not None and len(set(region.silent.sources)) < 2:
        yield "too few sources for `silent`", "name two that agree, or leave it out"


def _wrong_line(line: Record) -> Iterator[tuple[str, str]]:
    if not (line.call or line.text or line.chat):
        yield "no way to reach it", "give `call`, `text` or `chat`"
    if len(set(line.sources)) < 2:
        yield "too few sources", "name two that agree, or leave the line out"
    if any(way and way.strip().startswith("+") for way in (line.call, line.text)):
        yield "an international number", "print it as it is dialled inside the country"
    if line.chat and "://" in line.chat:
        yield "an address with its scheme", "write it without https://"
