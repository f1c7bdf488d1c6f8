"""The small language that rules are written in, and what a rule becomes when it is read.

A pattern is a row of elements with spaces between them:

``word``        this word; ``kill/beat_up`` one of these
``@want``       any entry of the list `want`; entries may have several words
``[really]``    may be missing; also ``[@very]`` and ``[a few words]``
``..`` ``..5``  up to three (five) words, whatever they are
``!a/@b``       one word that is none of these
``#`` ``#5-17`` a number; a number from 5 to 17, in digits or in words; also ``#5-17/many``
``<`` ``>``     where a sentence begins or ends; a comma counts as an end
``now/>``       last in a pattern: this word, or the end

A pattern becomes one row of such places; the matcher walks all rows at once in linear time.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

Spell: TypeAlias = Callable[[str], tuple[str, ...]]
"""Turns words as an author writes them ("don't") into words as they are heard ("do", "not")."""

BEGIN, END, COMMA = "<", ">", ","
MARKS = frozenset((BEGIN, END, COMMA))
MOST_PHRASES = 1_000  # a group in brackets that stands for more than this is a mistake
_PIECE = re.compile(r"\[[^\]]*\]|\S+")


class PatternError(ValueError):
    """A pattern can't be read; the sentence says why. The rule book adds file and line."""


class Element(Struct, frozen=True, gc=False):
    """One place in a pattern.

    Attributes:
        words: the words that fit.
        phrases: rows of several words that fit as well.
        span: lowest and highest number that fits.
        but: any word fits except `words`; with no words at all, any word.
        optional: the place may stay empty.
    """

    words: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    span: tuple[int, int] | None = None
    but: bool = False
    optional: bool = False

    def fits(self, word: str, number: int | None) -> bool:
        """Tell whether a single word as heard stands for this place."""
        if self.but:
            return word not in self.words and word not in MARKS
        if word in self.words:
            return True
        return (
            number is not None and self.span is not None and self.span[0] <= number <= self.span[1]
        )


ANY = Element(but=True, optional=True)
Row: TypeAlias = tuple[Element, ...]


class Reader:
    """Reads patterns with the lists and spellings of one rule book."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]], spell: Spell) -> None:
        self._lists, self._spell = lists, spell
        self._known: dict[str, Element] = {}

    def rows(self, pattern: str) -> tuple[Row, ...]:
        """Read a pattern; with `/>` at its end it is two rows, with a last word and without.

        Raises:
            PatternError: see `row`.
        """
        if not pattern.endswith(f"/{END}"):
            return (self.row(pattern),)
        before = pattern.rpartition(" ")[0]
        return self.row(pattern.removesuffix(f"/{END}")), self.row(f"{before} {END}")

    def row(self, pattern: str) -> Row:
        """Read a pattern that is one row.

        Raises:
            PatternError: an unknown list, an end that may be missing, or far too long a group.
        """
        row = tuple(element for piece in _PIECE.findall(pattern) for element in self._read(piece))
        if not row or row[0].optional or row[-1].optional:
            raise PatternError(f"“{pattern}” begins or ends with what may be missing; leave it out")
        if all(element.but or element.optional for element in row):
            raise PatternError(f"“{pattern}” has no word that must be there")
        return row

    def _read(self, piece: str) -> tuple[Element, ...]:
        if piece.startswith(".."):
            return (ANY,) * int(piece[2:] or 3)
        if piece not in self._known:
            self._known[piece] = self._group(piece) if piece[0] == "[" else self._place(piece)
        return (self._known[piece],)

    def _place(self, piece: str) -> Element:
        if piece in (BEGIN, END):
            return Element(words=frozenset((piece,)))
        spans, others = _parted(piece.removeprefix("!").split("/"))
        said = [self._spell(entry) for entry in self._entries(others)]
        return Element(
            words=frozenset(words[0] for words in said if len(words) == 1),
            phrases=frozenset(words for words in said if len(words) > 1),
            span=spans[0] if spans else None,
            but=piece[0] == "!",
        )

    def _group(self, piece: str) -> Element:
        """Read `[several words]`: one place that may stay empty."""
        inside = [self._read(part) for part in _PIECE.findall(piece[1:-1])]
        places = [element for part in inside for element in part]
        if len(places) == 1:
            one = places[0]
            return Element(one.words, one.phrases, one.span, one.but, optional=True)
        if any(e.but or e.span for e in places):
            raise PatternError(f"“{piece}” may hold plain words and lists only")
        rows: list[tuple[str, ...]] = [()]
        for element in places:
            parts = [(word,) for word in element.words] + list(element.phrases)
            rows = [row + part for row in rows for part in parts]
            if len(rows) > MOST_PHRASES:
                raise PatternError(f"“{piece}” stands for more than {MOST_PHRASES} phrases")
        return Element(phrases=frozenset(rows), optional=True)

    def _entries(self, names: Sequence[str]) -> Iterator[str]:
        for name in names:
            if not name.startswith("@"):
                yield name.replace("_", " ")
            elif name[1:] in self._lists:
                yield from self._lists[name[1:]]
            else:
                raise PatternError(f"there is no list “{name[1:]}”")


def _parted(names: Sequence[str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Part the numbers among some choices from the words."""
    spans: list[tuple[int, int]] = []
    for name in names:
        if name.startswith("#"):
            low, _, high = (name[1:] or "0-999999").partition("-")
            spans.append((int(low), int(high or low)))
    return spans, [name for name in names if not name.startswith("#")]
