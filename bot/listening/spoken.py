"""A sentence as rows of bits, on which patterns are walked.

Bit n stands for the gap before the nth word; what a word leads to is the gap behind it. Commas are
not counted: they only tell where a part of the sentence ends.
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct, field

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA, END

UNCOUNTED = frozenset((COMMA, END))
"""Marks that are no words."""

FEW = 6
"""So few words of a place are held in a row and looked up one by one; more are a set, in which the
words of the sentence are looked up."""

LONGEST_PHRASE = 24
"""More words than any phrase of a rule has."""

_BEFORE_WORDS = 0b11  # the gaps before the first word and before the mark that begins a sentence


class Place(Struct, frozen=True, eq=False, gc=False):
    """A place in a pattern, with its bit, which others may share; see `patterns.Element`.

    A place that may stay empty, or that nearly anything fills, has no bit.
    """

    bit: int
    words: frozenset[str] | tuple[str, ...]
    phrases: frozenset[tuple[str, ...]]
    span: tuple[int, int] | None
    but: bool
    optional: bool

    def takes(self, number: int) -> bool:
        """Tell whether a number fits this place."""
        return self.span is not None and self.span[0] <= number <= self.span[1]


Step: TypeAlias = Place | int
"""A place to be filled, or up to so many words, whatever they are."""


Filled: TypeAlias = tuple[int, tuple[tuple[int, int], ...], bool]
"""The gaps behind single words that fit a place, behind phrases with their lengths, and whether
the place may stay empty."""


class Track(Struct, frozen=True, eq=False, gc=False):
    """A row of a pattern, ready to be walked.

    Attributes:
        rule: whose it is.
        order: its number among all rows.
        kind: what its rule is looked for.
        steps: its places; a number stands for up to so many words, whatever they are.
        needed: the places that must be filled, the one least often filled first.
        closes: it is only found where a part of the sentence ends.
    """

    rule: int
    order: int
    kind: str
    steps: tuple[Step, ...]
    needed: tuple[Place, ...]
    closes: bool


Anchored: TypeAlias = dict[int, tuple[tuple[int, Track], ...]]
"""Rows at which a look begins here, sorted by one more place that they need; each with the bits
of any others."""


class Entry(Struct, eq=False, gc=False):
    """What rules know of a word, or of a word that goes on a phrase.

    Attributes:
        fits: bits of the places that it fits, a phrase's last word as the whole phrase.
        anchored: the rows that are looked at where it is said.
        most: all bits that these rows are sorted by; where none is there, no row is worth a look.
        phrase: the phrase that ends with it, if one does.
        longer: how phrases go on.
        is_number: it may be one.
    """

    fits: int = 0
    anchored: Anchored = field(default_factory=dict)
    most: int = 0
    phrase: tuple[str, ...] = ()
    longer: dict[str, "Entry"] = field(default_factory=dict)
    is_number: bool = False


_NUMBER = Entry(is_number=True)  # in digits; the rules needn't know it


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
        known: what rules know of the words and phrases that are said, each once.
        numbers: the numbers that are said, each with the words that say it.
        every: all gaps.
        closing: the gaps at which the sentence or a part of it ends.
    """

    __slots__ = (
        "_at", "_ends", "_gaps", "closing", "every", "fills", "known", "numbers", "present",
    )  # fmt: skip

    def __init__(self, sentence: Sequence[str], entries: dict[str, Entry]) -> None:
        self._at: dict[str, list[int]] = {}
        self._gaps: dict[str, int] = {}
        self._ends: dict[tuple[str, ...], int] = {}
        self.fills: dict[Step, Filled] = {}
        self.numbers: dict[int, list[str]] = {}
        self.known: list[Entry] = []
        self.present = 0
        parted = COMMA in sentence
        words = [word for word in sentence if word not in UNCOUNTED] if parted else sentence[:-1]
        self.every = (2 << len(words)) - 1
        self.closing = _closing(sentence) if parted else 1 << len(words)
        self._note(words, entries)

    def _note(self, words: Sequence[str], entries: dict[str, Entry]) -> None:
        """Note where each word and phrase that rules know is said."""
        at, get, last = self._at, entries.get, len(words)
        for count, word in enumerate(words, 1):
            entry = get(word)
            if entry is None:
                if not word.isdecimal():
                    continue
                entry = _NUMBER
            if word in at:
                at[word].append(count)
            else:
                at[word] = [count]
                self.present |= entry.fits
                self.known.append(entry)
                if entry.is_number:
                    self._count(word)
            if entry.longer and count < last and words[count] in entry.longer:
                self._go_on(entry, words, count)

    def _count(self, word: str) -> None:
        number = number_of(word)
        if number is not None:
            self.numbers.setdefault(number, []).append(word)

    def _go_on(self, entry: Entry, words: Sequence[str], count: int) -> None:
        """Note all phrases that begin with the word before some gap."""
        for end, word in enumerate(words[count : count + LONGEST_PHRASE], count + 1):
            longer = entry.longer.get(word)
            if longer is None:
                return
            entry = longer
            if entry.phrase in self._ends:
                self._ends[entry.phrase] |= 1 << end
            elif entry.phrase:
                self._ends[entry.phrase] = 1 << end
                self.present |= entry.fits
                self.known.append(entry)

    def _behind(self, word: str) -> int:
        """Give the gaps behind all places at which a word is said."""
        gaps = self._gaps.get(word)
        if gaps is None:
            gaps = self._gaps[word] = _bits(self._at[word])
        return gaps

    def back(self, step: Step, gaps: int) -> int:
        """Tell from which gaps a step leads to these."""
        if isinstance(step, int):
            for _ in range(step):
                gaps |= gaps >> 1
            return gaps
        single, phrases, optional = self.fills.get(step) or self.filled(step)
        led = (gaps & single) >> 1
        for length, ends in phrases:
            led |= (gaps & ends) >> length
        return led | gaps if optional else led

    def filled(self, place: Place) -> Filled:
        """Work out once which words and phrases of the sentence fit a place."""
        at, ends = self._at, self._ends
        single = 0
        words = place.words
        if isinstance(words, frozenset):
            words = words.intersection(at)
        for word in words:
            if word in at:
                single |= self._behind(word)
        if place.span and self.numbers:
            single |= self._counted(place)
        phrases: tuple[tuple[int, int], ...] = ()
        if ends and place.phrases and not place.phrases.isdisjoint(ends):
            phrases = tuple((len(p), ends[p]) for p in place.phrases & ends.keys())
        if place.but:
            for length, gaps in phrases:
                single |= gaps >> (length - 1)
            single, phrases = self.every & ~_BEFORE_WORDS & ~single, ()
        self.fills[place] = filled = (single, phrases, place.optional)
        return filled

    def _counted(self, place: Place) -> int:
        """Give the gaps behind all numbers that fit a place."""
        gaps = 0
        for number, words in self.numbers.items():
            for word in words if place.takes(number) else ():
                gaps |= self._behind(word)
        return gaps


def _bits(places: Sequence[int]) -> int:
    """Set a bit for each place, given in order."""
    if len(places) == 1:
        return 1 << places[0]
    row = bytearray((places[-1] >> 3) + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")


def _closing(sentence: Sequence[str]) -> int:
    """Give the gaps before commas and before the mark that ends a sentence."""
    closing, count = 0, 0
    for word in sentence:
        if word in UNCOUNTED:
            closing |= 1 << count
        else:
            count += 1
    return closing
