"""Translations by line id, from gettext catalogues.

Each text of a script has a context: `stage.step/1` for the first wording of a line,
`stage.step.choice/label` for what a button says. A catalogue gives a text by its context; when the
original has changed since, or the translator marked it fuzzy, the original is used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import StringIO

from bot.errors import Finding
from bot.loading.tree import Findings, Node

FOLDER = "locale/"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a script as translators meet it."""

    context: str
    source: str
    file: str
    line: int


@dataclass(slots=True)
class Catalog:
    """The texts of one language; also gathers every text that was asked for.

    Attributes:
        texts: translation by context and original.
        asked: all texts of the script, in reading order, for translators' tools.
    """

    texts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    asked: list[Text] = field(default_factory=list)

    def text(self, context: str, source: str, node: Node) -> str:
        """Give the text in this language, or the original."""
        return self.text_at(context, source, node.line, file=node.file)

    def text_at(self, context: str, source: str, line: int, *, file: str) -> str:
        """Give a text that stands in a file which isn't read as a script."""
        if source:
            self.asked.append(Text(context, source, file, line))
        return self.texts.get((context, source), source)


def read_catalog(files: Mapping[str, str], lang: str, findings: Findings) -> Catalog:
    """Read a language's catalogues from a bundle's files; without any, texts stay as they are."""
    texts: dict[tuple[str, str], str] = {}
    for name, text in files.items():
        if name.startswith(f"{FOLDER}{lang}/") or f"/{FOLDER}{lang}/" in name:
            texts.update(_entries(name, text, findings))
    return Catalog(texts)


def languages(files: Mapping[str, str]) -> tuple[str, ...]:
    """Name the languages a bundle has catalogues for."""
    found = {name.removeprefix(FOLDER).partition("/")[0] for name in files if FOLDER in name}
    return tuple(sorted(found))


def _entries(name: str, text: str, findings: Findings) -> Iterator[tuple[tuple[str, str], str]]:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - English needs none

    try:
        catalog = read_po(StringIO(text), abort_invalid=True)
    except (PoFileError, ValueError) as error:
        place = Finding(name, 1, 1, "MR090", f"not a catalogue: {error}", "check it with msgfmt -c")
        findings.all.append(place)
        return
    for message in catalog:
        if message.id and message.string and message.context and not message.fuzzy:
            yield (message.context, str(message.id)), str(message.string)
