"""Reads a rating from 0 to 10 in a text ("about a six", "7/10", "eleven!").

Of a range the higher end counts: to go more gently than needed costs less than the other way
round. Halves are rounded up for the same reason. What is above 10 is 10.
"""

import re

from bot.listening.numbers import number_of
from bot.listening.words import COMMA, Sentence
from bot.values import Ask

_OUT_OF = re.compile(r"(?<![\d.,:/-])(\d{1,2})(?:[.,](\d))?\s*(?:/|out of|of|von|sur|de)\s*10(?!\d)", re.I)
_HALF = re.compile(r"(?<![\d.,:/])(\d{1,2})[.,](\d{1,2})(?![\d:/])")
_MOST = frozenset(("max", "maximum", "highest", "infinity", "hundred", "million", "thousand"))
_UNITS = frozenset(
    "minutes minute mins min hours hour days day weeks week months month years year yrs kids children times "
    "pm am oclock o people things cups drinks percent dollars pounds kg th nd rd st steps seconds sec".split()
)
_FILL = frozenset(
    "a an about around like maybe probably i am at say it is would be guess think roughly approximately "
    "probably my now right just um uh well so hmm to the number level still feel feeling more of or and "
    "between somewhere perhaps today solid strong good ish exactly only almost nearly close out ten "
    "have got same again up down from went gone was before , < > ! rating rate that this me please for".split()
)


def rating_in(sentence: Sentence, text: str, ask: Ask | None) -> int | None:
    """Read a rating, if the text gives one. Without a rating asked for, it must be all it says."""
    asked = ask is not None and ask.kind == "rating"
    out_of = _OUT_OF.search(text[:200])
    if out_of:
        return _within(int(out_of[1]), out_of[2])
    if asked and ask is not None and (edge := _edge(sentence, ask)) is not None:
        return edge
    if not asked and any(w not in _FILL and number_of(w) is None for w in sentence):
        return None
    half = _HALF.search(text[:200])
    if half:
        return _within(int(half[1]), half[2])
    numbers = _numbers(sentence)
    return _chosen(numbers, sentence) if numbers else None


def _within(whole: int, tenths: str | None) -> int:
    up = 1 if tenths and int(tenths[0]) >= 5 else 0
    return max(0, min(10, whole + up))


def _numbers(sentence: Sentence) -> list[tuple[int, int]]:
    """Find numbers that may be ratings, each with its place."""
    found: list[tuple[int, int]] = []
    for place, word in enumerate(sentence):
        number = number_of(word)
        if number is None or sentence[place + 1] in _UNITS:
            continue
        if word == "one" and sentence[place - 1] in ("this", "that", "no", "the", "any", "every", "which"):
            continue
        found.append((place, min(number, 10)))
    return found


def _chosen(numbers: list[tuple[int, int]], sentence: Sentence) -> int | None:
    values = [value for _, value in numbers]
    if len(set(values)) == 1:
        return values[0]
    after_now = [v for place, v in numbers if "now" in sentence[max(0, place - 5) : place]]
    if after_now:
        return after_now[0]
    if len(values) == 2:
        between = sentence[numbers[0][0] + 1 : numbers[1][0]]
        if "was" in sentence[: numbers[0][0]] or "from" in sentence[: numbers[0][0]]:
            return values[1]
        if set(between) <= {"or", "to", "and", "maybe", COMMA, "a", "an"}:
            return max(values)
    return None


def _edge(sentence: Sentence, ask: Ask) -> int | None:
    """Read the words of the scale's ends, and the ways of saying "the most" and "none"."""
    said = " ".join(word for word in sentence[1:-1] if word != COMMA)
    if ask.low and said == ask.low.lower():
        return 0
    if ask.high and said == ask.high.lower():
        return 10
    if said in ("none", "not at all", "nothing", "no", "nope", "none at all", "gone"):
        return 0
    if said in ("off the charts", "through the roof", "the most", "completely", "the worst", "full", "totally"):
        return 10
    return 10 if not _MOST.isdisjoint(sentence) and len(sentence) < 8 else None
