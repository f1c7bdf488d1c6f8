"""Finds every pattern of a rule book in a sentence, in time linear in the sentence.

All patterns lie side by side in one wide bit set, one bit for each place; one word moves them all
on by a few operations on whole numbers (bit-parallel simulation with optional places: Navarro and
Raffinot, *Flexible Pattern Matching in Strings*, 2002, chapter 4). Steps that were made once are
remembered, so ordinary text costs a look-up a word. There is no backtracking while searching, and
no text can make it slow.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA, END, MARKS, Element, Row

MOST_STEPS = 5_000
"""Steps remembered, about 1.5 KiB each; beyond that they are forgotten all at once."""

MOST_NUMBERS = 1_000
"""Numbers below this are remembered; hardly any rule asks for a greater one."""

MOST_ENDS = 4
"""Places at which the same row is noted in a sentence: the first three, and the last."""


class Hit(Struct, frozen=True):
    """A pattern found: which rule's, and from which word up to which (the last not included)."""

    rule: int
    start: int
    end: int


Trie: TypeAlias = dict[str, "Branch"]


class Branch(Struct):
    """Where the phrases of all lists go on after a word.

    Attributes:
        places: bits of the places that a phrase ending here fits.
        below: bits of the places that longer phrases fit.
        longer: how phrases go on.
    """

    places: int = 0
    below: int = 0
    longer: Trie = field(default_factory=dict)


class Step:
    """Where all patterns stand after a word.

    Attributes:
        state: bits of the places that are filled or may stay empty.
        waiting: phrases that have begun, each with the places it may fill.
        ended: rows that end here.
        following: steps from here that were made before.
    """

    __slots__ = ("ended", "following", "state", "waiting")

    def __init__(
        self, state: int, waiting: tuple[tuple[Branch, int], ...], ended: tuple[int, ...]
    ) -> None:
        self.state, self.waiting, self.ended = state, waiting, ended
        self.following: dict[str | int, Step] = {}


