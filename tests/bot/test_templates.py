"""Lines show what is declared, and nothing in them can run."""

import pytest

from bot.scope import ExpressionError
from bot.script import Slot
from bot.templates import compile_text

A, NAMED, CUT = Slot("a"), Slot("a", as_name=True), Slot("a", as_clause=True)


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("words", ("words",)),
        ("{{ a }}", (A,)),
        ("so {{a}}, then", ("so ", A, ", then")),
        ("{{ a }}{{ a|name }}", (A, NAMED)),
        ("{{ a\n| clause }}\n{ a } }", (CUT, "\n{ a } }")),
    ],
)
def test_a_line_shows_variables(source: str, parts: tuple[str | Slot, ...]) -> None:
    """As they are, as the clause most worth quoting, or as a name; single braces are words."""
    assert compile_text(source, {"a"}) == parts


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{{ b }}", "not declared"),
        ("{{ a.b }}", "only show"),
        ("{{ a | upper }}", "only show"),
        ("{{ a | clause | name }}", "only show"),
        ("{{ 7 }}", "only show"),
        ("{{}}", "only show"),
        ("{{ {{ a }} }}", "only show"),
        ("{% if a %}x{% endif %}", "tags"),
        ("{# note #}", "tags"),
        ("{{ a", "alone"),
        ("{{ a }} and }}", "alone"),
        ("{{ a }", "alone"),
    ],
)
def test_a_line_shows_nothing_else(source: str, said: str) -> None:
    """Each other use of braces is told, so that nobody reads them in a talk."""
    with pytest.raises(ExpressionError, match=said):
        compile_text(source, {"a"})
