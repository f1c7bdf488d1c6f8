"""Finds rules that a sentence must fit from its first word to its last, such as a plain "yes".

Most sentences begin or end with a word with which no such rule does: two looks into a table tell.
"""

from collections.abc import Iterable

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA
from bot.listening.phrases import Phrases
from bot.listening.rulebook import Rule
from bot.listening.spoken import Place
from bot.listening.words import Sentence


class Wholes:
    """Some rules, found only where they are all that is said. Immutable."""

    def __init__(self, phrases: Phrases) -> None:
        """Index the rows that begin and end where a sentence does."""
        self._phrases = phrases
        self._first, self._last = Edge(), Edge()
        for number, track in enumerate(track for track in phrases.tracks() if track.closes):
            self._first.note(1 << number, track.steps[1:])  # behind the mark that begins it
            self._last.note(1 << number, reversed(track.steps))

    def words(self) -> frozenset[str]:
        """Name all words that any rule knows."""
        return self._phrases.words()

    def find(self, sentence: Sentence) -> Rule | None:
        """Find the first rule that the whole sentence fits."""
        last = sentence[-3] if sentence[-2] == COMMA else sentence[-2]
        if not self._first.rows(sentence[1]) & self._last.rows(last):
            return None
        for found in self._phrases.find(sentence):
            if found.start == 0 and found.end == len(sentence):
                return found.rule
        return None


class Edge:
    """With which words rows begin, or end: a bit for each row."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._numbers = self._any = 0

    def note(self, row: int, steps: Iterable[Place | int]) -> None:
        """Note all words that can stand at the edge of a row, given its steps from there on."""
        for step in steps:
            if isinstance(step, int) or step.but:
                self._any |= row
                return
            words = step.words.union(*step.phrases)  # more than the outermost: seldom in vain
            for word in words:
                self._rows[word] = self._rows.get(word, 0) | row
            self._numbers |= row if step.span else 0
            if not step.optional:
                return

    def rows(self, word: str) -> int:
        """Tell which rows may have this word at the edge."""
        numbers = self._numbers if number_of(word) is not None else 0
        return self._rows.get(word, 0) | numbers | self._any
