"""Checks that a `.chat` file speaks of things its script has, before it is played."""

from collections.abc import Collection
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from bot.errors import ReplayError
from bot.expressions import compile_guard
from bot.scope import ExpressionError, Scope
from bot.script import Guard, Script, Variable
from bot.workshop.census import line_ids, path_ids
from bot.workshop.chat import Chat, Given, nearest
from bot.workshop.wants import Literal, Span, WantedState

TOP = 10  # of a rating


def check_known(chat: Chat, script: Script) -> None:
    """Check every id, place, variable, value and guard of a file.

    Raises:
        ReplayError: at the first that the script doesn't have, with what was probably meant.
    """
    check = _Check(chat.file, script, _named(script))
    if chat.head.given is not None:
        check.given(chat.head.given)
    for never in chat.head.never:
        check.place(never.place, never.line)
        check.guard(never.guard, never.line)
    for exchange in chat.exchanges:
        for state in exchange.wants.states:
            check.state(state)
        for line in exchange.wants.lines:
            check.one_of(line.id, check.named.lines, "line", line.line)
        for path in exchange.wants.paths:
            for part in path.ids:
                check.one_of(part, check.named.path, "step, flow, rule or route", path.line)


class _Named:
    """What files may name of one script: gathered once, since thousands are read."""

    def __init__(self, script: Script) -> None:
        self.script = script

    @cached_property
    def lines(self) -> frozenset[str]:
        """Give the ids that `bot:` may name."""
        return line_ids(self.script)

    @cached_property
    def path(self) -> frozenset[str]:
        """Give what `via:` may name; few files do."""
        return path_ids(self.script)


@lru_cache(maxsize=8)
def _named(script: Script) -> _Named:
    return _Named(script)


@lru_cache(maxsize=4096)
def guard_of(source: str, script: Script) -> Guard:
    """Compile a guard that a file names, once for a script: files say the same again and again.

    Raises:
        ExpressionError: it asks for what the script doesn't have.
    """
    return compile_guard(source, Scope(script.variables, script.bands))


class _Check:
    """The checks of one file against one script."""

    def __init__(self, file: str, script: Script, named: _Named) -> None:
        self.file, self.script, self.named = file, script, named

    def one_of(self, wanted: str | None, known: Collection[str], what: str, line: int) -> None:
        if wanted is None or wanted in known or any(fnmatchcase(one, wanted) for one in known):
            return
        hint = nearest(wanted, known) or nearest(wanted.rpartition(".")[2], known)
        raise ReplayError(self.file, line, f"the script has no {what} {wanted}", hint)

    def place(self, place: str | None, line: int) -> None:
        self.one_of(place, self.script.steps, "step", line)

    def given(self, given: Given) -> None:
        self.state(given.state)
        step = self.script.steps.get(given.state.place or "")
        if step is not None and step.ask is None and not step.ends:
            hint = "name a step with an `ask`"
            raise ReplayError(self.file, given.line, f"{step.id} asks nothing", hint)
        for caller in given.stack:
            self.place(caller, given.line)

    def state(self, state: WantedState) -> None:
        self.place(state.place, state.line)
        for name, literal in state.values:
            self.one_of(name, self.script.variables, "variable", state.line)
            self.value(self.script.variables[name], literal, state.line)
        for guard in state.guards:
            self.guard(guard, state.line)

    def guard(self, guard: str | None, line: int) -> None:
        if guard is None:
            return
        try:
            guard_of(guard, self.script)
        except ExpressionError as error:
            raise ReplayError(self.file, line, str(error), error.hint) from None

    def value(self, variable: Variable, literal: Literal, line: int) -> None:
        if literal is None or _fits(variable, literal):
            return
        hint = nearest(str(literal), variable.ids) if variable.ids else _EXAMPLES[variable.kind]
        message = f"{variable.name} can't hold this: it is a {variable.kind}"
        raise ReplayError(self.file, line, message, hint or f"one of {', '.join(variable.ids)}")


_EXAMPLES = {
    "flag": "write yes or no",
    "rating": "write a number from 0 to 10",
    "choice": "write an id",
    "counter": "write a number",
    "lock": "write yes, no or a time such as 12 hours",
    "picks": "write such as [fear.dread, worry]",
    "words": 'write the words in quotes, such as "my own words"',
}


def _fits(variable: Variable, literal: Literal) -> bool:
    match variable.kind:
        case "flag":
            return isinstance(literal, bool)
        case "rating" | "counter":
            top = TOP if variable.kind == "rating" else variable.top
            return isinstance(literal, int) and not isinstance(literal, bool) and literal <= top
        case "choice":
            return literal in variable.ids
        case "lock":
            return isinstance(literal, bool | Span)
        case "picks":
            return isinstance(literal, str | tuple)
        case "words":
            return isinstance(literal, str)
