"""The places and edges of a graph by numbers: walking it again and again costs no look-up of names.

Edges that behave alike, whatever variables are looked at, are of one class.
"""

from collections.abc import Mapping
from typing import TypeAlias

from bot.workshop.place import Leg, Place, forward

Called: TypeAlias = tuple[Place, Place, bool]
Sort: TypeAlias = tuple[Place, Place, tuple[Leg, ...]]
"""A start, an end and the legs between them, that stand for all edges of a class."""


class Layout:
    """A graph by numbers.

    Attributes:
        places: by number.
        number: of each place.
        out: for each place, the ends of its edges with their classes.
        classes: one edge of each class.
        called: for each place, the ways back to calls made there: start, end, class, is sure.
        prompt: for each place at which "back" restores a prompt, that prompt; else -1.
    """

    def __init__(
        self,
        edges: Mapping[Place, Mapping[Place, Mapping[Leg, None]]],
        called: Mapping[Place, list[Called]],
    ) -> None:
        self.places = list(edges)
        self.number = {place: n for n, place in enumerate(self.places)}
        self.classes: list[Sort] = []
        self._known: dict[object, int] = {}
        self.out = [
            [(self.number[end], self._class(start, end, legs)) for end, legs in ends.items()]
            for start, ends in edges.items()
        ]
        numbers = [dict(ends) for ends in self.out]
        self.called: list[list[tuple[int, int, int, bool]]] = [[] for _ in self.places]
        for source, ways in called.items():
            for start, end, is_sure in ways:
                first, last = self.number[start], self.number[end]
                way = (first, last, numbers[first][last], is_sure)
                self.called[self.number[source]].append(way)
        self.prompt = [
            self.number[forward(place)] if place.kind == "restored" else -1 for place in self.places
        ]

    def _class(self, start: Place, end: Place, legs: Mapping[Leg, None]) -> int:
        is_within = next(iter(legs))[0] is not None
        what = frozenset(legs) if is_within else (end.kind, end.kind == start.kind)
        key = (what, start.kind, _standing(start), _standing(end))
        if key not in self._known:
            self._known[key] = len(self.classes)
            self.classes.append((start, end, tuple(legs)))
        return self._known[key]


def _standing(place: Place) -> tuple[bool, bool]:
    """Tell what of a place's callers decides what becomes of what held at the call."""
    return place.caller is None, place.caller is not None and place.caller.is_grave
