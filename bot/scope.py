"""The names that a guard or an effect may use, and what is said of one that isn't among them."""

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from bot.errors import MakeroomError
from bot.script import Variable

Bands: TypeAlias = Mapping[str, Mapping[str, tuple[int, int]]]

AWAY = ("moments", "hours", "days", "month")


class ExpressionError(MakeroomError):
    """A guard, effect or line can't be compiled. `hint` says what to write."""

    def __init__(self, message: str, hint: str) -> None:
        self.hint = hint
        super().__init__(message)


class Scope(Struct, frozen=True):
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


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """Give a hint that names what is spelled most like `name`, or lists what there is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only needed when something is wrong

    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean “{close[0]}”?"
    some = ", ".join(sorted(known)[:12])
    return f"write one of: {some}" if some else "declare it first"
