"""Effects: what `set:` does to a variable, compiled and kept inside the variable's domain."""

from bot.expressions import KINDS, Compute, now, parse, typed
from bot.scope import ExpressionError, Scope, nearest
from bot.script import Effect, Env, Variable
from bot.values import Value

UNITS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}


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
    given = typed(parse(str(source)), scope)
    expected = scope.kind(name)
    if given.kind != expected:
        ids = f" of: {', '.join(variable.ids)}" if variable.ids else ""
        raise ExpressionError(f"“{source}” doesn't fit “{name}”", f"give it {KINDS[expected]}{ids}")
    return Effect(
        name, _clamped(variable, given.compute) if expected == "number" else given.compute
    )


def _lock(source: str) -> Compute:
    number, _, unit = source.partition(" ")
    length = UNITS.get(unit.removesuffix("s"))
    if not number.isdigit() or length is None:
        raise ExpressionError(f"“{source}” is not a time", "write such as “12 hours”")
    span = int(number) * length
    return lambda env: now(env) + span


def _clamped(variable: Variable, compute: Compute) -> Compute:
    top = variable.top if variable.kind == "counter" else 10

    def clamped(env: Env) -> Value:
        value = compute(env)
        return max(0, min(top, value)) if isinstance(value, int) else None

    return clamped
