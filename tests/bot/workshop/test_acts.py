"""What is recorded can be read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.values import Answer, Ask, Choice, Family, Line, Outcome
from bot.workshop.acts import Typed, read_act, variants, written, written_answer
from bot.workshop.reading import said

YES, NO = Choice("yes", "Yes, a little"), Choice("no", "Not now")
FEELINGS = Ask(
    kind="feelings", families=(Family("fear", "Fear", (Choice("fear.dread", "Dread"),)),)
)
CARDS = Ask(kind="cards", cards=(YES, NO), piles=(Choice("very", "Very"), Choice("some", "Some")))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.just("\n")))
def test_typed_words_come_back_as_they_were(text: str) -> None:
    """Whatever a person types can be written into a file and is read as the same words."""
    (once,) = variants(written(text))
    assert read_act(once) == Typed(text)
    assert "\n" not in written(text)


@pytest.mark.parametrize(
    ("answer", "ask", "text"),
    [
        (Answer(text="[sic]"), None, '"[sic]"'),
        (Answer(rating=7), Ask(kind="rating"), "(7)"),
        (Answer(choice="yes"), Ask(kind="choice", choices=(YES, NO)), "[Yes, a little]"),
        (Answer(choice="no"), Ask(kind="text", chips=(NO,)), "[Not now]"),
        (Answer(choices=("no", "yes")), Ask(kind="choices", choices=(YES, NO)),
         "[Not now | Yes, a little]"),
        (Answer(choices=("yes",)), Ask(kind="choices", choices=(YES, NO)), "[Yes, a little]"),
        (Answer(choices=()), Ask(kind="choices", choices=(YES, NO)), "[none]"),
        (Answer(choices=("yes",)), Ask(kind="body", areas=(YES, NO)), "[Yes, a little]"),
        (Answer(feelings=("fear.dread", "fear")), FEELINGS, "[Dread | Fear]"),
        (Answer(cards={"yes": "very", "no": "some"}), CARDS, "[yes: very | no: some]"),
        (Answer(exercise=Outcome("stop", 20)), Ask(kind="exercise"), "<stop 20>"),
        (Answer(approve={"a.b": True, "a.c": False, "a.d": "mine | yours"}),
         Ask(kind="approve", lines=(Line("a.b", ""), Line("a.c", ""), Line("a.d", ""))),
         '[a.b: keep | a.c: drop | a.d: "mine | yours"]'),
    ],
)  # fmt: skip
def test_an_answer_is_written_with_labels_and_read_back(
    answer: Answer, ask: Ask | None, text: str
) -> None:
    """Every kind of answer has one way to be written, and it means that answer again."""
    assert written_answer(answer, ask) == text
    assert said(read_act(text), ask).answer == answer


def test_too_many_variants_are_refused() -> None:
    """A line that means more than 64 tests is a mistake."""
    assert len(variants("{a|b|c|d}{a|b|c|d}{a|b|c|d}")) == 64
    with pytest.raises(ValueError, match="128 variants"):
        variants("{a|b|c|d}{a|b|c|d}{a|b|c|d}{a|b}")
