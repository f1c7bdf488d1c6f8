"""Checks of translations: all there, none stale, and the same places for the person's words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO

from bot.errors import Finding
from bot.loading.catalog import FOLDER, Text
from bot.loading.tree import Node
from bot.workshop.lints.manuscript import SHARED, Manuscript, fault, warning

PLACE = re.compile(r"\{\{\s*(.*?)\s*\}\}|\{\}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One translation as its catalogue has it."""

    context: str
    source: str
    text: str
    is_fuzzy: bool
    place: Node


def check_translations(script: Manuscript) -> Iterator[Finding]:
    """Check every language's catalogues against the texts of the script."""
    shared = {f"{SHARED}{name}": text for name, text in script.safety.files.items()}
    for files, is_shared in ((script.bundle.files, False), (shared, True)):
        texts = {t.context: t for t in script.texts if t.file.startswith(SHARED) is is_shared}
        for catalogues in _by_language(files).values():
            yield from _language(catalogues, texts, is_shared=is_shared)


def _by_language(files: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Give the catalogues there are, by folder of a language and by name."""
    found: dict[str, dict[str, str]] = {}
    for name, text in files.items():
        if FOLDER in name and name.endswith(".po"):
            found.setdefault(name.rpartition("/")[0], {})[name] = text
    return found


def _language(
    catalogues: Mapping[str, str], texts: Mapping[str, Text], *, is_shared: bool
) -> Iterator[Finding]:
    known: set[str] = set()
    for name, text in catalogues.items():
        try:
            entries = _entries(name, text)
        except ValueError as error:
            top = Node(None, name, 1, 1)
            yield fault(top, "MR090", f"not a catalogue: {error}", "check it with msgfmt -c")
            return
        known |= {entry.context for entry in entries if entry.text}
        for entry in entries:
            yield from _entry(entry, texts.get(entry.context), is_shared=is_shared)
    missing = [context for context in texts if context not in known]
    if missing:
        message = f"{len(missing)} of {len(texts)} texts have no translation, first “{missing[0]}”"
        hint = "translate them; until then the original is shown"
        report = fault if is_shared else warning
        yield report(Node(None, min(catalogues), 1, 1), "MR180", message, hint)


def _entries(name: str, text: str) -> list[Entry]:
    """Read a catalogue; raises ValueError."""
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415 - few scripts need it

    try:
        messages = list(read_po(StringIO(text), abort_invalid=True))
    except PoFileError as error:
        raise ValueError(str(error)) from error
    return [
        Entry(
            str(message.context),
            str(message.id),
            str(message.string or ""),
            message.fuzzy,
            Node(None, name, message.lineno or 1, 1),
        )
        for message in messages
        if message.id and message.context
    ]


def _entry(entry: Entry, text: Text | None, *, is_shared: bool) -> Iterator[Finding]:
    report = fault if is_shared else warning
    if text is None:
        message = f"the script has no text “{entry.context}”"
        yield warning(entry.place, "MR184", message, "remove the entry")
    elif entry.is_fuzzy:
        message = f"“{entry.context}” is marked fuzzy, so the original is shown"
        yield report(entry.place, "MR181", message, "check it, then remove the mark")
    elif entry.text and entry.source != text.source:
        message = f"“{entry.context}” was changed since it was translated"
        hint = f"the original stands at {text.file}:{text.line}; translate it anew"
        yield report(entry.place, "MR182", message, hint)
    elif entry.text and _places(entry.text) != _places(entry.source):
        message = f"“{entry.context}” shows {_listed(entry.text)}, not {_listed(entry.source)}"
        yield fault(entry.place, "MR183", message, "keep every {{ … }} exactly as it is")


def _places(text: str) -> list[str]:
    return sorted(" ".join(found[0].split()) for found in PLACE.finditer(text))


def _listed(text: str) -> str:
    return ", ".join(_places(text)) or "nothing of the person's"
