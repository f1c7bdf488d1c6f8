"""Every place a talk can be in, and every move between them, without the variables.

A side flow is walked once for each kind of caller and returns to every prompt of that kind: talks
that differ only in how they came there share a place, so nothing that can happen is left out. What
was decided by variables stands in the moves (`bot.workshop.probe.Move`) and is looked at in
`bot.workshop.explore`.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import structs

from bot.script import Step
from bot.values import Frame
from bot.workshop.callers import Call, Caller, Callers
from bot.workshop.inputs import Act, acts_at, calls, dangers
from bot.workshop.place import (
    Leg,
    Place,
    distinct,
    hall_of,
    loose_names,
    mirror,
    restored,
    without,
)
from bot.workshop.probe import (
    BENEATH,
    CALM,
    CLEARED,
    GRAVE,
    INNER,
    OPEN,
    SAME,
    Move,
    returns,
    steps_on,
    turns,
)
from bot.workshop.twin import Twin


class Graph:
    """All places and edges of a script.

    Attributes:
        twin: the script it was made of.
        names: the variables that are looked at; what asks for another one goes both ways.
        edges: from each place, to each place, by which moves.
        moves: how many moves were run through the guide.
        loose: the variables that "back" may leave as they are, besides those that are sticky.
    """

    def __init__(
        self,
        twin: Twin,
        names: Iterable[str],
        told: Callable[[int, int], None] | None = None,
    ) -> None:
        self.twin, self.script = twin, twin.of
        self.names = frozenset(names)
        self.edges: dict[Place, dict[Place, dict[Leg, None]]] = {}
        self.moves = 0
        self._told = told or (lambda _done, _all: None)
        self._prompts = sum(s.ask is not None or s.ends for s in self.script.steps.values())
        self._callers = Callers(self.script)
        self._answers: dict[str, list[Move]] = {}
        self._calls: dict[str, list[Move]] = {}
        self._within: dict[object, list[Move]] = {}
        self._waiting: list[Place] = []
        self._open: dict[tuple[Place, Caller, int], Move] = {}  # moves that ask what is open
        self._returning: dict[Caller, list[Place]] = {}
        self.start = Place("arrive", self.script.start, None)
        self._explore()
        self.loose = loose_names(self.edges)

    def prompts(self) -> Iterator[tuple[Place, Step]]:
        """Give the places where a talk rests, with their steps."""
        for place in self.edges:
            if place.kind == "at":
                yield place, self.script.steps[place.name]

    def resumed(self, frame: Frame, caller: Caller) -> set[Place]:
        """Give where a talk may go on once the flow that a frame called is left."""
        ends: set[Place] = set()
        for way in ("ask", "next", "skip"):
            for move in self._returns(frame, frame.step, way):
                ends |= {self._end(place, move) for place in self._bases(move, caller)}
        return ends

    # Growing

    def _explore(self) -> None:
        self._enter(self.start)
        grown = -1
        while grown != (grown := self._callers.size + len(self.edges)):
            while self._waiting:
                self._grow(self._waiting.pop())
            for callee, call in self._callers.calmed():
                self._call(callee, call)
            for (start, caller, _), move in list(self._open.items()):
                self._add(start, caller, move)

    def _enter(self, place: Place) -> None:
        if place not in self.edges:
            self.edges[place] = {}
            self._waiting.append(place)

    def _grow(self, place: Place) -> None:
        match place.kind:
            case "at":
                self._grow_prompt(place)
            case "call":
                self._add_all(place, self._calls_in(place.name))
            case "arrive" | "rest":
                self._add_all(place, self._steps_on(place.name, place.kind))
            case "return":
                self._grow_return(place)
            case "restored":
                self._grow_restored(place)

    def _grow_prompt(self, place: Place) -> None:
        hall = hall_of(self.script, place.name)
        call = Place("call", hall, place.caller)
        self._link(place, call, None)
        self._link(Place("uncall", hall, place.caller), restored(place), None, undoes=True)
        if not self.script.steps[place.name].ends:
            self._link(place, mirror(place), None)
        self._add_all(place, self._moves_at(place.name))
        callee = self._callers.kind(place.name, "ask", place.caller)
        self._call(callee, (place.name, "ask", place.caller))

    def _grow_return(self, place: Place) -> None:
        self._returning.setdefault(place.caller, []).append(place)
        if place.caller is None:
            self._add_all(place, self._returns(None, place.name, place.way))
            return
        for call in list(self._callers.of[place.caller]):
            self._resume(place, *call)

    def _grow_restored(self, place: Place) -> None:
        """Where the talk may not stay at what "back" restored, "back" leads on from there."""
        end = self._rest(place.name, place.caller)
        self._link(place, end, None)
        if end.kind == "rest":
            self._link(mirror(end), structs.replace(place, kind="unat"), None, undoes=True)

    def _call(self, callee: Caller, call: Call) -> None:
        if callee is not None and self._callers.add(callee, call):
            for place in self._returning.get(callee, ()):
                self._resume(place, *call)

    def _resume(self, place: Place, step: str, resume: str, caller: Caller) -> None:
        for move in self._returns(Frame(step, resume), step, place.way):
            self._add(place, caller, move)

    def _rest(self, step: str, caller: Caller) -> Place:
        """Give a prompt to rest at: where the talk may not always be, that is seen first."""
        is_barred = self.script.stages[self.script.steps[step].stage].only is not None
        return Place("rest" if is_barred else "at", step, caller)

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
        ids = {route.id for route in step.flagged}
        act = next(dangers(self.script))
        found = [m for m in self._run(step.id, [act]) if m.path and m.path[0] in ids]
        return distinct(without(move, ("risk_kind", "risk_tier")) for move in found)

    def _calls_in(self, hall: str) -> list[Move]:
        """Commands and danger are the same at every prompt of a stage, but for `flagged`."""
        if hall not in self._calls:
            steps = [s for s in self.script.steps.values() if hall_of(self.script, s.id) == hall]
            prompts = [s for s in steps if s.ask is not None or s.ends]
            step = min(prompts, key=lambda prompt: len(prompt.flagged)).id
            found = [
                m
                for m in self._run(step, calls(self.script))
                if m.sort != "aside"
                or m.path[:1] == ("command.hostile",)
                or (m.then == "stay" and not m.path)
            ]
            for act in dangers(self.script):
                found += [m for m in self._run(step, [act]) if self._is_met(m, act)]
            self._calls[hall] = distinct(found)
        return self._calls[hall]

    def _is_met(self, move: Move, act: Act) -> bool:
        """Tell whether danger led into its own flow."""
        risk = act.given.heard.risk
        target = self.script.risk[risk.category, risk.tier] if risk is not None else ""
        return move.then == "arrive" and move.state == target and not move.path

    def _run(self, step: str, acts: Iterable[Act]) -> list[Move]:
        return self._kept(move for act in acts for move in turns(self.twin, step, act))

    def _kept(self, moves: Iterable[Move]) -> list[Move]:
        """Leave out what isn't looked at, and keep one of the moves that are then the same."""
        found = distinct(self._seen(move) for move in moves)
        self.moves += len(found)
        return found

    def _seen(self, move: Move) -> Move:
        about = self.twin.about
        known = {fact: value for fact, value in move.known.items()
                 if not (names := about(fact)) or names & self.names}  # fmt: skip
        writes = {name: value for name, value in move.writes.items() if name in self.names}
        return structs.replace(move, known=known, writes=writes)

    def _returns(self, frame: Frame | None, state: str, way: str) -> list[Move]:
        key = (frame, state, way)
        if key not in self._within:
            self._within[key] = self._kept(returns(self.twin, frame, state, way))
        return self._within[key]

    def _steps_on(self, state: str, kind: str) -> list[Move]:
        if (state, kind) not in self._within:
            found = steps_on(self.twin, state, is_arriving=kind == "arrive")
            self._within[state, kind] = self._kept(found)
        return self._within[state, kind]

    # Edges

    def _add_all(self, start: Place, moves: list[Move]) -> None:
        for move in moves:
            self._add(start, start.caller, move)

    def _add(self, start: Place, caller: Caller, move: Move) -> None:
        """Add a move from a place; `caller` is who called what is open there."""
        asks = [f for f in move.known if isinstance(f, str) and f.startswith((INNER, OPEN, GRAVE))]
        if asks or move.base.startswith((BENEATH, CALM)):
            self._open[start, caller, id(move)] = move
            if not all(self._may(fact, caller, move) for fact in asks):
                return
        for base in self._bases(move, caller):
            self._link_move(start, move, base)

    def _may(self, fact: str, caller: Caller, move: Move) -> bool:
        """Tell whether a fact about the way back can be as the move needs it."""
        wanted, (_, _, flow) = move.known[fact], fact.partition(" ")
        if fact == GRAVE:
            return (caller is not None and caller.is_grave) is wanted
        if fact.startswith(INNER):
            inner = self._callers.above(caller, is_bottom_counted=False)
            return flow in inner if wanted else True
        is_sure = caller is not None and caller.group == flow
        above = self._callers.above(caller, is_bottom_counted=True)
        return flow in above if wanted else not is_sure

    def _bases(self, move: Move, caller: Caller) -> list[Caller]:
        if move.base == SAME:
            return [caller]
        if move.base == CLEARED:
            return [None]
        if move.base == CALM:
            return self._callers.calm(caller)
        flow = move.base.removeprefix(BENEATH)
        is_grave = caller is not None and caller.is_grave
        is_free = is_grave and self.script.stages[flow].is_safety
        return [base for base in self._callers.beneath[flow]
                if is_free or (base is not None and base.is_grave) is is_grave]  # fmt: skip

    def _link_move(self, start: Place, move: Move, base: Caller) -> None:
        for frame in move.pushed:
            callee = self._callers.kind(frame.step, frame.resume, base)
            step = self.script.steps[frame.step]
            if frame.resume != "ask" or (step.ask is None and not step.ends):
                self._call(callee, (frame.step, frame.resume, base))
        end = start if move.error else self._end(base, move)
        self._link(start, end, move)
        back = self._back(start, move)
        if back is not None:
            self._link(mirror(end), back, move, undoes=True)

    def _back(self, start: Place, move: Move) -> Place | None:
        """Give where "back" comes to behind a move: danger is never gone back from."""
        if start.kind == "call":
            return mirror(start) if move.is_marked else None
        if start.kind != "at":
            return mirror(start)
        if move.is_marked:
            return restored(start)
        return mirror(start) if move.then != "stay" else None

    def _end(self, base: Caller, move: Move) -> Place:
        """Give the place that a move comes to, from who called what is beneath it."""
        for frame in move.pushed:
            base = self._callers.kind(frame.step, frame.resume, base)
        if move.then == "return":
            return Place("return", move.state if base is None else "", base, move.way)
        return Place("at" if move.then == "stay" else move.then, move.state, base)

    def _link(self, start: Place, end: Place, move: Move | None, *, undoes: bool = False) -> None:
        self._enter(start)
        self._enter(end)
        self.edges[start].setdefault(end, {})[move, undoes] = None
