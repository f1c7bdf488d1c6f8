"""Lines: plain text with places for declared variables, and nothing else that could run."""

import re
from collections.abc import Set as AbstractSet

from bot.scope import ExpressionError, nearest
from bot.script import Slot

FILTERS = ("clause", "name")
"""The clause most worth quoting; a name, which is not given where it's longer than a name."""
_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_SHOWN = re.compile(rf"\s*([A-Za-z_]\w*)\s*(?:\|\s*({'|'.join(FILTERS)})\s*)?", re.ASCII)
_BRACES = re.compile(r"\{[{%#]|\}\}")


def compile_text(source: str, names: AbstractSet[str]) -> tuple[str | Slot, ...]:
    """Compile a line into plain text and slots.

    Raises:
        ExpressionError: an undeclared name, or anything but `{{ name }}` and the two filters.
    """
    if "{" not in source:
        return (source,)
    parts: list[str | Slot] = []
    for number, piece in enumerate(_PLACE.split(source)):
        if number % 2:
            parts.append(_slot(piece, names))
        elif piece:
            parts.append(_plain(piece))
    return tuple(parts)


def _plain(text: str) -> str:
    found = _BRACES.search(text)
    if found is None:
        return text
    if found[0] in ("{%", "{#"):
        raise ExpressionError(
            "a line can't hold tags", "use `when:` on a line, or `first:` with several"
        )
    raise ExpressionError(f"a place begins or ends alone, at “{found[0]}”", "write {{ name }}")


def _slot(inside: str, names: AbstractSet[str]) -> Slot:
    shown = _SHOWN.fullmatch(inside)
    if shown is None:
        raise ExpressionError(
            "a line may only show variables",
            "write {{ name }}, {{ name | clause }} or {{ name | name }}",
        )
    name, form = shown.groups()
    if name not in names:
        raise ExpressionError(f"“{name}” is not declared", nearest(name, tuple(names)))
    return Slot(name, form == "clause", form == "name")