class Matcher:
    """Finds patterns. It only remembers what it has worked out; any number of threads may ask."""

    def __init__(self, patterns: Sequence[tuple[int, Row]]) -> None:
        self._rows = patterns
        self._first = self._last = self._empty = self._before = self._tail = self._any = 0
        self._bits: dict[str, int] = {}
        self._trie: Trie = {}
        self._words: set[str] = set()
        self._numbers: list[tuple[int, tuple[int, int]]] = []
        self._row_at: dict[int, int] = {}
        self._number_fits: dict[int, int] = {}
        self._laid_out = False
        self._lay_out()
        self._laid_out = True
        self._start = Step(0, (), ())
        self._steps: dict[tuple[object, ...], Step] = {}

    def words(self) -> frozenset[str]:
        """Name all words that any pattern knows."""
        return frozenset(self._words) - MARKS

    def find(self, sentence: Sequence[str]) -> list[Hit]:
        """Find all patterns in a sentence, which begins with `<` and ends with `>`."""
        ends: dict[int, list[int]] = {}
        step, bits, kind = self._start, self._bits, self._kind
        for place, word in enumerate(sentence):
            key = word if word in bits else kind(word)
            step = step.following.get(key) or self._next(step, key, word)
            for row in step.ended:
                ends.setdefault(row, [])[MOST_ENDS - 1 :] = [place]
        return [self._hit(row, end, sentence) for row, places in ends.items() for end in places]

    def _kind(self, word: str) -> str | int:
        """Name what an unknown word has in common with others: nothing, or the numbers it fits."""
        number = number_of(word) if self._numbers else None
        return "" if number is None else self._number_bits(number)

    def _next(self, step: Step, key: str | int, word: str) -> Step:
        """Work out where all patterns stand after one more word, and remember it."""
        fits = self._bits[key] if isinstance(key, str) and key else self._any | int(key or 0)
        entered = (step.state << 1) | self._first
        moved = entered & fits
        waiting: list[tuple[Branch, int]] = []
        for trie, mask in ((self._trie, entered), *((b.longer, m) for b, m in step.waiting)):
            branch = trie.get(word)
            if branch is not None:
                moved |= mask & branch.places
                if mask & branch.below:
                    waiting.append((branch, mask & branch.below))
        ended = tuple(self._row_at[bit] for bit in _ones(moved & self._last))
        if word == COMMA:
            moved |= step.state  # a comma may end a phrase; otherwise it isn't heard
        return self._remember(step, key, (self._closed(moved), tuple(waiting), ended))

    def _closed(self, moved: int) -> int:
        """Pass over the places that may stay empty."""
        filled = moved | self._tail
        return moved | (self._empty & ~((filled - self._before) ^ filled))

    def _remember(
        self,
        step: Step,
        key: str | int,
        made: tuple[int, tuple[tuple[Branch, int], ...], tuple[int, ...]],
    ) -> Step:
        same = (made[0], made[2], *((id(branch), mask) for branch, mask in made[1]))
        if len(self._steps) >= MOST_STEPS:
            self._steps, self._start = {}, Step(0, (), ())
        following = self._steps.get(same)
        if following is None:
            following = self._steps[same] = Step(*made)
        step.following[key] = following
        return following

    def _hit(self, index: int, last: int, sentence: Sequence[str]) -> Hit:
        rule, row = self._rows[index]
        return Hit(rule, _start_of(row, last, sentence), last + 1)

    def _number_bits(self, number: int) -> int:
        if number in self._number_fits:
            return self._number_fits[number]
        fits = 0
        for bit, (low, high) in self._numbers:
            fits |= bit if low <= number <= high else 0
        if self._laid_out and number < MOST_NUMBERS:
            self._number_fits[number] = fits
        return fits

    def _lay_out(self) -> None:
        """Give each place of each row its bit, and each known word the bits it fits."""
        place = 0
        at: dict[Element, list[int]] = {}
        for index, (_, row) in enumerate(self._rows):
            self._first |= 1 << place
            for offset, element in enumerate(row):
                at.setdefault(element, []).append(place + offset)
                bit = 1 << (place + offset)
                if element.optional:  # never the first or last of a row
                    self._empty |= bit
                    self._before |= 0 if row[offset - 1].optional else bit >> 1
                    self._tail |= 0 if row[offset + 1].optional else bit
            place += len(row)
            self._last |= 1 << (place - 1)
            self._row_at[place - 1] = index
        self._index({element: _union(places) for element, places in at.items()})

    def _index(self, masks: dict[Element, int]) -> None:
        bits = dict.fromkeys(MARKS, 0)
        for element, mask in masks.items():
            self._any |= mask if element.but else 0
            for word in element.words:
                bits[word] = bits.get(word, 0) | (0 if element.but else mask)
            for phrase in element.phrases:
                self._plant(phrase, mask)
            if element.span:
                self._numbers.append((mask, element.span))
        self._words.update(bits)
        for word in bits.keys() - MARKS:
            bits[word] |= self._any | self._number_bits(number_of(word) or -1)
        for element, mask in masks.items():
            for word in element.words if element.but else ():
                bits[word] &= ~mask
        bits[COMMA] = bits[END]
        self._bits = {**bits, **dict.fromkeys(self._words - bits.keys(), self._any)}

    def _plant(self, phrase: tuple[str, ...], mask: int) -> None:
        self._words.update(phrase)
        branches = self._trie
        for word in phrase[:-1]:
            branch = branches.setdefault(word, Branch())
            branch.below |= mask
            branches = branch.longer
        branches.setdefault(phrase[-1], Branch()).places |= mask


def _ones(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _union(places: Iterable[int]) -> int:
    total = 0
    for place in places:
        total |= 1 << place
    return total


def _start_of(row: Row, last: int, sentence: Sequence[str]) -> int:
    """Walk a found row back to where it began, the shortest way; bounded by the row's length."""
    places = {last + 1}
    for element in reversed(row):
        nearer = set(places) if element.optional else set()
        for place in places:
            nearer.update(_steps_back(element, place, sentence))
        places = nearer
    return max(places, default=last)


def _steps_back(element: Element, place: int, sentence: Sequence[str]) -> Iterator[int]:
    """Name the places from which an element leads to this one, also from behind a comma."""
    while place > 0:
        place -= 1
        word = sentence[place]
        if word != COMMA:
            if element.fits(word, number_of(word) if element.span else None):
                yield place
            break
        if END in element.words:
            yield place
    if not element.phrases:
        return
    for length in {len(phrase) for phrase in element.phrases}:
        if tuple(sentence[place + 1 - length : place + 1]) in element.phrases:
            yield place + 1 - length
