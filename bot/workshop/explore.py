"""Every configuration of a script, as far as some of its variables are concerned.

A configuration is a place of the graph and what the chosen variables hold, now and when the open
flow was called. Where a move asks for another variable, it is taken both ways: nothing that can
happen is left out, so what is never found here can never happen. Locks run out whenever the next
input comes late enough.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator
from math import prod

from bot.script import Guard
from bot.values import Value
from bot.workshop.bitspace import Bits, Space
from bot.workshop.domains import Was
from bot.workshop.graph import Graph
from bot.workshop.place import Place
from bot.workshop.rules import GHOST, Ghost, Rule, Rules

LEAVING = ("back", "undo")
MOST_BITS = 400  # of a set with what held at the call; more of them cost more than they show


class Exploration:
    """All configurations of a graph for some variables.

    Attributes:
        space: the valuations.
        found: which valuations occur at each place.
    """

    def __init__(
        self,
        graph: Graph,
        names: Iterable[str],
        ghost: Ghost | None = None,
        gate: Guard | None = None,
    ) -> None:
        self.graph, self.ghost = graph, ghost
        domains = graph.twin.domains
        values: dict[Hashable, tuple[Value, ...]] = {name: domains(name) for name in names}
        if ghost is not None:
            values[GHOST] = tuple(range(ghost.size))
        kinds = domains.kinds
        kept = [n for n in values if n in kinds and not kinds[str(n)].sticky]
        if ghost is not None and not ghost.is_kept:
            kept.append(GHOST)
        rows = prod(len(values[name]) for name in kept)
        size = prod(len(domain) for domain in values.values())
        self.space = Space(values, kept if rows * size <= MOST_BITS else ())
        self.locks = [n for n in kinds if n in values and kinds[n].kind == "lock"]
        self._staying = [n for n in kinds if n in values and kinds[n].sticky]
        self._loose = [(n, held) for n, held in graph.loose.items() if n in values]
        self.maker = Rules(graph, self.space, ghost, gate)
        self._rules = [self.maker.between(*edge) for edge in graph.layout.classes]
        self._calls: dict[tuple[int, int], Bits] = defaultdict(int)
        self._restoring = {at: n for n, at in enumerate(graph.layout.prompt) if at >= 0}
        self._found = [0] * len(graph.layout.places)
        self._explore()
        self.found: dict[Place, Bits] = dict(zip(graph.layout.places, self._found, strict=True))

    def rules_from(self, place: Place) -> Iterator[tuple[Place, list[Rule]]]:
        """Give where edges lead from a place, with what they do."""
        layout = self.graph.layout
        for end, sort in layout.out[layout.number[place]]:
            yield layout.places[end], self._rules[sort]

    @property
    def configurations(self) -> int:
        """Count the configurations at prompts and ends."""
        return sum(bits.bit_count() for place, bits in self.found.items() if place.kind == "at")

    @property
    def edges(self) -> int:
        """Count the moves between configurations, each valuation by itself."""
        return sum(
            (bits & rule.mask).bit_count()
            for bits, ends in zip(self._found, self.graph.layout.out, strict=True)
            for _, sort in ends
            for rule in self._rules[sort]
        )

    def start(self) -> tuple[Place, Bits]:
        """Give where a talk begins."""
        variables = self.graph.script.variables
        domains = self.graph.twin.domains
        first = {str(n): variables[str(n)].start for n in self.space.values if n != GHOST}
        settled = {n: domains.settle(n, v) if v is not None else None for n, v in first.items()}
        bits = self.space.one({**settled, GHOST: 0})
        if "region" in self.space:
            bits = self.space.free(bits, "region")
        return self.graph.start, self.space.no_row(bits)

    def leading(self, start: Place, end: Place, rules: Iterable[Rule], bits: Bits) -> Bits:
        """Give what leads from one place to some valuations at another."""
        number = self.graph.layout.number
        found, calls = 0, self._calls.get((number[start], number[end]), 0)
        for rule in rules:
            found |= self.maker.before(bits, rule, calls)
        return found & self.found[start]

    def rested(self, place: Place, bits: Bits) -> Bits:
        """Add what time does before the next input: locks run out."""
        if place.kind == "at":
            for lock in self.locks:
                held = bits & ~self.space.where(lock, None)
                bits |= self.space.put(held, lock, None)
        return bits

    def unsettled(self, step: str, bits: Bits) -> Bits:
        """Give what may have been brought to these at a prompt."""
        if self.ghost is None:
            return bits
        found = bits
        for seen in range(self.ghost.size):
            part = bits & self.space.where(GHOST, self.ghost.at(seen, step))
            found |= self.space.put(part, GHOST, seen) if part else 0
        return found

    # Calls

    def _held_by(self, end: int, bits: Bits, *, is_sure: bool) -> Bits:
        """Give what holds where a call is made, by what held when its caller was called."""
        if is_sure or not bits:
            return bits
        is_bottom = self.graph.layout.places[end].caller is None
        return self.space.no_row(bits) if is_bottom else self.space.any_row(bits)

    # Exploring

    def _explore(self) -> None:
        """Follow all rules from what is new until nothing is."""
        layout, found, calls = self.graph.layout, self._found, self._calls
        place, bits = self.start()
        first = layout.number[place]
        found[first], self._new, self._queue = bits, {first: bits}, deque([first])
        while self._queue:
            start = self._queue.popleft()
            added = self._new.pop(start)
            prompt = layout.prompt[start]
            fresh = added if prompt < 0 else added & self._held_at(prompt)
            if fresh:
                for end, sort in layout.out[start]:
                    self._lead(end, self._rules[sort], fresh, calls.get((start, end), 0))
            for inner, end, sort, is_sure in layout.called[start]:
                called = self._held_by(end, added, is_sure=is_sure) & ~calls[inner, end]
                calls[inner, end] |= called
                if found[inner] and called:
                    leaving = [rule for rule in self._rules[sort] if rule.row in LEAVING]
                    self._lead(end, leaving, found[inner], called)
            if start in self._restoring:
                self._renew(self._restoring[start])

    def _lead(self, end: int, rules: Iterable[Rule], fresh: Bits, calls: Bits) -> None:
        """Note what is new at one place once something is at another, or new where it's called."""
        added = 0
        for rule in rules:
            if fresh & rule.mask:
                added |= self.maker.after(fresh, rule, calls)
        if not added & ~self._found[end]:
            return
        place = self.graph.layout.places[end]
        if place.kind == "at":
            added = self.rested(place, self._settled(place, added))
        added &= ~self._found[end]
        if added:
            self._found[end] |= added
            self._wait(end, added)

    def _wait(self, place: int, bits: Bits) -> None:
        if place not in self._new:
            self._queue.append(place)
        self._new[place] = self._new.get(place, 0) | bits

    def _held_at(self, prompt: int) -> Bits:
        """Give what "back" can restore: what the prompt held before, but for what stays."""
        bits = self._found[prompt]
        for name in self._staying if bits else ():
            bits = self.space.free(bits, name)
        for name, held in self._loose if bits else ():
            for value in held:
                if isinstance(value, Was):
                    bits = self.space.free(bits, name)
                else:
                    bits |= self.space.put(bits, name, value)
        if self.ghost is not None and self.ghost.is_kept and bits:
            bits = self.space.free(bits, GHOST)
        return bits

    def _renew(self, restored: int) -> None:
        """Look again at what "back" restores where a prompt has come to hold something new."""
        if self._found[restored] and restored not in self._new:
            self._wait(restored, self._found[restored])

    def _settled(self, place: Place, bits: Bits) -> Bits:
        """Bring what is remembered to what it can be at a prompt."""
        if self.ghost is None or place.kind != "at":
            return bits
        found = 0
        for seen in range(self.ghost.size):
            part = bits & self.space.where(GHOST, seen)
            found |= self.space.put(part, GHOST, self.ghost.at(seen, place.name)) if part else 0
        return found
