"""A form's fields become frames of the protocol, or a refusal of the protocol's own."""

import pytest
from msgspec import json

from bot.errors import FrameRefused
from web.fields import Fields, read_act, read_hello
from web.wire import Forget, Hello, Say, Step

KEYS = {"token": ["t" * 32], "re": ["3"], "cid": ["c" * 20]}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"do": ["text"], "text": ["a\r\nb"]}, {"text": "a\nb"}),
        ({"choice": ["go"], "do": ["exercise"]}, {"choice": "go"}),
        ({"do": ["rating"], "rating": ["0"]}, {"rating": 0}),
        ({"do": ["rating"], "same": ["7"]}, {"rating": 7}),
        ({"do": ["choices"]}, {"choices": []}),
        ({"do": ["choices"], "choices": ["a", "b"]}, {"choices": ["a", "b"]}),
        (
            {"do": ["feelings"], "family": ["fear", "calm"], "shade.fear": ["dread", "panic"]},
            {"feelings": ["calm", "dread", "panic"]},
        ),
        ({"do": ["cards"], "card.a": ["x"], "card.b": ["y"]}, {"cards": {"a": "x", "b": "y"}}),
        (
            {"do": ["exercise"], "outcome": ["okay"], "seconds": ["40"]},
            {"exercise": {"outcome": "okay", "seconds": 40}},
        ),
        (
            {
                "do": ["approve"],
                **{f"verdict.{key}": [key] for key in ("keep", "change", "remove")},
                "own.change": [" mine "],
                "own.keep": ["not looked at"],
            },
            {"approve": {"keep": True, "change": "mine", "remove": False}},
        ),
    ],
)
def test_each_kind_of_form_is_read_as_its_answer(fields: Fields, answer: object) -> None:
    """The button that was pressed decides; what other controls hold counts where it belongs."""
    act = read_act({**KEYS, **fields})
    assert isinstance(act, Say)
    assert (act.re, act.cid) == (3, "c" * 20)
    assert json.decode(json.encode(act.answer)) == answer


def test_steps_forgetting_and_looking() -> None:
    """A step wins over what its form holds; a look does nothing."""
    step = read_act({**KEYS, "do": ["exercise"], "step": ["toomuch"]})
    assert step == Step("c" * 20, 3, "toomuch")
    assert read_act({**KEYS, "do": ["forget"]}) == Forget("c" * 20)
    assert read_act({"do": ["look"]}) is None
    assert read_act({"do": ["begin"]}) is None


def test_a_new_talk_or_the_one_with_the_key() -> None:
    """Beginning ignores a key; anything else is about the talk whose key it has."""
    begin = {**KEYS, "do": ["begin"], "lang": ["es"], "script": [""]}
    assert read_hello(begin) == Hello(v=1, lang="es")
    assert read_hello(KEYS) == Hello(v=1, token="t" * 32)


@pytest.mark.parametrize(
    "fields",
    [
        {"do": ["text"], "text": ["x"], "re": ["1e3"]},
        {"do": ["text"], "text": ["x"], "re": ["٣"]},
        {"do": ["text"], "text": ["x"], "cid": ["a b"]},
        {"do": ["rating"], "rating": ["11"]},
        {"do": ["text"], "text": ["x" * 4_001]},
        {"step": ["fly"]},
        {"do": ["exercise"], "outcome": ["okay"], "seconds": ["9" * 15]},
    ],
)
def test_what_the_wire_refuses_is_refused(fields: Fields) -> None:
    """There is one place that checks, and it is the protocol's."""
    with pytest.raises(FrameRefused):
        read_act({**KEYS, **fields})
