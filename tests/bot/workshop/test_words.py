"""What is said is graded, and what is never said is caught, in every way of writing it."""

import pytest

from bot.workshop.lints.reading import count_words, grade, syllables
from bot.workshop.lints.words import banned, unquoted
from tests.bot.workshop.examples import built

SYLLABLES = {
    1: ["a", "the", "stop", "breathe", "there's", "moved", "helped", "times", "hour", "grasped", "called", "whole", "quite"],
    2: ["worry", "wanted", "being", "table", "people", "quiet", "into", "notice", "pieces", "higher", "settled", "therefore", "careful", "homeless", "lovely", "boxes", "changes"],
    3: ["energy", "family", "together", "idea", "remember", "reaction"],
    4: ["anxiety", "emergency", "originates", "mindfulnesses"],
    5: ["immediately", "individual"],
    6: ["vulnerability", "responsibility"],
}  # fmt: skip
NEVER = [
    "I understand how you feel.",
    "I really understand.",
    "I feel for you.",
    "I care about you.",
    "I'm so proud of you.",
    "I’m so sorry to hear that.",
    "I know how you feel.",
    "You're so brave.",
    "You are amazing.",
    "Great job.",
    "Well done.",
    "That's great.",
    "Perfect.",
    "I'll always be here.",
    "I'm always here for you.",
    "Everything will be fine.",
    "It’s going to be okay.",
    "You are safe now.",
    "This stays between us.",
    "I won't tell anyone.",
    "I've called someone.",
    "I will alert the police.",
    "Help is on the way.",
    "I can save you.",
    "This rewires your brain.",
    "That cures your anxiety.",
    "You are at low risk.",
    "Your disorder may grow.",
    "You have depression.",
    "As an anxious person, rest.",
    "You should leave him.",
    "Take 20 mg at night.",
    "Skip a meal then.",
    "Calm down.",
    "Just relax.",
    "It's all in your head.",
    "Others have it worse.",
    "Don't worry.",
    "You're overreacting.",
    "Think of your family.",
    "God has a plan.",
    "Promise me that you won't.",
    "He committed suicide.",
    "It was a cry for help.",
    "Let's fight the anxiety.",
    "Think positive.",
    "Please try.",
    "Are you sure?",
    "Don't break your streak.",
    "I will miss you.",
    "You missed 4 days.",
    "I've noticed a pattern in you.",
    "As a therapist, listen.",
    "Trust me.",
    "I can't talk about that.",
    "Tell me more.",
]
FINE = [
    "I can't know how that is.",
    "I'm a program with a script.",
    "You stayed for a whole minute.",
    "It can stay between the lines.",
    "You can call someone below.",
    "Let the worry ride along.",
    "Brains learn from what we practise.",
    "That took something to say.",
    "You could tell someone: “I care about you.”",
    "What would you like to look at more?",
    "That's more than my script can take in.",
    "There's other good work to do.",
]


@pytest.mark.parametrize(
    ("word", "count"), [(word, count) for count, words in SYLLABLES.items() for word in words]
)
def test_syllables_are_counted(word: str, count: int) -> None:
    """The counter is right for the words that scripts use."""
    assert syllables(word) == count


def test_the_grade_is_the_formula() -> None:
    """0.39 · words/sentences + 11.8 · syllables/words − 15.59 (Kincaid and others, 1975)."""
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    assert grade("") == 0
    assert grade("…") == 0


def test_shorter_sentences_read_easier() -> None:
    """Cutting a sentence in two lowers its grade; the words are the same."""
    assert grade("Sit down. Feel the floor. Look up.") < grade("Sit down, feel the floor, look up.")


def test_words_are_counted_as_people_do() -> None:
    """An apostrophe doesn't part a word, a dash does."""
    assert count_words("It's nine o’clock – go.") == 4


@pytest.mark.parametrize("line", NEVER)
def test_what_must_never_be_said_is_caught(line: str) -> None:
    """Claims, promises, judgements and pressure are found in any case and with any apostrophe."""
    example = built({"steps": f'sample:\n  why: "{line}"\n'})
    assert "MR164" in {finding.code for finding in example.findings()}


@pytest.mark.parametrize("line", FINE)
def test_what_may_be_said_passes(line: str) -> None:
    """Honest lines, and words quoted for the person to say, are left alone."""
    own = unquoted(line).lower().replace("’", "'")
    assert not [phrase.says for pattern, phrase in banned() if pattern.search(own)]


def test_every_phrase_says_why_and_what_instead() -> None:
    """Nobody is told off without a way out."""
    assert all(phrase.why and phrase.instead for _, phrase in banned())
    assert len(banned()) >= 40
