"""The new narrative, from the person's own approved words."""

import re

from bot.lines import Speaker
from bot.script import Env, NarrativeSlot
from bot.values import Line

# Words that begin a sentence of its own, which doesn't go on after our glue and so is quoted.
OPENERS = frozenset({
    "i", "i'm", "i’m", "im", "i'd", "i’d", "i'll", "i’ll", "i've", "i’ve", "it", "it's", "it’s",
    "its", "they", "they're", "he", "she", "we", "you", "my", "the", "a", "an", "this", "that",
    "these", "those", "there", "what", "why", "how", "when", "if", "because", "and", "but", "so",
    "everyone", "nobody", "who", "that's", "that’s", "there's", "not", "no",
})  # fmt: skip
WORD = re.compile(r"[^\s,.;:!?]+")


def compose(speaker: Speaker, env: Env) -> tuple[Line, ...]:
    """Give one line for each slot whose words are given: our glue, then theirs, unchanged."""
    slots = speaker.script.narrative.slots
    return tuple(line for slot in slots if (line := _line(speaker, env, slot)) is not None)


def own_share(story: str, own: str) -> float:
    """Give the share of a story's words that the person wrote, from 0 to 1.

    Args:
        story: the whole narrative.
        own: all that the person wrote and that may stand in it.
    """
    theirs = set(WORD.findall(own.lower()))
    words = [word.strip("“”\"'") for word in WORD.findall(story.lower())]
    return sum(word in theirs for word in words) / len(words) if words else 1.0


def _line(speaker: Speaker, env: Env, slot: NarrativeSlot) -> Line | None:
    words = env.get(slot.words)
    glue = speaker.text(slot.glue, env)
    if not isinstance(words, str) or not words.strip() or glue is None:
        return None
    return Line(slot.id, f"{glue} {_fitted(speaker, slot, words.strip())}")


def _fitted(speaker: Speaker, slot: NarrativeSlot, words: str) -> str:
    first = words.split(maxsplit=1)[0].lower().strip(",.;:!?")
    quoted = slot.quote == "always" or (slot.quote == "auto" and first in OPENERS)
    if quoted:
        return speaker.script.narrative.quoted.replace("{}", words)
    return words if words[-1] in ".!?…" else f"{words}."
