"""A rule book made ready to be asked: which rules are found in a sentence, and where."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bot.errors import Finding, ScriptError
from bot.listening.matcher import Look, Matcher
from bot.listening.patterns import PatternError, Reader, Row, Spell
from bot.listening.rulebook import Rule
from bot.listening.spoken import Track
from bot.listening.words import Sentence


class Found(Struct, frozen=True, gc=False):
    """A rule found in a sentence, from which word up to which (the last not included)."""

    rule: Rule
    start: int
    end: int


Finds: TypeAlias = tuple[Sentence, list[Found]]
"""A sentence with what was found in it."""


class Looked:
    """A sentence in which rules are looked for, kind by kind, each only once and when asked for.

    Attributes:
        place: which sentence of the text it is.
        sentence: its words.
    """

    __slots__ = ("_found", "_look", "_rules", "place", "sentence")

    def __init__(self, place: int, sentence: Sentence, look: Look, rules: Sequence[Rule]) -> None:
        self.place, self.sentence, self._look, self._rules = place, sentence, look, rules
        self._found: dict[str, list[Found]] = {}

    def found(self, kind: str) -> list[Found]:
        """Find all rules of a kind."""
        if kind not in self._found:
            rules = self._rules
            hits = self._look.find(kind)
            self._found[kind] = [Found(rules[hit.rule], hit.start, hit.end) for hit in hits]
        return self._found[kind]


Looks: TypeAlias = dict[str, list[Looked]]
"""For each kind of rules, the sentences of a text in which it is worth to look for them."""


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
        kinds = {index: rule.kind for index, rule in enumerate(rules)}
        self._matcher = Matcher(patterns, kinds)

    def words(self) -> frozenset[str]:
        """Name all words that any rule knows."""
        return self._matcher.words()

    def tracks(self) -> Sequence[Track]:
        """Give the rows of all patterns."""
        return self._matcher.tracks

    def find(self, sentence: Sentence) -> list[Found]:
        """Find all rules in a sentence."""
        return [Found(self.rules[h.rule], h.start, h.end) for h in self._matcher.find(sentence)]

    def looks(self, sentences: Sequence[Sentence]) -> Looks:
        """Take those of some sentences in which anything may be found, sorted by its kind."""
        looks: Looks = {}
        for place, sentence in enumerate(sentences):
            look = self._matcher.look(sentence)
            if look:
                looked = Looked(place, sentence, look, self.rules)
                for kind in look.kinds():
                    looks.setdefault(kind, []).append(looked)
        return looks


def finds(looks: Looks, kind: str) -> list[Finds]:
    """Find all rules of a kind in some sentences; those without any are left out."""
    return [(look.sentence, found) for look in looks.get(kind, ()) if (found := look.found(kind))]


def spelled(entries: Sequence[str], spell: Spell) -> list[str]:
    """Give all words of some entries as they are heard."""
    return [word for entry in entries for word in spell(entry)]
