"""Guards: a small part of Jinja2's grammar, checked and compiled.

Jinja2 parses; we check every name and kind at load and build plain functions. Nothing is left
that could run code: no calls, no attributes, no subscripts, no tags. Logic is Kleene's: whatever
touches a variable that isn't given is unknown (None), and only a certain True opens a route.
"""

from collections.abc import Callable, Mapping
from operator import add, eq, ge, gt, le, lt, ne, sub
from typing import Any, TypeAlias, cast

from jinja2 import TemplateSyntaxError, nodes
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

from bot.scope import AWAY, ExpressionError, Scope, nearest
from bot.script import Env, Guard
from bot.values import Value

Compute: TypeAlias = Callable[[Env], Value]

COMPARISONS = {"eq": eq, "ne": ne, "lt": lt, "lteq": le, "gt": gt, "gteq": ge}
CONSTANTS: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False}
KINDS = {
    "flag": "yes or no",
    "lock": "yes or no",
    "number": "a number",
    "id": "an id in quotes",
    "words": "words",
}

LONGEST, DEEPEST = 1_000, 60
"""Characters of a guard, and parts in parts; ours have fewer than 300 and 12. It is Python's stack
that ends: whoever uploads a script must not be able to reach it."""
TOO_DEEP = "the guard is nested too deep"
GRAMMAR = SandboxedEnvironment(autoescape=False)


class Typed(Struct, frozen=True):
    """A compiled part of an expression: its kind, how to compute it, and its name if it has one."""

    kind: str
    compute: Compute
    name: str = ""


def compile_guard(source: str, scope: Scope) -> Guard:
    """Compile a guard.

    Raises:
        ExpressionError: a name isn't declared, or the parts don't fit together.
    """
    given = typed(parse(source), scope)
    if given.kind not in ("flag", "lock"):
        raise ExpressionError(
            f"“{source}” is {KINDS[given.kind]}, not a condition",
            f"compare it, such as “{source} >= 4”, or write “{source} is given”",
        )
    return cast("Guard", given.compute)  # flags and locks compute to bool or None


def now(env: Env) -> int:
    """Give the time of the turn, in milliseconds."""
    return _number(env, "now")


def _number(env: Env, name: str) -> int:
    value = env.get(name)
    return value if isinstance(value, int) else 0


def parse(source: str) -> nodes.Expr:
    """Parse an expression.

    Raises:
        ExpressionError: it isn't one.
    """
    if len(source) > LONGEST:
        raise ExpressionError(
            f"{len(source)} characters are too long a guard", "decide it in two steps"
        )
    try:
        parser = Parser(GRAMMAR, source, state="variable")
        node = parser.parse_expression()
        if not parser.stream.eos:
            raise ExpressionError(f"“{source}” goes on after its end", "join parts with and / or")
    except TemplateSyntaxError as error:
        raise ExpressionError(
            f"“{source}” can't be read: {error.message}", "such as “distress >= 4 and consent”"
        ) from None
    except RecursionError:
        raise ExpressionError(TOO_DEEP, "use fewer brackets") from None
    if len(source) > DEEPEST and _depth(node) > DEEPEST:
        raise ExpressionError(TOO_DEEP, "use fewer brackets, or decide it in two steps")
    return node


def _depth(node: nodes.Node) -> int:
    """Count how many parts lie in one another."""
    deep, layer = 0, [node]
    while layer:
        deep, layer = deep + 1, [child for one in layer for child in one.iter_child_nodes()]
    return deep


def typed(node: nodes.Node, scope: Scope) -> Typed:
    """Check a parsed expression and compile it.

    Raises:
        ExpressionError: a name isn't declared, or the parts don't fit together.
    """
    for kind, compiler in _COMPILERS.items():
        if isinstance(node, kind):
            return compiler(node, scope)
    raise ExpressionError(
        "this is more than a guard can say",
        "use names, numbers, 'ids', comparison, in, and, or, not, +, -, is",
    )


def _name(node: Any, scope: Scope) -> Typed:
    name = node.name
    if name in CONSTANTS:
        value = CONSTANTS[name]
        return Typed("flag", lambda _env: value)
    if name not in scope.variables and any(name in v.ids for v in scope.variables.values()):
        raise ExpressionError(f"“{name}” is an id, not a variable", f"write '{name}' in quotes")
    kind = scope.kind(name)
    if kind == "lock":
        return Typed(kind, lambda env: _number(env, name) > now(env), name)
    return Typed(kind, lambda env: env.get(name), name)


