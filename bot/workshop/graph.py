"""Every place a talk can be in, and every move between them, without the variables.

A side flow is walked once for each kind of caller and returns to every prompt of that kind: talks
that differ only in how they came there share a place, so nothing that can happen is left out. What
was decided by variables stands in the moves (`bot.workshop.move.Move`) and is looked at in
`bot.workshop.explore`.
"""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import structs

from bot.script import Step
from bot.values import Frame
from bot.workshop.callers import Call, Caller, Callers, Kind
from bot.workshop.layout import Called, Layout
from bot.workshop.move import BENEATH, CALM, CLEARED, CRISIS, GRAVE, INNER, OPEN, SAME, UNDER, Move
from bot.workshop.moves import Moves
from bot.workshop.place import (
    Leg,
    Place,
    forward,
    hall_of,
    is_unwinding,
    loose_writes,
    mirror,
    restored,
)

ABOUT_WAY_BACK = (INNER, UNDER, OPEN, GRAVE)

Source: TypeAlias = tuple[Place, bool]


class Graph:
    """All places and edges of a script.

    Attributes:
        moves: what can be done, and what comes of it.
        edges: from each place, to each place, by which moves.
        sources: where a call is made from, and whether by who is its caller for sure.
        called: the ways back that lead to where calls are made from.
        layout: all of it by numbers, for who walks it often.
        loose: what "back" may leave in variables that aren't sticky.
    """

    def __init__(self, moves: Moves) -> None:
        self.moves, self.twin, self.script = moves, moves.twin, moves.script
        self.edges: dict[Place, dict[Place, dict[Leg, None]]] = {}
        self.sources: dict[tuple[Caller, Call], dict[Source, None]] = {}
        self._callers = Callers(self.script)
        self._waiting: list[Place] = []
        self._open: dict[tuple[Place, int], Move] = {}  # moves that ask what is open
        self._returning: dict[Caller, list[Place]] = {}
        self._unwinding: dict[Caller, list[Place]] = {}
        self.start = Place("arrive", self.script.start, None)
        self._explore()
        self.loose = loose_writes(self.edges)
        self.called = self._all_called()
        self.layout = Layout(self.edges, self.called)

    def prompts(self) -> Iterator[tuple[Place, Step]]:
        """Give the places where a talk rests, with their steps."""
        for place in self.edges:
            if place.kind == "at":
                yield place, self.script.steps[place.name]

    # Growing

    def _explore(self) -> None:
        self._enter(self.start)
        grown = -1
        while grown != (grown := self._callers.size + len(self.edges)):
            while self._waiting:
                self._grow(self._waiting.pop())
            for (start, _), move in list(self._open.items()):
                self._add(start, move)

    def _enter(self, place: Place) -> None:
        if place not in self.edges:
            self.edges[place] = {}
            self._waiting.append(place)

    def _grow(self, place: Place) -> None:
        match place.kind:
            case "at":
                self._grow_prompt(place)
            case "call":
                self._add_all(place, self.moves.calls_in(place.name))
            case "arrive" | "rest":
                self._add_all(place, self.moves.steps_on(place.name, place.kind))
            case "return":
                self._grow_return(place)
            case "unwind":
                self._grow_unwinding(place)
            case "resume":
                frame = Frame(place.name, place.back)
                self._add_all(place, self.moves.returns(frame, place.name, place.way))
            case "restored":
                self._grow_restored(place)

    def _grow_prompt(self, place: Place) -> None:
        hall = hall_of(self.script, place.name)
        call = Place("call", hall, place.caller)
        self._link(place, call, None)
        self._link(Place("uncall", hall, place.caller), restored(place), None, undoes=True)
        if not self.script.steps[place.name].ends:
            self._link(place, mirror(place), None)
        self._add_all(place, self.moves.at(place.name))
        callee = self._callers.kind(place.name, "ask", place.caller)
        self._call(callee, (place.name, "ask", place.caller), place)

    def _grow_return(self, place: Place) -> None:
        self._returning.setdefault(place.caller, []).append(place)
        if place.caller is None:
            self._add_all(place, self.moves.returns(None, place.name, place.way))
            return
        for call in list(self._callers.of[place.caller]):
            self._resume(place, *call)

    def _grow_restored(self, place: Place) -> None:
        """Where the talk may not stay at what "back" restored, "back" leads on from there."""
        end = self._rest(place.name, place.caller)
        self._link(place, end, None)
        if end.kind == "rest":
            self._link(mirror(end), structs.replace(place, kind="unat"), None, undoes=True)

    def _grow_unwinding(self, place: Place) -> None:
        caller = place.caller
        if place.way == CALM and (caller is None or not caller.is_grave):
            self._link(place, Place("arrive", place.name, caller), None)
        elif place.way == CRISIS and self._callers.is_crisis_kind(caller):
            self._link(place, Place("return", "", caller, "ask"), None)
        elif caller is not None:
            self._unwinding.setdefault(caller, []).append(place)
            for call in list(self._callers.of[caller]):
                self._unwind(place, call)

    def _unwind(self, place: Place, call: Call) -> None:
        """Leave one flow: it's the one that was looked for, or the next one is left."""
        end = self._unwound(place, call)
        if end is not None:
            self._link(place, end, None)

    def _unwound(self, place: Place, call: Call) -> Place | None:
        step, _, upper = call
        stage = self.script.stages[self.script.steps[step].stage]
        if place.way in (CALM, CRISIS):
            return structs.replace(place, caller=upper)
        if upper is None:
            return None  # what lies at the bottom is never looked for
        if stage.id == _flow_of(place.way):
            return Place("arrive", place.name, upper)
        is_over = stage.is_safety and place.way.startswith(BENEATH)
        return None if is_over else structs.replace(place, caller=upper)

    def _all_called(self) -> dict[Place, list[Called]]:
        """Give, for each place that calls are made from, the ways back that lead there."""
        found: dict[Place, list[Called]] = {}
        for start, ends in self.edges.items():
            for end, legs in ends.items():
                if start.kind == "return" and end.kind == "resume":
                    call = (end.name, end.back, end.caller)
                    made: Iterable[Source] = self.sources.get((start.caller, call), ())
                elif any(undoes and move and move.pushed for move, undoes in legs):
                    made = ((forward(end), True),)
                else:
                    continue
                for source, is_sure in made:
                    found.setdefault(source, []).append((start, end, is_sure))
        for start in self.edges:
            for call in self._callers.of[start.caller] if start.kind == "unwind" else ():
                unwound = self._unwound(start, call)
                if unwound is not None and unwound in self.edges[start]:
                    for source, is_sure in self.sources[start.caller, call]:
                        found.setdefault(source, []).append((start, unwound, is_sure))
        return found

    def _call(self, callee: Kind, call: Call, source: Place, *, is_sure: bool = True) -> None:
        self.sources.setdefault((callee, call), {})[source, is_sure] = None
        if self._callers.add(callee, call):
            for place in self._returning.get(callee, ()):
                self._resume(place, *call)
            for place in self._unwinding.get(callee, ()):
                self._unwind(place, call)

    def _resume(self, place: Place, step: str, resume: str, caller: Caller) -> None:
        """Lead a return to where its flow was called from."""
        end = Place("resume", step, caller, place.way, resume)
        self._link(place, end, None)
        self._link(mirror(end), mirror(place), None, undoes=True)

    def _rest(self, step: str, caller: Caller) -> Place:
        """Give a prompt to rest at: where the talk may not always be, that is seen first."""
        is_barred = self.script.stages[self.script.steps[step].stage].only is not None
        return Place("rest" if is_barred else "at", step, caller)

    # Edges

    def _add_all(self, start: Place, moves: list[Move]) -> None:
        for move in moves:
            self._add(start, move)

    def _add(self, start: Place, move: Move) -> None:
        caller = start.caller
        asks = [f for f in move.known if isinstance(f, str) and f.startswith(ABOUT_WAY_BACK)]
        if asks or move.base.startswith((BENEATH, UNDER)):
            self._open[start, id(move)] = move
            if not all(self._may(fact, caller, move) for fact in asks):
                return
        for base in self._bases(move, caller):
            self._link_move(start, move, base)

    def _may(self, fact: str, caller: Caller, move: Move) -> bool:
        """Tell whether a fact about the way back can be as the move needs it."""
        wanted, (_, _, flow) = move.known[fact], fact.partition(" ")
        if fact == GRAVE:
            return (caller is not None and caller.is_grave) is wanted
        if fact.startswith((INNER, UNDER)):
            is_cut = fact.startswith(INNER)
            inner = self._callers.above(caller, is_bottom_counted=False, is_cut=is_cut)
            return flow in inner if wanted else True
        is_sure = caller is not None and caller.group == flow
        above = self._callers.above(caller, is_bottom_counted=True)
        return flow in above if wanted else not is_sure

    def _bases(self, move: Move, caller: Caller) -> list[Caller]:
        if move.base in (SAME, CALM, CRISIS):
            return [caller]
        if move.base == CLEARED:
            return [None]
        flow, is_cut = _flow_of(move.base), move.base.startswith(BENEATH)
        is_grave = caller is not None and caller.is_grave
        is_free = is_grave and self.script.stages[flow].is_safety
        return [base for base in self._callers.beneath(flow, caller, is_cut=is_cut)
                if is_free or (base is not None and base.is_grave) is is_grave]  # fmt: skip

    def _link_move(self, start: Place, move: Move, base: Caller) -> None:
        for frame in move.pushed:
            callee = self._callers.kind(frame.step, frame.resume, base)
            if start.kind != "call":  # there it's done by every prompt, each for itself
                is_sure = move.base == SAME and len(move.pushed) == 1
                self._call(callee, (frame.step, frame.resume, base), start, is_sure=is_sure)
        end = start if move.error else self._end(base, move)
        if is_unwinding(move):
            self._link(start, Place("unwind", move.state, start.caller, move.base), move)
        else:
            self._link(start, end, move)
        back = self._back(start, move)
        if back is not None:
            self._link(mirror(end), back, move, undoes=True)

    def _back(self, start: Place, move: Move) -> Place | None:
        """Give where "back" comes to behind a move."""
        if move.is_final:
            return None
        if start.kind == "call":
            return mirror(start) if move.is_marked or move.then != "stay" else None
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


def _flow_of(base: str) -> str:
    return base.partition(" ")[2]
