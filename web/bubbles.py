"""A talk as it is read on paper: who said what, in words. The words come from the templates."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from bot.values import Answer, Ask, Card, Progress, Reply


class Bubble(Struct, frozen=True):
    """What one of the two said.

    Attributes:
        seq: its place.
        who: `guide` or `you`.
        texts: paragraphs.
        card: help lines, shown beneath.
    """

    seq: int
    who: str
    texts: tuple[str, ...]
    card: Card | None = None


class Page(Struct, frozen=True):
    """A whole talk as it stands.

    Attributes:
        bubbles: all that was said.
        head: seq of the newest event: what an act answers.
        at: when it came, in milliseconds.
        ask: what is open.
        ended: the talk is over.
        progress: which of how many parts.
        story: the lines that the person approved last.
    """

    bubbles: tuple[Bubble, ...]
    head: int
    at: int
    ask: Ask | None
    ended: bool
    progress: Progress | None
    story: tuple[str, ...]


def paged(events: Iterable[Mapping[str, Any]], words: Mapping[str, str]) -> Page:
    """Read events as they stand on the wire.

    Args:
        events: in order.
        words: what the page calls things.
    """
    ask: Ask | None = None
    ended, head, at = False, 0, 0
    progress: Progress | None = None
    story: tuple[str, ...] = ()
    bubbles = list[Bubble]()
    for event in events:
        head, at = event["seq"], event["at"]
        if event["who"] == "you":
            answer = msgspec.convert(event, Answer)
            said = in_words(answer, event.get("kind"), ask, words)
            story = tuple(_approved(answer, ask)) if answer.approve else story
            bubbles.append(Bubble(head, "you", (said,)))
            continue
        reply = msgspec.convert(event, Reply)
        if reply.ask or reply.ended:
            ask, ended = reply.ask, reply.ended
        progress = reply.progress
        texts = tuple(line.text for line in reply.lines)
        bubbles.append(Bubble(head, "guide", texts, reply.card))
    return Page(tuple(bubbles), head, at, ask, ended, progress, story)


def in_words(answer: Answer, kind: str | None, ask: Ask | None, words: Mapping[str, str]) -> str:
    """Say what a person did: their text, or the labels of what they picked."""
    names = _labels(ask)
    if answer.text is not None:
        return answer.text
    if answer.rating is not None:
        return str(answer.rating)
    if answer.cards is not None:
        piles = answer.cards.items()
        return "\n".join(
            f"{names.get(card, card)}: {names.get(pile, pile)}" for card, pile in piles
        )
    if answer.approve is not None:
        return "\n".join(_approved(answer, ask)) or words["none"]
    if answer.exercise is not None or kind is not None:
        return words[f"did_{answer.exercise.outcome if answer.exercise else kind}"]
    picked = [answer.choice] if answer.choice else [*(answer.choices or answer.feelings or ())]
    return ", ".join(names.get(one, one) for one in picked) or words["none"]


def _approved(answer: Answer, ask: Ask | None) -> list[str]:
    was = {line.id: line.text for line in ask.lines} if ask else {}
    kept = [(name, verdict) for name, verdict in (answer.approve or {}).items() if verdict]
    return [was.get(name, "") if verdict is True else str(verdict) for name, verdict in kept]


def _labels(ask: Ask | None) -> dict[str, str]:
    """Give the label of everything an ask offers, by its id."""
    if ask is None:
        return {}
    shades = [shade for family in ask.families for shade in family.shades]
    offered = (*ask.choices, *ask.chips, *ask.areas, *ask.cards, *ask.piles, *ask.live, *shades)
    named = {one.id: one.label for one in offered}
    return named | {family.id: family.label for family in ask.families}
