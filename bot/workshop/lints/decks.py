"""Checks of wordings that stand beside each other: enough of them, and each of its own kind."""

import re
from collections.abc import Iterator
from itertools import groupby

from bot.errors import Finding
from bot.workshop.lints.manuscript import Manuscript, Spoken, warning

FEWEST = 12
"""Wordings of an engine's deck: a long talk draws from some of them ten times."""
OPENING = 3  # words that make two wordings begin alike
WORD = re.compile(r"[\w'’]+")


def check_decks(script: Manuscript) -> Iterator[Finding]:
    """Check every deck and every group of wordings."""
    decks = script.head.items.get("decks")
    for name, place in (decks.keys if decks else {}).items():
        size = len(script.script.decks[name].wordings)
        if size < FEWEST:
            message = f"the deck “{name}” holds {size}; {FEWEST} keep a long talk fresh"
            yield warning(place, "MR167", message, "add wordings: what is said once isn't repeated")
    for _, group in groupby(script.spoken, key=lambda spoken: spoken.group):
        yield from _alike(list(group))
    yield from _nearly_twice(script.spoken)
    yield from _questions(script.spoken)


def _alike(group: list[Spoken]) -> Iterator[Finding]:
    """Wordings of one line that begin with the same words read as one wording."""
    seen: dict[tuple[str, ...], Spoken] = {}
    for spoken in group:
        opening = tuple(word.casefold() for word in WORD.findall(spoken.text)[:OPENING])
        if len(opening) == OPENING and opening in seen and not spoken.is_fixed:
            hint = f"begin it another way; see {where(seen[opening])}"
            message = f"two wordings begin with “{' '.join(opening)}”"
            yield warning(spoken.node, "MR166", message, hint)
        seen.setdefault(opening, spoken)


def _nearly_twice(every: tuple[Spoken, ...]) -> Iterator[Finding]:
    """The same words with other commas are still the same words."""
    seen: dict[tuple[str, ...], Spoken] = {}
    for spoken in every:
        words = tuple(word.casefold() for word in WORD.findall(spoken.text))
        if len(words) < OPENING or spoken.is_fixed or spoken.part in ("frame", "glue"):
            continue
        other = seen.setdefault(words, spoken)
        if other is not spoken and other.text != spoken.text:
            hint = f"reword it; the same stands at {where(other)}"
            yield warning(spoken.node, "MR172", "said twice but for its commas", hint)


def _questions(every: tuple[Spoken, ...]) -> Iterator[Finding]:
    """After a refusal comes no question."""
    for spoken in every:
        name = spoken.line.removeprefix("guide.")
        if (
            spoken.part == "deck"
            and name in ("skip", "unsure_skip", "leave")
            and "?" in spoken.text
        ):
            hint = "take the refusal as it is; the next step asks"
            yield warning(spoken.node, "MR173", "a question right after a refusal", hint)


def where(spoken: Spoken) -> str:
    """Tell where a wording stands."""
    return f"{spoken.node.file}:{spoken.node.line}"