def _const(node: Any, _scope: Scope) -> Typed:
    value = node.value
    if isinstance(value, bool):
        return Typed("flag", lambda _env: value)
    if isinstance(value, int):
        return Typed("number", lambda _env: value)
    if isinstance(value, str):
        return Typed("id", lambda _env: value)
    raise ExpressionError(f"“{value}” has no place here", "use whole numbers and 'ids in quotes'")


def _compare(node: Any, scope: Scope) -> Typed:
    left = typed(node.expr, scope)
    if len(node.ops) != 1:
        raise ExpressionError("two comparisons in one", "join them with “and”")
    operator, right_node = node.ops[0].op, node.ops[0].expr
    if operator in ("in", "notin"):
        return _member(left, right_node, scope, negated=operator == "notin")
    right = typed(right_node, scope)
    _check_comparable(left, right, operator, scope)
    relation, first, second = COMPARISONS[operator], left.compute, right.compute

    def compute(env: Env) -> bool | None:
        a, b = first(env), second(env)
        return None if a is None or b is None else bool(relation(a, b))

    return Typed("flag", compute)


def _check_comparable(left: Typed, right: Typed, operator: str, scope: Scope) -> None:
    kinds = {left.kind.replace("lock", "flag"), right.kind.replace("lock", "flag")}
    if len(kinds) > 1 or "words" in kinds:
        raise ExpressionError(
            f"{KINDS[left.kind]} can't be compared with {KINDS[right.kind]}",
            "words can only be tested with “is given”; numbers go with numbers, ids with 'ids'",
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


def _member(left: Typed, right: Any, scope: Scope, *, negated: bool) -> Typed:
    if left.kind != "id" or not isinstance(right, nodes.List | nodes.Tuple):
        raise ExpressionError("“in” needs an id and a list", "such as pace in ['slow', 'gentle']")
    members = [typed(item, scope) for item in right.items]
    if any(member.kind != "id" or member.name for member in members):
        raise ExpressionError("the list may hold 'ids in quotes' only", "put each in quotes")
    ids = frozenset(str(member.compute({})) for member in members)
    for value in ids if left.name else ():
        _check_id(left.name, value, scope)
    inner = left.compute

    def compute(env: Env) -> bool | None:
        value = inner(env)
        return None if value is None else (value in ids) is not negated

    return Typed("flag", compute)


def _test(node: Any, scope: Scope) -> Typed:
    if not isinstance(node.node, nodes.Name):
        raise ExpressionError("“is” tests a variable", f"such as “distress is {node.name}”")
    name = node.node.name
    scope.kind(name)
    if node.name == "given":
        return Typed("flag", lambda env: env.get(name) is not None)
    bands = scope.bands.get(name, {})
    if node.name not in bands:
        raise ExpressionError(
            f"“{name}” has no band “{node.name}”", nearest(node.name, {**bands, "given": ()})
        )
    low, high = bands[node.name]

    def compute(env: Env) -> bool | None:
        value = env.get(name)
        return low <= value <= high if isinstance(value, int) else None

    return Typed("flag", compute)


def _not(node: Any, scope: Scope) -> Typed:
    inner = _condition(node.node, scope)

    def compute(env: Env) -> bool | None:
        value = inner(env)
        return None if value is None else not value

    return Typed("flag", compute)


def _and(node: Any, scope: Scope) -> Typed:
    return _joined(node, scope, decisive=False)


def _or(node: Any, scope: Scope) -> Typed:
    return _joined(node, scope, decisive=True)


def _joined(node: Any, scope: Scope, *, decisive: bool) -> Typed:
    first, second = _condition(node.left, scope), _condition(node.right, scope)

    def compute(env: Env) -> bool | None:
        a = first(env)
        if a is decisive:
            return decisive
        b = second(env)
        if b is decisive:
            return decisive
        return None if a is None or b is None else not decisive

    return Typed("flag", compute)


def _condition(node: nodes.Node, scope: Scope) -> Compute:
    given = typed(node, scope)
    if given.kind not in ("flag", "lock"):
        what = f"“{given.name}”" if given.name else "this"
        raise ExpressionError(f"{what} is {KINDS[given.kind]}, not a condition", "compare it first")
    return given.compute


def _sum(node: Any, scope: Scope) -> Typed:
    left, right = typed(node.left, scope), typed(node.right, scope)
    if {left.kind, right.kind} != {"number"}:
        raise ExpressionError("only numbers can be added", "use ratings, counters and numbers")
    relation = add if isinstance(node, nodes.Add) else sub
    first, second = left.compute, right.compute

    def compute(env: Env) -> int | None:
        a, b = first(env), second(env)
        return None if a is None or b is None else relation(a, b)

    return Typed("number", compute)


_COMPILERS: Mapping[type[nodes.Node], Callable[[Any, Scope], Typed]] = {
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
