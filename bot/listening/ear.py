"""Hears a text the same way everywhere: danger first, then commands, answers, feelings, habits."""

from pathlib import Path

from bot.errors import MakeroomError
from bot.listening.phrases import Phrases
from bot.listening.replies import Replies
from bot.listening.risk import Lists, RiskScan
from bot.listening.rulebook import read_rules
from bot.listening.words import Words
from bot.values import NOTHING_HEARD, Answer, Ask, Heard

MOST_HEARD = 4_000
"""Letters of a text that are heard; the wire refuses longer ones."""


class Ear:
    """What a text says, by rules that a counsellor can read. Immutable, shared by all talks."""

    def __init__(self, words: Words, risk: RiskScan, replies: Replies) -> None:
        self._words, self._risk, self._replies = words, risk, replies

    @classmethod
    def load(cls, dialogs: Path) -> "Ear":
        """Read the rules in `safety/lexicon` and `listening` of a folder of dialogues.

        Raises:
            ScriptError: with every mistake in the files.
            MakeroomError: a file can't be read.
        """
        safety = sorted((dialogs / "safety" / "lexicon").glob("*.rules"))
        listening = sorted((dialogs / "listening").glob("*.rules"))
        if not safety or not listening:
            raise MakeroomError(
                f"{dialogs} has no word lists in safety/lexicon and listening: without them no "
                "danger would be heard. Give the folder that holds them."
            )
        book = read_rules([*listening, *safety], dialogs)
        plain = Words((), {}, ())
        spellings = {written: plain.spell(said) for written, said in book.spellings.items()}
        spell = Words((), spellings, ()).spell
        groups: dict[str, Phrases] = {}
        for name, belongs in _GROUPS.items():
            rules = [rule for rule in book.rules if rule.file.startswith(belongs)]
            groups[name] = Phrases(rules, book.lists, spell)
        known = frozenset[str]().union(*(phrases.words() for phrases in groups.values()))
        words = Words(known, spellings, book.keys)
        risk = RiskScan(groups["risk"], Lists.of(book.lists, spell))
        return cls(words, risk, Replies(groups["commands"], groups["answers"], words))

    def hear(self, text: str, ask: Ask | None = None, lang: str = "en") -> Heard:  # noqa: ARG002
        """Hear a text as an answer to what is asked, if anything is. Never raises."""
        sentences = self._words.sentences(text[:MOST_HEARD])
        if not sentences:
            return Heard(empty=True)
        rated = ask is not None and ask.kind == "rating"
        risk = self._risk.hear(sentences, ages=not rated)
        return self._replies.hear(text, sentences, ask, risk)

    def hear_answer(self, answer: Answer, ask: Ask | None, lang: str = "en") -> Heard:
        """Hear every text inside an answer; of several dangers the gravest counts."""
        if answer.text is not None:
            return self.hear(answer.text, ask, lang)
        edits = [text for text in (answer.approve or {}).values() if isinstance(text, str)]
        risks = [risk for text in edits if (risk := self.hear(text, None, lang).risk)]
        return Heard(risk=self._risk.gravest(risks)) if risks else NOTHING_HEARD


_GROUPS = {
    "risk": "safety/lexicon/",
    "commands": "listening/commands",
    "answers": "listening/answers",
}
