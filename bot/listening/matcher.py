"""Finds every pattern of a rule book in a sentence, in time that no text can make long.

Two thoughts make it fast. A pattern can only be found where all that it needs is said somewhere,
so a sentence first tells which patterns are worth a look: few, in ordinary talk. And a sentence is
a row of bits, one for each gap between two words: a pattern is walked over all gaps at once by a
few operations on whole numbers (bit-parallel search, Navarro and Raffinot, *Flexible Pattern
Matching in Strings*, 2002, chapter 4). Nothing is tried twice and nothing is remembered.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from msgspec import Struct

from bot.listening.numbers import NUMBER_WORDS, number_of
from bot.listening.patterns import ANY, BEGIN, COMMA, END, MARKS, Element, Row
from bot.listening.spoken import FEW, UNCOUNTED, Anchored, Entry, Place, Said, Step, Track, planted

MOST_ENDS = 4
"""Places at which the same row is noted in a sentence: the first three, and the last."""

WIDTH = 4_093
"""Bits for all places; some share one, so a look may be in vain, but never left out."""

_NO_PHRASES: frozenset[tuple[str, ...]] = frozenset()
"""Held once: most places fit no phrase."""

_ALWAYS = 1
"""The bit of what is there in every sentence."""

_BITS = tuple(2 << n for n in range(WIDTH))
"""Each held once: they are looked at so often that they should be near at hand."""

_EVERY_BIT = (2 << WIDTH) - 1

_USUAL = (
    "i", "me", "my", "to", "the", "a", "an", "and", "of", "in", "on", "at", "for", "with", "it",
    "is", "am", "are", "was", "be", "been", "this", "that", "not", "do", "have", "had", "but",
    "so", "as", "you", "he", "she", "they", "we", "if", "just", "can", "what", "how", "no", "all",
    "or", "like", "up", "out",
)  # fmt: skip
_COMMON = (
    "about", "will", "time", "think", "going", "know", "feel", "want", "get", "better", "there",
    "should", "would", "now", "good", "much", "did", "make", "take", "really", "too", "day",
    "when", "go", "could", "help", "being", "care", "way", "because", "off", "well", "has", "only",
    "end", "work", "over", "done", "left", "see", "from", "tell", "one", "doing", "things",
    "having", "made", "enough", "days", "after", "more", "other", "thank", "bad", "something",
    "life", "myself", "live", "him", "her", "them", "then", "than", "some", "by", "who", "people",
)  # fmt: skip
_COSTS = dict.fromkeys(_COMMON, 200) | dict.fromkeys(_USUAL, 600)
"""Words of nearly every talk: a look that begins at one of them is seldom worth it."""
_NUMBER_COST = 90


class Hit(Struct, frozen=True, gc=False):
    """A pattern found: which rule's, and from which word up to which (the last not included)."""

    rule: int
    start: int
    end: int


class Look:
    """A sentence in which patterns are looked for, kind by kind, each only when it is asked for."""

    __slots__ = ("_said", "_sentence", "_where", "_worth")

    def __init__(self, sentence: Sequence[str], said: Said, worth: dict[str, list[Track]]) -> None:
        self._sentence, self._said, self._worth = sentence, said, worth
        self._where: Sequence[int] = ()

    def kinds(self) -> Iterable[str]:
        """Name the kinds of which something may be found."""
        return self._worth

    def find(self, kind: str) -> list[Hit]:
        """Find all patterns of a kind."""
        tracks = self._worth.get(kind)
        if not tracks:
            return []
        if not self._where:
            self._where = _counted(self._sentence)
        said = self._said
        reached = [(track, ends) for track in tracks if (ends := _ends(track, said))]
        if len(reached) > 1:
            reached.sort(key=_order)
        return [hit for track, ends in reached for hit in _hits(track, said, ends, self._where)]


