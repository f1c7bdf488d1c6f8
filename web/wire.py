"""Frames of `makeroom.v1`: text becomes a frozen frame or a refusal, and answers become bytes.

Everything a stranger can send is checked here, once. Behind this border a frame's types are a
guarantee. No socket and no store is known here.
"""

import json
import re
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

import msgspec
from msgspec import Meta, Struct

from bot.errors import FrameRefused
from bot.values import Answer, Card

PROTOCOL = "makeroom.v1"
MAX_FRAME = 16 * 1024
"""Bytes of a frame: 4,000 characters at four bytes each, and the braces around them."""
MAX_DEPTH = 8
"""Levels of nesting: our deepest frame has three; a parser's stack must never be the limit."""
MAX_TEXT = 4_000
"""Characters of one text: three pages, and still heard within five milliseconds."""
MAX_PAGE = 200
"""Events in one frame: a phone paints them at once, a whole talk is rarely longer."""
MAX_SEQ = 2**53 - 1
"""The largest whole number that JavaScript counts exactly."""
MAX_SECONDS = 86_400
"""Seconds of an exercise; a day means that a tab was left open."""
MAX_TOKEN = 256
"""Characters of a token that are looked at; ours have 32."""
LIMITS = {"frame": MAX_FRAME, "text": MAX_TEXT, "page": MAX_PAGE}

Seq: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_SEQ)]
Cid: TypeAlias = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,32}\Z")]
StepKind: TypeAlias = Literal["back", "skip", "pause", "stop", "help", "toomuch", "why"]


class Hello(Struct, frozen=True):
    """The first frame: opens a talk, or comes back to one.

    Attributes:
        v: version of the protocol.
        have: seq of the last event the client holds.
        token: what opens a talk that is there; without it a new one begins.
        script: which dialogue, for a new talk.
        lang: which language, for a new talk.
        region: two letters of a country, for a new talk; anything else counts as not given.
    """

    v: int
    have: Seq = 0
    token: str | None = None
    script: str | None = None
    lang: str | None = None
    region: str | None = None


class Say(Struct, frozen=True):
    """An answer to the prompt with the seq `re`."""

    cid: Cid
    re: Seq
    answer: Answer


class Step(Struct, frozen=True):
    """A request to the guide itself while the prompt with the seq `re` was open."""

    cid: Cid
    re: Seq
    kind: StepKind


class Page(Struct, frozen=True, rename={"first": "from"}):
    """A request for `n` events from the seq `first` on."""

    first: Seq
    n: Annotated[int, Meta(ge=1, le=MAX_PAGE)]


class Forget(Struct, frozen=True):
    """The wish that the whole talk be deleted."""

    cid: Cid


class Ping(Struct, frozen=True):
    """A sign of life, answered with the same number."""

    n: Seq = 0


class _Act(Struct, frozen=True):
    cid: Cid
    re: Seq


Frame: TypeAlias = Hello | Say | Step | Page | Forget | Ping
_KINDS: dict[str, type[Any]] = {
    "hello": Hello,
    "say": _Act,
    "step": Step,
    "page": Page,
    "forget": Forget,
    "ping": Ping,
}
_CID = re.compile(r"[A-Za-z0-9_-]{16,32}")
_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_CONTROLS = {n: None for n in (*range(0x20), 0x7F) if chr(n) not in "\n\t"}


def parse(text: str) -> Frame:
    """Read one text frame.

    Args:
        text: the frame as it came, valid Unicode.

    Raises:
        FrameRefused: with `bad_frame`, `bad_text`, `unknown_type` or `too_long`, and with the
            frame's own id when that could be read.
    """
    fields = _decoded(text)
    kind = fields.get("t")
    if not isinstance(kind, str):
        raise FrameRefused("bad_frame", "A frame names its kind in the text field t.")
    cid = _readable_cid(fields)
    if kind not in _KINDS:
        raise FrameRefused("unknown_type", "This kind of frame isn't known.", cid=cid)
    try:
        frame = msgspec.convert(fields, _KINDS[kind])
        if isinstance(frame, _Act):
            return Say(frame.cid, frame.re, _answer(fields, cid))
    except msgspec.ValidationError:
        # The library's sentence may quote what was sent, so it isn't passed on.
        raise FrameRefused(
            "bad_frame", f"A field of this {kind} is missing or wrong.", cid=cid
        ) from None
    if isinstance(frame, Hello | Step | Page | Forget | Ping):
        return frame
    raise TypeError(kind)


def _decoded(text: str) -> dict[str, Any]:
    if len(text) > MAX_FRAME or len(text.encode()) > MAX_FRAME:
        raise FrameRefused("too_long", f"A frame has at most {MAX_FRAME} bytes.")
    if _depth(text) > MAX_DEPTH:
        raise FrameRefused("bad_frame", f"A frame is at most {MAX_DEPTH} levels deep.")
    try:
        fields = msgspec.json.decode(text)
    except msgspec.MsgspecError:
        _refuse_undecodable(text)
    if not isinstance(fields, dict):
        raise FrameRefused("bad_frame", "A frame is one JSON object.")
    return fields


