"""Finds which of the offered choices a text names: by label, number, order or near spelling."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.listening.numbers import number_of
from bot.listening.words import COMMA, Sentence, Words
from bot.values import Ask, Choice

NEAR = 0.84
"""How alike a text and a label must be spelled to be taken for the same; one slip in six letters."""

_ORDER = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_LAST = frozenset(("last", "bottom", "final"))
_AROUND = frozenset(
    "the one ones option options number choice answer please i would like want choose pick take go with "
    "will say think and or a an to for me it is that my nr no let us try do my of both top , < >".split()
)
_NONE = frozenset(
    ("none", "none of these", "none of them", "neither", "none of those", "none of the above",
     "neither of them", "neither of these", "nothing", "no one of them", "none fit", "none fits", "nothing fits")
)  # fmt: skip
_ALL = frozenset(("all", "all of them", "all of these", "both", "both of them", "everything", "all of the above"))


def offered(ask: Ask | None) -> tuple[Choice, ...]:
    """List everything that can be named in an answer to an ask."""
    if ask is None:
        return ()
    shades = tuple(shade for family in ask.families for shade in family.shades)
    families = tuple(Choice(family.id, family.label) for family in ask.families)
    return ask.choices + ask.chips + ask.areas + ask.cards + ask.live + shades + families


def named_choices(sentence: Sentence, ask: Ask | None, words: Words) -> tuple[bool, tuple[str, ...]]:
    """Find what a text names, and whether it is exactly one label.

    A text that may be told freely (`text`) must be a chip's label as a whole; elsewhere labels
    are also found inside a sentence.
    """
    choices = offered(ask)
    if ask is None or not choices:
        return False, ()
    said = tuple(word for word in sentence if word not in "<>,")
    labels = [(choice.id, words.spell(choice.label)) for choice in choices]
    exact = [id_ for id_, label in labels if label == said or " ".join(said) == id_]
    if exact:
        return True, (exact[0],)
    many = ask.kind in ("choices", "feelings", "body", "cards")
    if ask.kind not in ("text", "feelings", "rating", "exercise"):
        placed = _by_place(sentence, choices, many)
        if placed:
            return False, placed
    near = _near(" ".join(said), labels)
    if near:
        return False, (near,)
    if " ".join(said) in _NONE:
        return False, _none_of(labels)
    if many and " ".join(said) in _ALL:
        return False, tuple(id_ for id_, _ in labels if not id_.startswith("none"))
    if ask.kind in ("text", "rating"):
        return False, ()
    inside = _inside(said, labels)
    return False, inside if many or len(inside) == 1 else ()


def _by_place(sentence: Sentence, choices: Sequence[Choice], many: bool) -> tuple[str, ...]:
    """Read "2", "the second one", "1 and 3", "the last": only when nothing else is said."""
    places: list[int] = []
    for word in sentence:
        place = _ORDER.get(word) or (len(choices) if word in _LAST else number_of(word))
        if place is None or (word == "one" and "the" in sentence):
            if word not in _AROUND:
                return ()
        elif 1 <= place <= len(choices):
            places.append(place)
        else:
            return ()
    chosen = tuple(dict.fromkeys(choices[place - 1].id for place in places))
    return chosen if many or len(chosen) == 1 else ()


def _near(said: str, labels: Sequence[tuple[str, tuple[str, ...]]]) -> str | None:
    """Find the one label that is spelled almost like the text."""
    if len(said) < 4 or len(said) > 60:
        return None
    scored = sorted(
        ((SequenceMatcher(None, said, " ".join(label)).ratio(), id_) for id_, label in labels),
        reverse=True,
    )
    best = scored[0]
    rival = scored[1][0] if len(scored) > 1 else 0.0
    return best[1] if best[0] >= NEAR and best[0] - rival > 0.05 else None


def _none_of(labels: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Find the choice that stands for "none of these"."""
    for id_, label in labels:
        if id_ in ("none", "neither") or label[:1] in (("none",), ("neither",), ("nothing",)):
            return (id_,)
    return ()


def _inside(
    said: tuple[str, ...], labels: Sequence[tuple[str, tuple[str, ...]]]
) -> tuple[str, ...]:
    """Find labels inside the text, in the order in which it names them."""
    found: list[tuple[int, int, str]] = []
    for id_, label in labels:
        for place in range(len(said) - len(label) + 1):
            if label and said[place : place + len(label)] == label:
                found.append((place, place + len(label), id_))
                break
    longest = [f for f in found if not any(_within(f, other) for other in found)]
    return tuple(dict.fromkeys(id_ for _, _, id_ in sorted(longest)))


def _within(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one != other and other[0] <= one[0] and one[1] <= other[1] and one[:2] != other[:2]
