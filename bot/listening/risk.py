"""Hears danger in a text: ten categories, three tiers, the gravest wins.

Rules find phrases; scopes decide what a find is worth: void (an idiom, a "not", a worry), softer
(long ago, said laughing), or about somebody else.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from bot.listening.patterns import Spell
from bot.listening.phrases import Found, Looked, Looks, spelled
from bot.listening.rulebook import CUE, DEED, MATTER, MINOR, SCOPE, SIGN, YOUNG, mood_of
from bot.listening.sums import REACH, Said, Sums, weak
from bot.listening.words import Sentence
from bot.values import Category, Risk, Tier

_TIERS = ("now", "act", "check")
_CATEGORIES = (
    "medical", "suicide", "abuse", "harm_others", "self_harm", "psychosis", "withdrawal", "eating",
    "third_party", "minor",
)  # fmt: skip
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

    def __init__(self, lists: Lists, sums: Sums | None = None) -> None:
        self._lists, self._sums = lists, sums or Sums()

    def hear(self, looks: Looks, *, ages: bool = True) -> Risk | None:
        """Name the gravest danger, or None. Without `ages`, a bare number is no age.

        The gravest tier is looked for first: once it is found, none below it is looked for.
        """
        heard = list(self._in(looks, MINOR))
        if not ages:
            heard = [risk for risk in heard if risk.tier == "now"]
        minor = _is_young(looks, heard)
        heard += self._gravest_tier(looks, heard)
        if not heard:
            cues = [one.rule for look in looks.get(CUE, ()) for one in look.found(CUE)]
            matters = any(look.found(MATTER) for look in looks.get(MATTER, ())) if cues else False
            return weak(cues, matters=matters)
        gravest = self.gravest(heard)
        return replace(gravest, minor=True) if minor and gravest.category != MINOR else gravest

    def _gravest_tier(self, looks: Looks, minors: Sequence[Risk]) -> list[Risk]:
        """Find dangers down to the gravest tier in which there are any."""
        summed = self._summed(looks)
        heard: list[Risk] = []
        for tier in _TIERS:
            heard += self._in(looks, tier)
            heard += (risk for risk in summed if risk.tier == tier)
            if any(risk.tier == tier for risk in (*heard, *minors)):
                break
        return heard

    def _summed(self, looks: Looks) -> list[Risk]:
        """Name the dangers that signs near each other add up to.

        Most talk has none of those signs without which no sum comes about: then no mood is
        looked for.
        """
        keys = {look.place: look for look in looks.get(SIGN, ()) if look.found(SIGN)}
        wanted: dict[int, set[str]] = {}
        for place in keys:
            if (moods := self._sums.moods(_names(map(keys.get, _around(place))))) is not None:
                for near in _around(place):
                    wanted.setdefault(near, set()).update(map(mood_of, moods))
        if not wanted:
            return []
        told = {place: (look, look.found(SIGN)[:]) for place, look in keys.items()}
        for kind in sorted(set().union(*wanted.values())):
            for look in looks.get(kind, ()):
                if kind in wanted.get(look.place, ()) and look.found(kind):
                    told.setdefault(look.place, (look, []))[1].extend(look.found(kind))
        return list(self._sums.hear([self._said(*told[place]) for place in sorted(told)]))

    def _said(self, look: Looked, signs: Sequence[Found]) -> Said:
        """Sort the signs of a sentence by whose they are."""
        own: set[str] = set()
        others: set[str] = set()
        for sign in signs:
            if not _is_idiom(sign, look):
                is_other = DEED in sign.rule.labels and self._who(sign, look.sentence) == "other"
                (others if is_other else own).add(sign.rule.sign)
        return Said(look.place, frozenset(own), frozenset(others))

    @staticmethod
    def gravest(risks: Iterable[Risk]) -> Risk:
        """Choose among several: the highest tier, then the category that can wait least."""
        return min(risks, key=lambda r: (_TIERS.index(r.tier), _CATEGORIES.index(r.category)))

    def _in(self, looks: Looks, kind: str) -> Iterator[Risk]:
        """Weigh what is found of a kind."""
        for look in looks.get(kind, ()):
            scopes = scopes_of(look) if look.found(kind) else {}
            for one in look.found(kind):
                risk = self._weighed(one, scopes, look.sentence)
                if risk and not ("it" in one.rule.labels and _is_of_a_matter(look, looks)):
                    yield risk

    def _weighed(
        self, found: Found, scopes: Mapping[str, list[Found]], sentence: Sentence
    ) -> Risk | None:
        """Say what a find is worth in its sentence; None when it is void."""
        category, tier, *flags = found.rule.labels
        if self._is_void(found, scopes, sentence):
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
        losses = scopes.get("loss", ())
        if (category == "third_party" and losses) or any(_overlap(found, loss) for loss in losses):
            tier = "check"
        if tier == "act" and self._is_softer(found, category, scopes, sentence):
            tier = "check"
        return Risk(cast("Tier", tier), cast("Category", category), found.rule.id)

    def _is_void(self, found: Found, scopes: Mapping[str, list[Found]], sentence: Sentence) -> bool:
        """Tell whether a find is an idiom, a worry, panic about a place, or denied."""
        category, _, *flags = found.rule.labels
        idioms = [*scopes.get("idiom", ()), *scopes.get(f"idiom-{category}", ())]
        if "plain" not in flags and any(_overlap(found, idiom) for idiom in idioms):
            return True
        worries = scopes.get("worry", ()) if category == "medical" and "plain" not in flags else ()
        if any(_leads_to(worry, found) for worry in worries):
            return True
        if "place" in flags and "panic" in scopes:
            return True
        return "always" not in flags and (
            self._is_negated(found, sentence) or self._is_denied(found, sentence)
        )

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

    def _is_denied(self, found: Found, sentence: Sentence) -> bool:
        """Tell whether a find such as "i have no wish to die" begins with what denies it."""
        lists = self._lists
        for place in range(found.start + 1, min(found.start + 5, found.end - 2)):
            if sentence[place] in lists.nots:
                really = sentence[place - 1 : place + 1] not in lists.not_really
                return really and lists.bridge.issuperset(sentence[place + 1 : found.end - 1])
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
        """Tell whether a clear find is said laughing, or lies in the past and isn't back."""
        laughs = scopes.get("laugh", ()) if category in _JOKED else ()
        topics = scopes.get("topic", ()) if category in _OWN else ()
        joked = any(_near(laugh, found, 14) for laugh in laughs)
        if "serious" not in scopes and (joked or any(_near(one, found, 8) for one in topics)):
            return True
        if category in ("third_party", "medical", "minor") or "lately" in scopes:
            return False
        around = sentence[max(0, found.start - 4) : found.end]
        near = any(_near(time, found, 8) for time in scopes.get("past", ()))
        return near and not self._lists.past.isdisjoint(around)


