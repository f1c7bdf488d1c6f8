"""Translations by line id, from gettext catalogues.

Each text of a script has a context: `stage.step/1` for the first wording of a line,
`stage.step.choice/label` for what a button says. A catalogue gives a text by its context; when the
original has changed since, or the translator marked it fuzzy, the original is used.
"""

from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from msgspec import Struct

from bot.errors import Finding
from bot.loading.tree import Findings, Node

FOLDER = "locale/"


class Text(Struct, frozen=True):
    """One text of a script as translators meet it."""

    context: str
    source: str
    file: str
    line: int


class Entry(Struct, frozen=True):
    """One translation as a catalogue has it.

    Attributes:
        context: which text of the script.
        source: the original that was translated.
        text: its words in the language; empty until there are some.
        is_fuzzy: its translator isn't sure, or the original has changed.
        file: the catalogue.
        line: counted from 1.
    """

    context: str
    source: str
    text: str
    is_fuzzy: bool
    file: str
    line: int


class Catalog:
    """The texts of one language; also gathers every text that was asked for.

    Attributes:
        entries: everything that stands in the catalogues.
        asked: all texts of the script, in reading order, for translators' tools.
    """

    __slots__ = ("_used", "asked", "entries")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self.asked: list[Text] = []
        used = (entry for entry in self.entries if entry.text and not entry.is_fuzzy)
        self._used = {(entry.context, entry.source): entry for entry in used}

    def text(self, context: str, source: str, node: Node) -> str:
        """Give the text in this language, or the original."""
        return self.text_at(context, source, node.line, file=node.file)

    def text_at(self, context: str, source: str, line: int, *, file: str) -> str:
        """Give a text that stands in a file which isn't read as a script."""
        if source:
            self.asked.append(Text(context, source, file, line))
        entry = self._used.get((context, source))
        return source if entry is None else entry.text

    def place(self, context: str, source: str, node: Node) -> Node:
        """Tell where a text's words stand: in the catalogue, or where the original does."""
        entry = self._used.get((context, source))
        return node if entry is None else Node(None, entry.file, entry.line, 1)


def read_catalog(files: Mapping[str, str], lang: str, findings: Findings) -> Catalog:
    """Read a language's catalogues from a bundle's files; without any, texts stay as they are."""
    names = [n for n in files if n.startswith(f"{FOLDER}{lang}/") or f"/{FOLDER}{lang}/" in n]
    return Catalog(entry for name in names for entry in _entries(name, files[name], findings))


def check_language(lang: str, files: Mapping[str, str], findings: Findings) -> None:
    """Note a folder of catalogues that isn't named by a language."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - English needs none

    try:
        Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        first = min((name for name in files if f"{FOLDER}{lang}/" in name), default=FOLDER)
        hint = "name the folder by a code such as es or pt_BR"
        place = Node(None, first, 1, 1)
        findings.add(place, "MR091", f"“{lang}” names no language", hint)


def languages(files: Mapping[str, str]) -> tuple[str, ...]:
    """Name the languages a bundle has catalogues for."""
    found = {name.partition(FOLDER)[2].partition("/")[0] for name in files if FOLDER in name}
    return tuple(sorted(found))


def _entries(name: str, text: str, findings: Findings) -> Iterator[Entry]:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - English needs none

    try:
        catalog = read_po(StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        place = Finding(name, 1, 1, "MR090", f"not a catalogue: {error}", "check it with msgfmt -c")
        findings.all.append(place)
        return
    for message in catalog:
        if message.id and message.context:
            words = str(message.string or "")
            line = message.lineno or 1
            context, source = str(message.context), str(message.id)
            yield Entry(context, source, words, message.fuzzy, name, line)
