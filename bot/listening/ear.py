"""Hears a text the same way everywhere: danger first, then commands, answers, feelings, habits."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from sys import intern

from msgspec.structs import replace

from bot.clause import clause
from bot.errors import MakeroomError
from bot.listening.choices import Choices
from bot.listening.cues import cues_in
from bot.listening.feelings import feelings_in
from bot.listening.habits import habits_in
from bot.listening.phrases import Looks, Phrases, finds
from bot.listening.replies import Replies
from bot.listening.replywords import ReplyWords
from bot.listening.risk import Lists, RiskScan
from bot.listening.rulebook import MOOD, SIGN, read_rules
from bot.listening.sums import Sums
from bot.listening.wholes import Wholes
from bot.listening.words import Words
from bot.values import NOTHING_HEARD, Answer, Ask, Heard

MOST_HEARD = 4_000
"""Letters of a text that are heard; the wire refuses longer ones."""


_WHOLE = ("commands", "answers", "asides")
"""Groups of rules that a text as a whole must fit; all others are looked for inside it."""


class Ear:
    """What a text says, by rules that a counsellor can read. Immutable, shared by all talks."""

    def __init__(self, words: Words, phrases: Phrases, risk: RiskScan, replies: Replies) -> None:
        self._words, self._phrases, self._risk, self._replies = words, phrases, risk, replies

    @classmethod
    def load(cls, dialogs: Path) -> "Ear":
        """Read the rules in `safety/lexicon` and `listening` of a folder of dialogues.

        Raises:
            ScriptError: with every mistake in the files.
            MakeroomError: a file can't be read.
        """
        safety = sorted((dialogs / "safety" / "lexicon").glob("*.rules"))
        listening = sorted((dialogs / "listening").rglob("*.rules"))
        if not safety or not listening:
            raise MakeroomError(
                f"{dialogs} has no word lists in safety/lexicon and listening: without them no "
                "danger would be heard. Give the folder that holds them."
            )
        book = read_rules([*listening, *safety], dialogs)
        plain = Words((), {}, ())
        spellings = {written: plain.spell(said) for written, said in book.spellings.items()}
        spell = _remembering(Words((), spellings, ()).spell)
        said = Phrases([r for r in book.rules if r.group not in _WHOLE], book.lists, spell)
        commands, answers, asides = (
            Wholes(Phrases([r for r in book.rules if r.group == group], book.lists, spell))
            for group in _WHOLE
        )
        # the words of asides are left out: they would draw misspelt words of danger to themselves
        words = Words(said.words() | commands.words() | answers.words(), spellings, book.keys)
        signs = [rule for rule in book.rules if rule.labels[0] in (SIGN, MOOD)]
        risk = RiskScan(Lists.of(book.lists, spell), Sums(book.sums, signs))
        small = ReplyWords.of(book.lists, spell)
        choices = Choices(small, words.spell)
        return cls(words, said, risk, Replies((commands, answers, asides), choices, small))

    def hear(self, text: str, ask: Ask | None = None, lang: str = "en") -> Heard:  # noqa: ARG002
        """Hear a text as an answer to what is asked, if anything is. Never raises."""
        sentences = self._words.sentences(text[:MOST_HEARD])
        if not sentences:
            return Heard(empty=True)
        rated = ask is not None and ask.kind == "rating"
        looks = self._phrases.looks(sentences)
        risk = self._risk.hear(looks, ages=not rated)
        heard = self._replies.hear(text, sentences, ask, risk)
        if heard.command or heard.aside or heard.answer or heard.rating is not None:
            return heard
        feelings = feelings_in(finds(looks, "feelings"))
        habits = finds(looks, "habits")
        quoted = finds(self._of_clause(text, looks), "cues") if "cues" in looks else ()
        cues = cues_in(quoted, habits)
        return replace(heard, feelings=feelings, habits=habits_in(habits), cues=cues)

    def _of_clause(self, text: str, looks: Looks) -> Looks:
        """Look in the clause that would be quoted; a short text is one."""
        quoted = clause(text[:MOST_HEARD])
        return looks if len(quoted) >= len(text.strip(" .,;")) else self.looks(quoted)

    def looks(self, text: str) -> Looks:
        """Read a text as sentences in which rules can be looked for, as `hear` does."""
        return self._phrases.looks(self._words.sentences(text[:MOST_HEARD]))

    def hear_answer(self, answer: Answer, ask: Ask | None, lang: str = "en") -> Heard:
        """Hear every text inside an answer; of several dangers the gravest counts."""
        if answer.text is not None:
            return self.hear(answer.text, ask, lang)
        edits = [text for text in (answer.approve or {}).values() if isinstance(text, str)]
        risks = [risk for text in edits if (risk := self.hear(text, None, lang).risk)]
        return Heard(risk=self._risk.gravest(risks)) if risks else NOTHING_HEARD


def _remembering(spell: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    """Spell each of the rules' phrases once, and hold each word once: most stand in many rules."""
    return cache(lambda phrase: tuple(intern(word) for word in spell(phrase)))
