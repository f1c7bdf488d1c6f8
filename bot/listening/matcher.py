"""Finds every pattern of a rule book in a sentence, in time linear in the sentence.

All patterns lie side by side in one wide bit set, one bit for each place; one word moves them all
on by a few operations on whole numbers (bit-parallel simulation with optional places: Navarro and
Raffinot, *Flexible Pattern Matching in Strings*, 2002, chapter 4). There is no backtracking while
searching, so no text can make it slow.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field

from bot.listening.numbers import number_of, words_for
from bot.listening.patterns import BEGIN, COMMA, END, MARKS, Element, Row


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
        longer: how phrases go on.
    """

    places: int = 0
    longer: Trie = field(default_factory=dict)


class Matcher:
    """Immutable after it is made; any number of threads may ask it."""

    def __init__(self, patterns: Sequence[tuple[int, Row]], common: frozenset[str]) -> None:
        self._rows = patterns
        self._anchors, self._prefixes = _anchors([row for _, row in patterns], common)
        self._masks = (0, 0, 0, 0, 0)
        self._any = 0
        self._bits: dict[str, int] = {}
        self._trie: Trie = {}
        self._words: set[str] = set()
        self._numbers: list[tuple[int, tuple[int, int]]] = []
        self._begins: dict[str, list[tuple[str, int]]] = {}
        self._row_at: dict[int, int] = {}
        self._lay_out()

    def words(self) -> frozenset[str]:
        """Name all words that any pattern knows."""
        return frozenset(self._words) - MARKS

    def may_match(self, sentence: Sequence[str]) -> bool:
        """Tell cheaply whether anything can be found: no pattern lacks all of these words."""
        if not self._anchors.isdisjoint(sentence):
            return True
        return bool(self._prefixes) and any(w.startswith(self._prefixes) for w in sentence)

    def find(self, sentence: Sequence[str]) -> list[Hit]:
        """Find all patterns in a sentence, which begins with `<` and ends with `>`."""
        if not self.may_match(sentence):
            return []
        first, last, empty, before, tail = self._masks
        bits, unknown, state = self._bits, self._unknown, 0
        open_ended = before | empty
        phrases, entered = self._phrases(sentence), [first]
        ends: dict[int, list[int]] = {}
        for place, word in enumerate(sentence):
            fits = bits.get(word)
            moved = entered[place] & (unknown(word) if fits is None else fits)
            for start, places in phrases.get(place, ()):
                moved |= entered[start] & places
            if moved & last:
                self._note(moved & last, place, ends)
            if word == COMMA:
                moved |= state  # a comma may end a phrase; otherwise it isn't heard
            if moved & open_ended:
                filled = moved | tail
                moved |= empty & ~((filled - before) ^ filled)
            state = moved
            entered.append((state << 1) | first)
        return [self._hit(row, end, sentence) for row, places in ends.items() for end in places]

    def _phrases(self, sentence: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
        """Find the phrases of lists: by the place of their last word, the first and what they fit."""
        found: dict[int, list[tuple[int, int]]] = {}
        for start, word in enumerate(sentence):
            branch = self._trie.get(word)
            place = start
            while branch is not None:
                if branch.places:
                    found.setdefault(place, []).append((start, branch.places))
                place += 1
                branch = branch.longer.get(sentence[place]) if place < len(sentence) else None
        return found

    def _note(self, found: int, place: int, ends: dict[int, list[int]]) -> None:
        """Remember where rows end: the first three places and the last one are enough of each."""
        while found:
            low = found & -found
            places = ends.setdefault(self._row_at[low.bit_length() - 1], [])
            places[3:] = [place]
            found ^= low

    def _hit(self, index: int, last: int, sentence: Sequence[str]) -> Hit:
        rule, row = self._rows[index]
        start = _start_of(row, last, sentence)
        return Hit(rule, start, last + 1)

    def _unknown(self, word: str) -> int:
        fits = self._any if word not in MARKS else 0
        for prefix, bit in self._begins.get(word[:3], ()):
            if word.startswith(prefix):
                fits |= bit
        number = number_of(word) if self._numbers else None
        if number is not None:
            for bit, (low, high) in self._numbers:
                if low <= number <= high:
                    fits |= bit
        return fits

    def _lay_out(self) -> None:
        """Give each place of each row its bit, and each known word the bits it fits."""
        place = first = last = empty = before = tail = 0
        elements: list[Element] = []
        for index, (_, row) in enumerate(self._rows):
            first |= 1 << place
            for offset, element in enumerate(row):
                bit = 1 << (place + offset)
                if element.optional:  # never the first or last of a row
                    empty |= bit
                    before |= 0 if row[offset - 1].optional else bit >> 1
                    tail |= 0 if row[offset + 1].optional else bit
            elements.extend(row)
            place += len(row)
            last |= 1 << (place - 1)
            self._row_at[place - 1] = index
        self._masks = (first, last, empty, before, tail)
        self._index(elements)

    def _index(self, elements: list[Element]) -> None:
        at: dict[Element, list[int]] = {}
        for place, element in enumerate(elements):
            at.setdefault(element, []).append(place)
        bits = dict.fromkeys(MARKS, 0)
        for element, places in at.items():
            mask = _union(places)
            if element.but:
                self._any |= mask
            for word in element.words:
                bits[word] = bits.get(word, 0) | (0 if element.but else mask)
            for phrase in element.phrases:
                self._plant(phrase, mask)
            self._begins_with(element, mask)
        self._words = set(bits)
        self._bits = {word: fits | self._unknown(word) for word, fits in bits.items()}
        for element, places in at.items():
            for word in element.words if element.but else ():
                self._bits[word] &= ~_union(places)
        self._bits[COMMA] = self._bits[END]

    def _plant(self, phrase: tuple[str, ...], mask: int) -> None:
        self._words.update(phrase)
        branches = self._trie
        for word in phrase:
            branch = branches.setdefault(word, Branch())
            branches = branch.longer
        branch.places |= mask

    def _begins_with(self, element: Element, mask: int) -> None:
        for prefix in element.prefixes:
            self._begins.setdefault(prefix[:3], []).append((prefix, mask))
        if element.span:
            self._numbers.append((mask, element.span))


def _union(places: Iterable[int]) -> int:
    total = 0
    for place in places:
        total |= 1 << place
    return total


def _anchors(
    rows: Iterable[Row], common: frozenset[str]
) -> tuple[frozenset[str], tuple[str, ...]]:
    """Choose for each row one place that must be filled and seldom is."""
    words: set[str] = set()
    prefixes: set[str] = set()
    for row in rows:
        needed = (element for element in row if not element.optional and not element.but)
        best = min(needed, key=lambda element: _oftenness(element, common))
        words |= best.words
        words.update(_rarest(phrase, common) for phrase in best.phrases)
        prefixes.update(best.prefixes)
        if best.span:
            words.update(words_for(*best.span))
    return frozenset(words), tuple(sorted(prefixes))


def _rarest(phrase: tuple[str, ...], common: frozenset[str]) -> str:
    return min(phrase, key=lambda word: (word in common, -len(word)))


def _oftenness(element: Element, common: frozenset[str]) -> tuple[int, int]:
    if element.words & {BEGIN, END}:
        return 3, 0
    if element.span:
        return (2 if element.span[1] - element.span[0] > 100 else 0), 50
    often = len(element.words & common)
    often += sum(1 for phrase in element.phrases if common.issuperset(phrase))
    return (1 if often else 0), often or len(element.words)


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
    for length in {len(phrase) for phrase in element.phrases}:
        if tuple(sentence[place + 1 - length : place + 1]) in element.phrases:
            yield place + 1 - length
