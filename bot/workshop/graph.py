"""Every place a talk can be in, and every move between them, without the variables.

A place is a prompt with the nearest caller it returns to. A side flow is walked once for each kind
of caller and returns to every prompt of that kind: talks that differ only in how they came there
share a place, so nothing that can happen is left out. What was decided by variables stands in
the moves (`bot.workshop.probe.Move`) and is looked at in `bot.workshop.explore`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from bot.script import Script, Step
from bot.values import Frame
from bot.workshop.callers import ENDS, Call, Caller, Callers, group_of
from bot.workshop.inputs import Act, acts_at, calls, dangers
from bot.workshop.probe import (
    BENEATH,
    BOTTOM,
    CALM,
    CLEARED,
    INNER,
    OPEN,
    SAME,
    Move,
    bare_returns,
    restores,
    returns,
    turns,
)
from bot.workshop.twin import Twin

Kind: TypeAlias = Literal["at", "call", "return", "back", "uncall", "unreturn", "undone"]


class Place(Struct, frozen=True):
    """A point of the exploration.

    Attributes:
        kind: `at` is a prompt or an end; the others are points within a turn: `call` any command or
            danger in a stage, `return` out of a side flow, and the mirrors of these for "back".
        name: a step; for `call` and `uncall` a stage.
        caller: who called what is open.
        way: how it returns.
    """

    kind: Kind
    name: str
    caller: Caller
    way: str = ""


Leg: TypeAlias = tuple[Move | None, bool]
"""A move and whether it is taken back; without a move, the same talk under another name."""


class Graph:
    """All places and edges of a script.

    Attributes:
        twin: the script it was made of.
        edges: from each place, to each place, by which moves.
        moves: how many moves were run through the guide.
    """

    def __init__(self, script: Script, told: Callable[[int, int], None] | None = None) -> None:
        self.twin, self.script = Twin(script), script
        self.edges: dict[Place, dict[Place, dict[Leg, None]]] = {}
        self.moves = 0
        self._told = told or (lambda _done, _all: None)
        self._prompts = sum(s.ask is not None or s.ends for s in script.steps.values())
        self._callers = Callers(script)
        self._answers: dict[str, list[Move]] = {}
        self._calls: dict[str, list[Move]] = {}
        self._resumed: dict[tuple[Frame, str], list[Move]] = {}
        self._restored: dict[str, list[Move]] = {}
        self._waiting: list[Place] = []
        self._open: dict[tuple[Place, str, Caller, int], Move] = {}  # moves that ask what is open
        self.start = self._explored()

    def places(self) -> list[Place]:
        """Give all places."""
        return list(self.edges)

    def prompts(self) -> Iterator[tuple[Place, Step]]:
        """Give the places where a talk rests, with their steps."""
        for place in self.edges:
            if place.kind == "at":
                yield place, self.script.steps[place.name]

    def moves_by_call(self, act: str) -> list[Move]:
        """Give every way that a command can go."""
        return [move for moves in self._calls.values() for move in moves if move.act == act]

    # Growing

    def _explored(self) -> Place:
        entry = Place("at", self._first(), None)
        self._enter(entry)
        grown = -1
        while grown != (grown := self._size()):
            while self._waiting:
                self._grow(self._waiting.pop())
            for callee, call in self._callers.calmed():
                self._call(callee, call)
            for (start, step, caller, _), move in list(self._open.items()):
                self._add(start, step, caller, move)
        return entry

    def _size(self) -> int:
        return self._callers.size + len(self.edges)

    def _first(self) -> str:
        """Give the first prompt; a beginning that depends on variables has none yet to look at."""
        step = self.script.steps[self.script.start]
        while step.ask is None and not step.ends:
            way = step.next[-1].go
            if way is None:
                break
            step = self.script.steps[way]
        return step.id

    def _enter(self, place: Place) -> None:
        if place not in self.edges:
            self.edges[place] = {}
            self._waiting.append(place)

    def _grow(self, place: Place) -> None:
        if place.kind == "at":
            self._grow_prompt(place)
        elif place.kind == "call":
            for move in self._calls_in(place.name):
                self._add(place, "", place.caller, move)
        elif place.kind == "return":
            self._grow_return(place)
        elif place.kind == "undone":
            for move in self._restores(place.name):
                self._add(place, place.name, place.caller, move)

    def _grow_prompt(self, place: Place) -> None:
        hall = hall_of(self.script, place.name)
        self._link(place, Place("call", hall, place.caller))
        self._link(Place("uncall", hall, place.caller), self._undone(place))
        if not self.script.steps[place.name].ends:
            self._link(place, Place("back", place.name, place.caller))
        for move in self._moves_at(place.name):
            self._add(place, place.name, place.caller, move)
        self._call((group_of(self.script, place.name), "ask"), (place.name, "ask", place.caller))

    def _grow_return(self, place: Place) -> None:
        if place.caller is None:
            for move in self._returns(None, place.name, place.way):
                self._add(place, place.name, None, move)
            return
        for step, resume, caller in list(self._callers.of[place.caller]):
            self._resume(place, step, resume, caller)

    def _call(self, callee: Caller, call: Call) -> None:
        if self._callers.add(callee, call):
            for place in [p for p in self.edges if p.kind == "return" and p.caller == callee]:
                self._resume(place, *call)

    def _resume(self, place: Place, step: str, resume: str, caller: Caller) -> None:
        for move in self._returns(Frame(step, resume), step, place.way):
            self._add(place, step, caller, move)

    # Moves

    def _moves_at(self, step_id: str) -> list[Move]:
        if step_id not in self._answers:
            step = self.script.steps[step_id]
            acts = acts_at(self.twin.script, step, self.twin.domains)
            self._answers[step_id] = self._run(step_id, acts) + self._flagged(step)
            self._told(len(self._answers), self._prompts)
        return self._answers[step_id]

    def _flagged(self, step: Step) -> list[Move]:
        """Danger may be what a step asks about; of which kind, and how grave, isn't looked at."""
        if not step.flagged:
            return []
        act = next(dangers(self.script))
        found = [m for m in self._run(step.id, [act]) if m.path[:1] == (step.flagged[0].id,)
                 or any(m.path[:1] == (route.id,) for route in step.flagged)]  # fmt: skip
        loose = [_without(move, ("risk_kind", "risk_tier")) for move in found]
        return _distinct(loose)

    def _calls_in(self, stage: str) -> list[Move]:
        """Commands and danger are the same at every prompt of a stage, but for `flagged`."""
        if stage not in self._calls:
            steps = [s for s in self.script.steps.values() if hall_of(self.script, s.id) == stage]
            prompts = [s for s in steps if s.ask is not None or s.ends]
            step = min(prompts, key=lambda prompt: len(prompt.flagged)).id
            found = self._run(step, calls(self.script))
            for act in dangers(self.script):
                target = self._target(act)
                found += [m for m in self._run(step, [act]) if m.path[:1] == (target,)]
            self._calls[stage] = _distinct(found)
        return self._calls[stage]

    def _target(self, act: Act) -> str:
        risk = act.given.heard.risk
        return self.script.risk[risk.category, risk.tier] if risk is not None else ""

    def _run(self, step: str, acts: Iterable[Act]) -> list[Move]:
        found = _distinct(move for act in acts for move in turns(self.twin, step, act))
        self.moves += len(found)
        return found

    def _returns(self, frame: Frame | None, state: str, way: str) -> list[Move]:
        key = (frame or Frame(state, ""), way)
        if key not in self._resumed:
            ways = bare_returns(self.twin, state, way) if frame is None else returns(
                self.twin, frame, way)  # fmt: skip
            self._resumed[key] = list(ways)
            self.moves += len(self._resumed[key])
        return self._resumed[key]

    def _restores(self, step: str) -> list[Move]:
        if step not in self._restored:
            self._restored[step] = list(restores(self.twin, step))
            self.moves += len(self._restored[step])
        return self._restored[step]

    # Edges

    def _add(self, start: Place, step: str, caller: Caller, move: Move) -> None:
        """Add a move from a place; `caller` is who called what is open at `step`."""
        asks = [f for f in move.known if isinstance(f, str) and f.startswith((INNER, OPEN, BOTTOM))]
        if asks or move.base.startswith((BENEATH, CALM)):
            self._open[start, step, caller, id(move)] = move
            if not all(self._may(fact, caller, move) for fact in asks):
                return
        for base in self._bases(move, caller):
            self._link_move(start, move, base)

    def _may(self, fact: str, caller: Caller, move: Move) -> bool:
        """Tell whether a fact about the way back can be as the move needs it."""
        wanted, (kind, _, flow) = move.known[fact], fact.partition(" ")
        if kind == "inner":
            inner = self._callers.above(caller, is_bottom_counted=False)
            return flow in inner if wanted else True
        if kind == "open":
            is_sure = caller is not None and caller[0] == flow
            above = self._callers.above(caller, is_bottom_counted=True)
            return flow in above if wanted else not is_sure
        if fact == BOTTOM:
            return (caller is None) is wanted
        return True

    def _bases(self, move: Move, caller: Caller) -> list[Caller]:
        if move.base == SAME:
            return [caller]
        if move.base == CLEARED:
            return [None]
        if move.base == CALM:
            return self._callers.calm(caller)
        return list(self._callers.beneath[move.base.removeprefix(BENEATH)])

    def _link_move(self, start: Place, move: Move, base: Caller) -> None:
        for frame in move.pushed:
            step = self.script.steps[frame.step]
            callee = (group_of(self.script, frame.step), frame.resume)
            if frame.resume != "ask" or (step.ask is None and not step.ends):
                self._call(callee, (frame.step, frame.resume, base))
            base = callee
        if move.error:
            end = start
        elif move.way is None:
            end = Place("at", move.state, base)
        else:
            end = Place("return", move.state if base is None else "", base, move.way)
        self._link(start, end, move)
        if move.is_marked or start.kind == "return":
            self._link(self._mirror(end), self._undo_end(start), move, undoes=True)
        if start.kind == "undone" and end.name != start.name:
            self._link(end, Place("back", start.name, start.caller))

    def _mirror(self, place: Place) -> Place:
        """Give the place from which "back" leaves."""
        if place.kind == "at":
            return Place("back", place.name, place.caller)
        return Place("unreturn", place.name, place.caller, place.way)

    def _undo_end(self, place: Place) -> Place:
        """Give the place that "back" comes to."""
        if place.kind == "at":
            return self._undone(place)
        kind: Kind = "uncall" if place.kind == "call" else "unreturn"
        return Place(kind, place.name, place.caller, place.way)

    def _undone(self, place: Place) -> Place:
        """Give a prompt that "back" restored: where the talk must not be, it moves on."""
        stage = self.script.stages[self.script.steps[place.name].stage]
        return Place("undone", place.name, place.caller) if stage.only is not None else place

    def _link(
        self, start: Place, end: Place, move: Move | None = None, *, undoes: bool = False
    ) -> None:
        self._enter(start)
        self._enter(end)
        self.edges[start].setdefault(end, {})[move, undoes] = None


def hall_of(script: Script, step: str) -> str:
    """Name the prompts at which commands and danger do the same: a stage's, or its ends."""
    one = script.steps[step]
    return f"{one.stage} {ENDS}" if one.ends else one.stage


def _without(move: Move, names: tuple[str, ...]) -> Move:
    return structs.replace(move, known={n: v for n, v in move.known.items() if n not in names})


def _distinct(moves: Iterable[Move]) -> list[Move]:
    """Keep one of the moves that differ only in what was done."""
    found: dict[tuple[object, ...], Move] = {}
    for move in moves:
        known, writes = frozenset(move.known.items()), frozenset(move.writes.items())
        act = move.act if move.sort == "pass" else ""
        key = (act, known, writes, move.base, move.pushed, move.state, move.way, move.is_marked,
               move.path, move.sort, move.error)  # fmt: skip
        found.setdefault(key, move)
    return list(found.values())
