"""How far a talk is from trouble: the least number of turns that could lead there.

What was explored says how far a prompt is, within the flow that it is in. Where the flow returns to
and where "back" leads is looked up in the talk itself, so that no talk seems nearer than it is by
ways that only other talks have.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from bot.values import Frame, Session, Value
from bot.workshop.bitspace import Bits
from bot.workshop.explore import Exploration
from bot.workshop.place import FORWARD, Place
from bot.workshop.rules import GHOST, Rule

Node: TypeAlias = tuple[str, str, str, str]
"""A place, whoever called: its kind, name, way and how it goes on."""

FAR = 1 << 20  # further than any talk is long


class Nearness:
    """Turns to the nearest of some configurations; never more than it really takes.

    Attributes:
        space: the exploration they are in.
    """

    def __init__(self, space: Exploration, bad: Mapping[Place, Bits]) -> None:
        self.space = space
        self._into: dict[Node, list[tuple[Node, list[Rule]]]] = defaultdict(list)
        self._found: dict[Node, Bits] = defaultdict(int)
        self._read()
        self._layers: list[dict[Node, Bits]] = []
        self._least: dict[Node, int] = {}
        self._seen: dict[Node, Bits] = defaultdict(int)
        layer: dict[Node, Bits] = defaultdict(int)
        for place, bits in bad.items():
            layer[_node(place)] |= space.space.no_row(bits)
        while layer:
            layer = self._before(layer)

    def at(self, session: Session, values: Mapping[str, Value], ghost: int) -> int:
        """Give the least number of turns from a talk; `FAR` when no way leads there."""
        bits = self.space.space.one({**values, GHOST: ghost})
        here: Node = ("at", session.step, "", "")
        near = next((n for n, at in enumerate(self._layers) if at.get(here, 0) & bits), FAR)
        near = min(near, 1 + self._least.get(here, FAR), self._returning(session.stack))
        for turns, mark in enumerate(reversed(session.trail), start=1):
            there = self._least.get(("at", mark.step, "", ""), FAR)
            near = min(near, turns + there, turns + self._returning(mark.stack))
        return near

    def _returning(self, stack: Iterable[Frame]) -> int:
        """Give how far it is at least where flows return to."""
        ways = ("ask", "skip", "next")
        ends = [("resume", frame.step, way, frame.resume) for frame in stack for way in ways]
        return 1 + min((self._least.get(end, FAR) for end in ends), default=FAR)

    def _read(self) -> None:
        """Note the edges that lead on, each once for all callers."""
        known: set[tuple[Node, Node, int]] = set()
        for start, bits in self.space.found.items():
            self._found[_node(start)] |= self.space.space.no_row(bits)
            if bits and not _is_back(start):
                self._read_from(start, known)

    def _read_from(self, start: Place, known: set[tuple[Node, Node, int]]) -> None:
        for end, rules in self.space.rules_from(start):
            edge = (_node(start), _node(end), id(rules))
            is_elsewhere = _is_back(end) or (start.kind == "return" and end.kind == "resume")
            if edge not in known and not is_elsewhere:
                known.add(edge)
                self._into[edge[1]].append((edge[0], rules))

    def _before(self, layer: Mapping[Node, Bits]) -> dict[Node, Bits]:
        """Note what is as far as a layer, and give what is one turn further away."""
        number = len(self._layers)
        self._layers.append(dict(layer))
        for node, bits in layer.items():
            self._seen[node] |= bits
            self._least.setdefault(node, number)
        found: dict[Node, Bits] = defaultdict(int)
        within: dict[Node, Bits] = defaultdict(int)
        queue = deque(layer.items())
        while queue:
            end, bits = queue.popleft()
            for start, rules in self._into[end]:
                reached = self._through(start, rules, self._settled(end, bits)) & ~within[start]
                within[start] |= reached
                if reached and start[0] == "at":
                    found[start] |= self._waited(reached) & ~self._seen[start]
                elif reached:
                    self._least.setdefault(start, number)
                    queue.append((start, reached))
        return {node: bits for node, bits in found.items() if bits}

    def _settled(self, end: Node, bits: Bits) -> Bits:
        return self.space.unsettled(end[1], bits) if end[0] == "at" else bits

    def _through(self, start: Node, rules: Iterable[Rule], bits: Bits) -> Bits:
        space, found = self.space.space, 0
        for rule in rules:
            before = self.space.maker.before(space.any_row(bits), rule, space.all)
            found |= space.no_row(before)
        return found & self._found[start]

    def _waited(self, bits: Bits) -> Bits:
        """Add the configurations that become these when locks run out."""
        space = self.space.space
        for lock in self.space.locks:
            bits |= space.free(bits & space.where(lock, None), lock)
        return bits


def _is_back(place: Place) -> bool:
    return place.kind in FORWARD


def _node(place: Place) -> Node:
    return place.kind, place.name, place.way, place.back
