"""The finite domain of each variable, as a proof sees it.

Words and picks are given or not, a lock holds or doesn't; the rest is finite by itself. What a turn
does is found by running it and trying every value of each variable it asks for (`branches`), so
nothing has to be known about guards but how they behave.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from msgspec import Struct

from bot.errors import SpeechError
from bot.loading.checks import routes
from bot.script import Effect, Guard, Script, Variable
from bot.values import Value

Known: TypeAlias = dict[Hashable, Value]
Result = TypeVar("Result")


class Was(Struct, frozen=True):
    """Stands for the value that a variable had when the turn began."""

    name: str


Held: TypeAlias = Value | Was


NOW = 1_772_355_600_000  # any fixed time does: only locks look at it, and they hold or don't
HELD = NOW + 10**12  # a lock that outlasts every turn
WORDS, PICKS = "w", ("w",)  # stand for whatever a person wrote or picked
MANY_IDS = 12  # a choice with more ids (countries) is cut down to one id of each kind
AWAY: tuple[Value, ...] = ("moments", "hours", "days", "month")
ENGINE_ANSWERS = ("skip", "text", "picked", "kept", "none", "empty", "several", "sorted",
                  "returned", "okay", "stop", "toomuch")  # fmt: skip


class Unknown(Exception):
    """A run asked for something that isn't settled yet; a signal of ours, not an error."""

    def __init__(self, name: Hashable) -> None:
        self.name = name
        super().__init__(name)


class Lazy(dict[str, Value]):
    """Variables of which only some are settled: asking for another one stops the run."""

    def get(self, name: str, default: object = None) -> Value:  # noqa: ARG002 - a dict's signature
        """Give a settled value.

        Raises:
            Unknown: the value isn't settled.
        """
        if name in self:
            return self[name]
        raise Unknown(name)

    def __missing__(self, name: str) -> Value:
        raise Unknown(name)


class Domains:
    """Every variable's possible values in one script.

    Attributes:
        of: values by variable; the first is the one a talk begins with.
        kinds: the variables as they are declared.
    """

    def __init__(self, script: Script) -> None:
        self.kinds: Mapping[str, Variable] = script.variables
        self._stands: dict[tuple[str, Value], Value] = {}
        loose = _may_lose_flags(script)
        self.of: dict[str, tuple[Value, ...]] = {
            name: _plain(variable, loose=loose) for name, variable in script.variables.items()
        }
        self.of["away"] = AWAY
        self.of["answer"] = (None, *dict.fromkeys((*_option_ids(script), *ENGINE_ANSWERS)))
        for name, variable in script.variables.items():
            if variable.kind == "choice" and len(variable.ids) > MANY_IDS:
                self.of[name] = self._one_of_each(script, name)

    def __call__(self, name: Hashable) -> tuple[Value, ...]:
        """Give what a name may hold; an open question is true or false."""
        return self.of.get(name, (True, False)) if isinstance(name, str) else (True, False)

    def settle(self, name: str, value: Value, now: int = NOW) -> Value:
        """Give the value of the domain that stands for a real one.

        Args:
            name: the variable.
            value: what it holds.
            now: the time, for locks.

        Raises:
            SpeechError: none does, so a proof would miss it.
        """
        kind = self.kinds[name].kind
        if kind == "lock":
            return HELD if isinstance(value, int) and value > now else None
        if kind in ("words", "picks"):
            return (WORDS if kind == "words" else PICKS) if value is not None else None
        if value not in self.of[name]:
            if kind == "choice" and (name == "answer" or value in self.kinds[name].ids):
                return self.stand_in(name, value)
            raise SpeechError(f"“{name}” holds {value!r}, which isn't in its domain")
        return value

    def stand_in(self, name: str, value: Value) -> Value:
        """Give the id that behaves like another one of a long list, such as a country."""
        return self._stands.get((name, value), self.of[name][-1])

    def _one_of_each(self, script: Script, name: str) -> tuple[Value, ...]:
        """Keep one id of each kind: ids that no guard tells apart behave alike."""
        guards = [g for g in guards_of(script) if name in reads(g, self)]
        kinds: dict[tuple[object, ...], Value] = {}
        for value in (None, *self.kinds[name].ids):
            sign = (value is None, *(_behaviour(g, self, {name: value}) for g in guards))
            self._stands[name, value] = kinds.setdefault(sign, value)
        return tuple(kinds.values())


