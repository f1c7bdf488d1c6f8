"""Small faults put into a script on purpose: tests are worth what they catch of them.

Each mutant changes one thing: a guard is turned round, a threshold lowered, a route leads to the
next step instead, an effect is dropped. It is caught when a conversation that passes otherwise
fails. All mutants share one machine, in which one fault at a time is switched on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from transitions import Transition

from bot.scope import Scope
from bot.script import Effect, Env, Guard, Route, Script
from bot.values import Value
from bot.workshop.census import routes_of
from bot.workshop.places import Place
from bot.workshop.remade import Remaker
from bot.workshop.replay import Result
from bot.workshop.thresholds import lower_guard

Kind: TypeAlias = Literal["flip", "lower", "redirect", "drop"]


class Mutant(Struct, frozen=True):
    """One fault.

    Attributes:
        kind: what is done.
        place: to which guard, effect or route, by its id behind its kind.
        says: what it is, for a reader.
    """

    kind: Kind
    place: str
    says: str


class Caught(Struct, frozen=True):
    """A mutant, and the file that caught it; empty when none did."""

    mutant: Mutant
    by: str


Playing: TypeAlias = Callable[[Result, Script], bool]
"""Plays a conversation again with another script; tells whether it still passes."""


class Mutation:
    """All mutants of a script.

    Args:
        script: the dialogue.
        where: its places, for the thresholds in its guards.
    """

    def __init__(self, script: Script, where: Mapping[str, Place]) -> None:
        self._active: Mutant | None = None
        self._scope = Scope(script.variables, script.bands)
        self._where = where
        self.mutants: list[Mutant] = []
        self._used: set[Mutant] = set()
        remaker = Remaker(guard=self._guard, effect=self._effect)
        self.script = remaker.script(script)
        self._moves = dict(self._redirects(script))

    def run(self, results: Iterable[Result], play: Playing) -> Iterator[Caught]:
        """Put in one fault after the other.

        Args:
            results: conversations that pass.
            play: plays one again.
        """
        passing = list(results)
        covering = self._covering(passing, play)
        for mutant in self.mutants:
            self._active = mutant
            move = self._moves.get(mutant)
            if move is not None:
                move.switch()
            try:
                by = next((r.chat.file for r in covering[mutant] if not play(r, self.script)), "")
            finally:
                self._active = None
                if move is not None:
                    move.switch()
            yield Caught(mutant, by)

    # ------------------------------------------------------------------ what can be wrong

    def _guard(self, place: str, guard: Guard) -> Guard:
        flip = self._add("flip", place, "the guard is turned round")
        lower = self._lowered(place)

        def mutated(env: Env) -> bool | None:
            self._used.add(flip)
            if lower is not None:
                self._used.add(lower[0])
            if self._active is flip:
                return guard(env) is not True
            return lower[1](env) if lower is not None and self._active is lower[0] else guard(env)

        return mutated

    def _lowered(self, place: str) -> tuple[Mutant, Guard] | None:
        source = self._where[place].when if place in self._where else ""
        less = lower_guard(source, self._scope)
        if less is None:
            return None
        return self._add("lower", place, f"“{source}” becomes “{less[0]}”"), less[1]

    def _effect(self, place: str, effect: Effect) -> Effect:
        drop = self._add("drop", place, f"{effect.name} isn't set")

        def mutated(env: Env) -> Value:
            value = effect.value(env)
            if value != env.get(effect.name):
                self._used.add(drop)
            return env.get(effect.name) if self._active is drop else value

        return Effect(effect.name, mutated)

    def _redirects(self, script: Script) -> Iterator[tuple[Mutant, "Redirect"]]:
        moves = _transitions(self.script)
        for step in script.steps.values():
            for route in routes_of(step):
                target = route.go or route.call
                other = _beside(script, target) if target is not None else None
                if other is not None and (route.id, target) in moves:
                    says = f"it leads to {other} instead of {target}"
                    mutant = self._add("redirect", f"route {route.id}", says)
                    yield mutant, Redirect(moves[route.id, target], other)

    def _add(self, kind: Kind, place: str, says: str) -> Mutant:
        mutant = Mutant(kind, place, says)
        self.mutants.append(mutant)
        return mutant

    # ------------------------------------------------------------------ who may catch it

    def _covering(self, results: list[Result], play: Playing) -> Mapping[Mutant, list[Result]]:
        """Find, for each mutant, the conversations that come by there, the shortest first."""
        found: dict[Mutant, list[Result]] = defaultdict(list)
        by_route = {m.place.removeprefix("route "): m for m in self._moves}
        for result in sorted(results, key=lambda result: len(result.played)):
            self._used = set()
            play(result, self.script)
            path = {part for one in result.played for turn in one.turns for part in turn.turn.path}
            self._used |= {by_route[part] for part in path if part in by_route}
            for mutant in self._used:
                found[mutant].append(result)
        return found


class Redirect:
    """Where a transition of the machine leads, and where it leads when the fault is on."""

    def __init__(self, transition: Transition, other: str) -> None:
        self.transition, self.other = transition, other

    def switch(self) -> None:
        """Switch the fault on or off."""
        self.transition.dest, self.other = self.other, self.transition.dest


def _transitions(script: Script) -> dict[tuple[str, str | None], Transition]:
    """Find each route's transition: the machine holds them in the order of the script."""
    found: dict[tuple[str, str | None], Transition] = {}
    for step in script.steps.values():
        for event, routes in _by_event(step.id, script):
            there = script.machine.events[event].transitions[step.id]
            for route, transition in zip(routes, there, strict=True):
                found[route.id, route.go or route.call] = transition
    return found


def _by_event(step_id: str, script: Script) -> Iterator[tuple[str, list[Route]]]:
    step = script.steps[step_id]
    picked = [o.route for o in step.ask.options if o.route is not None] if step.ask else []
    routes = {
        "next": [*picked, *step.next],
        "skip": [step.skip] if step.skip is not None else [],
        "unsure": [step.unsure] if step.unsure is not None else [],
        "flagged": [*step.flagged],
    }
    yield from ((event, there) for event, there in routes.items() if there)


def _beside(script: Script, target: str) -> str | None:
    """Give another step of the same stage, the next one in its file."""
    stage = script.steps[target].stage
    steps = [step.id for step in script.steps.values() if step.stage == stage]
    return steps[(steps.index(target) + 1) % len(steps)] if len(steps) > 1 else None
