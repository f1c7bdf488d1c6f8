"""Which wording is said, and with which of the person's own words."""

from collections.abc import Mapping, Sequence
from zlib import crc32

from bot.clause import MOST, clause, words_of
from bot.script import Bubble, Env, Saying, Script, Slot, Wording
from bot.values import Line, Value

MOST_IN_NAME = 4  # words that a line can carry as a name or a word; more is a sentence


def is_hollow(script: Script, name: str, text: str) -> bool:
    """Tell whether an answer that could be a line of the narrative says nothing."""
    how = script.narrative
    return any(slot.words == name for slot in how.slots) and " ".join(words_of(text)) in how.hollow


class Speaker:
    """Chooses wordings for one talk. Nothing is said twice unless its line is fixed.

    Attributes:
        said: numbers of the wordings that were said, as bits.
    """

    __slots__ = ("said", "script", "seed")

    def __init__(self, script: Script, seed: int, said: int) -> None:
        self.script, self.seed, self.said = script, seed, said

    def bubble(self, bubble: Bubble, env: Env) -> Line | None:
        """Say the first saying whose guard holds; None when there is nothing new to say."""
        for saying in bubble.sayings:
            if saying.when is None or saying.when(env) is True:
                return self.saying(saying, env)
        return None

    def saying(self, saying: Saying, env: Env, **extra: str) -> Line | None:
        """Say one wording that wasn't said yet and whose variables are all given."""
        for wording in self._order(saying, extra):
            text = self.text(wording, env, **extra)
            if text is not None:
                self.said |= 1 << wording.number
                return Line(saying.id, text)
        return None

    def text(self, wording: Wording, env: Env, **extra: str) -> str | None:
        """Fill a wording in; None when it shows something that isn't given."""
        if len(wording.parts) == 1 and isinstance(wording.parts[0], str):
            return wording.parts[0]
        filled = [
            part if isinstance(part, str) else extra.get(part.name) or self._slot(part, env)
            for part in wording.parts
        ]
        return None if None in filled else "".join(part or "" for part in filled)

    def shown(self, name: str, value: Value) -> str | None:
        """Give a value as a line shows it: a label, a number, or the person's words verbatim."""
        if value is None or isinstance(value, bool):
            return None
        if isinstance(value, str) and self.script.variables[name].kind == "words":
            return value  # their own, even where it happens to be the id of a chip
        if isinstance(value, str):
            return self.script.labels.get(name, {}).get(value, value)
        if isinstance(value, int):
            return str(value)
        known = self.script.labels.get(name, {})
        return self.joined([known.get(item, item) for item in value])

    def joined(self, labels: Sequence[str]) -> str:
        """Put labels in a row, such as “dread, doubt and anger”."""
        first, last = labels[:-1], labels[-1:]
        joint = f" {self.script.conjunction} "
        return joint.join([", ".join(first), *last] if first else last)

    def _order(self, saying: Saying, extra: Mapping[str, str]) -> list[Wording]:
        fresh = [wording for wording in saying.wordings if not self.said >> wording.number & 1]
        if len(fresh) > 1:
            turn = crc32(f"{self.seed}:{saying.id}:{len(fresh)}".encode()) % len(fresh)
            fresh = fresh[turn:] + fresh[:turn]
        if any(extra.values()):  # what is known is shown before what could be said of anything
            fresh.sort(key=lambda wording: not _shows(wording, extra))
        return fresh or (list(saying.wordings) if saying.is_fixed else [])

    def _slot(self, slot: Slot, env: Env) -> str | None:
        text = self.shown(slot.name, env.get(slot.name))
        if text is not None and slot.is_cut and is_hollow(self.script, slot.name, text):
            return None  # “ok” is an answer, but nothing to build on
        if text is not None and slot.as_name and len(text.split()) > MOST_IN_NAME:
            return None
        if text is None or not slot.as_clause:
            return text
        is_long = len(text) > MOST
        return clause(text, *_telling(self.script)) if is_long else clause(text)


def _telling(script: Script) -> tuple[frozenset[str], frozenset[str]]:
    """Give the single words that name a feeling, and those that name a part of the body."""
    shades = [shade.label for family in script.feelings for shade in family.shades]
    labels = [family.label for family in script.feelings] + shades
    felt = {label.lower() for label in labels if " " not in label}
    bodily = {area.label.lower() for area in script.areas if " " not in area.label}
    return frozenset(felt), frozenset(bodily)


def _shows(wording: Wording, extra: Mapping[str, str]) -> bool:
    return any(isinstance(part, Slot) and extra.get(part.name) for part in wording.parts)
