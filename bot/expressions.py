"""Guards, effects and templates: a small part of Jinja2's grammar, checked and compiled.

Jinja2 parses; we check every name and kind at load and build plain functions. Nothing is left
that could run code: no calls, no attributes, no subscripts, no tags. Logic is Kleene's: whatever
touches a variable that isn't given is unknown (None), and only a certain True opens a route.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add, eq, ge, gt, le, lt, ne, sub
from typing import Any, TypeAlias

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment

from bot.errors import MakeroomError
from bot.script import Effect, Env, Guard, Slot, Variable
from bot.values import Value

Compute: TypeAlias = Callable[[Env], Value]
Bands: TypeAlias = Mapping[str, Mapping[str, tuple[int, int]]]

COMPARISONS = {"eq": eq, "ne": ne, "lt": lt, "lteq": le, "gt": gt, "gteq": ge}
UNITS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
CONSTANTS: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False}
AWAY = ("moments", "hours", "days", "month")
KINDS = {
    "flag": "yes or no",
    "lock": "yes or no",
    "number": "a number",
    "id": "an id in quotes",
    "words": "words",
}

_GRAMMAR = SandboxedEnvironment(autoescape=False)


class ExpressionError(MakeroomError):
    """A guard, effect or line can't be compiled. `hint` says what to write."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names an expression may use: declared variables and the bands of ratings."""

    variables: Mapping[str, Variable]
    bands: Bands

    def kind(self, name: str) -> str:
        """Give the kind of a name's value: flag, lock, number, id or words."""
        if name in ("answer", "away"):
            return "id"
        if name not in self.variables:
            raise ExpressionError(f"“{name}” is not declared", nearest(name, self.variables))
        kind = self.variables[name].kind
        return {"rating": "number", "counter": "number", "choice": "id", "picks": "words"}.get(
            kind, kind
        )


@dataclass(frozen=True, slots=True)
class _Typed:
    kind: str
    compute: Compute
    name: str = ""


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """Give a hint that names what is spelled most like `name`, or lists what there is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed when something is wrong

    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean “{close[0]}”?"
    some = ", ".join(sorted(known)[:12])
    return f"write one of: {some}" if some else "declare it first"


def compile_guard(source: str, scope: Scope) -> Guard:
    """Compile a guard.

    Raises:
        ExpressionError: a name isn't declared, or the parts don't fit together.
    """
    typed = _typed(_parse(source), scope)
    if typed.kind not in ("flag", "lock"):
        raise ExpressionError(
            f"“{source}” is {KINDS[typed.kind]}, not a condition",
            f"compare it, such as “{source} >= 4”, or write “{source} is given”",
        )
    return typed.compute  # type: ignore[return-value]  # flags and locks compute to bool or None


def compile_effect(name: str, source: str | int | None, scope: Scope) -> Effect:
    """Compile one entry of `set:`; the value is brought into the variable's domain when it runs."""
    if name not in scope.variables:
        raise ExpressionError(f"“{name}” is not declared", nearest(name, scope.variables))
    variable = scope.variables[name]
    if source is None or source == "~":
        return Effect(name, lambda _env: variable.start if variable.kind == "counter" else None)
    if variable.kind == "lock":
        return Effect(name, _lock(str(source)))
    literal = variable.kind == "words" and source not in scope.variables
    if literal or (variable.kind == "choice" and source in variable.ids):
        return Effect(name, lambda _env: source)
    typed = _typed(_parse(str(source)), scope)
    expected = scope.kind(name)
    if typed.kind != expected:
        ids = f" of: {', '.join(variable.ids)}" if variable.ids else ""
        raise ExpressionError(f"“{source}” doesn't fit “{name}”", f"give it {KINDS[expected]}{ids}")
    return Effect(name, _clamped(variable, typed.compute) if expected == "number" else typed.compute)


def compile_text(source: str, names: Mapping[str, object]) -> tuple[str | Slot, ...]:
    """Compile a line into plain text and slots.

    Raises:
        ExpressionError: an undeclared name, or anything but `{{ name }}` and `{{ name | clause }}`.
    """
    if "{" not in source:
        return (source,)
    try:
        body = _GRAMMAR.parse(source).body
    except TemplateSyntaxError as error:
        raise ExpressionError(f"the line can't be read: {error}", "write {{ name }}") from None
    parts: list[str | Slot] = []
    for output in body:
        if not isinstance(output, nodes.Output):
            raise ExpressionError(
                "a line can't hold tags", "use `when:` on a line, or `first:` with several"
            )
        parts += [_part(node, names) for node in output.nodes]
    return tuple(parts)


