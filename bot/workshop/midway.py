"""Talks that begin in the middle: for what no walk from the beginning comes by in good time.

A test of one guard needs no way there. So a prompt is opened as `given:` opens it, with values
that guards near there ask for.
"""

from collections.abc import Iterable, Iterator, Mapping
from random import Random

from bot.script import Script, Step, Variable
from bot.values import Frame, Input, Progress, Reply, Session, Turn, Value
from bot.workshop.census import routes_of
from bot.workshop.chat import DEFAULT_CLOCK
from bot.workshop.lints.guards import names_in
from bot.workshop.places import Place
from bot.workshop.record import Spoken
from bot.workshop.start import prompt

HOUR = 3_600_000
TOP = 10  # of a rating
ATTEMPTS = 40  # with other values at each prompt
WORDS = "something of my own"


class Midway:
    """Opens prompts with values by chance; the same ones each time.

    Args:
        script: the dialogue.
        where: its places, for how its guards are written.
    """

    def __init__(self, script: Script, where: Mapping[str, Place]) -> None:
        self._script, self._where = script, where
        self._callers = [s.id for s in script.steps.values() if s.stage in script.parts and s.ask]
        self._leading: dict[str, list[str]] = {}
        for step in script.steps.values():
            for route in routes_of(step):
                target = route.go or route.call
                if target is not None:
                    self._leading.setdefault(target, []).append(step.id)

    def beginnings(self, missing: Iterable[str], known: Mapping[str, Session]) -> Iterator[Spoken]:
        """Open prompts from where something missing may be reached.

        Args:
            missing: what is looked for, behind its kind.
            known: a talk at prompts that conversations came by, to begin with its values.
        """
        for step, names in self._targets(missing).items():
            chance = Random(step)  # noqa: S311 - chance that comes out the same each time
            for _ in range(ATTEMPTS):
                base = dict(known[step].values) if step in known else self._first()
                values = base | {name: self._value(name, chance) for name in sorted(names)}
                yield self._opened(step, values, known.get(step), chance)

    def _targets(self, missing: Iterable[str]) -> dict[str, set[str]]:
        """Name the prompts to open, each with the variables that matter there."""
        found: dict[str, set[str]] = {}
        for item in sorted(missing):
            step = self.step_of(item)
            names = self._names(item)
            for opened in self._prompts(step) if step is not None else ():
                found.setdefault(opened, set()).update(names)
        return found

    def step_of(self, item: str) -> Step | None:
        """Find the step that something missing belongs to: its id begins with the step's."""
        for word in item.split():
            parts = word.split(".")
            for end in range(len(parts), 1, -1):
                step = self._script.steps.get(".".join(parts[:end]))
                if step is not None:
                    return step
        return None

    def _prompts(self, step: Step, depth: int = 3) -> set[str]:
        """Give the prompts from which a step is entered, and its own."""
        found = {step.id} if step.ask is not None else set()
        for before in self._leading.get(step.id, ()) if depth else ():
            there = self._script.steps[before]
            found |= {before} if there.ask is not None else self._prompts(there, depth - 1)
        return found

    def _names(self, item: str) -> set[str]:
        """Name the variables that decide about something missing."""
        words = item.split()
        kinds = [" ".join(words[n:]) for n in range(1, len(words))]
        places = {kind.removesuffix(end) for kind in kinds for end in (" yes", " no", "")}
        places |= {place.rpartition(" ")[0] for place in kinds}
        places |= {f"{kind} {words[-1]}" for kind in ("route", "line", "choice")}
        found = {words[-1]}
        for place in places & self._where.keys():
            found |= names_in(self._where[place].when) if self._where[place].when else set()
        return found & self._script.variables.keys()

    def _first(self) -> dict[str, Value]:
        return {v.name: v.start for v in self._script.variables.values() if v.start is not None}

    def _value(self, name: str, chance: Random) -> Value:
        return chance.choice(list(_domain(self._script.variables[name])))

    def _opened(
        self, step: str, values: Mapping[str, Value], known: Session | None, chance: Random
    ) -> Spoken:
        stack = tuple(Frame(frame.step, "ask") for frame in known.stack) if known else ()
        if not stack and self._script.stages[self._script.steps[step].stage].is_flow:
            stack = (Frame(chance.choice(self._callers), "ask"),)
        session = Session(
            step=step,
            seed=0,
            lang=self._script.lang,
            started=DEFAULT_CLOCK,
            at=DEFAULT_CLOCK,
            values={name: _at_clock(value) for name, value in values.items() if value is not None},
            stack=stack,
        )
        ask = prompt(self._script, session)
        stage = self._script.steps[step].stage
        reply = Reply(lines=(), stage=stage, step=step, progress=Progress(0, 0), ask=ask)
        return Spoken(Input(at=DEFAULT_CLOCK, kind="begin"), "", None, Turn(session, reply))


def is_midway(first: Spoken) -> bool:
    """Tell whether a talk begins in the middle: nothing led there, and nothing was said."""
    return not first.turn.path and not first.turn.reply.lines


def _at_clock(value: Value) -> Value:
    """Bring a moment of another talk's time to one that holds for an hour from the beginning."""
    is_moment = isinstance(value, int) and not isinstance(value, bool) and value > HOUR
    return DEFAULT_CLOCK + HOUR if is_moment else value


def _domain(variable: Variable) -> Iterator[Value]:
    yield None
    match variable.kind:
        case "flag":
            yield from (True, False)
        case "rating":
            yield from range(TOP + 1)
        case "counter":
            yield from range(variable.top + 1)
        case "choice":
            yield from variable.ids
        case "lock":
            yield DEFAULT_CLOCK + HOUR
        case "words":
            yield WORDS
        case _:
            return
