"""The new narrative, from the person's own approved words.

Each line is a few words of ours, then theirs, unchanged. What says nothing makes no line; where
their words are few, so are ours.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from bot.clause import clause, words_of
from bot.lines import Speaker
from bot.script import AskSpec, Env, Narrative, NarrativeSlot
from bot.values import Line

SENTENCE = re.compile(r"[.!?:…\n]+")
LETTER = re.compile(r"[^\W\d_]")
LEAST = 0.65
"""The share of each line that is the person's own; a line below it would be ours, not theirs."""
LONGEST = 160
"""Words of a story: what is read slowly in a minute or two."""


class Glue(Struct, frozen=True):
    """Our words before theirs; `theirs` of them are the person's too, such as a name they gave."""

    text: str
    theirs: int = 0

    @property
    def ours(self) -> int:
        """Count the words that are only ours."""
        return max(0, len(words_of(self.text)) - self.theirs)

    def before(self, said: Sequence[str], alone: AbstractSet[str]) -> "Glue":
        """Leave out what they wrote as well: “I” before “I stay”, all before a whole sentence."""
        parts = self.text.split()
        for count in range(min(len(parts), len(said)), 0, -1):
            if words_of(" ".join(parts[-count:])) == list(said[:count]):
                return Glue(" ".join(parts[:-count]), self.theirs)
        return Glue("") if said[0] in alone else self


class Draft(Struct, frozen=True):
    """A line before it's known which lines stay."""

    slot: NarrativeSlot
    text: str
    own: int
    ours: int

    @property
    def is_theirs(self) -> bool:
        """Tell whether enough of it is the person's own."""
        return self.own >= LEAST * (self.own + self.ours)

    def joined(self, more: "Draft") -> "Draft":
        """Say more in the same line."""
        return replace(
            self,
            text=f"{self.text} {more.text}",
            own=self.own + more.own,
            ours=self.ours + more.ours,
        )


def compose(speaker: Speaker, env: Env) -> tuple[Line, ...]:
    """Give the lines of the story: our glue, then the person's words, unchanged.

    Words that say nothing make no line, nor do those of an earlier line. Of long texts, one clause
    is taken. Where nothing is left but what the worry says, there is no story.
    """
    lines = _lines(speaker, env, LONGEST)
    if sum(line.own + line.ours for line in lines) > LONGEST:
        lines = _lines(speaker, env, LONGEST // (len(lines) + 1))
    is_new = any(not line.slot.is_old for line in lines)
    return tuple(Line(line.slot.id, line.text) for line in lines) if is_new else ()


def lines_of(speaker: Speaker, spec: AskSpec, env: Env) -> tuple[Line, ...]:
    """Give the lines that an ask wants approved: new ones, or those that were kept before."""
    if not spec.is_kept:
        return compose(speaker, env)
    story = env.get(spec.into or "")
    lines = story.splitlines() if isinstance(story, str) else []
    return tuple(Line(f"line{number}", line) for number, line in enumerate(lines, 1))


def has_full_name(story: str, how: Narrative) -> bool:
    """Tell whether two words in a row look like somebody's first and last name.

    At the beginning of a sentence the first may be any word, so one that opens sentences isn't
    taken for a name.
    """
    common = how.openers | how.nouns | how.alone
    for sentence in SENTENCE.split(story):
        words = [word.strip("“”\"'(),;") for word in sentence.split()]
        for place, (first, last) in enumerate(pairwise(words)):
            is_opener = place == 0 and first.lower() in common
            if first.istitle() and last.istitle() and len(last) > 1 and not is_opener:
                return True
    return False


def own_share(story: str, own: str) -> float:
    """Give the share of a story's words that the person wrote, from 0 to 1.

    Args:
        story: the whole narrative.
        own: all that the person wrote and that may stand in it.
    """
    theirs, words = set(words_of(own)), words_of(story)
    return sum(word in theirs for word in words) / len(words) if words else 1.0


def _lines(speaker: Speaker, env: Env, longest: int) -> list[Draft]:
    """Draft all lines; of a text with more words than `longest`, only a clause."""
    lines: dict[str, Draft] = {}
    missing = {slot.needs: slot.id for slot in speaker.script.narrative.slots if slot.needs}
    for slot, words in _given(speaker, env):
        short = clause(words) if len(words_of(words)) > longest else words
        draft = _draft(speaker, env, slot, short)
        if draft is not None and slot.beside in lines:
            lines[slot.beside] = lines[slot.beside].joined(draft)
            missing.pop(slot.id, None)
        elif draft is not None and not slot.beside:
            lines[slot.id] = draft
    return [d for d in lines.values() if d.is_theirs and d.slot.id not in missing.values()]


def _given(speaker: Speaker, env: Env) -> Iterator[tuple[NarrativeSlot, str]]:
    seen = set(speaker.script.narrative.hollow)
    for slot in speaker.script.narrative.slots:
        words = env.get(slot.words)
        if isinstance(words, str) and LETTER.search(words):
            said = " ".join(words_of(words))
            if said not in seen:
                yield slot, words.strip()
            seen.add(said)


def _draft(speaker: Speaker, env: Env, slot: NarrativeSlot, words: str) -> Draft | None:
    """Put our glue before the words: the first that they go on after and that leaves it theirs.

    Where none does, the last is taken, and what doesn't go on after it is quoted.
    """
    how, said = speaker.script.narrative, words_of(words)
    found = None
    for glue in _glues(speaker, env, slot):
        rest = glue if slot.quote == "always" else glue.before(said, how.alone)
        is_apart = rest is glue and _is_apart(glue, slot, said, how)
        ended = words if words[-1] in ".!?…" else f"{words}."
        text = how.quoted.replace("{}", words) if is_apart else ended
        found = Draft(slot, f"{rest.text} {text}".strip(), len(said) + rest.theirs, rest.ours)
        if found.is_theirs and (slot.quote == "always" or not is_apart):
            break
    return found


def _is_apart(glue: Glue, slot: NarrativeSlot, said: Sequence[str], how: Narrative) -> bool:
    """Tell whether words don't go on after a glue: a sentence of its own, or no verb after “I”."""
    if slot.quote == "always":
        return True
    if slot.quote == "never" or glue.text.endswith(":"):
        return False
    is_no_verb = said[0] in how.nouns or len(said) == 1
    return said[0] in how.openers or (slot.quote == "auto" and is_no_verb)


def _glues(speaker: Speaker, env: Env, slot: NarrativeSlot) -> Iterator[Glue]:
    for saying in slot.glue:
        wording = saying.wordings[0]
        is_open = saying.when is None or saying.when(env) is True
        text = speaker.text(wording, env) if is_open else None
        if text is not None:
            plain = " ".join(part for part in wording.parts if isinstance(part, str))
            yield Glue(text, len(words_of(text)) - len(words_of(plain)))
