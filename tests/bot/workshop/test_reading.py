"""What stands in brackets, and the prompt it meets."""

import pytest

from bot.errors import AnswerRefused
from bot.values import Answer, Ask, Choice, ExerciseFrame, Line, Outcome
from bot.workshop.acts import Exercised, Pressed, Returned
from bot.workshop.reading import Said, said

STOP = Ask(kind="choice", choices=(Choice("halt", "Stop"), Choice("skip", "Skip it, please")))
SEVERAL = Ask(
    kind="choices",
    choices=(Choice("a", "It was long"), Choice("b", "It was long, rather"), Choice("c", "Rather")),
)
BREATH = Ask(
    kind="exercise",
    frames=(ExerciseFrame("In", 4), ExerciseFrame("Out", 6)),
    live=(Choice("okay", "I'm done"), Choice("toomuch", "Too much")),
)
STORY = Ask(kind="approve", lines=(Line("narrative.told", "a"), Line("narrative.next", "b")))


@pytest.mark.parametrize(
    ("label", "ask", "meant"),
    [
        ("Stop", STOP, Said("say", Answer(choice="halt"))),
        ("/stop", STOP, Said("stop")),
        ("stop", None, Said("stop")),
        ("skip", STOP, Said("skip")),
        ("#skip", STOP, Said("say", Answer(choice="skip"))),
        ("halt", STOP, Said("say", Answer(choice="halt"))),
        ("Too  Much", STOP, Said("toomuch")),
        ("too much", BREATH, Said("say", Answer(exercise=Outcome("toomuch", 10)))),
        ("I’m done", BREATH, Said("say", Answer(exercise=Outcome("okay", 10)))),
        ("It was long, rather", SEVERAL, Said("say", Answer(choices=("b",)))),
        ("Rather, it was long", SEVERAL, Said("say", Answer(choices=("c", "a")))),
        ("a, c", SEVERAL, Said("say", Answer(choices=("a", "c")))),
        ("It was long | Rather", SEVERAL, Said("say", Answer(choices=("a", "c")))),
        ("none", SEVERAL, Said("say", Answer(choices=()))),
        ("keep none", STORY,
         Said("say", Answer(approve={"narrative.told": False, "narrative.next": False}))),
        ("next: “my own”", STORY,
         Said("say", Answer(approve={"narrative.told": True, "narrative.next": "my own"}))),
    ],
)  # fmt: skip
def test_a_label_means_what_is_offered_first(label: str, ask: Ask | None, meant: Said) -> None:
    """The prompt's own labels, then commands, then ids; signs say which one is meant."""
    assert said(Pressed(label), ask) == meant


@pytest.mark.parametrize(
    ("label", "ask", "says"),
    [
        ("Stpo it", STOP, "there is: Stop, Skip it, please"),
        ("Skip it, plaese", STOP, "did you mean Skip it, please?"),
        ("anything", None, "nothing to pick"),
        ("/halt", STOP, "is no command"),
        ("a, d", SEVERAL, "isn't offered"),
        ("a | d", SEVERAL, "isn't offered"),
        ("later: keep", STORY, "isn't offered"),
        ("told", STORY, "isn't offered"),
    ],
)
def test_what_is_not_offered_is_refused(label: str, ask: Ask | None, says: str) -> None:
    """The refusal names what comes nearest, or all there is."""
    with pytest.raises(AnswerRefused, match=r"“.*” is") as caught:
        said(Pressed(label), ask)
    assert says in str(caught.value)


def test_an_exercise_without_seconds_took_all_of_them() -> None:
    """`<okay>` is an exercise that was followed to its end."""
    assert said(Exercised("okay"), BREATH).answer == Answer(exercise=Outcome("okay", 10))
    assert said(Exercised("stop", 3), BREATH).answer == Answer(exercise=Outcome("stop", 3))


def test_a_visit_says_nothing() -> None:
    """Opening the page again is an act of its own."""
    assert said(Returned(), STOP) == Said("return")
