"""A talk on paper: what was said, in words that were on the buttons."""

from typing import Any

import pytest
from msgspec import convert

from bot.values import Answer, Ask
from tests.browser.asks import ASKS
from web.bubbles import in_words, paged
from web.pages import HERE
from web.words import tongues

WORDS = tongues(HERE)[0].all
GUIDE = {
    "who": "guide",
    "at": 5,
    "lines": [{"id": "a", "text": "Hello."}],
    "stage": "s",
    "step": "t",
}


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("choice", {"text": "about six"}, "about six"),
        ("choice", {"choice": "what"}, "What is this?"),
        ("choice", {"choice": "gone since"}, "gone since"),
        ("choices", {"choices": ["sleep", "people"]}, "Sleep, People"),
        ("choices", {"choices": []}, "None"),
        ("rating", {"rating": 0}, "0"),
        ("feelings", {"feelings": ["fear.dread", "calm"]}, "dread, Calm"),
        ("body", {"choices": ["throat"]}, "Throat"),
        ("piles", {"cards": {"play": "much"}}, "Play: Matters a lot"),
        ("exercise", {"exercise": {"outcome": "toomuch", "seconds": 3}}, "Too much"),
        ("approve", {"approve": {"told": False, "took": "It took time."}}, "It took time."),
        ("approve", {"approve": {"told": False}}, "None"),
    ],
)
def test_answers_read_as_their_labels(kind: str, answer: dict[str, Any], said: str) -> None:
    """Ids are for programs; people see what they pressed."""
    ask = convert(ASKS[kind], Ask)
    assert in_words(convert(answer, Answer), None, ask, WORDS) == said


def test_a_step_has_its_name() -> None:
    """What the tools are called is what stands in the talk."""
    assert in_words(Answer(), "why", None, WORDS) == "Why do you ask?"


def test_a_page_knows_where_the_talk_stands() -> None:
    """The open ask outlives a turn that asks nothing; the story is the last that was approved."""
    part = {"progress": {"part": 2, "of": 5}}
    events = [
        {**GUIDE, **part, "seq": 1, "ask": ASKS["approve"]},
        {"seq": 2, "at": 6, "who": "you", "cid": "c", "approve": {"told": False, "took": True}},
        {**GUIDE, **part, "seq": 3},
    ]
    page = paged(events, WORDS)
    assert (page.head, page.at, page.ended) == (3, 5, False)
    assert page.ask is not None
    assert page.story == ("That took patience.",)
    assert [bubble.who for bubble in page.bubbles] == ["guide", "you", "guide"]
