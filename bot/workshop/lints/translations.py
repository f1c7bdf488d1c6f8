"""Checks of translations: all there, none stale, and the same places for the person's words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from bot.errors import Finding
from bot.loading.catalog import FOLDER, Catalog, Entry, Text
from bot.loading.tree import Node
from bot.workshop.lints.manuscript import SHARED, Manuscript, fault, warning

PLACE = re.compile(r"\{\{\s*(.*?)\s*\}\}|\{\}")


def check_translations(script: Manuscript, lang: str, catalog: Catalog) -> Iterator[Finding]:
    """Check a language's catalogues against the texts of the script and of the safety flows.

    A language that only the safety flows speak isn't missed in the script: nobody talks in it.
    """
    files = [name for name in script.bundle.files if f"{FOLDER}{lang}/" in name]
    shared = [f"{SHARED}{name}" for name in script.safety.files if f"{FOLDER}{lang}/" in name]
    for names, is_shared in ((files, False), (shared, True)):
        texts = {t.context: t for t in script.texts if t.file.startswith(SHARED) is is_shared}
        entries = [e for e in catalog.entries if e.file.startswith(SHARED) is is_shared]
        if names:
            yield from _translated(names, entries, texts, is_shared=is_shared)
    if files and not shared:
        message = f"the safety flows have no translation into {lang}"
        hint = "translate them too; until then they are said in the original language"
        yield warning(Node(None, min(files), 1, 1), "MR180", message, hint)


def _translated(
    files: Sequence[str], entries: Sequence[Entry], texts: Mapping[str, Text], *, is_shared: bool
) -> Iterator[Finding]:
    for entry in entries:
        yield from _entry(entry, texts.get(entry.context), is_shared=is_shared)
    known = {entry.context for entry in entries if entry.text}
    missing = [context for context in texts if context not in known]
    if missing:
        message = f"{len(missing)} of {len(texts)} texts have no translation, first “{missing[0]}”"
        hint = "translate them; until then the original is shown"
        report = fault if is_shared else warning
        yield report(_place(texts[missing[0]], files, entries), "MR180", message, hint)


def _place(text: Text, files: Sequence[str], entries: Sequence[Entry]) -> Node:
    """Where its translation goes: its entry, else the catalogue of its file, else the first one."""
    for entry in entries:
        if entry.context == text.context:
            return Node(None, entry.file, entry.line, 1)
    stem = PurePosixPath(text.file).stem
    near = [file for file in files if PurePosixPath(file).stem == stem]
    return Node(None, min(near or files), 1, 1)


def _entry(entry: Entry, text: Text | None, *, is_shared: bool) -> Iterator[Finding]:
    report = fault if is_shared else warning
    place = Node(None, entry.file, entry.line, 1)
    if text is None:
        message = f"the script has no text “{entry.context}”"
        yield warning(place, "MR184", message, "remove the entry")
    elif entry.is_fuzzy:
        message = f"“{entry.context}” is marked fuzzy, so the original is shown"
        yield report(place, "MR181", message, "check it, then remove the mark")
    elif entry.text and entry.source != text.source:
        message = f"“{entry.context}” was changed since it was translated"
        hint = f"the original stands at {text.file}:{text.line}; translate it anew"
        yield report(place, "MR182", message, hint)
    elif entry.text and _places(entry.text) != _places(entry.source):
        message = f"“{entry.context}” shows {_listed(entry.text)}, not {_listed(entry.source)}"
        yield fault(place, "MR183", message, "keep every {{ … }} exactly as it is")


def _places(text: str) -> list[str]:
    return sorted(" ".join(found[0].split()) for found in PLACE.finditer(text))


def _listed(text: str) -> str:
    return ", ".join(_places(text)) or "nothing of the person's"
