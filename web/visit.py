"""A visit without a socket: come to a talk, do one thing at most, and look at all of it."""

from typing import Any

import msgspec
from msgspec import Struct

from bot.errors import FrameRefused, StoreUnavailable
from bot.values import Card
from web import closing as closings
from web.closing import Closing
from web.hub import Hub
from web.room import Room
from web.wire import MAX_PAGE, Forget, Hello, Page, Say, Step

TRIES = 3
"""When another process was quicker, the same act is tried on what it left; twice is plenty."""
MAX_PAGES = 50
"""Frames of events that are read for one look: ten thousand events, far beyond any talk."""

GONE = (closings.FORGOTTEN, closings.EXPIRED)

Told = dict[str, Any]


class Seen(Struct, frozen=True):
    """What a visit saw.

    Attributes:
        token: the talk's key.
        events: of the whole talk, in order, as they stand on the wire.
        lang: the talk's language.
        code: why the act wasn't taken, as on the wire; None when it was.
        card: help lines, when danger was heard in words that couldn't be stored.
        over: why the talk isn't there any more: forgotten or expired; None while it is.
    """

    token: str
    events: tuple[Told, ...] = ()
    lang: str = "en"
    code: str | None = None
    card: Card | None = None
    over: Closing | None = None


class Visitor:
    """Sits in a talk as a connection would, and keeps what is sent to it."""

    __slots__ = ("closing", "frames")

    def __init__(self) -> None:
        self.frames: list[Told] = []
        self.closing: Closing | None = None

    def send(self, frame: bytes) -> None:
        """Keep a frame."""
        self.frames.append(msgspec.json.decode(frame))

    def leave(self, closing: Closing) -> None:
        """Remember why the visit is over."""
        self.closing = self.closing or closing

    def look(self, now: float) -> None:
        """Go on: a visit is over by itself, nobody has to be asked."""

    def events(self) -> dict[int, Told]:
        """Give every event that came, by its seq."""
        found = dict[int, Told]()
        for frame in self.frames:
            listed = [frame] if frame["t"] == "event" else frame.get("events", ())
            found.update({event["seq"]: event for event in listed})
        return dict(sorted(found.items()))

    def of(self, kind: str) -> Told:
        """Give the last frame of a kind; empty when none came."""
        return next((frame for frame in reversed(self.frames) if frame["t"] == kind), {})


async def visit(hub: Hub, hello: Hello, act: Say | Step | Forget | None, address: str) -> Seen:
    """Do one act in a talk, exactly once for its id, and see the talk after it.

    Raises:
        NoSuchTalk: the token opens nothing.
        FrameRefused: `too_fast` or `not_allowed`, before there was a talk.
        StoreUnavailable: nothing could be looked up.
        TalkDamaged: what is stored isn't what was written.
    """
    for _ in range(TRIES):
        visitor = Visitor()
        hub.connect(visitor)
        try:
            seen = await _visited(hub, hello, act, address, visitor)
        finally:
            hub.disconnect(visitor)
        if visitor.closing is not closings.MOVED:
            return seen
    raise StoreUnavailable("The talk goes on elsewhere, too fast to follow.")


async def _visited(
    hub: Hub, hello: Hello, act: Say | Step | Forget | None, address: str, visitor: Visitor
) -> Seen:
    room = await hub.enter(hello, visitor, address)
    try:
        code = await _done(room, act, visitor)
        if visitor.closing is None:
            await _read(room, visitor)
    finally:
        hub.leave(room, visitor)
    welcome, error = visitor.of("welcome"), visitor.of("error")
    if not welcome:
        raise StoreUnavailable("The talk is open in too many places.")
    card = error.get("card")
    return Seen(
        token=hello.token or welcome["token"],
        events=tuple(visitor.events().values()),
        lang=welcome["lang"],
        code=code or error.get("code"),
        card=msgspec.convert(card, Card) if card else None,
        over=visitor.closing if visitor.closing in GONE else None,
    )


async def _done(room: Room, act: Say | Step | Forget | None, visitor: Visitor) -> str | None:
    """Do the act; give the code of a refusal."""
    if act is None or visitor.closing is not None:
        return None
    try:
        await (room.forget(act) if isinstance(act, Forget) else room.take(act, visitor))
    except FrameRefused as error:
        return error.code
    return None


async def _read(room: Room, visitor: Visitor) -> None:
    """Read what didn't fit into the welcome."""
    for _ in range(MAX_PAGES):
        known, head = visitor.events(), room.head or 0
        missing = next((seq for seq in range(1, head + 1) if seq not in known), None)
        if missing is None:
            return
        await room.page(Page(missing, MAX_PAGE), visitor)
