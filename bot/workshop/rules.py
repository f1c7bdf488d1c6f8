"""What a move does to sets of valuations: which take it, what is put, what then may be anything."""

from collections.abc import Callable, Hashable, Iterable
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from bot.script import Guard
from bot.values import Value
from bot.workshop.bitspace import Bits, Space
from bot.workshop.domains import Held, Was, outcomes
from bot.workshop.graph import Graph
from bot.workshop.move import SAME, Move
from bot.workshop.place import Leg, Place, is_unwinding

GHOST = "(seen)"
Step: TypeAlias = Callable[[int, Move | None, Place, Place], int]
Put: TypeAlias = tuple[Hashable, Held]
Row: TypeAlias = Literal["keep", "call", "none", "any", "back", "undo"]
"""What becomes of what held when the open flow was called: it's kept; a flow is called; nothing is
open; one of those beneath is open; the flow goes back to who called it; or its call is undone."""


class Ghost(Struct, frozen=True):
    """What a property remembers of the way: a number that moves change.

    Attributes:
        size: how many numbers there are; it begins with 0.
        step: gives the next one for a move between two places; without a move it is the same turn.
        at: gives what is remembered at a prompt, whatever led there.
        is_kept: what is taken back counts all the same.
        is_final: what begins it can't be gone back from.
        is_gated: a prompt is left with another number than 0 only where the gate is true.
    """

    size: int
    step: Step
    at: Callable[[int, str], int] = lambda seen, _step: seen
    is_kept: bool = False
    is_final: bool = False
    is_gated: bool = False


class Rule(NamedTuple):
    """What some moves between two places do.

    Attributes:
        mask: which valuations take them.
        left: which valuations they can lead to, for what is undone: those that took the move.
        puts: what is put into variables.
        freed: which variables may then be anything.
        row: what becomes of what held at the call.
    """

    mask: Bits
    left: Bits
    puts: tuple[Put, ...] = ()
    freed: tuple[Hashable, ...] = ()
    row: Row = "keep"


