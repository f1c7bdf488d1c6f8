"""A script whose guards answer only when what is known decides them.

A guard of the twin looks at what a run knows so far. When that leaves it open, the run is told
which question is open (`Question`) and is tried with both answers, instead of with every value of
every variable. The guards are the script's own; only the asking differs.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from bot.machine import build_machine
from bot.script import AskSpec, Env, Guard, Option, Route, Rule, Script, Stage, Step
from bot.values import Value
from bot.workshop.domains import (
    NOW,
    Domains,
    Held,
    Known,
    Lazy,
    Unknown,
    Was,
    branches,
    reads,
)

GIVEN = "given "  # before a variable's name: whether it is given
T = TypeVar("T", Route, Option, Rule)


class Question(Struct, frozen=True):
    """Whether a guard is true, given what was known when it was asked.

    Attributes:
        guard: its number in the twin.
        given: what was known of the variables it looks at.
    """

    guard: int
    given: tuple[tuple[str, Held], ...]


class Twin:
    """A script made for probing.

    Attributes:
        of: the script itself.
        script: the same script, with guards that ask.
        domains: what its variables may hold.
    """

    def __init__(self, script: Script) -> None:
        self.of = script
        self.domains = Domains(script)
        self._guards: list[Guard] = []
        self._reads: list[frozenset[str]] = []
        self._numbers: dict[Guard, int] = {}
        self._possible: dict[frozenset[tuple[Hashable, Value]], bool] = {}
        self._about: dict[Question, frozenset[str]] = {}
        self._answers: dict[Question, tuple[tuple[Known, bool], ...]] = {}
        self.script = self._asking(script)

    def ways(self, question: Question) -> tuple[tuple[Known, bool], ...]:
        """Give every way a question can be answered, by what the variables held at first."""
        if question not in self._answers:
            guard = self._guards[question.guard]
            found = branches(lambda known: _tried(guard, question, known), self.domains, {})
            self._answers[question] = tuple(found)
        return self._answers[question]

    def is_possible(self, facts: Known, name: Hashable) -> bool:
        """Tell whether some talk agrees with all that is settled.

        Args:
            facts: what is settled.
            name: what was settled last; only what hangs together with it is looked at.
        """
        near = self.about(name)
        related = frozenset(
            (fact, value) for fact, value in facts.items() if not near.isdisjoint(self.about(fact))
        )
        if related not in self._possible:
            self._possible[related] = self._agree(related)
        return self._possible[related]

    def _agree(self, related: frozenset[tuple[Hashable, Value]]) -> bool:
        joined: list[Known] = [{}]
        for fact, value in related:
            joined = [both for one in joined for way in self._meant(fact, value)
                      if (both := _both(one, way)) is not None]  # fmt: skip
        return bool(joined)

    def meant(self, facts: Known) -> Iterator[tuple[Hashable, tuple[Known, ...]]]:
        """Give, for each fact about variables, the ways in which it can be so."""
        for fact, value in facts.items():
            if self.about(fact):
                yield fact, self._meant(fact, value)

    def about(self, fact: Hashable) -> frozenset[str]:
        """Name the variables that a fact is about, as they were at first."""
        if isinstance(fact, Question):
            ways = self.ways(fact)
            if fact not in self._about:
                self._about[fact] = frozenset(str(n) for known, _ in ways for n in known)
            return self._about[fact]
        name = str(fact)
        if name.startswith(GIVEN):
            return frozenset({name.removeprefix(GIVEN)})
        return frozenset() if " " in name else frozenset({name})

    def _meant(self, fact: Hashable, value: Value) -> tuple[Known, ...]:
        if isinstance(fact, Question):
            return tuple(known for known, answer in self.ways(fact) if answer is value)
        name = str(fact)
        if name.startswith(GIVEN):
            name = name.removeprefix(GIVEN)
            return tuple({name: v} for v in self.domains(name) if (v is not None) is value)
        return ({name: value},)

    def reads(self, guard: Guard) -> frozenset[str]:
        """Name the variables that a guard of the original script looks at."""
        return self._reads[self._number(guard)]

    def _number(self, guard: Guard) -> int:
        if guard not in self._numbers:
            self._numbers[guard] = len(self._guards)
            self._guards.append(guard)
            self._reads.append(reads(guard, self.domains))
        return self._numbers[guard]

    def _asked(self, guard: Guard | None) -> Guard | None:
        if guard is None:
            return None
        number = self._number(guard)
        names = sorted(self._reads[number])

        def ask(env: Env) -> bool | None:
            given = tuple((name, cast("Held", env[name])) for name in names if name in env)
            question = Question(number, given)
            answers = {answer for _, answer in self.ways(question)}
            if len(answers) == 1:
                return answers.pop()
            return _answered(env, question)

        return ask

    def _asking(self, script: Script) -> Script:
        steps = {step.id: self._step(step) for step in script.steps.values()}
        stages: dict[str, Stage] = {
            stage.id: replace(stage, only=self._asked(stage.only))
            for stage in script.stages.values()
        }
        watch = {name: self._all(rules) for name, rules in script.watch.items()}
        twin = replace(script, steps=steps, stages=stages, watch=watch)
        return replace(twin, machine=build_machine(steps, stages, twin))

    def _step(self, step: Step) -> Step:
        return replace(
            step,
            next=self._all(step.next),
            flagged=self._all(step.flagged),
            skip=self._one(step.skip),
            unsure=self._one(step.unsure),
            ask=self._ask(step.ask),
        )

    def _ask(self, spec: AskSpec | None) -> AskSpec | None:
        return replace(spec, options=self._all(spec.options)) if spec is not None else None

    def _all(self, parts: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(replace(part, when=self._asked(part.when)) for part in parts)

    def _one(self, route: Route | None) -> Route | None:
        return replace(route, when=self._asked(route.when)) if route is not None else None


class Asking(Lazy):
    """What a run knows of the variables, and the answers to questions that were open.

    Attributes:
        facts: what is settled, by variable and by question.
    """

    def __init__(self, facts: Known, now: int) -> None:
        super().__init__({n: v for n, v in facts.items() if isinstance(n, str) and " " not in n})
        self["now"] = now
        self.facts = facts

    def get(self, name: str, default: object = None) -> Value:
        """Give a settled value.

        Raises:
            Unknown: the value isn't settled.
        """
        value: Held = super().get(name, default)
        return self.fact(value.name) if isinstance(value, Was) else value

    def keep(self, name: str, value: Was) -> None:
        """Put in a variable what another one held at first."""
        self.update({name: cast("Value", value)})

    def held(self, name: str) -> Held:
        """Give what is in a variable, without asking."""
        return self[name] if name in self else Was(name)

    def fact(self, name: Hashable) -> Value:
        """Give what was settled at first.

        Raises:
            Unknown: it wasn't.
        """
        if name not in self.facts:
            raise Unknown(name)
        return self.facts[name]


def _both(one: Known, other: Known) -> Known | None:
    if any(one.get(name, value) != value for name, value in other.items()):
        return None
    return {**one, **other}


def _answered(env: Env, question: Question) -> bool:
    if not isinstance(env, Asking):
        raise TypeError("a twin's guard needs what a probe knows")
    return env.fact(question) is True


def _tried(guard: Guard, question: Question, known: Known) -> bool:
    env = Lazy({"now": NOW, **{str(n): v for n, v in known.items()}})
    renamed: dict[str, Value] = {}
    for name, value in question.given:
        renamed[name] = env.get(value.name) if isinstance(value, Was) else value
    return guard(_Over(env, renamed)) is True


class _Over(Lazy):
    """Variables of which some were given new values on the way."""

    def __init__(self, below: Lazy, changed: Mapping[str, Value]) -> None:
        super().__init__(changed)
        self.below = below

    def get(self, name: str, default: object = None) -> Value:
        return self[name] if name in self else self.below.get(name, default)
