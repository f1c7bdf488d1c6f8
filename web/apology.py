"""What is said when an act couldn't be taken; and if help is needed, who can be called now."""

from bot.errors import FrameRefused
from bot.listening.ear import MOST_HEARD
from bot.values import Answer, Heard, Risk
from web import wire
from web.house import House
from web.standing import Standing

RETRY_MS = 2_000
"""When to try again what couldn't be done."""
FOR_GOOD = frozenset({"not_allowed", "cid_conflict", "too_long", "bad_text"})
"""Refusals after which the same act would be refused again."""

OVERLAP = 200
"""Characters that two pieces of a long text share, so that no phrase is cut apart."""


def danger_in(answer: Answer, house: House, lang: str) -> Risk | None:
    """Hear all of an answer that is too long to be taken, piece by piece; give the first danger."""
    edits = [text for text in (answer.approve or {}).values() if isinstance(text, str)]
    whole = "\n".join((answer.text or "", *edits))
    for at in range(0, len(whole), MOST_HEARD - OVERLAP):
        piece = Answer(text=whole[at : at + MOST_HEARD])
        if risk := house.ear.hear_answer(piece, None, lang).risk:
            return risk
    return None


def sorry(code: str, cid: str | None) -> FrameRefused:
    """Refuse an act, with a time to try again where that helps."""
    return FrameRefused(code, "Not now.", cid=cid, retry_ms=None if code in FOR_GOOD else RETRY_MS)


def apology(
    house: House, standing: Standing, refused: FrameRefused, heard: Heard, *, is_cry: bool = False
) -> bytes:
    """Write that an act wasn't taken, with help lines for who is in danger or asks for them.

    Args:
        house: has the help lines, and counts.
        standing: of the talk, as far as it is known.
        refused: why.
        heard: what was heard in the act.
        is_cry: it was a call for help.
    """
    card, risk = None, heard.risk
    if risk or is_cry:
        kind = risk.category if risk else None
        card = house.shelf.card(standing.region, kind, standing.lang)
        house.metrics.help_card()
    house.metrics.refusal(refused.code)
    return wire.refusal(refused, standing.head, card)
