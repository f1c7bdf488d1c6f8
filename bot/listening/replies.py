"""Hears an answer to what was asked: a command, yes or no, a rating, or choices."""

from collections.abc import Sequence
from typing import Literal, cast

from bot.listening.approving import kept_in
from bot.listening.choices import Choices
from bot.listening.patterns import COMMA
from bot.listening.ratings import rating_in
from bot.listening.replywords import ReplyWords
from bot.listening.wholes import Wholes
from bot.listening.words import Sentence
from bot.values import Aside, Ask, Command, Heard, Risk

MOST_WORDS = 24
"""Longer texts tell something; they are no command and no plain answer."""

_URGENT = frozenset(("help", "stop", "toomuch"))


class Replies:
    """Reads short texts as replies. Immutable."""

    def __init__(
        self, rules: tuple[Wholes, Wholes, Wholes], choices: Choices, words: ReplyWords
    ) -> None:
        self._commands, self._answers, self._asides = rules
        self._choices, self._words = choices, words

    def hear(
        self, text: str, sentences: Sequence[Sentence], ask: Ask | None, risk: Risk | None
    ) -> Heard:
        """Read a text as a reply to what is asked, if anything is."""
        whole = _joined(sentences)
        exact, choices = self._choices.named(whole, ask)
        command = self._whole(self._commands, whole)
        if exact and command not in _URGENT:
            command = None
        answer = self._answer(whole)
        if answer == "yes" and text.rstrip().endswith("?"):
            answer, choices = None, ()  # it asks whether it may say yes
        kept = kept_in(whole, ask.lines, self._words) if ask and ask.kind == "approve" else None
        if kept:
            answer, choices, command = *kept, None
        aside = None if command or exact or kept else self._whole(self._asides, whole)
        rating = rating_in(whole, text, ask, self._words)
        return Heard(
            risk=risk,
            command=cast("Command | None", command),
            aside=cast("Aside | None", aside),
            answer=cast("Literal['yes', 'no', 'unsure'] | None", answer),
            rating=rating,
            choices=choices,
        )

    def _whole(self, wholes: Wholes, sentence: Sentence) -> str | None:
        """Name the first label of the rule that the whole sentence fits."""
        rule = wholes.find(sentence) if len(sentence) <= MOST_WORDS else None
        return rule.labels[0] if rule else None

    def _answer(self, sentence: Sentence) -> str | None:
        """Hear yes, no or unsure in the whole text, or in its first part if no doubt follows.

        "Sure" and its like are a yes before another yes only: many are said with a sigh.
        """
        plain = self._whole(self._answers, sentence)
        if plain or len(sentence) > MOST_WORDS or COMMA not in sentence:
            return plain
        cut = sentence.index(COMMA)
        first, rest = (*sentence[:cut], sentence[-1]), sentence[cut + 1 :]
        opening = self._whole(self._answers, first)
        if opening == "yes" and not self._words.doubt.isdisjoint(rest):
            return None
        if opening == "yes" and self._words.firm.isdisjoint(first):
            return "yes" if self._answer(sentence[:1] + rest) == "yes" else None
        return opening


def _joined(sentences: Sequence[Sentence]) -> Sentence:
    """Make one row of all sentences, with commas between them."""
    words: list[str] = [sentences[0][0]]
    for sentence in sentences:
        words.extend((*sentence[1:-1], COMMA))
    return (*words[:-1], sentences[0][-1])
