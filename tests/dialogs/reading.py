"""How hard a line is to read: the Flesch-Kincaid grade, with syllables counted by rule.

Grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid and others, 1975).
The counter takes groups of vowels and leaves out silent endings. It is right for the words that the
tests list and a little low where two vowels meet (“being”), in both directions rarely by more than one.
"""

import re

VOWELS = re.compile(r"[aeiouy]+")
WORDS = re.compile(r"[A-Za-z0-9’'-]+")
ENDS = re.compile(r"[.!?…:](?:[\s”]|$)")
SILENT = re.compile(r"(?:[^aeiouyl]e|[aeiouy]le|[^aeiouytd]ed|(?<!ch)(?<!sh)[^aeiouysxzcg]es)$")


def syllables(word: str) -> int:
    """Count the syllables of an English word, at least one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    count = len(VOWELS.findall(letters))
    return max(1, count - 1 if SILENT.search(letters) else count)


def grade(text: str) -> float:
    """Give the school grade that a text asks of its reader."""
    words = WORDS.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(ENDS.findall(text)))
    per_word = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / sentences + 11.8 * per_word - 15.59


def opening(text: str) -> str:
    """Give the first two words, without signs."""
    return " ".join(WORDS.findall(text.lower())[:2])
