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
from bot.workshop.graph import Graph, Leg, Place
from bot.workshop.probe import Move

GHOST = "(seen)"
BACKWARDS = ("back", "uncall", "unreturn", "undone")  # points of a turn that goes back
Step: TypeAlias = Callable[[int, Move | None, Place, Place], int]
Put: TypeAlias = tuple[Hashable, Held]
Rule: TypeAlias = tuple[Bits, tuple[Put, ...], tuple[Hashable, ...]]
"""Which valuations take it, what is put, what may then be anything."""


class Ghost(Struct, frozen=True):
    """What a property remembers of the way: a number that moves change.

    Attributes:
        size: how many numbers there are; it begins with 0.
        step: gives the next one for a move between two places; without a move it is the same turn.
        undo: gives what may have been remembered before a move that "back" takes back.
        at: gives what is remembered at a prompt, whatever led there.
        by_move: moves alone change it, wherever they are.
        is_gated: a prompt is left with another number than 0 only where the gate is true.
    """

    size: int
    step: Step
    undo: Callable[[int, Move], tuple[int, ...]] = lambda seen, _move: (seen,)
    at: Callable[[int, str], int] = lambda seen, _step: seen
    by_move: bool = False
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
        self.locks = [n for n in domains.kinds if n in values and domains.kinds[n].kind == "lock"]
        self._gate = self.true_in(gate) if gate is not None else self.space.all
        self._masks: dict[tuple[Hashable, Value], Bits] = {}
        self._legs: dict[Leg, Rule] = {}
        self._split: dict[Leg, list[Rule]] = {}
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
        place, bits = self.start()
        self.found[place] = self.rested(place, bits)
        new = {place: self.found[place]}
        while new:
            seen = self._ghosts()
            self._spread(new)
            new = self._backs() if self._ghosts() != seen else {}

    def _spread(self, new: dict[Place, Bits]) -> None:
        """Follow all rules from what is new until nothing is."""
        queue = deque(new)
        while queue:
            start = queue.popleft()
            fresh = new.pop(start)
            for end, rules in self.rules[start].items():
                added = self._added(start, end, rules, fresh)
                if added:
                    self.found[end] |= added
                    if end not in new:
                        queue.append(end)
                    new[end] = new.get(end, 0) | added

    def _added(self, start: Place, end: Place, rules: list[Rule], fresh: Bits) -> Bits:
        added = 0
        for rule in rules:
            if fresh & rule[0]:
                added |= self.after(fresh, rule)
        if self.ghost is not None and end.kind == "at" and start.kind in BACKWARDS:
            added &= self._remembered(end)
        if not added & ~self.found[end]:
            return 0
        return self.rested(end, self._settled(end, added)) & ~self.found[end]

    def _remembered(self, place: Place) -> Bits:
        """Give what was remembered at a prompt before: "back" only leads to what has been."""
        found = 0
        for seen in range(self.ghost.size if self.ghost else 0):
            mask = self.space.where(GHOST, seen)
            found |= mask if self.found[place] & mask else 0
        return found

    def _ghosts(self) -> int:
        """Count what is remembered where, as it may let "back" lead further."""
        if self.ghost is None:
            return 0
        masks = [self.space.where(GHOST, seen) for seen in range(self.ghost.size)]
        return sum(bool(bits & mask) for bits in self.found.values() for mask in masks)

    def _backs(self) -> dict[Place, Bits]:
        return {p: b for p, b in self.found.items() if p.kind in BACKWARDS and b}

    # Rules

    def _rules(self, start: Place, end: Place, legs: Mapping[Leg, None]) -> list[Rule]:
        found: dict[tuple[tuple[Put, ...], tuple[Hashable, ...]], Bits] = {}
        for leg in legs:
            for mask, puts, freed in self._watched_once(leg, start, end):
                found[puts, freed] = found.get((puts, freed), 0) | mask
        return [(mask, *rest) for rest, mask in found.items() if mask]

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

    def _watched_once(self, leg: Leg, start: Place, end: Place) -> list[Rule]:
        if self.ghost is not None and not self.ghost.by_move and not leg[1]:
            return self._watched(leg, start, end)
        if leg not in self._split:
            self._split[leg] = self._watched(leg, start, end)
        return self._split[leg]

    def _watched(self, leg: Leg, start: Place, end: Place) -> list[Rule]:
        """Split a rule by what the property remembers."""
        rule = self._rule(leg)
        ghost, (move, undoes) = self.ghost, leg
        if ghost is None:
            return [rule]
        mask, puts, freed = rule
        if undoes and move is not None:
            return self._taken_back(rule, ghost, move)
        after = [ghost.step(s, move, start, end) for s in range(ghost.size)]
        if after == list(range(ghost.size)):
            return [rule]
        found: list[Rule] = []
        for seen, then in enumerate(after):
            bits = mask & self.space.where(GHOST, seen)
            if ghost.is_gated and start.kind == "at" and 0 < then != seen:
                found.append((bits & ~self._gate, (*puts, (GHOST, 0)), freed))
                bits &= self._gate
            found.append((bits, (*puts, (GHOST, then)), freed))
        return found

    def _taken_back(self, rule: Rule, ghost: Ghost, move: Move) -> list[Rule]:
        mask, puts, freed = rule
        before = [ghost.undo(seen, move) for seen in range(ghost.size)]
        if before == [(seen,) for seen in range(ghost.size)]:
            return [rule]
        return [
            (mask & self.space.where(GHOST, seen), (*puts, (GHOST, was)), freed)
            for seen, ways in enumerate(before)
            for was in ways
        ]

    def _rule(self, leg: Leg) -> Rule:
        move, undoes = leg
        if move is None:
            return self.space.all, (), ()
        if leg not in self._legs:
            self._legs[leg] = self._undoing(move) if undoes else self._doing(move)
        return self._legs[leg]

    def _doing(self, move: Move) -> Rule:
        puts = tuple((n, v) for n, v in move.writes.items() if n in self.space)
        return self.mask(move), tuple(sorted(puts, key=str)), ()

    def _undoing(self, move: Move) -> Rule:
        kinds = self.graph.twin.domains.kinds
        names = [n for n in move.writes if n in self.space and not kinds[str(n)].sticky]
        puts = tuple((n, move.known[n]) for n in names if n in move.known)
        freed = tuple(n for n in names if n not in move.known)
        return self.space.all, tuple(sorted(puts, key=str)), tuple(sorted(freed, key=str))

    def mask(self, move: Move) -> Bits:
        """Give the valuations in which a move can be taken, or may be by what isn't tracked."""
        found = self.space.all
        for fact, ways in self.graph.twin.meant(move.known):
            key = (fact, move.known[fact])
            if key not in self._masks:
                self._masks[key] = self.space.any_of(ways)
            found &= self._masks[key]
        return found
