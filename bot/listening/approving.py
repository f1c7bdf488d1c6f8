"""Reads which lines a person keeps ("the first and the third", "drop the second", "keep all")."""

from typing import Literal, TypeAlias

from bot.listening.numbers import number_of, order_of
from bot.listening.patterns import MARKS
from bot.listening.replywords import ReplyWords
from bot.listening.words import Sentence
from bot.values import Line

MOST_WORDS = 16
"""Longer texts tell something; nothing is kept because of them."""

Verdict: TypeAlias = tuple[Literal["yes", "no"] | None, tuple[str, ...]]
"""Yes to all, no to all, or the ids of the lines that are kept."""


def kept_in(sentence: Sentence, lines: tuple[Line, ...], words: ReplyWords) -> Verdict | None:
    """Read what is kept; None when the text doesn't say it plainly.

    Who names lines to keep keeps only those; who names lines to drop keeps all others.
    """
    said = [word for word in sentence if word not in MARKS]
    if not said or len(said) > MOST_WORDS or not lines:
        return None
    marked = _marked(said, len(lines), words)
    if marked is None:
        return None
    kept, dropped = marked
    ids = [line.id for line in lines]
    if not kept and not dropped:
        return _of_all(said, words)
    chosen = kept - dropped if kept else set(range(1, len(ids) + 1)) - dropped
    answer: Literal["no"] | None = None if chosen else "no"
    return answer, tuple(id_ for place, id_ in enumerate(ids, 1) if place in chosen)


def _marked(said: list[str], count: int, words: ReplyWords) -> tuple[set[int], set[int]] | None:
    """Collect the places that are kept and dropped; None when a word says something else."""
    kept: set[int] = set()
    dropped: set[int] = set()
    side = kept
    for index, word in enumerate(said):
        place = order_of(word, count)
        if place is None and not (word == "one" and index and said[index - 1] != "line"):
            place = number_of(word)
        if place is not None:
            if not 1 <= place <= count:
                return None
            side.add(place)
        elif word in words.dropping:
            side = dropped
        elif word in words.keeping:
            side = kept
        elif word not in words.around_lines:
            return None
    return kept, dropped


def _of_all(said: list[str], words: ReplyWords) -> Verdict | None:
    """Read "keep all" and "drop everything"; a bare "keep" says no more than a yes."""
    if not words.every.isdisjoint(said):
        return ("yes" if words.dropping.isdisjoint(said) else "no"), ()
    return None
