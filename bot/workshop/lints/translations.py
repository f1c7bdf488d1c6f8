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
    """Check every catalogue against the texts of the script."""
    files = {**script.bundle.files, **{f"{SHARED}{n}": t for n, t in script.safety.files.items()}}
    for name, text in files.items():
        if FOLDER in name and name.endswith(".po"):
            is_shared = name.startswith(SHARED)
            texts = {t.context: t for t in script.texts if t.file.startswith(SHARED) is is_shared}
            yield from _read(name, text, texts, is_shared=is_shared)


def _read(name: str, text: str, texts: Mapping[str, Text], *, is_shared: bool) -> Iterator[Finding]:
    from babel.messages.pofile import PoFileError  # noqa: PLC0415 - as below

    try:
        entries = _entries(name, text)
    except (PoFileError, ValueError) as error:
        top = Node(None, name, 1, 1)
        yield fault(top, "MR090", f"not a catalogue: {error}", "check it with msgfmt -c")
    else:
        yield from _catalog(name, entries, texts, is_shared=is_shared)


def _entries(name: str, text: str) -> list[Entry]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - scripts in one language need none

    return [
        Entry(
            str(message.context),
            str(message.id),
            str(message.string or ""),
            message.fuzzy,
            Node(None, name, message.lineno or 1, 1),
        )
        for message in read_po(StringIO(text), abort_invalid=True)
        if message.id and message.context
    ]


def _catalog(
    name: str, entries: list[Entry], texts: Mapping[str, Text], *, is_shared: bool
) -> Iterator[Finding]:
    known = {entry.context for entry in entries if entry.text}
    missing = [context for context in texts if context not in known]
    if missing:
        top = Node(None, name, 1, 1)
        message = f"{len(missing)} of {len(texts)} texts have no translation, first “{missing[0]}”"
        yield warning(top, "MR180", message, "translate them; until then the original is shown")
    for entry in entries:
        yield from _entry(entry, texts.get(entry.context), is_shared=is_shared)


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
