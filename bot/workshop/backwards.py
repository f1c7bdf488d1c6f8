"""How far each configuration is from trouble: the least number of turns that could lead there."""

from collections import defaultdict, deque
from collections.abc import Mapping

from bot.values import Value
from bot.workshop.bitspace import Bits
from bot.workshop.explore import GHOST, Exploration, Rule
from bot.workshop.place import Place


class Distances:
    """Turns to the nearest of some configurations; never more than it really takes.

    Attributes:
        space: the exploration they are in.
    """

    def __init__(self, space: Exploration, bad: Mapping[Place, Bits]) -> None:
        self.space = space
        self._into: dict[Place, list[tuple[Place, list[Rule]]]] = defaultdict(list)
        for start, ends in space.rules.items():
            for end, rules in ends.items():
                self._into[end].append((start, rules))
        self.layers: list[dict[Place, Bits]] = []
        self._seen: dict[Place, Bits] = defaultdict(int)
        layer = {place: self._waited(place, bits) for place, bits in bad.items()}
        while layer:
            for place, bits in layer.items():
                self._seen[place] |= bits
            self.layers.append(layer)
            layer = self._before(layer)

    def at(self, place: Place, values: Mapping[str, Value], ghost: int) -> int | None:
        """Give the distance of one configuration; None when it leads nowhere near."""
        bits = self.space.space.one({**values, GHOST: ghost})
        for number, layer in enumerate(self.layers):
            if layer.get(place, 0) & bits:
                return number
        return None

    def _before(self, layer: Mapping[Place, Bits]) -> dict[Place, Bits]:
        """Give what is one turn further away."""
        found: dict[Place, Bits] = {}
        queue = deque(layer.items())
        within: dict[Place, Bits] = defaultdict(int)
        while queue:
            end, bits = queue.popleft()
            if end.kind == "at":
                bits = self.space.unsettled(end, bits)
            for start, rules in self._into[end]:
                reached = self._through(start, rules, bits) & ~within[start]
                if not reached:
                    continue
                within[start] |= reached
                if start.kind == "at":
                    more = self._waited(start, reached) & ~self._seen[start]
                    found[start] = found.get(start, 0) | more
                else:
                    queue.append((start, reached))
        return {place: bits for place, bits in found.items() if bits}

    def _through(self, start: Place, rules: list[Rule], bits: Bits) -> Bits:
        found, occurs = 0, self.space.found[start]
        for rule in rules if occurs else ():
            found |= self.space.before(bits, rule)
        return found & occurs

    def _waited(self, place: Place, bits: Bits) -> Bits:
        """Add the configurations that become these when locks run out."""
        space = self.space.space
        for lock in self.space.locks:
            bits |= space.free(bits & space.where(lock, None), lock)
        return bits & self.space.found[place]
