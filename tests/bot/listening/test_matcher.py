"""The matcher finds what the patterns say, nothing else, and never slowly."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.listening.matcher import Matcher
from bot.listening.patterns import PatternError, Reader

LISTS = {"want": ("want", "would like"), "die": ("die", "be dead")}


def read(*patterns: str) -> Matcher:
    reader = Reader(LISTS, lambda phrase: tuple(phrase.split()))
    return Matcher([(i, row) for i, pattern in enumerate(patterns) for row in reader.rows(pattern)])


def found(matcher: Matcher, text: str) -> list[tuple[int, str]]:
    sentence = ("<", *text.split(), ">")
    return sorted((h.rule, " ".join(sentence[h.start : h.end])) for h in matcher.find(sentence))


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        ("i @want to @die", "oh i want to die now", "i want to die"),
        ("i @want to @die", "i would like to be dead", "i would like to be dead"),
        ("i [really] want", "i really want", "i really want"),
        ("i [really] want", "i want", "i want"),
        ("i .. want", "i do not really want", "i do not really want"),
        ("i .. want", "i do not really truly want", None),
        ("a ..5 b", "a 1 2 3 4 5 b", "a 1 2 3 4 5 b"),
        ("i am #11-17 >", "i am 13", "i am 13 >"),
        ("i am #11-17 >", "i am thirteen", "i am thirteen >"),
        ("i am #11-17 >", "i am 18", None),
        ("i am #11-17 >", "i am 13 minutes late", None),
        ("hits me !up/back", "he hits me hard", "hits me hard"),
        ("hits me !up/back", "he hits me up", None),
        ("want to die", "i want , to die", "want , to die"),
        ("i @want to @die", "i want to be , dead", "i want to be , dead"),
        ("die >", "let me die , please", "die ,"),
        ("die now/>", "let me die", "die >"),
        ("die now/>", "let me die now please", "die now"),
        ("die now/>", "let me die laughing", None),
        ("hits me !to_bits/up", "he hits me to bits", None),
        ("hits me !to_bits/up", "he hits me to death", "hits me to"),
        ("a #1-3 b", "a two b", "a two b"),
        ("< stop >", "stop", "< stop >"),
        ("< stop >", "stop ,", "< stop , >"),
        ("< stop >", "do not stop", None),
        ("i [not/do_not] care", "i do not care", "i do not care"),
    ],
)
def test_a_pattern_finds_what_it_says(pattern, text, span):
    hits = found(read(pattern), text)
    assert hits == ([] if span is None else [(0, span)])


@pytest.mark.parametrize("pattern", ["[may be] missing", "no way ..", "@nobody knows", "..", "#x"])
def test_a_pattern_that_says_nothing_is_refused(pattern):
    with pytest.raises((PatternError, ValueError)):
        read(pattern)


WORDS = st.lists(st.sampled_from(list("abcde")), max_size=9)
PIECES = st.sampled_from(["a", "b", "c/d", "[a]", "[b/c]", "..1", "..2", "!a", "e"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=5), WORDS)
def test_it_agrees_with_a_regular_expression(pieces, words):
    """The same patterns as slow, well-known regular expressions find the same sentences."""
    pattern = " ".join(["a", *pieces, "b"])
    rx = "a "
    for piece in pieces:
        if piece.startswith(".."):
            rx += r"(?:\w )" + f"{{0,{piece[2:]}}}"
        elif piece.startswith("!"):
            rx += f"[^{piece[1:]} ] "
        elif piece.startswith("["):
            rx += f"(?:[{piece.strip('[]').replace('/', '')}] )?"
        else:
            rx += f"[{piece.replace('/', '')}] "
    expected = re.search(r"(?:^| )" + rx + "b ", " ".join(words) + " ") is not None
    assert bool(read(pattern).find(("<", *words, ">"))) == expected


def test_a_hostile_row_of_beginnings_costs_no_more_than_any_text():
    """Ten thousand words that begin every pattern: linear, so far under a second."""
    matcher = read("a ..9 a ..9 a ..9 b", "a [a] [a] [a] [a] c")
    began = time.process_time()
    matcher.find(("<", *["a"] * 10_000, ">"))
    assert time.process_time() - began < 0.5
