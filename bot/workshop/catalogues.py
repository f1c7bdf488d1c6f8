"""Catalogues for translators: every text of a script with its place, and what is translated.

There is one for each file of the script, in the order of its lines. Made anew, a catalogue keeps
what translators wrote. Where an original has changed, its translation is marked fuzzy and the old
original is kept in a comment; a line that only moved takes its translation along.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import PurePosixPath

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po

from bot.errors import ConfigError
from bot.loading.catalog import FOLDER, Text
from bot.workshop.lints.manuscript import SHARED

WIDTH = 110
WAS = "was: "
"""Begins the comment that holds the original as it was translated (Babel doesn't read `#|`)."""
_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""A catalogue tells no time: the same texts give the same file."""


@dataclass(frozen=True, slots=True)
class Count:
    """How far a catalogue is.

    Attributes:
        texts: how many there are.
        missing: those without a translation.
        fuzzy: those whose original has changed.
    """

    texts: int
    missing: int
    fuzzy: int


class Translated:
    """What is translated so far, found by place or, where a line moved, by its original."""

    def __init__(self, files: Mapping[str, str], lang: str, places: Iterable[str]) -> None:
        """Read a language's catalogues; `places` are the contexts there are now.

        Raises:
            ConfigError: a catalogue can't be read.
        """
        there = frozenset(places)
        self.by_place: dict[str, Message] = {}
        self.moved: dict[str, Message] = {}
        for message in (m for n in sorted(files) for m in _messages(n, files[n], lang)):
            self.by_place[str(message.context)] = message
            if message.context not in there and not message.fuzzy:
                self.moved[str(message.id)] = message

    def add(self, text: Text, catalog: Catalog) -> None:
        """Add a text to a catalogue, with its translation if there is one."""
        known = self.by_place.get(text.context) or self.moved.get(text.source)
        if known is None or not known.string:
            catalog.add(text.source, context=text.context, locations=[_where(text)])
            return
        is_fuzzy = known.fuzzy or known.id != text.source
        notes = [note for note in known.user_comments if is_fuzzy or not note.startswith(WAS)]
        if known.id != text.source and not known.fuzzy:
            notes.append(f"{WAS}{known.id}")
        catalog.add(
            text.source,
            str(known.string),
            context=text.context,
            flags=["fuzzy"] if is_fuzzy else [],
            locations=[_where(text)],
            user_comments=notes,
        )


def renewed(texts: Iterable[Text], lang: str, files: Mapping[str, str]) -> dict[str, str]:
    """Make the catalogues of a folder anew.

    Args:
        texts: of the folder's script.
        lang: which language, such as `es`.
        files: the folder's files, with the catalogues there are.

    Raises:
        ConfigError: no such language, or a catalogue can't be read.
    """
    try:
        locale = Locale.parse(lang)
    except (UnknownLocaleError, ValueError):
        raise ConfigError(f"“{lang}” is no language; write a code such as es or pt_BR") from None
    texts = tuple(texts)
    done = Translated(files, lang, (text.context for text in texts))
    made: dict[str, Catalog] = {}
    for text in texts:
        name = f"{FOLDER}{lang}/{PurePosixPath(text.file).stem}.po"
        if name not in made:
            made[name] = Catalog(
                locale,
                project="Makeroom",
                creation_date=_NO_DAY,
                revision_date=_NO_DAY,
                fuzzy=False,
            )
        done.add(text, made[name])
    return {name: _written(catalog) for name, catalog in made.items()}


def count(catalogue: str) -> Count:
    """Count what is done in a catalogue and what isn't."""
    messages = [message for message in read_po(StringIO(catalogue)) if message.id]
    missing = sum(not message.string for message in messages)
    return Count(len(messages), missing, sum(message.fuzzy for message in messages))


def _messages(name: str, text: str, lang: str) -> Iterator[Message]:
    if not name.startswith(f"{FOLDER}{lang}/"):
        return
    try:
        yield from (m for m in read_po(StringIO(text), abort_invalid=True) if m.id and m.context)
    except (PoFileError, ValueError) as error:
        raise ConfigError(f"{name} is no catalogue ({error}); check it with msgfmt -c") from None


def _where(text: Text) -> tuple[str, int]:
    return text.file.removeprefix(SHARED), text.line


def _written(catalog: Catalog) -> str:
    """Write a catalogue without days and line numbers: only what changed shows as a change."""
    file = BytesIO()
    write_po(
        file,
        catalog,
        width=WIDTH,
        omit_header=True,
        include_lineno=False,
    )
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalog.locale}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    return head + file.getvalue().decode()
