"""The small words of short replies, as they are heard."""

from collections.abc import Mapping

from msgspec import Struct

from bot.listening.patterns import Spell

_COUNTRY = "country."
"""Lists with this before a country's two letters hold other names of that country."""

Phrase = tuple[str, ...]


class ReplyWords(Struct, frozen=True):
    """Word lists from `dialogs/listening`, which explains each.

    Attributes:
        around: may stand around a choice that is named by its place.
        none: ways of saying "none of these".
        all: ways of saying "all of these".
        firm: makes a yes one that stands whatever follows.
        doubt: makes a yes less than one.
        units: follow a number that is no rating.
        around_rating: may stand around a rating.
        behind_rating: may stand behind one, too, where a rating is asked for.
        joining: may stand between the two ends of a range.
        now: before the rating of several that counts.
        before: before a rating of earlier.
        scale: stand before the 10 that a scale goes up to.
        rated_0: ways of saying the lowest rating.
        rated_10: ways of saying the highest.
        light: too small to tell one choice from another.
        turning: may turn the sense of a choice's words.
        adult: ways of saying that one is of age.
        adult_label: mark the choice for adults.
        young_label: mark the choice for those who aren't.
        around_age: may stand around an age.
        keeping: before lines that are kept.
        dropping: before lines that are dropped.
        every: mean all lines.
        around_lines: may stand around lines that are named.
        names: other names of choices, such as "the states" for `US`.
    """

    around: frozenset[str]
    none: frozenset[Phrase]
    all: frozenset[Phrase]
    firm: frozenset[str]
    doubt: frozenset[str]
    units: frozenset[str]
    around_rating: frozenset[str]
    behind_rating: frozenset[str]
    joining: frozenset[str]
    now: frozenset[str]
    before: frozenset[str]
    scale: frozenset[str]
    rated_0: frozenset[Phrase]
    rated_10: frozenset[Phrase]
    light: frozenset[str]
    turning: frozenset[str]
    adult: frozenset[Phrase]
    adult_label: frozenset[Phrase]
    young_label: frozenset[Phrase]
    around_age: frozenset[str]
    keeping: frozenset[str]
    dropping: frozenset[str]
    every: frozenset[str]
    around_lines: frozenset[str]
    names: dict[Phrase, str]

    @classmethod
    def of(cls, lists: Mapping[str, tuple[str, ...]], spell: Spell) -> "ReplyWords":
        """Take them from a rule book."""

        def phrases(name: str) -> frozenset[Phrase]:
            return frozenset(spell(entry) for entry in lists.get(name, ()))

        def words(name: str) -> frozenset[str]:
            return frozenset(word for phrase in phrases(name) for word in phrase)

        countries = {key: entries for key, entries in lists.items() if key.startswith(_COUNTRY)}
        return cls(
            around=words("around"),
            none=phrases("none-of-these"),
            all=phrases("all-of-these"),
            firm=words("firm"),
            doubt=words("doubt"),
            units=words("units"),
            around_rating=words("around-rating"),
            behind_rating=words("behind-rating") | words("light"),
            joining=words("joining"),
            now=words("now"),
            before=words("before"),
            scale=words("scale"),
            rated_0=phrases("rated-0"),
            rated_10=phrases("rated-10"),
            light=words("light"),
            turning=words("turning"),
            adult=phrases("adult"),
            adult_label=phrases("adult-label"),
            young_label=phrases("young-label"),
            around_age=words("around-age"),
            keeping=words("keeping"),
            dropping=words("dropping"),
            every=words("every"),
            around_lines=words("around-lines") | words("every"),
            names={
                spell(name): key.removeprefix(_COUNTRY)
                for key, entries in countries.items()
                for name in entries
            },
        )
