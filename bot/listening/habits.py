"""Hears cues of habits of thought. Up to three are offered, none is told."""

from collections import Counter
from collections.abc import Sequence

from bot.listening.phrases import Finds

MOST_HABITS = 3
SPARED = "spared"


def is_spared(finds: Sequence[Finds]) -> bool:
    """Tell whether something real and hard is spoken of: grief, violence, discrimination."""
    return any(found.rule.labels[0] == SPARED for _, here in finds for found in here)


def habits_in(finds: Sequence[Finds]) -> tuple[str, ...]:
    """Name at most three habits, the likeliest first; none where something real is spoken of.

    A longer cue counts for more than a single word such as "always".
    """
    if is_spared(finds):
        return ()
    weights: Counter[str] = Counter()
    for _, found_here in finds:
        for found in found_here:
            weights[found.rule.labels[0]] += found.end - found.start
    return tuple(habit for habit, _ in weights.most_common(MOST_HABITS))
