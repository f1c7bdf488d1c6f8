"""A rule book made ready to be asked: which rules are found in a sentence, and where."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.errors import Finding, ScriptError
from bot.listening.matcher import Matcher
from bot.listening.patterns import PatternError, Reader, Row, Spell
from bot.listening.rulebook import Rule
from bot.listening.words import Sentence


class Found(Struct, frozen=True):
    """A rule found in a sentence, from which word up to which (the last not included)."""

    rule: Rule
    start: int
    end: int


Finds: TypeAlias = tuple[Sentence, list[Found]]
"""A sentence with what was found in it."""


class Phrases:
    """Some rules behind one matcher. Immutable; any number of threads may ask it."""

    def __init__(
        self,
        rules: Sequence[Rule],
        lists: Mapping[str, tuple[str, ...]],
        spell: Spell,
    ) -> None:
        """Compile rules.

        Raises:
            ScriptError: with each pattern that can't be read.
        """
        self.rules = tuple(rules)
        self._group_of = [rule.group for rule in rules]
        self._groups = tuple(dict.fromkeys(self._group_of))
        findings: list[Finding] = []
        patterns: list[tuple[int, Row]] = []
        reader = Reader(lists, spell)
        for index, rule in enumerate(rules):
            for text, line in rule.patterns:
                try:
                    patterns.extend((index, row) for row in reader.rows(text))
                except (PatternError, ValueError) as error:
                    hint = "see docs/listening.md on patterns"
                    findings.append(Finding(rule.file, line, 1, "LS04", str(error), hint))
        if findings:
            raise ScriptError(findings)
        self._matcher = Matcher(patterns)

    def words(self) -> frozenset[str]:
        """Name all words that any rule knows."""
        return self._matcher.words()

    def find(self, sentence: Sentence) -> list[Found]:
        """Find all rules in a sentence."""
        return [Found(self.rules[h.rule], h.start, h.end) for h in self._matcher.find(sentence)]

    def finds(self, sentences: Sequence[Sentence]) -> dict[str, list[Finds]]:
        """Find all rules in some sentences, sorted by what the rules are for."""
        sorted_finds: dict[str, list[Finds]] = {group: [] for group in self._groups}
        for sentence in sentences:
            by_group: dict[str, list[Found]] = {}
            for hit in self._matcher.find(sentence):
                found = Found(self.rules[hit.rule], hit.start, hit.end)
                by_group.setdefault(self._group_of[hit.rule], []).append(found)
            for group, found_here in by_group.items():
                sorted_finds[group].append((sentence, found_here))
        return sorted_finds


def spelled(entries: Sequence[str], spell: Spell) -> list[str]:
    """Give all words of some entries as they are heard."""
    return [word for entry in entries for word in spell(entry)]
