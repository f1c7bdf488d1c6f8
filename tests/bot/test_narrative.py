"""The new narrative is the person's own words."""

from bot.lines import Speaker
from bot.narrative import compose, own_share
from bot.script import Script


def test_a_line_for_each_slot_with_words(walk: Script) -> None:
    """A slot without words leaves no trace."""
    speaker = Speaker(walk, 1, 0)
    assert compose(speaker, {}) == ()
    lines = compose(speaker, {"value": "being there for my kids"})
    assert [(line.id, line.text) for line in lines] == [
        ("matters", "What matters to me is being there for my kids.")
    ]


def test_not_a_character_is_changed(walk: Script) -> None:
    """Odd spelling, signs and other scripts stay as they were written."""
    speaker = Speaker(walk, 1, 0)
    for words in ("im NOT enuf!!", "ça me serre", "怕", "{{ x }}", "a  b"):
        lines = compose(speaker, {"topic": words, "value": words})
        assert all(words in line.text for line in lines)


def test_a_sentence_of_its_own_is_quoted(walk: Script) -> None:
    """What doesn't go on after the glue stands in quotation marks."""
    for words in ("I want to be there", "who shows up", "that's my kids", "not giving up"):
        line = compose(Speaker(walk, 1, 0), {"value": words})[0]
        assert line.text == f"What matters to me is “{words}”"


def test_own_share_counts_words() -> None:
    """Three of five words are the person's."""
    assert own_share("It says: nobody likes me", "nobody likes me") == 3 / 5
    assert own_share("", "") == 1.0
