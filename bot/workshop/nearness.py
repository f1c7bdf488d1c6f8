"""How far a talk is from trouble, by what was explored.

What was explored says how far a prompt is, within the flow that it is in. Where the flow returns to
and where "back" leads is looked up in the talk itself, so that no talk seems nearer than it is by
ways that only other talks have.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from bot.values import Frame, Session, Value
from bot.workshop.bitspace import Bits
from bot.workshop.explore import Exploration
from bot.workshop.place import FORWARD, Place
from bot.workshop.rules import GHOST, Rule

Node: TypeAlias = tuple[str, str, str, str]
"""A place, whoever called: its kind, name, way and how it goes on."""

FAR = 1 << 20  # further than any talk is long
DIM = 50  # further than what is known to lead there for sure
MOST_BACK = 3  # turns that are gone back in a guess
WAYS = ("ask", "skip", "next")


class Nearness:
    """Turns to the nearest of some configurations.

    Attributes:
        space: the exploration they are in.
    """

    def __init__(self, space: Exploration, bad: Mapping[Place, Bits]) -> None:
        self.space = space
        self._kinds = space.graph.twin.domains.kinds
        self._near = _Layers(space, bad, is_loose=False)
        self._loose = _Layers(space, bad, is_loose=True)

    def settled(self, session: Session) -> dict[str, Value]:
        """Give what a talk holds of the variables that were explored."""
        return self._settled(session.values, session.at)

    def guess(self, session: Session, ghost: int) -> int:
        """Guess how many turns a talk is away, perhaps too few or too many."""
        values, here = self.settled(session), ("at", session.step, "", "")
        bits = self._bits(values, ghost)
        dim = self._loose.to(here, bits)
        near = min(self._near.to(here, bits), 1 + self._out(session.stack, bits),
                   self._back(session, values, ghost))  # fmt: skip
        return min(near, DIM + min(dim, DIM))

    def _out(self, stack: Sequence[Frame], bits: Bits) -> int:
        """Guess how far it is where the open flows return to."""
        return min((height + self._near.to(("resume", frame.step, way, frame.resume), bits)
                    for height, frame in enumerate(reversed(stack)) for way in WAYS),
                   default=FAR)  # fmt: skip

    def _back(self, session: Session, values: Mapping[str, Value], ghost: int) -> int:
        """Guess how far it is where "back" leads, with what was held there."""
        near = FAR
        for turns, mark in enumerate(reversed(session.trail[-MOST_BACK:]), start=1):
            old = {name: value for name, value in mark.old.items() if not self._stays(name)}
            values = {**values, **self._settled(old, session.at)}
            there = self._near.to(("at", mark.step, "", ""), self._bits(values, ghost))
            near = min(near, turns + there)
        return near

    def _stays(self, name: str) -> bool:
        return name not in self._kinds or self._kinds[name].sticky

    def _bits(self, values: Mapping[str, Value], ghost: int) -> Bits:
        return self.space.space.one({**values, GHOST: ghost})

    def _settled(self, values: Mapping[str, Value], at: int) -> dict[str, Value]:
        settle, names = self.space.graph.twin.domains.settle, self.space.space
        return {name: settle(name, v, at) for name, v in values.items() if name in names}


class _Layers:
    """What is equally far from some configurations, whoever called.

    Args:
        is_loose: also by "back" and by returns to whoever may have called, which only some talks
            can do: what is near then is a hint and no more.
    """

    def __init__(self, space: Exploration, bad: Mapping[Place, Bits], *, is_loose: bool) -> None:
        self.space, self.is_loose = space, is_loose
        self._into: dict[Node, list[tuple[Node, list[Rule]]]] = defaultdict(list)
        self._found: dict[Node, Bits] = defaultdict(int)
        self._read()
        self._layers: list[dict[Node, Bits]] = []
        self._seen: dict[Node, Bits] = defaultdict(int)
        layer: dict[Node, Bits] = defaultdict(int)
        for place, bits in bad.items():
            layer[_node(place)] |= space.space.no_row(bits)
        while layer:
            layer = self._before(layer)

    def to(self, node: Node, bits: Bits) -> int:
        """Give how far a configuration is."""
        return next((n for n, at in enumerate(self._layers) if at.get(node, 0) & bits), FAR)

    def _read(self) -> None:
        """Note the edges that lead on, each once for all callers."""
        known: set[tuple[Node, Node, int]] = set()
        for start, bits in self.space.found.items():
            self._found[_node(start)] |= self.space.space.no_row(bits)
            if bits and (self.is_loose or not _is_back(start)):
                self._read_from(start, known)

    def _read_from(self, start: Place, known: set[tuple[Node, Node, int]]) -> None:
        for end, rules in self.space.rules_from(start):
            edge = (_node(start), _node(end), id(rules))
            is_elsewhere = _is_back(end) or (start.kind == "return" and end.kind == "resume")
            if edge not in known and (self.is_loose or not is_elsewhere):
                known.add(edge)
                self._into[edge[1]].append((edge[0], rules))

    def _before(self, layer: Mapping[Node, Bits]) -> dict[Node, Bits]:
        """Note what is as far as a layer, and give what is one turn further away."""
        here = defaultdict(int, layer)
        self._layers.append(here)
        for node, bits in layer.items():
            self._seen[node] |= bits
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
                    if start[0] == "resume":
                        here[start] |= reached & ~self._seen[start]
                        self._seen[start] |= reached
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
