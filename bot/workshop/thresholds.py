"""Guards with a threshold that is one lower: the mistake that tests of limits are for."""

import re

from bot.errors import MakeroomError
from bot.expressions import compile_guard
from bot.scope import Scope
from bot.script import Guard

_LIMIT = re.compile(r"([<>]=?\s*)(\d+)")


def lowered(source: str) -> str | None:
    """Write a guard with its first limit lowered by one; None when it has no limit above 0."""
    found = _LIMIT.search(source)
    if found is None or int(found[2]) == 0:
        return None
    return f"{source[: found.start()]}{found[1]}{int(found[2]) - 1}{source[found.end() :]}"


def lower_guard(source: str, scope: Scope) -> tuple[str, Guard] | None:
    """Give a guard with its first limit lowered, as it is written and compiled."""
    less = lowered(source)
    if less is None:
        return None
    try:
        return less, compile_guard(less, scope)
    except MakeroomError:  # of what the loader made itself, such as a band's name, nothing is left
        return None