def _part(node: nodes.Expr, names: Mapping[str, object]) -> str | Slot:
    if isinstance(node, nodes.TemplateData):
        return str(node.data)
    as_clause = isinstance(node, nodes.Filter) and node.name == "clause" and not node.args
    inner = node.node if as_clause and isinstance(node, nodes.Filter) else node
    if not isinstance(inner, nodes.Name):
        raise ExpressionError(
            "a line may only show variables", "write {{ name }} or {{ name | clause }}"
        )
    if inner.name not in names:
        raise ExpressionError(f"“{inner.name}” is not declared", nearest(inner.name, dict(names)))
    return Slot(inner.name, as_clause)


def _parse(source: str) -> nodes.Expr:
    try:
        parser = Parser(_GRAMMAR, source, state="variable")
        node = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"“{source}” goes on after its end", "join parts with and / or")
    except TemplateSyntaxError as error:
        raise ExpressionError(
            f"“{source}” can't be read: {error.message}", "such as “distress >= 4 and consent”"
        ) from None
    return node


def _typed(node: nodes.Node, scope: Scope) -> _Typed:
    for kind, compiler in _COMPILERS.items():
        if isinstance(node, kind):
            return compiler(node, scope)
    raise ExpressionError(
        "this is more than a guard can say",
        "use names, numbers, 'ids', comparison, in, and, or, not, +, -, is",
    )


def _name(node: Any, scope: Scope) -> _Typed:
    name = node.name
    if name in CONSTANTS:
        value = CONSTANTS[name]
        return _Typed("flag", lambda _env: value)
    if name not in scope.variables and any(name in v.ids for v in scope.variables.values()):
        raise ExpressionError(f"“{name}” is an id, not a variable", f"write '{name}' in quotes")
    kind = scope.kind(name)
    if kind == "lock":
        return _Typed(kind, lambda env: (env.get(name) or 0) > env["now"], name)  # type: ignore[operator]
    return _Typed(kind, lambda env: env.get(name), name)


def _const(node: Any, _scope: Scope) -> _Typed:
    value = node.value
    if isinstance(value, bool):
        return _Typed("flag", lambda _env: value)
    if isinstance(value, int):
        return _Typed("number", lambda _env: value)
    if isinstance(value, str):
        return _Typed("id", lambda _env: value)
    raise ExpressionError(f"“{value}” has no place here", "use whole numbers and 'ids in quotes'")


def _compare(node: Any, scope: Scope) -> _Typed:
    left = _typed(node.expr, scope)
    if len(node.ops) != 1:
        raise ExpressionError("two comparisons in one", "join them with “and”")
    operator, right_node = node.ops[0].op, node.ops[0].expr
    if operator in ("in", "notin"):
        return _member(left, right_node, scope, negated=operator == "notin")
    right = _typed(right_node, scope)
    _check_comparable(left, right, operator, scope)
    relation, first, second = COMPARISONS[operator], left.compute, right.compute

    def compute(env: Env) -> bool | None:
        a, b = first(env), second(env)
        return None if a is None or b is None else bool(relation(a, b))

    return _Typed("flag", compute)


def _check_comparable(left: _Typed, right: _Typed, operator: str, scope: Scope) -> None:
    kinds = {left.kind.replace("lock", "flag"), right.kind.replace("lock", "flag")}
    if len(kinds) > 1 or "words" in kinds:
        raise ExpressionError(
            f"{KINDS[left.kind]} can't be compared with {KINDS[right.kind]}",
            "words can only be tested with “is given”; compare numbers with numbers, ids with 'ids'",
        )
    if "number" not in kinds and operator not in ("eq", "ne"):
        raise ExpressionError("only numbers have an order", "use == or !=")
    for side, other in ((left, right), (right, left)):
        if side.kind == "id" and not side.name and other.name:
            _check_id(other.name, str(side.compute({})), scope)


def _check_id(name: str, value: str, scope: Scope) -> None:
    ids = AWAY if name == "away" else () if name == "answer" else scope.variables[name].ids
    if ids and value not in ids:
        raise ExpressionError(f"“{name}” is never '{value}'", nearest(value, tuple(ids)))


