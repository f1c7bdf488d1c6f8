"""One talk's protocol, without sockets and without a store.

Given where a talk stands and what a client sent, these functions say what is to be done: take
the act, call it stale, or answer what was answered before. Each is a pure function of its
arguments, so the protocol is tested without a connection.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.errors import FrameRefused
from bot.values import Answer, Ask, Heard, Input, Reply, Session, Turn
from web.wire import Say, Step

AWAY_MS = 20 * 60 * 1000
"""After twenty minutes a visit is a new one and is greeted (the engine's `away` begins there)."""
UNKEPT = "…"
"""What is stored in the place of words that the person asked not to keep."""
CONFIDED = frozenset({"abuse", "minor"})
"""Dangers of which no word is stored: whoever hurts somebody may look for what they told, and
a child can't agree to being kept."""
URGENT = frozenset({"help", "stop", "pause", "toomuch"})
"""Requests that are taken whatever prompt they answer and however fast they come."""
MAX_EVENTS = 5_000
"""Events of a talk: some forty whole talks; a page can still load them all in seconds."""
SPARE_EVENTS = 1_000
"""Events beyond it that are kept for what is urgent."""


class Position(Struct, frozen=True):
    """Where a talk stands between two acts.

    Attributes:
        head: seq of the last event.
        prompt: seq of the event whose ask is open.
        session: what the guide knows.
        ask: what is asked there; answers are heard against it.
    """

    head: int
    prompt: int
    session: Session
    ask: Ask | None = None


class Act(Struct, frozen=True):
    """What was done to a talk, as it is stored: enough to do it again.

    Attributes:
        cid: the client's id for it, or the server's own.
        seq: seq of the first event it made.
        given: what the guide was given.
    """

    cid: str
    seq: int
    given: Input


class Event(Struct, frozen=True):
    """One event as it is stored and sent: JSON, and its place."""

    seq: int
    body: bytes


class Recorded(Struct, frozen=True):
    """An act with all that it made, ready to be stored in one transaction."""

    act: Act
    events: tuple[Event, ...]
    position: Position


def payload(frame: Say | Step) -> bytes:
    """Write what an act says in one canonical way: equal acts give equal bytes.

    The prompt isn't part of it, so a client that retries after a reset is still recognised.
    """
    said: Any = frame.answer if isinstance(frame, Say) else frame.kind
    return msgspec.json.encode(said, order="deterministic")


def is_urgent(frame: Say | Step, heard: Heard) -> bool:
    """Tell whether an act is heard even when it is late or comes too fast."""
    if isinstance(frame, Step):
        return frame.kind in URGENT
    return heard.risk is not None or heard.command in URGENT


def is_cry(frame: Say | Step, heard: Heard) -> bool:
    """Tell whether somebody asks for help, in a word or with the button."""
    return frame.kind == "help" if isinstance(frame, Step) else heard.command == "help"


def is_full(position: Position, frame: Say | Step, heard: Heard) -> bool:
    """Tell whether a talk has no room for an act; what is urgent still has some."""
    spare = SPARE_EVENTS if is_urgent(frame, heard) else 0
    return position.head >= MAX_EVENTS + spare


def is_open(position: Position, frame: Say | Step) -> bool:
    """Tell whether an act answers the prompt that is open now."""
    return position.prompt <= frame.re <= position.head


def admitted(position: Position, frame: Say | Step, heard: Heard, now: int) -> Input:
    """Make the input that an act is for the guide.

    Args:
        position: where the talk stands.
        frame: the act.
        heard: what was heard in its texts.
        now: the time in milliseconds; a clock that went back counts as standing still.

    Raises:
        FrameRefused: `stale`, when it answers a prompt that is no longer open and isn't urgent.
    """
    late = not is_open(position, frame)
    if late and not is_urgent(frame, heard):
        raise FrameRefused("stale", "This prompt is no longer open.", cid=frame.cid)
    at = max(now, position.session.at)
    if isinstance(frame, Step):
        return Input(at=at, kind=frame.kind, late=late)
    given = Input(at=at, kind="say", answer=frame.answer, heard=_nameless(heard), late=late)
    is_unkept = position.ask is not None and not position.ask.keep
    return unkept(given) if is_unkept and frame.answer.text is not None else given


def is_confided(asked: Ask | None, given: Input, reply: Reply) -> bool:
    """Tell whether a text spoke of abuse, or said that its writer is under 18.

    An unclear sign counts where it leads to a prompt whose answers aren't kept, as does a choice
    that was typed; else the text is an answer, such as a line of the note for bad hours.

    Args:
        asked: what was open.
        given: the act.
        reply: what came of it.
    """
    risk, is_led_there = given.heard.risk, reply.ask is not None and not reply.ask.keep
    if risk is not None:
        return risk.minor or (risk.category in CONFIDED and (risk.tier != "check" or is_led_there))
    is_read = bool(given.heard.choices) or given.heard.answer is not None
    return is_led_there and is_read and asked is not None and asked.kind == "choice"


def unkept(given: Input) -> Input:
    """Leave of an act what leads the talk on: no word, and nothing of what it was about.

    “Yes?” asks; without its sign it would be a yes.
    """
    text = given.answer.text if given.answer is not None else None
    is_asking = given.heard.answer == "yes" and (text or "").rstrip().endswith("?")
    answer = None if is_asking else given.heard.answer
    heard = replace(given.heard, answer=answer, rating=None, feelings=(), habits=(), cues=())
    return replace(given, answer=Answer(text=UNKEPT), heard=heard)


def _nameless(heard: Heard) -> Heard:
    """Leave out which rule heard a danger: of a danger its kind and its time are stored."""
    return replace(heard, risk=replace(heard.risk, rule="")) if heard.risk else heard


def beginning(
    now: int, seed: int, region: str | None, *, lang: str, counting: bool = False
) -> Input:
    """Make the input that a talk begins with; a damaged country turns nobody away."""
    is_country = region is not None and len(region) == 2 and region.isascii() and region.isalpha()
    country = region.upper() if region and is_country else None
    return Input(at=now, kind="begin", seed=seed, region=country, lang=lang, counting=counting)


def homecoming(position: Position, now: int) -> tuple[str, Input] | None:
    """Make the act of coming back after a while, with the id that makes it happen only once.

    The id has a sign that no client's id can have.
    """
    session = position.session
    if session.ended or now - session.at < AWAY_MS or position.head >= MAX_EVENTS:
        return None
    return f"~return.{position.head}", Input(at=now, kind="return")


def recorded(before: Position | None, cid: str, given: Input, turn: Turn) -> Recorded:
    """Put a turn on record.

    Args:
        before: where the talk stood, None for a new one.
        cid: the act's id.
        given: what the guide was given.
        turn: what came of it.
    """
    head, prompt, ask = (before.head, before.prompt, before.ask) if before else (0, 0, None)
    events = tuple(_events(head, cid, given, turn.reply))
    last = events[-1].seq
    if turn.reply.ask or turn.reply.ended:
        prompt, ask = last, turn.reply.ask
    return Recorded(Act(cid, head + 1, given), events, Position(last, prompt, turn.session, ask))


def transcript(acts: Iterable[Act], replies: Iterable[Reply]) -> list[Event]:
    """Write the events that stored acts must have made, given the guide's replies to them."""
    return [
        event
        for act, reply in zip(acts, replies, strict=True)
        for event in _events(act.seq - 1, act.cid, act.given, reply)
    ]


def _events(head: int, cid: str, given: Input, reply: Reply) -> Iterator[Event]:
    if given.kind not in ("begin", "return"):
        head += 1
        yield Event(head, _own_event(head, cid, given))
    head += 1
    start = b'{"seq":%d,"at":%d,"who":"guide",' % (head, given.at)
    yield Event(head, start + msgspec.json.encode(reply)[1:])


def _own_event(seq: int, cid: str, given: Input) -> bytes:
    fields = {"seq": seq, "at": given.at, "who": "you", "cid": cid}
    said = {"kind": given.kind} if given.answer is None else _fields(given.answer)
    return msgspec.json.encode(fields | said)


def _fields(answer: Answer) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(answer)
    return fields
