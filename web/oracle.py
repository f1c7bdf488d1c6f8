"""The oracle: what a talk's stored inputs must have led to, and whether that is what is stored."""

from bot.guide import fold
from bot.script import Script
from web.ledger import Ledger
from web.talk import Event, transcript
from web.wire import MAX_PAGE


async def stored(ledger: Ledger) -> list[Event]:
    """Read a whole transcript, a page at a time."""
    events: list[Event] = []
    while page := await ledger.events(len(events) + 1, MAX_PAGE):
        events += page
    return events


async def is_replay(ledger: Ledger, script: Script) -> bool:
    """Tell whether a talk's transcript and state are what its inputs lead to, byte for byte.

    Args:
        ledger: of the talk.
        script: the version it began with.

    Raises:
        NoSuchTalk: there is no such talk.
        TalkDamaged: something in it isn't what was written.
    """
    acts = await ledger.acts()
    session, replies = fold(script, (act.given for act in acts))
    found = (await ledger.open()).position
    events = await stored(ledger)
    is_whole = events == transcript(acts, replies) and found.head == len(events)
    return is_whole and found.session == session
