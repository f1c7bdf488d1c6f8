"""A sentence as rows of bits, on which patterns are walked.

Bit n stands for the gap before the nth word; what a word leads to is the gap behind it. Commas are
not counted: they only tell where a part of the sentence ends.
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct, field

from bot.listening.numbers import NUMBER_WORDS, number_of
from bot.listening.patterns import COMMA, END

UNCOUNTED = frozenset((COMMA, END))
"""Marks that are no words."""

FEW = 6
"""So few words of a place are looked up one by one, rather than all words of the sentence."""

_BEFORE_WORDS = 0b11  # the gaps before the first word and before the mark that begins a sentence


class Place(Struct, frozen=True, eq=False):
    """A place in a pattern, with its bit, which others may share; see `patterns.Element`."""

    bit: int
    words: frozenset[str]
    phrases: frozenset[tuple[str, ...]]
    span: tuple[int, int] | None
    but: bool
    optional: bool
    is_needed: bool

    def takes(self, number: int) -> bool:
        """Tell whether a number fits this place."""
        return self.span is not None and self.span[0] <= number <= self.span[1]


class Track(Struct, frozen=True, eq=False):
    """A row of a pattern, ready to be walked.

    Attributes:
        rule: whose it is.
        order: its number among all rows.
        kind: what its rule is looked for.
        steps: its places; a number stands for up to so many words, whatever they are.
        needs: bits of the places that must be filled.
        closes: it is only found where a part of the sentence ends.
    """

    rule: int
    order: int
    kind: str
    steps: tuple[Place | int, ...]
    needs: int
    closes: bool


Anchored: TypeAlias = dict[int, list[tuple[int, Track]]]
"""Rows at which a look begins here, each with what it needs, sorted by one place they need most."""


class Entry(Struct, eq=False):
    """What rules know of a word, or of a word that goes on a phrase.

    Attributes:
        fits: bits of the places that it fits, a phrase's last word as the whole phrase.
        anchored: the rows that are looked at where it is said.
        phrase: the phrase that ends with it, if one does.
        longer: how phrases go on.
        is_number: it may be one.
    """

    fits: int = 0
    anchored: Anchored = field(default_factory=dict)
    phrase: tuple[str, ...] = ()
    longer: dict[str, "Entry"] = field(default_factory=dict)
    is_number: bool = False


def planted(entries: dict[str, Entry], phrase: tuple[str, ...]) -> Entry:
    """Find the entry of a phrase of two words or more, growing it if need be."""
    entry = entries.setdefault(phrase[0], Entry())
    for word in phrase[1:]:
        entry = entry.longer.setdefault(word, Entry())
    entry.phrase = phrase
    return entry


class Said:
    """A sentence, ready for patterns to be walked over it.

    Attributes:
        present: bits of the places that something said fits.
        rows: the rows that are worth a look.
        numbers: for each number, the gaps behind it.
        every: all gaps.
        closing: the gaps at which the sentence or a part of it ends.
    """

    __slots__ = ("_at", "_ends", "closing", "every", "fills", "numbers", "present", "rows")

    def __init__(self, sentence: Sequence[str], entries: dict[str, Entry]) -> None:
        self._at: dict[str, int] = {}
        self._ends: dict[tuple[str, ...], int] = {}
        self.fills: dict[Place, tuple[int, tuple[tuple[int, int], ...]]] = {}
        self.numbers: dict[int, int] = {}
        self.rows: list[Anchored] = []
        self.present = self.closing = 0
        begun: list[Entry] = []
        known: list[Entry] = []
        at = self._at
        behind = 1
        for word in sentence:
            if word in UNCOUNTED:
                self.closing |= behind
                continue
            behind <<= 1
            if begun:
                begun = self._gone_on(begun, word, behind)
            entry = entries.get(word)
            if entry is None:
                self._count(word, behind)
                continue
            if word in at:
                at[word] |= behind
            else:
                at[word] = behind
                known.append(entry)
            if entry.longer:
                begun.append(entry)
        self.every = (behind << 1) - 1
        self._know(known)

    def _know(self, known: Sequence[Entry]) -> None:
        """Note what rules know of the words that were said, each once."""
        for word, entry in zip(self._at, known, strict=True):
            self.present |= entry.fits
            if entry.anchored:
                self.rows.append(entry.anchored)
            if entry.is_number:
                self._count(word, self._at[word])

    def _gone_on(self, begun: Sequence[Entry], word: str, behind: int) -> list[Entry]:
        """Go on with the phrases that have begun before a word."""
        longer: list[Entry] = []
        for before in begun:
            entry = before.longer.get(word)
            if entry is None:
                continue
            if entry.phrase:
                if entry.phrase not in self._ends:
                    self._ends[entry.phrase] = 0
                    self.present |= entry.fits
                    if entry.anchored:
                        self.rows.append(entry.anchored)
                self._ends[entry.phrase] |= behind
            if entry.longer:
                longer.append(entry)
        return longer

    def _count(self, word: str, gaps: int) -> None:
        """Note a number, if a word is one."""
        if word in NUMBER_WORDS or word.isdecimal():
            number = number_of(word)
            if number is not None:
                self.numbers[number] = self.numbers.get(number, 0) | gaps

    def back(self, step: Place | int, gaps: int) -> int:
        """Tell from which gaps a step leads to these."""
        if isinstance(step, int):
            for _ in range(step):
                gaps |= gaps >> 1
            return gaps
        single, phrases = self.fills.get(step) or self.filled(step)
        led = (gaps & single) >> 1
        for length, ends in phrases:
            led |= (gaps & ends) >> length
        return led | gaps if step.optional else led

    def filled(self, place: Place) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Work out once which words and phrases of the sentence fit a place."""
        at, ends = self._at, self._ends
        single = 0
        words = place.words
        for word in words.intersection(at) if len(words) > FEW else words:
            if word in at:
                single |= at[word]
        for number, gaps in self.numbers.items() if place.span else ():
            single |= gaps if place.takes(number) else 0
        phrases: tuple[tuple[int, int], ...] = ()
        if ends and place.phrases and not place.phrases.isdisjoint(ends):
            phrases = tuple((len(p), ends[p]) for p in place.phrases & ends.keys())
        if place.but:
            for length, gaps in phrases:
                single |= gaps >> (length - 1)
            single, phrases = self.every & ~_BEFORE_WORDS & ~single, ()
        self.fills[place] = (single, phrases)
        return single, phrases
