"""Hears danger in a text: ten categories, three tiers, the gravest wins.

Rules find phrases; scopes decide what a find is worth: void (an idiom, a "not", a worry), softer
(long ago, said laughing), or about somebody else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from bot.listening.patterns import Spell
from bot.listening.phrases import Finds, Found, spelled
from bot.listening.words import Sentence
from bot.values import Category, Risk, Tier

_TIERS = ("now", "act", "check")
_CATEGORIES = (
    "medical", "suicide", "abuse", "harm_others", "self_harm", "psychosis", "withdrawal", "eating",
    "third_party", "minor",
)  # fmt: skip
ENOUGH_CUES = 2
"""So many different weak cues in one text are worth one gentle question."""

_OWN = frozenset(("suicide", "self_harm"))
"""Categories that are only the writer's own when the writer is who it is about."""

_JOKED = _OWN | {"harm_others"}
"""Categories in which people say the gravest words laughing."""

_OF_OTHERS = frozenset(("his", "her", "their", "himself", "herself", "themselves"))
"""Words in a find itself that make it somebody else's."""


class Lists(Struct, frozen=True):
    """The word lists that scopes are made of, as they are heard."""

    bridge: frozenset[str]
    nots: frozenset[str]
    not_really: frozenset[tuple[str, ...]]
    own: frozenset[str]
    first: frozenset[str]
    others: frozenset[str]
    anybody: frozenset[str]
    past: frozenset[str]

    @classmethod
    def of(cls, lists: Mapping[str, tuple[str, ...]], spell: Spell) -> "Lists":
        """Take them from a rule book."""

        def words(name: str) -> frozenset[str]:
            return frozenset(spelled(lists.get(name, ()), spell))

        return cls(
            bridge=words("bridge"),
            nots=words("not"),
            not_really=frozenset(spell(entry) for entry in lists.get("not-really", ())),
            own=words("own"),
            first=words("first"),
            others=words("other"),
            anybody=words("anybody"),
            past=words("pastverb"),
        )


class RiskScan:
    """Finds the gravest danger in a text. Immutable."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def hear(self, finds: Sequence[Finds], *, ages: bool = True) -> Risk | None:
        """Name the gravest danger, or None. Without `ages`, a bare number is no age."""
        cues: set[str] = set()
        found = [risk for sentence, here in finds for risk in self._in(sentence, here, cues)]
        if not found and len(cues) >= ENOUGH_CUES:
            found = [Risk("check", "suicide", "+".join(sorted(cues)[:ENOUGH_CUES]))]
        if not ages:
            found = [risk for risk in found if risk.category != "minor" or risk.tier == "now"]
        if not found:
            return None
        gravest, minor = self.gravest(found), any(_is_young(risk) for risk in found)
        return replace(gravest, minor=True) if minor and gravest.category != "minor" else gravest

    @staticmethod
    def gravest(risks: Iterable[Risk]) -> Risk:
        """Choose among several: the highest tier, then the category that can wait least."""
        return min(risks, key=lambda r: (_TIERS.index(r.tier), _CATEGORIES.index(r.category)))

    def _in(self, sentence: Sentence, found: list[Found], cues: set[str]) -> Iterator[Risk]:
        """Weigh what is found in a sentence, and collect its weak cues."""
        cues.update(one.rule.id for one in found if one.rule.labels == ("cue",))
        scopes: dict[str, list[Found]] = {}
        for one in found:
            if len(one.rule.labels) == 1:
                scopes.setdefault(one.rule.labels[0], []).append(one)
        for one in found:
            if len(one.rule.labels) > 1 and (risk := self._weighed(one, scopes, sentence)):
                yield risk

    def _weighed(
        self, found: Found, scopes: Mapping[str, list[Found]], sentence: Sentence
    ) -> Risk | None:
        """Say what a find is worth in its sentence; None when it is void."""
        category, tier, *flags = found.rule.labels
        idioms = [*scopes.get("idiom", ()), *scopes.get(f"idiom-{category}", ())]
        if "plain" not in flags and any(_overlap(found, idiom) for idiom in idioms):
            return None
        worries = scopes.get("worry", ()) if category == "medical" and "plain" not in flags else ()
        if any(_leads_to(worry, found) for worry in worries):
            return None
        if "always" not in flags and self._is_negated(found, sentence):
            return None
        if category in _OWN and "self" not in flags:
            who = self._who(found, sentence)
            if who != "own" and tier == "check":
                return None
            if who == "anybody":
                if self._lists.first.isdisjoint(sentence):
                    return None
                tier = "check"
            category = "third_party" if who == "other" else category
        if tier == "act" and self._is_softer(found, category, scopes, sentence):
            tier = "check"
        return Risk(cast("Tier", tier), cast("Category", category), found.rule.id)

    def _is_negated(self, found: Found, sentence: Sentence) -> bool:
        """Tell whether a "not" before the find counts: nothing but bridge words lies between."""
        lists = self._lists
        for place in range(found.start - 1, max(0, found.start - 7), -1):
            word = sentence[place]
            if word in lists.nots:
                return not any(
                    sentence[place - before : place - before + len(phrase)] == phrase
                    for phrase in lists.not_really
                    for before in range(len(phrase))
                    if place >= before
                )
            if word not in lists.bridge:
                return False
        return False

    def _who(self, found: Found, sentence: Sentence) -> str:
        """Tell whom a find is about: the writer (also when nobody is named), another, anybody."""
        lists = self._lists
        inside = sentence[found.start : found.end]
        if "myself" in inside or "i" in inside or "me" in inside:
            return "own"
        if not _OF_OTHERS.isdisjoint(inside) or _is_of_another(inside, lists.others):
            return "other"
        for place in range(found.start - 1, max(0, found.start - 6), -1):
            word = sentence[place]
            if word in lists.own:
                return "own"
            if word in lists.others:
                return "other"
            if word in lists.anybody:
                return "anybody"
        return "own"

    def _is_softer(
        self,
        found: Found,
        category: str,
        scopes: Mapping[str, list[Found]],
        sentence: Sentence,
    ) -> bool:
        """Tell whether a clear find is said laughing, is a loss, or lies in the past, not back."""
        if category == "third_party":
            return any(_overlap(found, loss) for loss in scopes.get("loss", ()))
        jokes = [
            *(scopes.get("laugh", ()) if category in _JOKED else ()),
            *(scopes.get("topic", ()) if category in _OWN else ()),
        ]
        if any(_near(joke, found, 14) for joke in jokes):
            return True
        if category in ("medical", "minor") or "lately" in scopes:
            return False
        around = sentence[max(0, found.start - 4) : found.end]
        near = any(_near(time, found, 8) for time in scopes.get("past", ()))
        return near and not self._lists.past.isdisjoint(around)


def _is_of_another(inside: Sequence[str], others: frozenset[str]) -> bool:
    """Tell whether a find begins with "my sister" or the like."""
    return inside[0] == "my" and not others.isdisjoint(inside[1:3])


def _is_young(risk: Risk) -> bool:
    """Tell whether an age below 18 was said; school alone may be anybody's."""
    return risk.category == "minor" and risk.tier != "check"


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _near(one: Found, other: Found, words: int) -> bool:
    return one.start <= other.end + words and other.start <= one.end + words


def _leads_to(worry: Found, found: Found) -> bool:
    return worry.start <= found.start and found.start - worry.end <= 5