def _member(left: _Typed, right: Any, scope: Scope, *, negated: bool) -> _Typed:
    if left.kind != "id" or not isinstance(right, nodes.List | nodes.Tuple):
        raise ExpressionError("“in” needs an id and a list", "such as pace in ['slow', 'gentle']")
    members = [_typed(item, scope) for item in right.items]
    if any(member.kind != "id" or member.name for member in members):
        raise ExpressionError("the list may hold 'ids in quotes' only", "put each in quotes")
    ids = frozenset(str(member.compute({})) for member in members)
    for value in ids if left.name else ():
        _check_id(left.name, value, scope)
    inner = left.compute

    def compute(env: Env) -> bool | None:
        value = inner(env)
        return None if value is None else (value in ids) is not negated

    return _Typed("flag", compute)


def _test(node: Any, scope: Scope) -> _Typed:
    if not isinstance(node.node, nodes.Name):
        raise ExpressionError("“is” tests a variable", f"such as “distress is {node.name}”")
    name = node.node.name
    scope.kind(name)
    if node.name == "given":
        return _Typed("flag", lambda env: env.get(name) is not None)
    bands = scope.bands.get(name, {})
    if node.name not in bands:
        raise ExpressionError(
            f"“{name}” has no band “{node.name}”", nearest(node.name, {**bands, "given": ()})
        )
    low, high = bands[node.name]

    def compute(env: Env) -> bool | None:
        value = env.get(name)
        return None if value is None else low <= value <= high  # type: ignore[operator]

    return _Typed("flag", compute)


def _not(node: Any, scope: Scope) -> _Typed:
    inner = _condition(node.node, scope)

    def compute(env: Env) -> bool | None:
        value = inner(env)
        return None if value is None else not value

    return _Typed("flag", compute)


def _and(node: Any, scope: Scope) -> _Typed:
    return _joined(node, scope, decisive=False)


def _or(node: Any, scope: Scope) -> _Typed:
    return _joined(node, scope, decisive=True)


def _joined(node: Any, scope: Scope, *, decisive: bool) -> _Typed:
    first, second = _condition(node.left, scope), _condition(node.right, scope)

    def compute(env: Env) -> bool | None:
        a = first(env)
        if a is decisive:
            return decisive
        b = second(env)
        if b is decisive:
            return decisive
        return None if a is None or b is None else not decisive

    return _Typed("flag", compute)


def _condition(node: nodes.Node, scope: Scope) -> Compute:
    typed = _typed(node, scope)
    if typed.kind not in ("flag", "lock"):
        what = f"“{typed.name}”" if typed.name else "this"
        raise ExpressionError(f"{what} is {KINDS[typed.kind]}, not a condition", "compare it first")
    return typed.compute


def _sum(node: Any, scope: Scope) -> _Typed:
    left, right = _typed(node.left, scope), _typed(node.right, scope)
    if {left.kind, right.kind} != {"number"}:
        raise ExpressionError("only numbers can be added", "use ratings, counters and numbers")
    relation = add if isinstance(node, nodes.Add) else sub
    first, second = left.compute, right.compute

    def compute(env: Env) -> int | None:
        a, b = first(env), second(env)
        return None if a is None or b is None else relation(a, b)

    return _Typed("number", compute)


_COMPILERS: Mapping[type[nodes.Node], Callable[[Any, Scope], _Typed]] = {
    nodes.Name: _name,
    nodes.Const: _const,
    nodes.Compare: _compare,
    nodes.Test: _test,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Add: _sum,
    nodes.Sub: _sum,
}


def _lock(source: str) -> Compute:
    number, _, unit = source.partition(" ")
    length = UNITS.get(unit.removesuffix("s"))
    if not number.isdigit() or length is None:
        raise ExpressionError(f"“{source}” is not a time", "write such as “12 hours”")
    span = int(number) * length
    return lambda env: max(int(env["now"] or 0) + span, 0)


def _clamped(variable: Variable, compute: Compute) -> Compute:
    top = variable.top if variable.kind == "counter" else 10

    def clamped(env: Env) -> Value:
        value = compute(env)
        return None if value is None else max(0, min(top, int(value)))  # type: ignore[arg-type]

    return clamped
