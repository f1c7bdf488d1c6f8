"""Finds rules that a sentence must fit from its first word to its last, such as a plain "yes".

Most sentences are longer than such a rule, begin or end with a word with which none does, or lack
the word that is rarest in it: looks into a few tables tell.
"""

from collections.abc import Iterable

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA
from bot.listening.phrases import Phrases
from bot.listening.rulebook import Rule
from bot.listening.spoken import UNCOUNTED, Step
from bot.listening.words import Sentence


class Wholes:
    """Some rules, found only where they are all that is said. Immutable."""

    def __init__(self, phrases: Phrases) -> None:
        """Index the rows that begin and end where a sentence does."""
        self._phrases = phrases
        self._first, self._last, self._rarest = Edge(0), Edge(-1), Edge(0)
        self._lengths: list[int] = []
        for number, track in enumerate(track for track in phrases.tracks() if track.closes):
            steps = track.steps[1:]  # behind the mark that begins a sentence
            self._first.note(1 << number, steps)
            self._last.note(1 << number, steps[::-1])
            self._rarest.note(1 << number, track.needed[:1])
            self._lengthen(1 << number, sum(map(_longest, steps)))

    def words(self) -> frozenset[str]:
        """Name all words that any rule knows."""
        return self._phrases.words()

    def find(self, sentence: Sentence) -> Rule | None:
        """Find the first rule that the whole sentence fits."""
        if not self._may_fit(sentence):
            return None
        for found in self._phrases.find(sentence):
            if found.start == 0 and found.end == len(sentence):
                return found.rule
        return None

    def _may_fit(self, sentence: Sentence) -> bool:
        count = len(sentence) - 2 - sentence.count(COMMA)
        if count >= len(self._lengths):
            return False
        last = next(word for word in reversed(sentence) if word not in UNCOUNTED)
        rows = self._lengths[count] & self._first.rows(sentence[1])
        rows = rows and rows & self._last.rows(last)
        return rows != 0 and any(rows & self._rarest.rows(word) for word in sentence)

    def _lengthen(self, row: int, longest: int) -> None:
        """Note that a row fits sentences of up to so many words."""
        self._lengths += [0] * (longest + 1 - len(self._lengths))
        for count in range(longest + 1):
            self._lengths[count] |= row


class Edge:
    """With which words rows begin, or end: a bit for each row."""

    def __init__(self, outermost: int) -> None:
        """Make an edge; `outermost` is the place of a phrase's word that stands there."""
        self._outermost = outermost
        self._rows: dict[str, int] = {}
        self._numbers = self._any = 0

    def note(self, row: int, steps: Iterable[Step]) -> None:
        """Note all words that can stand at the edge of a row, given its steps from there on."""
        for step in steps:
            if isinstance(step, int) or step.but:
                self._any |= row
                return
            for word in {*step.words, *(phrase[self._outermost] for phrase in step.phrases)}:
                self._rows[word] = self._rows.get(word, 0) | row
            self._numbers |= row if step.span else 0
            if not step.optional:
                return

    def rows(self, word: str) -> int:
        """Tell which rows may have this word at the edge."""
        numbers = self._numbers if number_of(word) is not None else 0
        return self._rows.get(word, 0) | numbers | self._any


def _longest(step: Step) -> int:
    """Count the most words that a step takes."""
    if isinstance(step, int):
        return step
    return max((1, *map(len, step.phrases)))
