"""Reads a rating from 0 to 10 in a text ("about a six", "7/10", "eleven!").

Of a range the higher end counts: to go more gently than needed costs less than the other way
round. Halves are rounded up for the same reason. What is above 10 is 10.
"""

import re

from bot.listening.numbers import number_of
from bot.listening.patterns import COMMA, MARKS
from bot.listening.replywords import ReplyWords
from bot.listening.words import Sentence
from bot.values import Ask

MOST_WORDS, MOST_WORDS_ASKED = 16, 60
"""Longer texts tell something; a number in them is no rating, unless a rating was asked for."""

_BEGINNING = 200  # letters in which "7/10" is looked for
_OUT_OF = re.compile(
    r"(?<![\d.,:/-])(\d{1,2})(?:[.,](\d))?\s*(?:/|out of|of|von|sur|de|sobre)\s*10(?!\d)",
    re.IGNORECASE,
)
_PART = re.compile(r"(?<![\d.,:/])(\d{1,2})[.,](\d{1,2})(?![\d:/])")
_HALVES = (("and", "a", "half"), ("y", "medio"))
_NOT_ONE = frozenset(("this", "that", "no", "the", "any", "every", "which"))
_HIGHEST = 10


def rating_in(sentence: Sentence, text: str, ask: Ask | None, words: ReplyWords) -> int | None:
    """Read a rating, if the text gives one. Without a rating asked for, it must be all it says."""
    asked = ask is not None and ask.kind == "rating"
    if len(sentence) > (MOST_WORDS_ASKED if asked else MOST_WORDS):
        return None
    out_of = _OUT_OF.search(text[:_BEGINNING])
    if out_of:
        return _within(int(out_of[1]), out_of[2])
    edge = _edge(sentence, ask, words) if asked and ask is not None else None
    if edge is not None:
        return edge
    if not asked and any(not _may_surround(word, words) for word in sentence):
        return None
    part = _PART.search(text[:_BEGINNING])
    if part:
        return _within(int(part[1]), part[2])
    numbers = _numbers(sentence, words)
    return _chosen(numbers, sentence, words) if numbers else None


def _may_surround(word: str, words: ReplyWords) -> bool:
    return word in words.around_rating or word in MARKS or number_of(word) is not None


def _within(whole: int, tenths: str | None) -> int:
    up = 1 if tenths and int(tenths[0]) >= 5 else 0
    return min(_HIGHEST, whole + up)


def _numbers(sentence: Sentence, words: ReplyWords) -> list[tuple[int, int]]:
    """Find numbers that may be ratings, each with its place."""
    found: list[tuple[int, int]] = []
    for place, word in enumerate(sentence):
        number = number_of(word.removesuffix("ish"))
        if number is None or _counts(sentence, place, words):
            continue
        if found and number == _HIGHEST and sentence[place - 1] in words.scale:
            continue
        if word != "one" or sentence[place - 1] not in _NOT_ONE:
            rest = sentence[place + 1 : -1]
            half = any(rest[: len(it)] == it for it in _HALVES)
            found.append((place, min(number + half, _HIGHEST)))
    return found


def _counts(sentence: Sentence, place: int, words: ReplyWords) -> bool:
    """Tell whether a number says how many of something there are: "I have 3 exams"."""
    after = sentence[place + 1]
    if after in words.units or (after == "of" and number_of(sentence[place + 2]) is None):
        return True
    if place == 1:
        return False  # "8 heart pounding": what is asked for is told first
    is_small = after in MARKS or after in words.behind_rating or after in words.around_rating
    return not (is_small or number_of(after) is not None) and sentence[place - 1] not in ("a", "an")


def _chosen(numbers: list[tuple[int, int]], sentence: Sentence, words: ReplyWords) -> int | None:
    """Choose among several numbers: what is now, what it came to, the higher end of a range."""
    values = [value for _, value in numbers]
    if len(set(values)) == 1:
        return values[0]
    for place, value in numbers:
        if not words.now.isdisjoint(sentence[max(0, place - 5) : place]):
            return value
    if len(values) != 2:
        return None
    first, second = numbers[0][0], numbers[1][0]
    if not words.before.isdisjoint(sentence[:first]):
        return values[1]
    between = {*sentence[first + 1 : second]} - {COMMA}
    return max(values) if between <= words.joining else None


def _edge(sentence: Sentence, ask: Ask, words: ReplyWords) -> int | None:
    """Read the words of the scale's ends, and the ways of saying "none" and "the most"."""
    said = tuple(word for word in sentence if word not in MARKS)
    if said in words.rated_0 or (ask.low and " ".join(said) == ask.low.lower()):
        return 0
    if said in words.rated_10 or (ask.high and " ".join(said) == ask.high.lower()):
        return _HIGHEST
    return None
