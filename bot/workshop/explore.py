"""Every configuration of a script, as far as some of its variables are concerned.

A configuration is a place of the graph and what the chosen variables hold. Where a move asks for
another variable, it is taken both ways: nothing that can happen is left out, so what is never
found here can never happen. Locks run out whenever the next input comes late enough.
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.script import Guard
from bot.values import Value
from bot.workshop.bitspace import Bits, Space
from bot.workshop.domains import Held, Was, outcomes
from bot.workshop.graph import Graph
from bot.workshop.place import Leg, Place
from bot.workshop.probe import Move

GHOST = "(seen)"
Step: TypeAlias = Callable[[int, Move | None, Place, Place], int]
Put: TypeAlias = tuple[Hashable, Held]
Rule: TypeAlias = tuple[Bits, tuple[Put, ...], tuple[Hashable, ...]]
"""Which valuations take it, what is put, what may then be anything."""


class Ghost(Struct, frozen=True):
    """What a property remembers of the way: a number that moves change.

    Attributes:
        size: how many numbers there are; it begins with 0.
        step: gives the next one for a move between two places; without a move it is the same turn.
        at: gives what is remembered at a prompt, whatever led there.
        is_kept: what is taken back counts all the same.
        is_gated: a prompt is left with another number than 0 only where the gate is true.
    """

    size: int
    step: Step
    at: Callable[[int, str], int] = lambda seen, _step: seen
    is_kept: bool = False
    is_gated: bool = False


class Exploration:
    """All configurations of a graph for some variables.

    Attributes:
        space: the valuations.
        found: which of them occur at each place.
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
        self.space = Space(values)
        kinds = domains.kinds
        self.locks = [n for n in kinds if n in values and kinds[n].kind == "lock"]
        loose = graph.loose
        self._staying = [n for n in kinds if n in values and (kinds[n].sticky or n in loose)]
        self._gate = self.true_in(gate) if gate is not None else self.space.all
        self._masks: dict[tuple[Hashable, Value], Bits] = {}
        self._taken: dict[Move, Bits] = {}
        self._shared: dict[object, list[Rule]] = {}
        self.rules = {
            start: {end: self._rules(start, end, legs) for end, legs in ends.items()}
            for start, ends in graph.edges.items()
        }
        self.found: dict[Place, Bits] = dict.fromkeys(graph.edges, 0)
        self._explore()

    @property
    def configurations(self) -> int:
        """Count the configurations at prompts and ends."""
        return sum(bits.bit_count() for place, bits in self.found.items() if place.kind == "at")

    @property
    def edges(self) -> int:
        """Count the moves between configurations, each valuation by itself."""
        return sum(
            (self.found[start] & mask).bit_count()
            for start, ends in self.rules.items()
            for rules in ends.values()
            for mask, _, _ in rules
        )

    def true_in(self, guard: Guard) -> Bits:
        """Give the valuations in which a guard is true, or may be by what isn't tracked."""
        ways = outcomes(guard, self.graph.twin.domains)
        return self.space.any_of(known for known, answer in ways if answer is True)

    def start(self) -> tuple[Place, Bits]:
        """Give where a talk begins."""
        variables = self.graph.script.variables
        domains = self.graph.twin.domains
        first = {str(n): variables[str(n)].start for n in self.space.values if n != GHOST}
        settled = {n: domains.settle(n, v) if v is not None else None for n, v in first.items()}
        bits = self.space.one({**settled, GHOST: 0})
        if "region" in self.space:
            bits = self.space.free(bits, "region")
        return self.graph.start, bits

    def after(self, bits: Bits, rule: Rule) -> Bits:
        """Give the valuations after a rule."""
        mask, puts, freed = rule
        bits &= mask
        for name, value in puts:
            if isinstance(value, Was):
                bits = self._copied(bits, name, value.name)
            else:
                bits = self.space.put(bits, name, value)
        for name in freed:
            bits = self.space.free(bits, name)
        return bits

    def before(self, bits: Bits, rule: Rule) -> Bits:
        """Give valuations from which a rule leads into a set; perhaps more than those."""
        mask, puts, freed = rule
        for name in freed:
            bits = self.space.free(bits, name)
        for name, value in puts:
            if not isinstance(value, Was):
                bits &= self.space.where(name, value)
            bits = self.space.free(bits, name)
        return bits & mask

    def rested(self, place: Place, bits: Bits) -> Bits:
        """Add what time does before the next input: locks run out."""
        if place.kind == "at":
            for lock in self.locks:
                held = bits & ~self.space.where(lock, None)
                bits |= self.space.put(held, lock, None)
        return bits

    def _copied(self, bits: Bits, name: Hashable, source: str) -> Bits:
        if source not in self.space:
            return self.space.free(bits, name)
        found = 0
        for value in self.space.values[source]:
            found |= self.space.put(bits & self.space.where(source, value), name, value)
        return found

    def _explore(self) -> None:
        """Follow all rules from what is new until nothing is."""
        place, bits = self.start()
        new: dict[Place, Bits] = {place: bits}
        self.found[place] = bits
        queue = deque(new)
        while queue:
            start = queue.popleft()
            fresh = self._comes_from(start, new.pop(start))
            for end, rules in self.rules[start].items() if fresh else ():
                added = self._added(end, rules, fresh)
                if added:
                    self._note(end, added, new, queue)
            if start.kind == "at":
                self._renew(start, new, queue)

    def _note(self, end: Place, added: Bits, new: dict[Place, Bits], queue: deque[Place]) -> None:
        self.found[end] |= added
        if end not in new:
            queue.append(end)
        new[end] = new.get(end, 0) | added

    def _added(self, end: Place, rules: list[Rule], fresh: Bits) -> Bits:
        added = 0
        for rule in rules:
            if fresh & rule[0]:
                added |= self.after(fresh, rule)
        if not added & ~self.found[end]:
            return 0
        return self.rested(end, self._settled(end, added)) & ~self.found[end]

    def _comes_from(self, place: Place, bits: Bits) -> Bits:
        """Keep what "back" can restore: what the prompt held before, but for what stays."""
        return bits & self._held_at(place) if place.kind == "restored" else bits

    def _held_at(self, place: Place) -> Bits:
        bits = self.found[Place("at", place.name, place.caller)]
        for name in self._staying if bits else ():
            bits = self.space.free(bits, name)
        if self.ghost is not None and self.ghost.is_kept and bits:
            bits = self.space.free(bits, GHOST)
        return bits

    def _renew(self, place: Place, new: dict[Place, Bits], queue: deque[Place]) -> None:
        """Look again at what "back" restores where a prompt has come to hold something new."""
        restored = Place("restored", place.name, place.caller)
        if self.found.get(restored) and restored not in new:
            new[restored] = self.found[restored]
            queue.append(restored)

    # Rules

    def _rules(self, start: Place, end: Place, legs: Mapping[Leg, None]) -> list[Rule]:
        """Give the rules between two places; they are the same for each caller."""
        is_within = next(iter(legs))[0] is not None
        key = (frozenset(legs), start.kind) if is_within else (start.kind, end.kind)
        if key not in self._shared:
            found: dict[tuple[tuple[Put, ...], tuple[Hashable, ...]], Bits] = {}
            for leg in legs:
                for mask, puts, freed in self._watched(leg, start, end):
                    found[puts, freed] = found.get((puts, freed), 0) | mask
            self._shared[key] = [(mask, *rest) for rest, mask in found.items() if mask]
        return self._shared[key]

    def _settled(self, place: Place, bits: Bits) -> Bits:
        """Bring what is remembered to what it can be at a prompt."""
        if self.ghost is None or place.kind != "at":
            return bits
        found = 0
        for seen in range(self.ghost.size):
            part = bits & self.space.where(GHOST, seen)
            found |= self.space.put(part, GHOST, self.ghost.at(seen, place.name)) if part else 0
        return found

    def unsettled(self, place: Place, bits: Bits) -> Bits:
        """Give what may have been brought to these at a prompt."""
        if self.ghost is None:
            return bits
        found = bits
        for seen in range(self.ghost.size):
            part = bits & self.space.where(GHOST, self.ghost.at(seen, place.name))
            found |= self.space.put(part, GHOST, seen) if part else 0
        return found

    def _watched(self, leg: Leg, start: Place, end: Place) -> list[Rule]:
        """Split a rule by what the property remembers."""
        move, undoes = leg
        rule = (self.space.all, (), ()) if move is None else (
            self._undoing(move) if undoes else self._doing(move))  # fmt: skip
        ghost = self.ghost
        if ghost is None:
            return [rule]
        after = [ghost.step(s, move, start, end) for s in range(ghost.size)]
        if after == list(range(ghost.size)):
            return [rule]
        mask, puts, freed = rule
        if undoes:
            return [rule if ghost.is_kept else (mask, puts, (*freed, GHOST))]
        found: list[Rule] = []
        for seen, then in enumerate(after):
            bits = mask & self.space.where(GHOST, seen)
            if ghost.is_gated and start.kind == "at" and 0 < then != seen:
                found.append((bits & ~self._gate, (*puts, (GHOST, 0)), freed))
                bits &= self._gate
            found.append((bits, (*puts, (GHOST, then)), freed))
        return found

    def _doing(self, move: Move) -> Rule:
        puts = tuple((n, v) for n, v in move.writes.items() if n in self.space)
        return self.mask(move), tuple(sorted(puts, key=str)), ()

    def _undoing(self, move: Move) -> Rule:
        kinds = self.graph.twin.domains.kinds
        freed = [n for n in move.writes if n in self.space and not kinds[str(n)].sticky]
        return self.space.all, (), tuple(sorted(freed, key=str))

    def mask(self, move: Move) -> Bits:
        """Give the valuations in which a move can be taken, or may be by what isn't tracked."""
        if move in self._taken:
            return self._taken[move]
        found = self.space.all
        for fact, ways in self.graph.twin.meant(move.known):
            key = (fact, move.known[fact])
            if key not in self._masks:
                self._masks[key] = self.space.any_of(ways)
            found &= self._masks[key]
        self._taken[move] = found
        return found
