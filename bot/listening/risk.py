"""Hears danger in a text: ten categories, three tiers, the gravest wins."""

from collections.abc import Iterable, Sequence
from typing import cast

from bot.listening.phrases import Found, Phrases
from bot.listening.words import Sentence
from bot.values import Category, Risk, Tier

_TIERS = ("now", "act", "check")
_ORDER: dict[tuple[str, str], int] = {}
_CATEGORIES = (
    "medical", "suicide", "abuse", "harm_others", "self_harm", "psychosis", "withdrawal", "eating",
    "third_party", "minor",
)  # fmt: skip
_NEGATORS = frozenset(("not", "no", "never", "without", "nor", "neither", "zero", "hardly"))


class RiskScan:
    """Finds the gravest danger in a text. Immutable."""

    def __init__(self, rules: Phrases) -> None:
        self._rules = rules

    def hear(self, sentences: Sequence[Sentence]) -> Risk | None:
        """Name the gravest danger, or None."""
        found = [risk for sentence in sentences for risk in self._in(sentence)]
        return self.gravest(found) if found else None

    @staticmethod
    def gravest(risks: Iterable[Risk]) -> Risk:
        """Choose among several: the highest tier, then the category that can wait least."""
        return min(risks, key=lambda r: (_TIERS.index(r.tier), _CATEGORIES.index(r.category)))

    def _in(self, sentence: Sentence) -> Iterable[Risk]:
        found = self._rules.find(sentence)
        for hit in found:
            if hit.rule.labels[0] == "none" or _is_negated(hit, sentence):
                continue
            if any(f.rule.labels[0] == "none" and f.start < hit.end and hit.start < f.end for f in found):
                continue
            yield Risk(
                tier=cast("Tier", hit.rule.labels[1]),
                category=cast("Category", hit.rule.labels[0]),
                rule=hit.rule.id,
            )


def _is_negated(hit: Found, sentence: Sentence) -> bool:
    before = sentence[max(0, hit.start - 4) : hit.start]
    return not _NEGATORS.isdisjoint(before)