class Matcher:
    """Finds patterns. Immutable; any number of threads may ask."""

    def __init__(
        self, patterns: Sequence[tuple[int, Row]], kinds: Mapping[int, str] | None = None
    ) -> None:
        """Index patterns, each with the number of its rule; `kinds` says what rules are for."""
        rows = [row[:-1] if END in row[-1].words else row for _, row in patterns]
        costs = _costs(rows)
        cost, places = costs.__getitem__, _placed(costs)
        self._entries: dict[str, Entry] = {word: Entry() for word in NUMBER_WORDS}
        self._spans: list[tuple[Place, Anchored]] = []
        for place in places.values():
            self._index(place)
        for word, entry in self._entries.items():
            entry.is_number = number_of(word) is not None
        self.tracks = [
            Track(
                rule=rule,
                order=order,
                kind=(kinds or {}).get(rule, ""),
                steps=_steps(row, places),
                needed=tuple(map(places.__getitem__, sorted(filter(_is_needed, row), key=cost))),
                closes=len(row) < len(whole),
            )
            for order, ((rule, whole), row) in enumerate(zip(patterns, rows, strict=True))
        ]
        self._anchor()
        self._words = frozenset(w for e in places for w in _words_of(e)) - MARKS

    def words(self) -> frozenset[str]:
        """Name all words that any pattern knows."""
        return self._words

    def find(self, sentence: Sequence[str]) -> list[Hit]:
        """Find all patterns in a sentence, which begins with `<` and ends with `>`."""
        look = self.look(sentence)
        return [hit for kind in look.kinds() for hit in look.find(kind)] if look else []

    def look(self, sentence: Sequence[str]) -> Look | None:
        """Tell what is worth looking for in a sentence; None when nothing is."""
        said = Said(sentence, self._entries)
        rows = self._counted(said) if said.numbers else []
        present = said.present | _ALWAYS
        rows += [entry.anchored for entry in said.known if entry.most & present]
        absent = present ^ _EVERY_BIT  # not "~": whole numbers below zero are slow
        worth: dict[str, list[Track]] = {}
        seen: set[Track] = set()
        for row in rows:
            for bit, tracks in row.items():
                if bit & absent:
                    continue
                for others, track in tracks:
                    if not others & absent and track not in seen:
                        seen.add(track)
                        worth.setdefault(track.kind, []).append(track)
        return Look(sentence, said, worth) if seen else None

    def _counted(self, said: Said) -> list[Anchored]:
        """Note that numbers fill places, and give the rows that are looked at because of them."""
        taken = [(p, row) for p, row in self._spans if any(map(p.takes, said.numbers))]
        for place, _ in taken:
            said.present |= place.bit
        return [row for _, row in taken if row]

    def look_at_all(self, sentence: Sequence[str]) -> Look:
        """Look for every pattern, worth it or not: slow, but what `look` must agree with."""
        worth: dict[str, list[Track]] = {}
        for track in self.tracks:
            worth.setdefault(track.kind, []).append(track)
        return Look(sentence, Said(sentence, self._entries), worth)

    def _index(self, place: Place) -> None:
        """Note for each word and phrase which places it fits."""
        for word in place.words:
            self._entries.setdefault(word, Entry()).fits |= place.bit
        for phrase in place.phrases:
            planted(self._entries, phrase).fits |= place.bit
        if place.span:
            self._spans.append((place, {}))

    def _anchor(self) -> None:
        """Note for each row at which of its places a look begins: the one least often filled."""
        spans = dict(self._spans)
        for track in self.tracks:
            first = track.needed[0]
            bit = track.needed[1].bit if len(track.needed) > 1 else _ALWAYS
            needed = (reduce(or_, (place.bit for place in track.needed[2:]), 0), track)
            entries = [self._entries[word] for word in first.words]
            entries += [planted(self._entries, phrase) for phrase in first.phrases]
            for entry in entries:
                entry.anchored[bit] = (*entry.anchored.get(bit, ()), needed)
                entry.most |= bit
            if first.span:
                spans[first][bit] = (*spans[first].get(bit, ()), needed)


