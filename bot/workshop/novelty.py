"""How new a talk is among those that are equally far from trouble.

A search that always goes for the nearest talk circles where one seems near and isn't. One that also
asks what nobody has been to yet, at that distance, comes by what no guess foresaw.
"""

from collections import defaultdict
from collections.abc import Iterable

NEW, MIXED, OLD = 1, 2, 3  # something new; something new at this step; neither


class Novelty:
    """What was come by so far."""

    def __init__(self) -> None:
        self._seen: dict[int, set[object]] = defaultdict(set)

    def of(self, left: int, step: str, parts: Iterable[object]) -> int:
        """Say how new a talk is, and note what it comes by.

        Args:
            left: how far it is from trouble.
            step: where it is.
            parts: all that decides how it goes on.
        """
        seen, found = self._seen[left], OLD
        for part in (("at", step), *parts):
            if part not in seen:
                seen.add(part)
                found = NEW
            elif (step, part) not in seen:
                found = min(found, MIXED)
            seen.add((step, part))
        return found