def _is_of_a_matter(look: Looked, looks: Looks) -> bool:
    """Tell whether something that can be over is named in a sentence, or in the one before."""
    return any(
        one.found(MATTER) for one in looks.get(MATTER, ()) if 0 <= look.place - one.place <= 1
    )


def _around(place: int) -> range:
    """Name the sentences whose signs count together with those of this one."""
    return range(place - REACH + 1, place + REACH)


def _names(looks: Iterable[Looked | None]) -> frozenset[str]:
    """Name the signs in some sentences."""
    return frozenset(sign.rule.sign for look in looks if look for sign in look.found(SIGN))


def scopes_of(look: Looked) -> dict[str, list[Found]]:
    """Sort what says how much a find in a sentence is worth."""
    scopes: dict[str, list[Found]] = {}
    for one in look.found(SCOPE):
        scopes.setdefault(one.rule.labels[0], []).append(one)
    return scopes


def _is_idiom(sign: Found, look: Looked) -> bool:
    return any(one.rule.labels[0] == "idiom" and _overlap(sign, one) for one in look.found(SCOPE))


def _is_of_another(inside: Sequence[str], others: frozenset[str]) -> bool:
    """Tell whether a find begins with "my sister" or the like."""
    return inside[0] == "my" and not others.isdisjoint(inside[1:3])


def _is_young(looks: Looks, heard: Iterable[Risk]) -> bool:
    """Tell whether an age below 18 was said, or what beside a danger is as good as one.

    A class or a mother's boyfriend may be anybody's: alone each is only asked about.
    """
    found = (one.rule for look in looks.get(MINOR, ()) for one in look.found(MINOR))
    enough = {rule.id for rule in found if YOUNG in rule.labels}
    return any(
        risk.category == MINOR and (risk.tier != "check" or risk.rule in enough) for risk in heard
    )


def _overlap(one: Found, other: Found) -> bool:
    return one.start < other.end and other.start < one.end


def _near(one: Found, other: Found, words: int) -> bool:
    return one.start <= other.end + words and other.start <= one.end + words


def _leads_to(worry: Found, found: Found) -> bool:
    return worry.start <= found.start and found.start - worry.end <= 5
