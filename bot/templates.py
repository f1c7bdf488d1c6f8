"""Lines: plain text with places for declared variables, and nothing else that could run."""

from collections.abc import Set as AbstractSet

from jinja2 import TemplateSyntaxError, nodes

from bot.expressions import GRAMMAR, ExpressionError, nearest
from bot.script import Slot

FILTERS = ("clause", "name")
"""The clause most worth quoting; a name, which is not given where it's longer than a name."""


def compile_text(source: str, names: AbstractSet[str]) -> tuple[str | Slot, ...]:
    """Compile a line into plain text and slots.

    Raises:
        ExpressionError: an undeclared name, or anything but `{{ name }}` and the two filters.
    """
    if "{" not in source:
        return (source,)
    try:
        body = GRAMMAR.parse(source).body
    except TemplateSyntaxError as error:
        raise ExpressionError(f"the line can't be read: {error}", "write {{ name }}") from None
    except RecursionError:
        raise ExpressionError("the line is nested too deep", "write {{ name }}") from None
    parts: list[str | Slot] = []
    for output in body:
        if not isinstance(output, nodes.Output):
            raise ExpressionError(
                "a line can't hold tags", "use `when:` on a line, or `first:` with several"
            )
        parts += [_part(node, names) for node in output.nodes]
    return tuple(parts)


def _part(node: nodes.Expr, names: AbstractSet[str]) -> str | Slot:
    if isinstance(node, nodes.TemplateData):
        return str(node.data)
    is_known = isinstance(node, nodes.Filter) and node.name in FILTERS and not node.args
    form = node.name if is_known and isinstance(node, nodes.Filter) else ""
    inner = node.node if form and isinstance(node, nodes.Filter) else node
    if not isinstance(inner, nodes.Name):
        raise ExpressionError(
            "a line may only show variables",
            "write {{ name }}, {{ name | clause }} or {{ name | name }}",
        )
    if inner.name not in names:
        raise ExpressionError(f"“{inner.name}” is not declared", nearest(inner.name, tuple(names)))
    return Slot(inner.name, form == "clause", form == "name")