def _depth(text: str) -> int:
    """Count the deepest nesting, without recursion and without looking into strings."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for sign in _IN_QUOTES.sub("", text):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _refuse_undecodable(text: str) -> NoReturn:
    """Tell text that can't be written down anywhere (half a surrogate pair) from broken JSON."""
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise FrameRefused("bad_text", "A text holds half of a character.") from None
    except (ValueError, RecursionError):
        pass
    raise FrameRefused("bad_frame", "A frame is one JSON object.")


def _readable_cid(fields: dict[str, Any]) -> str | None:
    cid = fields.get("cid")
    return cid if isinstance(cid, str) and _CID.fullmatch(cid) else None


def _answer(fields: dict[str, Any], cid: str | None) -> Answer:
    """Take the one answer field out of a `say`.

    Raises:
        FrameRefused: there is none or more than one, or it is beyond a limit.
        msgspec.ValidationError: it has the wrong type.
    """
    given = {name: fields[name] for name in _ANSWERS if fields.get(name) is not None}
    if len(given) != 1:
        raise FrameRefused("bad_frame", "A say holds exactly one answer.", cid=cid)
    answer = msgspec.convert(_cleaned(given), Answer)
    if _longest(answer) > MAX_TEXT:
        sentence = f"A text has at most {MAX_TEXT} characters."
        raise FrameRefused("too_long", sentence, cid=cid, answer=answer)
    if answer.rating is not None and not 0 <= answer.rating <= 10:
        raise FrameRefused("bad_text", "A rating goes from 0 to 10.", cid=cid)
    if answer.exercise is not None and not 0 <= answer.exercise.seconds <= MAX_SECONDS:
        raise FrameRefused("bad_frame", "An exercise takes 0 to 86,400 seconds.", cid=cid)
    return answer


_ANSWERS = Answer.__struct_fields__


def _cleaned(value: Any) -> Any:
    """Drop control characters: no store, terminal or log shall see them, all see the same."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def _longest(answer: Answer) -> int:
    edits = answer.approve.values() if answer.approve else ()
    texts = [answer.text or "", *(edit for edit in edits if isinstance(edit, str))]
    return sum(map(len, texts))


# ------------------------------------------------------------------ what the server sends


def ack(cid: str, seq: int, *, dup: bool = False) -> bytes:
    """Write that the act `cid` is stored and where it stands."""
    return msgspec.json.encode({"t": "ack", "cid": cid, "seq": seq, "dup": dup})


def refusal(error: FrameRefused, head: int | None = None, card: Card | None = None) -> bytes:
    """Write why a frame was not taken.

    Args:
        error: the refusal; its sentence stays here, the page has its own words for each code.
        head: the talk's last seq, where a talk is open.
        card: help lines, when danger was heard in a text that couldn't be stored.
    """
    fields = {
        "t": "error",
        "cid": error.cid,
        "code": error.code,
        "retry_ms": error.retry_ms,
        "head": head,
        "card": card,
    }
    return msgspec.json.encode({name: it for name, it in fields.items() if it is not None})


def welcome(
    *,
    talk: str,
    head: int,
    resumed: bool,
    reset: bool,
    script: str,
    lang: str,
    events: list[bytes],
    more: bool,
    token: str | None = None,
) -> bytes:
    """Write the answer to a hello; `token` only for a talk that was just made."""
    fields = {
        "t": "welcome",
        "talk": talk,
        "head": head,
        "resumed": resumed,
        "reset": reset,
        "script": script,
        "lang": lang,
        "limits": LIMITS,
        "events": [msgspec.Raw(event) for event in events],
        "more": more,
    }
    return msgspec.json.encode(fields if token is None else {**fields, "token": token})


def event(body: bytes) -> bytes:
    """Write one stored event as a frame of its own."""
    return b'{"t":"event",' + body[1:]


def events(first: int, bodies: list[bytes], *, more: bool) -> bytes:
    """Write the answer to a page: events from the seq `first` on."""
    listed = [msgspec.Raw(body) for body in bodies]
    return msgspec.json.encode({"t": "events", "from": first, "events": listed, "more": more})


def gone(cid: str | None = None) -> bytes:
    """Write that the talk is deleted."""
    return msgspec.json.encode({"t": "gone"} if cid is None else {"t": "gone", "cid": cid})


def bye(code: str, retry_ms: int | None = None) -> bytes:
    """Write why the connection ends; without `retry_ms` there is no use in coming back."""
    fields = {"t": "bye", "code": code}
    return msgspec.json.encode(fields if retry_ms is None else {**fields, "retry_ms": retry_ms})


def pong(n: int) -> bytes:
    """Write the answer to a ping."""
    return msgspec.json.encode({"t": "pong", "n": n})
