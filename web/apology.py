"""What is said when an act couldn't be taken; and if help is needed, who can be called now."""

from bot.errors import FrameRefused
from bot.values import Heard
from web import talk, wire
from web.house import House
from web.standing import Standing
from web.wire import Say, Step

RETRY_MS = 2_000
"""When to try again what couldn't be done."""


def apology(house: House, standing: Standing, code: str, frame: Say | Step, heard: Heard) -> bytes:
    """Write that an act wasn't taken, with help lines for who is in danger or asks for them.

    Args:
        house: has the help lines, and counts.
        standing: of the talk, as far as it is known.
        code: of the protocol; all but `not_allowed` are worth another try.
        frame: the act.
        heard: what was heard in it.
    """
    wait = None if code == "not_allowed" else RETRY_MS
    refused = FrameRefused(code, "Not now.", cid=frame.cid, retry_ms=wait)
    card, risk = None, heard.risk
    if risk or talk.is_cry(frame, heard):
        kind = risk.category if risk else None
        card = house.shelf.card(standing.region, kind, standing.lang)
        house.metrics.help_card()
    house.metrics.refusal(code)
    return wire.refusal(refused, standing.head, card)
