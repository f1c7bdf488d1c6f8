"""Hears what a curious question may be asked about: “always”, “should”, “what if” and the like."""

from collections import Counter
from collections.abc import Sequence

from bot.listening.habits import SPARED, is_spared
from bot.listening.phrases import Finds


def cues_in(clause: Sequence[Finds], habits: Sequence[Finds]) -> tuple[str, ...]:
    """Name the cues of a clause, the longest first, then in order of mention.

    Where something real and hard is spoken of, `spared` is heard instead of any.

    Args:
        clause: cues found in the clause that is most worth quoting.
        habits: habits of thought found in the whole text, and what is spared of them.
    """
    if is_spared(habits):
        return (SPARED,)
    longest: Counter[str] = Counter()
    for _, found_here in clause:
        for found in sorted(found_here, key=lambda one: one.start):
            cue = found.rule.labels[0]
            longest[cue] = max(longest[cue], found.end - found.start)
    return tuple(cue for cue, _ in longest.most_common())
