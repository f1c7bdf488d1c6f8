"""Turns an act of a `.chat` file, or of a person at a terminal, into an answer to the open prompt.

Labels are compared without case, spaces, kinds of quotation marks and closing signs. What a prompt
offers comes before commands, commands before ids: `[stop]` is the prompt's own "Stop" where it has
one. `[/stop]` is always the command, `[#stop]` always the id.
"""

import re
from functools import lru_cache

from msgspec import Struct

from bot.errors import AnswerRefused
from bot.values import Answer, Ask, Choice, InputKind, Outcome
from bot.workshop.acts import (
    COMMAND_LABELS,
    ENDINGS,
    Act,
    Exercised,
    Pressed,
    Rated,
    Returned,
    Typed,
)
from bot.workshop.chat import nearest
from bot.workshop.wants import pieces, unquoted

SEVERAL = {"choices", "feelings", "body", "cards"}
KEEP = {"keep": True, "yes": True, "drop": False, "no": False}


class Said(Struct, frozen=True):
    """An act in the engine's terms."""

    kind: InputKind
    answer: Answer | None = None


def said(act: Act, ask: Ask | None) -> Said:
    """Say what an act means at a prompt.

    Args:
        act: what the file or the person gives.
        ask: the prompt that is open; None when the talk has ended.

    Raises:
        AnswerRefused: the prompt doesn't offer this; the sentence names what comes nearest.
    """
    match act:
        case Typed(text):
            return Said("say", Answer(text=text))
        case Rated(number):
            return Said("say", Answer(rating=number))
        case Exercised(outcome, seconds):
            whole = sum(frame.seconds for frame in ask.frames) if ask else 0
            length = whole if seconds is None else seconds
            return Said("say", Answer(exercise=Outcome(outcome, length)))
        case Returned():
            return Said("return")
        case Pressed(label):
            return _pressed(label, ask)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Bring a label to what counts when labels are compared."""
    same = re.sub(r"[‘’']", "'", re.sub(r"[“”„«»\"]", '"', text))
    return re.sub(r"\s+", " ", same).strip().rstrip(".!…").casefold()


def offered(ask: Ask | None) -> tuple[Choice, ...]:
    """Give what can be picked at a prompt, families before their shades."""
    if ask is None:
        return ()
    families = [Choice(family.id, family.label) for family in ask.families]
    shades = [shade for family in ask.families for shade in family.shades]
    return (*ask.choices, *ask.chips, *ask.areas, *ask.cards, *ask.live, *families, *shades)


def _pressed(label: str, ask: Ask | None) -> Said:
    if label.startswith("/"):
        return _command(label[1:], label)
    for by_id in (False, True):
        answer = _answer(label, ask, by_id=by_id) if ask else None
        if answer is not None:
            return Said("say", answer)
        if not by_id and folded(label) in COMMAND_LABELS:
            return _command(label, label)
    known = [choice.label for choice in offered(ask)] + list(COMMAND_LABELS)
    here = ", ".join(choice.label for choice in offered(ask)) or "nothing to pick"
    hint = nearest(label, known) or f"there is: {here}"
    raise AnswerRefused(f"“{label}” isn't offered here ({hint})")


def _command(name: str, label: str) -> Said:
    kind = COMMAND_LABELS.get(folded(name))
    if kind is None:
        hint = nearest(name, COMMAND_LABELS) or f"there are {', '.join(COMMAND_LABELS)}"
        raise AnswerRefused(f"“{label}” is no command ({hint})")
    return Said(kind)


def _answer(label: str, ask: Ask, *, by_id: bool) -> Answer | None:
    if ask.kind == "approve":
        return _approved(label, ask)
    if ask.kind == "cards" and ask.piles:
        return _sorted(label, ask)
    if ask.kind in SEVERAL:
        ids = _several(label, ask, by_id=by_id)
        if ids is None:
            return None
        return Answer(feelings=ids) if ask.kind == "feelings" else Answer(choices=ids)
    one = _one(label, offered(ask), by_id=by_id)
    if one in ENDINGS and ask.kind == "exercise":
        return said(Exercised(ENDINGS[one]), ask).answer
    return None if one is None else Answer(choice=one)


def _one(label: str, choices: tuple[Choice, ...], *, by_id: bool) -> str | None:
    if label.startswith("#") or by_id:
        wanted = label.removeprefix("#")
        return next((choice.id for choice in choices if choice.id == wanted), None)
    wanted = folded(label)
    return next((choice.id for choice in choices if folded(choice.label) == wanted), None)


def _several(label: str, ask: Ask, *, by_id: bool) -> tuple[str, ...] | None:
    """Split at `|`; without one, at commas, taking the longest label that fits ("Yes, a bit")."""
    choices = offered(ask)
    if "|" in label:
        parts = [part for part in pieces(label, "|") if part]
        named = [_one(p, choices, by_id=False) or _one(p, choices, by_id=True) for p in parts]
        return None if None in named else tuple(one for one in named if one)
    parts = pieces(label)
    ids: list[str] = []
    at = 0
    while at < len(parts):
        for end in range(len(parts), at, -1):
            one = _one(", ".join(parts[at:end]), choices, by_id=by_id)
            if one is not None:
                ids.append(one)
                at = end
                break
        else:
            return () if by_id and folded(label) == "none" else None
    return tuple(ids)


def _pairs(label: str, ids: dict[str, str]) -> dict[str, str] | None:
    """Read `key: value | key: value`; keys are ids, their last part, or labels."""
    pairs: dict[str, str] = {}
    for piece in pieces(label, "|"):
        key, colon, value = piece.partition(":")
        known = ids.get(folded(key.removeprefix("#")))
        if not colon or known is None:
            return None
        pairs[known] = value.strip()
    return pairs


def _approved(label: str, ask: Ask) -> Answer | None:
    whole = {"keep all": True, "keep none": False}.get(folded(label))
    if whole is not None:
        return Answer(approve={line.id: whole for line in ask.lines})
    keys = {folded(line.id.rpartition(".")[2]): line.id for line in ask.lines}
    pairs = _pairs(label, keys | {folded(line.id): line.id for line in ask.lines})
    if pairs is None:
        return None
    kept: dict[str, bool | str] = {line.id: True for line in ask.lines}
    for line_id, value in pairs.items():
        kept[line_id] = KEEP.get(folded(value), unquoted(value))
    return Answer(approve=kept)


def _sorted(label: str, ask: Ask) -> Answer | None:
    cards = {folded(card.label): card.id for card in ask.cards}
    pairs = _pairs(label, cards | {folded(card.id): card.id for card in ask.cards})
    if pairs is None:
        return None
    piles = {folded(pile.label): pile.id for pile in ask.piles} | {p.id: p.id for p in ask.piles}
    sorted_to = {card: piles.get(folded(pile), piles.get(pile, "")) for card, pile in pairs.items()}
    return Answer(cards=sorted_to) if all(sorted_to.values()) else None
