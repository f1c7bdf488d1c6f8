"""The pages' own words in one language: what stands in templates, and what the scripts say.

English stands in the templates themselves and in `NAME.words`. Another language has its sentences
in `locale/LANG/LC_MESSAGES/pages.po` and in `NAME.LANG.words`; what is missing there is English.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from msgspec import Struct

ENGLISH = "en"
RIGHT_TO_LEFT = frozenset(("ar", "fa", "he", "ur"))
CATALOGUE = Path("LC_MESSAGES") / "pages.po"
NAMED = re.compile(r"^(\w+): ?(.*)$", re.MULTILINE)


class Compiled(BytecodeCache):
    """Templates that were compiled for one language: it is the same code in all of them."""

    def __init__(self) -> None:
        self._codes = dict[str, bytes]()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is there; jinja2 compiles the rest."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


class Words(Struct, frozen=True):
    """All words of the pages in one language.

    Attributes:
        lang: its code.
        name: what it calls itself.
        sentences: of the templates, by what they are in English.
        named: lists of sentences, by the list's name and each sentence's key.
    """

    lang: str
    name: str
    sentences: Mapping[str, str]
    named: Mapping[str, Mapping[str, str]]

    @property
    def direction(self) -> str:
        """Give which way it is written."""
        return "rtl" if self.lang in RIGHT_TO_LEFT else "ltr"

    @property
    def all(self) -> dict[str, str]:
        """Give every sentence that has a key; in two lists a key says the same."""
        return {key: said for listed in self.named.values() for key, said in listed.items()}

    def listed(self, name: str) -> str:
        """Give a list as scripts read it: `key: sentence` on a line each."""
        return "\n".join(f"{key}: {said}" for key, said in self.named[name].items())

    def environment(self, folder: Path, compiled: Compiled | None = None) -> Environment:
        """Make what renders templates in this language; `{% trans %}` marks a sentence.

        Args:
            folder: holds `templates`.
            compiled: shared with the other languages.
        """
        made = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            extensions=["jinja2.ext.i18n"],
            bytecode_cache=compiled,
        )
        made.policies["ext.i18n.trimmed"] = True
        made.globals.update(
            gettext=lambda english: self.sentences.get(english, english),
            lang=self.lang,
            direction=self.direction,
            listed=self.listed,
            say=self.all,
        )
        return made


def tongues(folder: Path) -> list[Words]:
    """Read the words in every language there is, English first.

    Args:
        folder: holds `templates`, and `locale` where there are other languages.
    """
    found = {file.parent.parent.name for file in (folder / "locale").glob(f"*/{CATALOGUE}")}
    found |= {file.stem.partition(".")[2] for file in (folder / "templates").glob("*.*.words")}
    return [_words(folder, lang) for lang in (ENGLISH, *sorted(found - {ENGLISH}))]


def _words(folder: Path, lang: str) -> Words:
    english = {file.stem: file for file in (folder / "templates").glob("*.words")}
    named = {
        name: _list(file) | _list(file.with_name(f"{name}.{lang}.words"))
        for name, file in sorted(english.items())
        if "." not in name
    }
    if lang == ENGLISH:
        return Words(lang, "English", {}, named)
    return Words(lang, *_catalogue(folder / "locale" / lang / CATALOGUE, lang), named)


def _list(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    return dict(NAMED.findall(file.read_text(encoding="utf-8")))


def _catalogue(file: Path, lang: str) -> tuple[str, dict[str, str]]:
    """Give a language's own name and its sentences; those marked fuzzy wait for a translator."""
    from babel import Locale  # noqa: PLC0415 - slow to load, and English needs none of it
    from babel.messages.pofile import read_po  # noqa: PLC0415

    text = file.read_bytes() if file.is_file() else b""
    entries = read_po(BytesIO(text), locale=lang)
    name = (Locale.parse(lang).get_display_name(lang) or lang).capitalize()
    return name, {
        str(entry.id): str(entry.string)
        for entry in entries
        if entry.id and entry.string and not entry.fuzzy
    }
