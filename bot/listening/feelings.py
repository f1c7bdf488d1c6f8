"""Hears families of feeling. What is heard is only ever offered, with a way out."""

from collections.abc import Sequence

from bot.listening.phrases import Finds, Found
from bot.listening.words import Sentence

_NOTS = frozenset(("not", "never", "no", "without", "hardly", "neither", "nor", "less"))
_WINDOW = 3
_STRONGER = frozenset(
    ("so", "very", "really", "extremely", "totally", "completely", "super", "too")
)


def feelings_in(finds: Sequence[Finds]) -> tuple[str, ...]:
    """Name the families that a text speaks of, strongest first, then in order of mention."""
    strengths: dict[str, int] = {}
    for sentence, found_here in finds:
        for found in sorted(found_here, key=lambda f: f.start):
            if not _is_denied(found, sentence):
                family, strength = found.rule.labels
                more = sentence[found.start - 1] in _STRONGER
                strengths[family] = max(strengths.get(family, 0), 2 * int(strength) + more)
    return tuple(sorted(strengths, key=lambda family: -strengths[family]))


def _is_denied(found: Found, sentence: Sentence) -> bool:
    """Tell whether a "not" stands up to three words before; "not ... but" ends its reach."""
    before = sentence[max(0, found.start - _WINDOW) : found.start]
    for word in reversed(before):
        if word in ("but", ",", "just", "only"):
            return False
        if word in _NOTS:
            return True
    return False
