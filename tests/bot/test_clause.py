"""Which clause is quoted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clause import MOST, clause
from bot.lines import Speaker
from bot.script import Script, Slot, Wording


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("I keep thinking I will fail the exam.", "I keep thinking I will fail the exam"),
        ("Odd, but mine.", "Odd, but mine"),
        ("Hm. I can't stop going over it. Why?", "Hm. I can't stop going over it. Why?"),
        (
            "It was a very long day with a lot of meetings. I can't stop going over it. Why is it like that?",
            "I can't stop going over it",
        ),
        ("call 0123456789 now. I feel so alone with this", "I feel so alone with this"),
        (
            "the wether is bad but i dont want to go out",
            "the wether is bad but i dont want to go out",
        ),
        ("work", "work"),
        ("   \n ", ""),
        ("see https://example.org", "see https://example.org"),
    ],
)
def test_the_clause_that_says_most(text: str, quoted: str) -> None:
    """About oneself, a whole thought, a statement; spelling and case as they were."""
    assert clause(text) == quoted


def test_a_feeling_comes_first() -> None:
    """Of two thoughts about oneself the one with a feeling in it is quoted, then one of the body."""
    text = (
        "I have to call the bank before they close on Thursday afternoon. I get this dread when "
        "I hear the phone. My chest goes tight each time I pick it up."
    )
    assert clause(text) == "I have to call the bank before they close on Thursday afternoon"
    assert clause(text, {"dread"}, {"chest"}) == "I get this dread when I hear the phone"
    assert clause(text, set(), {"chest"}) == "My chest goes tight each time I pick it up"


def test_a_line_quotes_the_feeling(script: Script) -> None:
    """The words of the script's own feelings decide what is quoted of a long text."""
    text = "I have to call the bank on Thursday. " * 3 + "I get so much dread when I hear it."
    line = Speaker(script, 1, 0).text(Wording(0, (Slot("topic", as_clause=True),)), {"topic": text})
    assert line == "I get so much dread when I hear it"


def test_a_cut_never_comes_after_a_negation() -> None:
    """“I do not …” would say the opposite of what was written."""
    text = "w" * 60 + " and in the end I do not want to lose the only friend that I have here"
    shown = clause(text)
    assert len(shown) <= MOST
    assert shown.endswith("…")
    assert not shown.removesuffix("…").split()[-1].lower().startswith("not")


@given(st.text(max_size=400))
def test_no_word_is_changed(text: str) -> None:
    """Whatever is quoted stands in the text, spaces aside."""
    squeezed = "".join(clause(text).removesuffix("…").split())
    kept = "".join(c for c in text if not c.isspace() and c.isprintable())
    assert "".join(c for c in squeezed if c.isprintable()) in kept
    assert len(clause(text)) <= MOST


def test_what_one_says_one_feels_is_quoted_before_what_others_say() -> None:
    """“I feel like …” says more about a person than what somebody said to them."""
    text = (
        "My mother says I'm too soft with him but she never helps. I lie awake going over it and I "
        "feel like I'm failing him and everybody else, and I can't remember when I sat down."
    )
    assert clause(text, frozenset({"worn"})) == "and I feel like I'm failing him and everybody else"