class Rules:
    """Makes the rules of a graph for some variables.

    Attributes:
        space: the valuations.
    """

    def __init__(
        self, graph: Graph, space: Space, ghost: Ghost | None = None, gate: Guard | None = None
    ) -> None:
        self.graph, self.space, self.ghost = graph, space, ghost
        self._gate = self.true_in(gate) if gate is not None else space.all
        self._masks: dict[tuple[Hashable, Value], Bits] = {}
        self._taken: dict[Move, Bits] = {}
        kinds = graph.twin.domains.kinds
        plain = [n for n in space.values if n in kinds and not kinds[str(n)].sticky]
        self._undone_names = tuple(sorted(str(n) for n in plain if n not in graph.loose))
        self._staying = [n for n in space.values if n in kinds and n not in self._undone_names]
        is_seen_undone = ghost is not None and not ghost.is_kept
        self._alike = space.alike([*self._undone_names, *([GHOST] if is_seen_undone else [])])

    def true_in(self, guard: Guard) -> Bits:
        """Give the valuations in which a guard is true, or may be by what isn't tracked."""
        ways = outcomes(guard, self.graph.twin.domains)
        return self.space.any_of(known for known, answer in ways if answer is True)

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

    def _left(self, move: Move) -> Bits:
        """Give the valuations in which a move may have been taken, whatever stays has become."""
        found = self.mask(move)
        for name in self._staying:
            found = self.space.free(found, name)
        return found

    def between(self, start: Place, end: Place, legs: Iterable[Leg]) -> list[Rule]:
        """Give the rules between two places; they are the same for most callers."""
        found: dict[tuple[object, ...], Rule] = {}
        for move, undoes in legs:
            for rule in self._watched(move, start, end, undoes=undoes):
                same = found.get(rule[2:], rule)
                both = rule._replace(mask=rule.mask | same.mask, left=rule.left | same.left)
                found[rule[2:]] = both
        return [rule for rule in found.values() if rule.mask]

    def _watched(
        self, move: Move | None, start: Place, end: Place, *, undoes: bool
    ) -> Iterable[Rule]:
        """Split a rule by what the property remembers."""
        rule = self._plain(move, start, end, undoes=undoes)
        ghost = self.ghost
        if ghost is None:
            return [rule]
        after = [ghost.step(s, move, start, end) for s in range(ghost.size)]
        if rule.row == "undo" or (end.kind == "unat" and start.kind == "at"):
            after = [-1] * ghost.size  # what was remembered before it came to rest here
        if after == list(range(ghost.size)):
            return [rule]
        return self._undone(rule, ghost) if undoes or -1 in after else [
            one for seen, then in enumerate(after) for one in self._stepped(rule, start, seen, then)
        ]  # fmt: skip

    def _undone(self, rule: Rule, ghost: Ghost) -> Iterable[Rule]:
        if ghost.is_kept:
            return [rule]
        free = rule._replace(freed=(*rule.freed, GHOST))
        if not ghost.is_final:
            return [free]
        begun = self.space.where(GHOST, 1)
        return [rule._replace(mask=rule.mask & begun), free._replace(mask=rule.mask & ~begun)]

    def _stepped(self, rule: Rule, start: Place, seen: int, then: int) -> Iterable[Rule]:
        bits = rule.mask & self.space.where(GHOST, seen)
        if self.ghost and self.ghost.is_gated and start.kind == "at" and 0 < then != seen:
            yield rule._replace(mask=bits & ~self._gate, puts=(*rule.puts, (GHOST, 0)))
            bits &= self._gate
        yield rule._replace(mask=bits, puts=(*rule.puts, (GHOST, then)))

    def _plain(self, move: Move | None, start: Place, end: Place, *, undoes: bool) -> Rule:
        if move is None:
            return Rule(self.space.all, self.space.all, row=_row_within(start, end))
        names = [name for name in move.writes if name in self.space]
        if not undoes:
            puts = tuple((name, move.writes[name]) for name in sorted(names))
            return Rule(self.mask(move), self.space.all, puts, row=_row(end, move))
        row = _row_undone(end, move)
        kinds = self.graph.twin.domains.kinds
        freed = sorted({name for name in names if not kinds[name].sticky}
                       | ({*self._undone_names} if row == "undo" else set()))  # fmt: skip
        return Rule(self.space.all, self._left(move), (), tuple(freed), row)

    # Use

    def after(self, bits: Bits, rule: Rule, calls: Bits = 0) -> Bits:
        """Give the valuations after a rule; `calls` holds where the open flow was called."""
        space = self.space
        bits &= rule.mask
        match rule.row:
            case "call":
                bits = space.new_row(bits)
            case "none":
                bits = space.no_row(bits)
            case "any":
                bits = space.any_row(bits)
            case "back":
                bits = space.old_row(bits, calls)
        for name, value in rule.puts:
            if isinstance(value, Was):
                bits = self._copied(bits, name, value.name)
            else:
                bits = space.put(bits, name, value)
        for name in rule.freed:
            bits = space.free(bits, name)
        if rule.row == "undo":
            bits = space.old_row(bits & self._alike, calls)
        return bits & rule.left

    def before(self, bits: Bits, rule: Rule, calls: Bits = 0) -> Bits:
        """Give valuations from which a rule leads into a set; perhaps more than those."""
        space, bits = self.space, bits & rule.left
        if rule.row == "undo":
            bits = space.inner_row(bits, calls) & self._alike
        for name in rule.freed:
            bits = space.free(bits, name)
        for name, value in rule.puts:
            if not isinstance(value, Was):
                bits &= space.where(name, value)
            bits = space.free(bits, name)
        match rule.row:
            case "call":
                bits = space.called(bits)
            case "none" | "any":
                bits = space.any_row(bits)
            case "back":
                bits = space.inner_row(bits, calls)
        return bits & rule.mask

    def _copied(self, bits: Bits, name: Hashable, source: str) -> Bits:
        if source not in self.space:
            return self.space.free(bits, name)
        found = 0
        for value in self.space.values[source]:
            found |= self.space.put(bits & self.space.where(source, value), name, value)
        return found


def _row_within(start: Place, end: Place) -> Row:
    if end.kind == "resume" or (start.kind == "unwind" and end.kind != "return"):
        return "back"
    return "any" if end.kind == "unreturn" else "keep"


def _row(end: Place, move: Move) -> Row:
    if move.error:
        return "keep"
    if move.pushed:
        return "call"
    if move.base == SAME or is_unwinding(move):
        return "keep"
    return "none" if end.caller is None else "any"


def _row_undone(end: Place, move: Move) -> Row:
    is_sure = move.base == SAME
    if is_sure and len(move.pushed) == 1:
        return "undo"
    if is_sure and not move.pushed:
        return "keep"
    return "none" if end.caller is None else "any"
