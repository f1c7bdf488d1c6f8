"""A rule that a whole sentence must fit is found without looking for it in every sentence."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.listening.phrases import Phrases
from bot.listening.rulebook import Rule
from bot.listening.wholes import Wholes

PATTERNS = (
    "< yes [please] >", "< no [@thanks] .. >", "< #1-3 [times] >", "< [oh] maybe/not_sure >",
    "< [i] !know ..2 now >", "yes please",
)  # fmt: skip
WORDS = ("yes", "please", "no", "thanks", "thank", "you", "2", "nine", "times", "oh", "not", "sure")


def _rules() -> Phrases:
    rules = [
        Rule(f"answers.{number}", ("yes",), ((pattern, 1),), (), (), "listening/answers.rules", 1)
        for number, pattern in enumerate(PATTERNS)
    ]
    return Phrases(rules, {"thanks": ("thanks", "thank you")}, lambda text: tuple(text.split()))


PHRASES = _rules()
WHOLES = Wholes(PHRASES)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from((*WORDS, "maybe", "i", "know", "now", ",")), min_size=1, max_size=6)
)
def test_a_whole_fit_is_found_wherever_a_slow_search_finds_one(words):
    words = words if words[0] != "," else ["yes", *words]
    sentence = ("<", *words, ">")
    slow = [f.rule for f in PHRASES.find(sentence) if (f.start, f.end) == (0, len(sentence))]
    assert WHOLES.find(sentence) == (slow[0] if slow else None)


def test_a_sentence_with_more_than_the_rule_is_not_fit():
    assert WHOLES.find(("<", "yes", "please", ">")).id == "answers.0"
    assert WHOLES.find(("<", "oh", "not", "sure", ",", ">")).id == "answers.3"
    assert WHOLES.find(("<", "i", "know", "yes", "please", "thank", "you", ">")) is None
