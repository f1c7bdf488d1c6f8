"""Checks of what is said in one turn: few bubbles, few words, one question."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.errors import Finding
from bot.loading.tree import Node
from bot.script import Bubble, Route, Step
from bot.workshop.lints.manuscript import Manuscript, plain, warning
from bot.workshop.lints.reading import count_words
from bot.workshop.lints.words import unquoted

MOST_WORDS = 45
"""A turn that is read in about twelve seconds, at a word in a quarter of a second."""
MOST_BUBBLES = 2
MOST_CRISIS_BUBBLES = 3
"""In a crisis what was said is answered first, then where help is, and only then is asked."""
MOST_PASSED = 8  # steps without an ask that one turn is followed through
QUESTION = re.compile(r"\?(?=\s|$|”)")


@dataclass(frozen=True, slots=True)
class Load:
    """What a turn puts on a reader, at the most: words, bubbles, questions."""

    words: int = 0
    bubbles: int = 0
    questions: int = 0

    def __add__(self, other: "Load") -> "Load":
        """Give what both together put on a reader."""
        return Load(
            self.words + other.words,
            self.bubbles + other.bubbles,
            self.questions + other.questions,
        )

    def __or__(self, other: "Load") -> "Load":
        """Give the heavier of both, in each way."""
        return Load(
            max(self.words, other.words),
            max(self.bubbles, other.bubbles),
            max(self.questions, other.questions),
        )


def check_turns(script: Manuscript) -> Iterator[Finding]:
    """Check what each step says when it is entered, with the steps it passes on to."""
    for step in script.script.steps.values():
        own = said(step.say)
        here = _turn(script, step, 0)
        heavier_later = [_turn(script, nxt, 0) for nxt in _passed_to(script, step)]
        later = Load()
        for load in heavier_later:
            later = later | load
        most = MOST_CRISIS_BUBBLES if script.is_crisis(step) else MOST_BUBBLES
        yield from _findings(script.keys[step.id], here, later, own, most)


def _findings(place: Node, here: Load, later: Load, own: Load, most: int) -> Iterator[Finding]:
    """Report a turn where it gets too much, and not again where it merely leads there."""
    if here.words > MOST_WORDS >= later.words:
        message = f"{here.words} words in one turn; {MOST_WORDS} are plenty"
        yield warning(place, "MR109", message, "say less, or ask in between")
    if here.bubbles > most >= later.bubbles:
        message = f"{here.bubbles} bubbles in one turn; {most} are plenty"
        yield warning(place, "MR108", message, "join or drop one, or ask in between")
    if here.questions > 1 >= later.questions:
        message = f"{here.questions} questions in one turn"
        hint = "keep the one that is answered" if own.questions > 1 else "ask in one step only"
        yield warning(place, "MR107", message, hint)


def said(bubbles: tuple[Bubble, ...]) -> Load:
    """Give the most that some bubbles can come to."""
    total = Load()
    for bubble in bubbles:
        texts = [plain(wording) for saying in bubble.sayings for wording in saying.wordings]
        heaviest = Load()
        for text in texts:
            heaviest = heaviest | Load(count_words(text), 1, len(QUESTION.findall(unquoted(text))))
        total = total + heaviest
    return total


def _turn(script: Manuscript, step: Step, depth: int) -> Load:
    own = said(step.say)
    if step.ask is not None or step.ends or depth >= MOST_PASSED:
        return own
    later = Load()
    for route in step.next:
        spoken = said((route.say,)) if route.say is not None else Load()
        target = _target(script, route)
        later = later | (spoken + (_turn(script, target, depth + 1) if target else Load()))
    return own + later


def _passed_to(script: Manuscript, step: Step) -> Iterator[Step]:
    if step.ask is None and not step.ends:
        yield from (target for route in step.next if (target := _target(script, route)))


def _target(script: Manuscript, route: Route) -> Step | None:
    name = route.go or route.call
    return script.script.steps[name] if name is not None else None
