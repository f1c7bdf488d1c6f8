"""Finds a choice by some of its words ("my feet" for "Feet on the floor"), or by an age."""

from collections.abc import Sequence

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA, MARKS
from bot.listening.replywords import Phrase, ReplyWords
from bot.listening.words import Sentence

MOST_WORDS = 8
"""Longer texts tell something; a label's word in them needn't name it."""

MOST_OTHER = 2
"""Weighty words beside a label's own; with more, the text is about something else."""

YOUNGEST, OLDEST = 5, 120
"""Ages that somebody who writes may have; less is the place of a choice in its row."""
_ADULT = 18
_STEM = 5  # letters in which "gently" and "gentler" are the same


def partly_named(
    sentence: Sentence, labels: Sequence[tuple[str, Phrase]], words: ReplyWords
) -> tuple[str, ...]:
    """Find choices of which a short text has all weighty words, or one that no other has.

    A "not", "but" or "what" that isn't the label's own may turn the sense, so it names nothing.
    """
    said = [word for word in sentence if word not in MARKS]
    if not said or len(said) > MOST_WORDS:
        return ()
    heard = _weight(said, words)
    of_labels = {id_: _weight(label, words) for id_, label in labels}
    whole = [id_ for id_, weight in of_labels.items() if weight and weight <= heard]
    widest = [id_ for id_ in whole if not any(of_labels[id_] < of_labels[o] for o in whole)]
    found = widest or _by_own_word(heard, of_labels)
    turns = _turning(sentence, words)
    return tuple(i for i, label in labels if i in found and turns.issubset(label))


def by_age(
    sentence: Sentence, labels: Sequence[tuple[str, Phrase]], words: ReplyWords
) -> tuple[str, ...]:
    """Find the choice for adults, or the one for the young, when a text gives the writer's age."""
    said = tuple(word for word in sentence if word not in MARKS)
    if not said or len(said) > MOST_WORDS:
        return ()
    ages = [age for age in map(number_of, said) if age is not None]
    others = {word for word in said if number_of(word) is None}
    age = ages[0] if len(ages) == 1 and others <= words.around_age else 0
    if _ADULT <= age <= OLDEST or said in words.adult:
        return tuple(id_ for id_, label in labels if _holds_any(label, words.adult_label))
    if YOUNGEST <= age < _ADULT:
        return tuple(id_ for id_, label in labels if _holds_any(label, words.young_label))
    return ()


def _weight(row: Sequence[str], words: ReplyWords) -> frozenset[str]:
    """Keep the words that tell labels apart, cut to their stems."""
    return frozenset(_stem(word) for word in row if word not in words.light)


def _stem(word: str) -> str:
    return word.removesuffix("s")[:_STEM] if len(word) >= _STEM else word


def _by_own_word(heard: frozenset[str], of_labels: dict[str, frozenset[str]]) -> list[str]:
    """Find labels with a word of the text that only one of them has."""
    own = {word for word in heard if sum(word in w for w in of_labels.values()) == 1}
    found = [id_ for id_, weight in of_labels.items() if weight & own]
    known = frozenset().union(*of_labels.values())
    return found if len(heard - known) <= MOST_OTHER else []


def _turning(sentence: Sentence, words: ReplyWords) -> set[str]:
    """Name the words that may turn the sense; a "no" before a comma only answers."""
    return {
        word
        for place, word in enumerate(sentence)
        if word in words.turning and not (word == "no" and sentence[place + 1] == COMMA)
    }


def _holds_any(label: Phrase, phrases: frozenset[Phrase]) -> bool:
    return any(
        label[place : place + len(phrase)] == phrase
        for phrase in phrases
        for place in range(len(label) - len(phrase) + 1)
    )
