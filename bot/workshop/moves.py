"""The moves of a script: what the guide does with each act, run once and kept."""

from collections.abc import Callable, Iterable

from msgspec import structs

from bot.script import Step
from bot.values import Frame
from bot.workshop.inputs import Act, acts_at, asides, calls, dangers
from bot.workshop.move import Move
from bot.workshop.place import distinct, hall_of, without
from bot.workshop.probe import returns, steps_on, turns
from bot.workshop.twin import Twin


class Moves:
    """All moves of a script, each kept when it was run.

    Args:
        twin: the script.
        names: the variables that are looked at; what asks for another one goes both ways.
        told: hears how many prompts are done, and of how many.
    """

    def __init__(
        self, twin: Twin, names: Iterable[str], told: Callable[[int, int], None] | None = None
    ) -> None:
        self.twin, self.script = twin, twin.of
        self.names = frozenset(names)
        self.count = 0
        self._told = told or (lambda _done, _all: None)
        self._prompts = sum(s.ask is not None or s.ends for s in self.script.steps.values())
        self._answers: dict[str, list[Move]] = {}
        self._calls: dict[str, list[Move]] = {}
        self._within: dict[object, list[Move]] = {}

    def at(self, step_id: str) -> list[Move]:
        """Give what answers and asides do at a prompt, and danger where it is asked about."""
        if step_id not in self._answers:
            step = self.script.steps[step_id]
            found = self._run(step_id, acts_at(self.twin.script, step, self.twin.domains))
            found += [m for m in self._run(step_id, asides()) if m.then == "stay" and m.writes]
            self._answers[step_id] = found + self._flagged(step)
            self._told(len(self._answers), self._prompts)
        return self._answers[step_id]

    def calls_in(self, hall: str) -> list[Move]:
        """Commands and danger are the same at every prompt of a stage, but for `flagged`."""
        if hall not in self._calls:
            steps = [s for s in self.script.steps.values() if hall_of(self.script, s.id) == hall]
            prompts = [s for s in steps if s.ask is not None or s.ends]
            step = min(prompts, key=lambda prompt: len(prompt.flagged)).id
            found = [
                m
                for m in self._run(step, [*calls(self.script), *asides()])
                if (m.sort != "aside" or m.path[:1] == ("command.hostile",)) and m.then != "stay"
            ]
            for act in dangers(self.script):
                found += [m for m in self._run(step, [act]) if self._is_met(m, act)]
            self._calls[hall] = distinct(found)
        return self._calls[hall]

    def returns(self, frame: Frame | None, state: str, way: str) -> list[Move]:
        """Give how a return goes on at a frame, or when nothing was called."""
        key = (frame, state, way)
        if key not in self._within:
            self._within[key] = self._kept(returns(self.twin, frame, state, way))
        return self._within[key]

    def steps_on(self, state: str, kind: str) -> list[Move]:
        """Give how it goes on within a turn at a step."""
        if (state, kind) not in self._within:
            found = steps_on(self.twin, state, is_arriving=kind == "arrive")
            self._within[state, kind] = self._kept(found)
        return self._within[state, kind]

    def _flagged(self, step: Step) -> list[Move]:
        """Danger may be what a step asks about; of which kind, and how grave, isn't looked at."""
        if not step.flagged:
            return []
        ids = {route.id for route in step.flagged}
        act = next(dangers(self.script))
        found = [m for m in self._run(step.id, [act]) if m.path and m.path[0] in ids]
        return distinct(without(move, ("risk_kind", "risk_tier")) for move in found)

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
        self.count += len(found)
        return found

    def _seen(self, move: Move) -> Move:
        about = self.twin.about
        known = {fact: value for fact, value in move.known.items()
                 if not (names := about(fact)) or names & self.names}  # fmt: skip
        writes = {name: value for name, value in move.writes.items() if name in self.names}
        return structs.replace(move, known=known, writes=writes)