def branches(
    run: Callable[[Known], Result],
    domain: Callable[[Hashable], tuple[Value, ...]],
    known: Known,
    is_possible: Callable[[Known, Hashable], bool] = lambda _known, _name: True,
) -> Iterator[tuple[Known, Result]]:
    """Run something once for each way it can go: every value of all that it asks for.

    Args:
        run: takes what is settled and raises `Unknown` for what it needs besides.
        domain: the values to try.
        known: what is settled to begin with.
        is_possible: whether what is settled can be so, after the named thing was.
    """
    waiting = [known]
    while waiting:
        settled = waiting.pop()
        try:
            result = run(settled)
        except Unknown as missing:
            name = missing.name
            ways = [{**settled, name: value} for value in domain(name)]
            waiting += [way for way in ways if is_possible(way, name)]
        else:
            yield settled, result


def reads(guard: Guard, domains: Domains) -> frozenset[str]:
    """Name all variables that a guard may look at."""
    found: set[str] = set()
    for settled, _ in branches(lambda known: guard(_env(known)), domains, {}):
        found |= {str(name) for name in settled}
    return frozenset(found)


def outcomes(guard: Guard, domains: Domains) -> list[tuple[Known, bool | None]]:
    """Give every way a guard can come out, with what it looked at."""
    return list(branches(lambda known: guard(_env(known)), domains, {}))


def guards_of(script: Script) -> Iterator[Guard]:
    """Give every guard that decides where a talk goes."""
    for step in script.steps.values():
        yield from (route.when for route in routes(step) if route.when is not None)
        for option in step.ask.options if step.ask else ():
            if option.when is not None:
                yield option.when
    for rules in script.watch.values():
        yield from (rule.when for rule in rules if rule.when is not None)
    yield from (stage.only for stage in script.stages.values() if stage.only is not None)


def effects_of(script: Script) -> Iterator[Effect]:
    """Give every effect of a script."""
    for step in script.steps.values():
        yield from step.effects
        for route in routes(step):
            yield from route.effects
        for option in step.ask.options if step.ask else ():
            yield from option.effects
        for marks in step.ask.marks.values() if step.ask else ():
            yield from marks
    for rules in script.watch.values():
        for rule in rules:
            yield from rule.effects
    for command in script.commands.values():
        yield from command.effects


def sources(script: Script) -> dict[str, set[str]]:
    """Name, for each variable, those that an effect copies or counts into it."""
    found: dict[str, set[str]] = {}
    for effect in effects_of(script):
        try:
            effect.value(Lazy({"now": NOW}))
        except Unknown as missing:
            found.setdefault(effect.name, set()).add(str(missing.name))
    return found


def _env(known: Known) -> Lazy:
    return Lazy({"now": NOW, **{str(name): value for name, value in known.items()}})


def _behaviour(guard: Guard, domains: Domains, known: Known) -> tuple[object, ...]:
    found = branches(lambda settled: guard(_env(settled)), domains, known)
    rest = (({n: v for n, v in s.items() if n not in known}, r) for s, r in found)
    return tuple((tuple(sorted(s.items(), key=str)), r) for s, r in rest)


def _may_lose_flags(script: Script) -> bool:
    """Tell whether some flag can come to be not given (`x: ~`)."""
    for effect in effects_of(script):
        if script.variables[effect.name].kind == "flag":
            try:
                if effect.value(Lazy({"now": NOW})) is None:
                    return True
            except Unknown:
                continue
    return False


def _plain(variable: Variable, *, loose: bool) -> tuple[Value, ...]:
    match variable.kind:
        case "flag":
            values: tuple[Value, ...] = (False, True, None) if loose else (False, True)
        case "rating":
            values = (None, *range(11))
        case "counter":
            values = tuple(range(variable.top + 1))
        case "lock":
            values = (None, HELD)
        case "words":
            values = (None, WORDS)
        case "picks":
            values = (None, PICKS)
        case _:
            values = (None, *variable.ids)
    return values


def _option_ids(script: Script) -> Iterator[str]:
    for step in script.steps.values():
        options = step.ask.options if step.ask else ()
        if len(options) <= MANY_IDS:
            yield from (option.id for option in options)