def _is_needed(element: Element) -> bool:
    """Tell whether a place must be filled by something that tells sentences apart."""
    return not (element.but or element.optional or BEGIN in element.words)


def _placed(costs: Mapping[Element, int]) -> dict[Element, Place]:
    """Make a place of each element, with bits so that those that are filled most share none."""
    places: dict[Element, Place] = {}
    needed = 0
    for element in sorted(costs, key=costs.__getitem__):
        bit = 0
        if _is_needed(element):
            bit = _BITS[needed % WIDTH]
            needed += 1
        words = element.words if len(element.words) > FEW else tuple(element.words)
        phrases = element.phrases or _NO_PHRASES
        places[element] = Place(bit, words, phrases, element.span, element.but, element.optional)
    return places


def _steps(row: Row, places: Mapping[Element, Place]) -> tuple[Step, ...]:
    """Take the places of a row; any words in a row become their number."""
    steps: list[Step] = []
    for element in row:
        if element != ANY:
            steps.append(places[element])
        elif isinstance(steps[-1], int):
            steps[-1] += 1
        else:
            steps.append(1)
    return tuple(steps)


def _counted(sentence: Sequence[str]) -> Sequence[int]:
    """Give the place of each word that is counted, and of the end."""
    if COMMA not in sentence:
        return (*range(len(sentence) - 1), len(sentence))
    return [n for n, word in enumerate(sentence) if word not in UNCOUNTED] + [len(sentence)]


def _order(reached: tuple[Track, int]) -> int:
    return reached[0].order


def _costs(rows: Sequence[Row]) -> dict[Element, int]:
    """Guess how often each place is filled: by words that many rows need, and by usual ones."""
    elements = [element for row in rows for element in row if element != ANY]
    usual = Counter(word for one in elements if _is_needed(one) for word in one.words)
    usual.update(_COSTS)

    def cost(element: Element) -> int:
        words = sum(usual[word] for word in element.words) + len(element.phrases)
        return words + (_NUMBER_COST if element.span else 0)

    return {element: cost(element) for element in dict.fromkeys(elements)}


def _ends(track: Track, said: Said) -> int:
    """Walk a row over all gaps of a sentence at once: give the gaps at which it ends."""
    gaps = said.every
    fills = said.fills
    for step in track.steps:
        filled = fills.get(step)
        if filled is None:
            if isinstance(step, int):
                for _ in range(step):
                    gaps |= gaps << 1
                continue
            filled = said.filled(step)
        single, phrases, optional = filled
        led = (gaps << 1) & single
        for length, behind in phrases:
            led |= (gaps << length) & behind
        if optional:
            gaps |= led
        elif led:
            gaps = led
        else:
            return 0
    return gaps & said.closing if track.closes else gaps


def _hits(track: Track, said: Said, reached: int, where: Sequence[int]) -> Iterator[Hit]:
    """Walk a row back from each gap at which it ends to where it starts."""
    ends = (reached,) if reached.bit_count() == 1 else _some(list(_ones(reached)))
    for end in ends:
        back = end
        for step in reversed(track.steps):
            back = said.back(step, back)
        count = end.bit_length() - 1  # words up to here
        last = where[count] if track.closes else where[count - 1] + 1
        yield Hit(track.rule, where[back.bit_length() - 1], last)


def _some(ends: Sequence[int]) -> Sequence[int]:
    return ends if len(ends) < MOST_ENDS else (*ends[: MOST_ENDS - 1], ends[-1])


def _words_of(element: Element) -> Iterator[str]:
    yield from element.words
    for phrase in element.phrases:
        yield from phrase


def _ones(bits: int) -> Iterator[int]:
    """Give the bits that are set, each as a number of its own."""
    while bits:
        low = bits & -bits
        yield low
        bits ^= low
