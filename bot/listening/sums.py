"""Adds up signs: each says little alone, together they may say that somebody is in danger.

"The pills are on the table" may be a morning like any other, and so may "I can't see a way out";
said next to each other they are not. Signs that are near each other, in the same sentence or a
few further on, are looked up in the sums that the rule files name.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import Finding, ScriptError
from bot.listening.rulebook import CUE, MOOD, Rule
from bot.values import Category, Risk, Tier

REACH = 3
"""So many sentences in a row are taken together."""

ENOUGH_CUES = 2
"""So many different weak cues in one text are worth one gentle question; where it is about an exam
or the like, one more."""


class Said(Struct, frozen=True):
    """The signs of a sentence: the writer's own, and what somebody else does."""

    place: int
    own: frozenset[str]
    others: frozenset[str] = frozenset()


class Sum(Struct, frozen=True):
    """Some signs that mean a danger when all are there and none that speaks against it."""

    risk: Risk
    needs: frozenset[str]
    bars: frozenset[str]


class Sums:
    """What signs mean together. Immutable."""

    def __init__(self, sums: Iterable[Rule] = (), signs: Iterable[Rule] = ()) -> None:
        """Read sums.

        Raises:
            ScriptError: with each name that no sign has.
        """
        moods = {rule.sign for rule in signs if rule.labels[0] == MOOD}
        known = moods | {rule.sign for rule in signs}
        findings: list[Finding] = []
        read = [one for rule in sums for one in _read(rule, known, findings)]
        if findings:
            raise ScriptError(findings)
        often = Counter(name for one in read for name in one.needs)
        self._by_sign: dict[str, list[tuple[int, Sum]]] = {}
        for place, one in enumerate(read):
            rarest = min(one.needs, key=lambda name: (often[name], name))
            self._by_sign.setdefault(rarest, []).append((place, one))
        self._moods: dict[str, dict[frozenset[str], frozenset[str]]] = {}
        for one in read:
            keys = one.needs - moods
            asked = self._moods.setdefault(min(keys), {}) if keys else {}
            asked[keys] = asked.get(keys, frozenset()) | ((one.needs | one.bars) & moods)

    def moods(self, names: frozenset[str]) -> frozenset[str] | None:
        """Name the moods that matter beside these signs; None where they can be no sum at all."""
        asked = [
            moods
            for name in names
            for keys, moods in self._moods.get(name, {}).items()
            if keys <= names
        ]
        return frozenset[str]().union(*asked) if asked else None

    def hear(self, said: Sequence[Said]) -> Iterator[Risk]:
        """Name each danger that signs add up to, given the signs of the sentences."""
        for first, here in enumerate(said):
            near = [one for one in said[first : first + REACH] if one.place < here.place + REACH]
            own = frozenset(name for one in near for name in one.own)
            others = frozenset(name for one in near for name in one.others) - own
            signs = own | others
            for one in self._worth(signs):
                if one.needs <= signs and one.bars.isdisjoint(signs):
                    is_own = one.needs.isdisjoint(others)
                    yield one.risk if is_own else replace(one.risk, category="third_party")

    def _worth(self, signs: frozenset[str]) -> list[Sum]:
        """Take the sums of which the sign that fewest need is there, in the order of the files."""
        by_sign = self._by_sign
        found = [pair for name in signs if name in by_sign for pair in by_sign[name]]
        return [one for _, one in sorted(found, key=_place)]


def _place(pair: tuple[int, Sum]) -> int:
    return pair[0]


def weak(signs: Iterable[Rule], *, matters: bool = False) -> Risk | None:
    """Tell whether weak cues in a text are enough for a gentle question.

    Args:
        signs: what was found.
        matters: the text is about something that can be over, such as an exam.
    """
    cues = sorted({rule.id for rule in signs if rule.labels == (CUE,)})
    if len(cues) < ENOUGH_CUES + matters:
        return None
    return Risk("check", "suicide", "+".join(cues[:ENOUGH_CUES]))


def _read(rule: Rule, known: set[str], findings: list[Finding]) -> Iterator[Sum]:
    category, tier = rule.labels[:2]
    risk = Risk(cast("Tier", tier), cast("Category", category), rule.id)
    for text, line in rule.patterns:
        needs = {name for name in text.split() if name[0] != "!"}
        bars = {name[1:] for name in text.split() if name[0] == "!"}
        for name in sorted((needs | bars) - known):
            hint = "see docs/listening.md on signs"
            message = f"there is no sign “{name}”"
            findings.append(Finding(rule.file, line, 1, "LS05", message, hint))
        yield Sum(risk, frozenset(needs), frozenset(bars))
