"""Finds which of the offered choices a text names: by label, number, order or near spelling."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.listening.naming import by_age, partly_named
from bot.listening.numbers import number_of, order_of
from bot.listening.patterns import MARKS, Spell
from bot.listening.replywords import Phrase, ReplyWords
from bot.listening.words import Sentence
from bot.values import Ask, Choice

NEAR = 0.84
"""How alike a text and a label must be spelled to count as the same: one slip in six letters."""

CLEARER = 0.05
"""How much nearer the best label must be than the second."""

Label = tuple[str, Phrase]
"""A choice's id and its label as it is heard."""

_MANY = ("choices", "feelings", "body", "cards")
_BY_PLACE = ("choice", "choices", "body", "cards")


def offered(ask: Ask | None) -> tuple[Choice, ...]:
    """List everything that can be named in an answer to an ask."""
    if ask is None:
        return ()
    shades = tuple(shade for family in ask.families for shade in family.shades)
    families = tuple(Choice(family.id, family.label) for family in ask.families)
    return ask.choices + ask.chips + ask.areas + ask.cards + ask.live + shades + families


class Choices:
    """Reads texts as choices. Immutable."""

    def __init__(self, words: ReplyWords, spell: Spell) -> None:
        self._words, self._spell = words, spell

    def named(self, sentence: Sentence, ask: Ask | None) -> tuple[bool, tuple[str, ...]]:
        """Find what a text names, and whether it is exactly one label.

        A text that may be told freely must be a chip's label as a whole; elsewhere labels are
        also found inside a sentence.
        """
        choices = offered(ask)
        if ask is None or not choices:
            return False, ()
        said = tuple(word for word in sentence if word not in MARKS)
        labels = [(choice.id, self._spell(choice.label)) for choice in choices]
        exact = self._exact(said, labels)
        if exact:
            return True, (exact,)
        return False, self._less_exact(said, sentence, ask, choices, labels)

    def _exact(self, said: Phrase, labels: Sequence[Label]) -> str | None:
        """Find the label, id or other name of a choice that is all that is said."""
        for id_, label in labels:
            if label == said or " ".join(said) == id_.lower():
                return id_
        bare = tuple(word for word in said if word not in self._words.around)
        name = self._words.names.get(said) or self._words.names.get(bare)
        return name if name in [id_ for id_, _ in labels] else None

    def _less_exact(
        self,
        said: Phrase,
        sentence: Sentence,
        ask: Ask,
        choices: Sequence[Choice],
        labels: Sequence[Label],
    ) -> tuple[str, ...]:
        many = ask.kind in _MANY
        placed = self._by_place(sentence, choices, many) if ask.kind in _BY_PLACE else ()
        if placed:
            return placed
        near = _near(" ".join(said), labels)
        if near:
            return (near,)
        if said in self._words.none:
            return self._none_of(labels)
        if many and said in self._words.all:
            none = self._none_of(labels)
            return tuple(id_ for id_, _ in labels if id_ not in none)
        told = ask.kind in ("text", "rating") or ask.placeholder is not None
        return () if told else self._by_words(said, sentence, ask, labels)

    def _by_words(
        self, said: Phrase, sentence: Sentence, ask: Ask, labels: Sequence[Label]
    ) -> tuple[str, ...]:
        """Find what a label inside the text names, or an age, or some of a label's words."""
        many = ask.kind in _MANY
        inside = _inside(said, labels)
        if inside and (many or len(inside) == 1):
            return inside
        of_age = by_age(sentence, labels, self._words) if ask.kind == "choice" else ()
        if len(of_age) == 1:
            return of_age
        named = partly_named(sentence, labels, self._words)
        return named if many or len(named) == 1 else ()

    def _by_place(
        self, sentence: Sentence, choices: Sequence[Choice], many: bool
    ) -> tuple[str, ...]:
        """Read "2", "the second one", "1 and 3", "the last": only when nothing else is said."""
        places: list[int] = []
        for word in sentence:
            place = order_of(word, len(choices))
            if place is None:
                place = None if word == "one" and "the" in sentence else number_of(word)
            if place is None and word not in self._words.around and word not in MARKS:
                return ()
            if place is not None:
                places.append(place)
        if not all(1 <= place <= len(choices) for place in places):
            return ()
        chosen = tuple(dict.fromkeys(choices[place - 1].id for place in places))
        return chosen if many or len(chosen) == 1 else ()

    def _none_of(self, labels: Sequence[Label]) -> tuple[str, ...]:
        """Find the choice that stands for "none of these"."""
        for id_, label in labels:
            if (id_,) in self._words.none or label[:1] in self._words.none:
                return (id_,)
        return ()


def _near(said: str, labels: Sequence[Label]) -> str | None:
    """Find the one label that is spelled almost like the text."""
    if not 4 <= len(said) <= 60:
        return None
    pairs = ((SequenceMatcher(None, said, " ".join(label)), id_) for id_, label in labels)
    # most labels are told apart by a bound on their likeness, which takes a tenth of the time
    like = ((pair, id_) for pair, id_ in pairs if pair.quick_ratio() >= NEAR - CLEARER)
    scored = sorted(((pair.ratio(), id_) for pair, id_ in like), reverse=True)
    if not scored:
        return None
    best, id_ = scored[0]
    rival = scored[1][0] if len(scored) > 1 else 0.0
    return id_ if best >= NEAR and best - rival > CLEARER else None


def _inside(said: Phrase, labels: Sequence[Label]) -> tuple[str, ...]:
    """Find labels inside the text, in the order in which it names them; the longest win."""
    found: list[tuple[int, int, str]] = []
    for id_, label in labels:
        for place in range(len(said) - len(label) + 1 if label else 0):
            if said[place : place + len(label)] == label:
                found.append((place, place + len(label), id_))
                break
    longest = [one for one in found if not any(_covers(other, one) for other in found)]
    return tuple(dict.fromkeys(id_ for _, _, id_ in sorted(longest)))


def _covers(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[:2] != other[:2] and one[0] <= other[0] and other[1] <= one[1]
