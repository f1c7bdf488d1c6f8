"""Guards: certain only when everything they need is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.expressions import compile_guard
from bot.scope import ExpressionError, Scope
from bot.script import Variable

SCOPE = Scope(
    {
        name: Variable(name, kind, ids, top)  # type: ignore[arg-type]
        for name, kind, ids, top in [
            ("distress", "rating", (), 0),
            ("willing", "rating", (), 0),
            ("consent", "flag", (), 0),
            ("pace", "choice", ("slow", "usual"), 0),
            ("rounds", "counter", (), 3),
            ("locked", "lock", (), 0),
            ("topic", "words", (), 0),
        ]
    },
    {"distress": {"window": (3, 6), "high": (7, 8)}},
)


@pytest.mark.parametrize(
    ("source", "env", "result"),
    [
        ("distress >= 4", {"distress": 4}, True),
        ("distress >= 4", {"distress": 3}, False),
        ("distress >= 4", {}, None),
        ("not distress >= 4", {}, None),
        ("distress >= 4 and no", {}, False),
        ("distress >= 4 or yes", {}, True),
        ("distress >= 4 or consent", {"consent": False}, None),
        ("distress - willing > 2", {"distress": 7, "willing": 4}, True),
        ("distress is window", {"distress": 6}, True),
        ("distress is window", {"distress": 7}, False),
        ("distress is window", {}, None),
        ("not distress is high", {}, None),
        ("topic is given", {"topic": "x"}, True),
        ("topic is not given", {}, True),
        ("pace == 'slow'", {"pace": "slow"}, True),
        ("pace in ['slow', 'usual']", {}, None),
        ("pace not in ['slow']", {"pace": "usual"}, True),
        ("answer == 'skip'", {"answer": "skip"}, True),
        ("away == 'days'", {"away": "days"}, True),
        ("locked", {"locked": 10, "now": 9}, True),
        ("locked", {"locked": 10, "now": 10}, False),
        ("not locked", {"now": 5}, True),
        ("rounds < 3 and (consent or no)", {"rounds": 1, "consent": True}, True),
    ],
)
def test_guards(source: str, env: dict[str, object], result: bool | None) -> None:
    """Kleene's logic: unknown unless it is certain."""
    assert compile_guard(source, SCOPE)(env) is result  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source",
    [
        "distres >= 4", "distress", "topic", "topic == 'x'", "distress == 'slow'", "pace == slow",
        "pace == 'fast'", "pace > 'slow'", "consent + 1", "1 < distress < 5", "distress is huge",
        "(1 + 1) is given", "distress >= 4.5", "distress(1)", "distress.real", "distress[0]",
        "''.__class__", "consent and", "distress >= 4 consent", "{}", "pace in 'slow'", "",
        "consent if distress else no", "distress * 2 > 3", "none", "topic ~ 'a' == 'b'",
    ],
)  # fmt: skip
def test_what_is_no_guard_is_refused_with_a_hint(source: str) -> None:
    """Unknown names, unfit kinds and anything that could run code never compile."""
    with pytest.raises(ExpressionError) as caught:
        compile_guard(source, SCOPE)
    assert caught.value.hint


values = st.one_of(st.none(), st.integers(0, 10))


@given(a=values, b=values, consent=st.sampled_from([None, True, False]))
def test_unknown_never_opens(a: int | None, b: int | None, consent: bool | None) -> None:
    """A guard and its negation are never both true, and a missing value makes neither so."""
    env = {"distress": a, "willing": b, "consent": consent, "now": 0}
    for source in (
        "distress > willing",
        "distress is window",
        "consent",
        "distress - willing >= 3",
    ):
        for_it = compile_guard(source, SCOPE)(env)
        against = compile_guard(f"not ({source})", SCOPE)(env)
        assert {for_it, against} in ({True, False}, {None})
