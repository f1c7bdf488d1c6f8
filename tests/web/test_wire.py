"""Frames: what a stranger sends becomes a typed frame or a named refusal, never anything else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import FrameRefused
from bot.values import Answer, Card, Outcome
from web import wire
from web.wire import Forget, Hello, Page, Ping, Say, Step, parse

CID = "abcdefghij_-0123"
SAY = {"t": "say", "cid": CID, "re": 1}
STEP = {"t": "step", "cid": CID, "re": 1, "kind": "skip"}


def refused(text: str) -> str:
    """Give the code that a frame is refused with."""
    with pytest.raises(FrameRefused) as caught:
        parse(text)
    return caught.value.code


def outcome(text: str) -> str:
    """Give the code of the refusal, or `taken`."""
    try:
        parse(text)
    except FrameRefused as error:
        return error.code
    return "taken"


@pytest.mark.parametrize(
    ("frame", "parsed"),
    [
        ({"t": "hello", "v": 1, "have": 0}, Hello(1)),
        ({"t": "hello", "v": 1, "have": 7, "token": "x", "keep": True}, Hello(1, 7, "x")),
        ({"t": "step", "cid": CID, "re": 3, "kind": "why"}, Step(CID, 3, "why")),
        ({"t": "page", "from": 4, "n": 200}, Page(4, 200)),
        ({"t": "forget", "cid": CID}, Forget(CID)),
        ({"t": "ping", "n": 5}, Ping(5)),
        ({"t": "ping"}, Ping(0)),
        ({**SAY, "text": "hm"}, Say(CID, 1, Answer(text="hm"))),
        ({**SAY, "text": ""}, Say(CID, 1, Answer(text=""))),
        ({**SAY, "choice": "go", "text": None}, Say(CID, 1, Answer(choice="go"))),
        ({**SAY, "choices": []}, Say(CID, 1, Answer(choices=()))),
        ({**SAY, "rating": 0}, Say(CID, 1, Answer(rating=0))),
        ({**SAY, "feelings": ["fear"]}, Say(CID, 1, Answer(feelings=("fear",)))),
        ({**SAY, "cards": {"a": "very"}}, Say(CID, 1, Answer(cards={"a": "very"}))),
        ({**SAY, "approve": {"a": True}}, Say(CID, 1, Answer(approve={"a": True}))),
        (
            {**SAY, "exercise": {"outcome": "stop", "seconds": 9}},
            Say(CID, 1, Answer(exercise=Outcome("stop", 9))),
        ),
        ({**SAY, "text": "a", "more": [1]}, Say(CID, 1, Answer(text="a"))),
    ],
)
def test_frames_are_read(frame: dict[str, Any], parsed: wire.Frame) -> None:
    """Every kind of frame becomes its type; fields that nobody knows are ignored."""
    assert parse(json.dumps(frame)) == parsed


NOT_JSON = [
    "",
    "  \n",
    "hello",
    "[" * 16_000,
    '{"a":' * 9 + "1" + "}" * 9,
    '{"t":"ping","x":' + "[" * 9 + "]" * 9 + "}",
    '{"t":"ping","n":' + "9" * 5_000 + "}",
    '{"t":"ping","x":1e999}',
    '{"t":"ping","n":NaN}',
    '{"t":"ping","x":-Infinity}',
    "[]",
    '"hello"',
    "3",
    "null",
    "true",
    '\ufeff{"t":"ping"}',
    '{"t":"ping"} {"t":"ping"}',
    '{"t":"ping"}x',
    '{"t":"ping"',
    "{'t':'ping'}",
    '{"t":"ping",}',
    "\x00",
    "{}",
    '{"t":1}',
    '{"t":null}',
    '{"t":["ping"]}',
]


@pytest.mark.parametrize("text", NOT_JSON)
def test_what_is_no_frame_is_refused(text: str) -> None:
    """Broken, deep, endless or bare JSON is `bad_frame`, without a deep stack or a big number."""
    assert refused(text) == "bad_frame"


WRONG_FIELDS: list[dict[str, Any]] = [
    *({**SAY, "text": "a", "cid": cid} for cid in ("", "short", "x" * 33, "x" * 10_000)),
    *({**SAY, "text": "a", "cid": cid} for cid in ("🙂" * 16, "../../../etc/passwd")),
    *(
        {**SAY, "text": "a", "cid": cid}
        for cid in ("'; DROP TABLE acts --", CID + "\n", "éabcdefghijklmnop")
    ),
    *({**SAY, "text": "a", "cid": cid} for cid in (None, 1, ["a"], {"a": 1}, True, "__proto__")),
    *({**SAY, "text": "a", "re": re} for re in (-1, 1.0, 1.5, "1", True, None, [], 2**63, 2**53)),
    {"t": "say", "re": 1, "text": "a"},
    {"t": "say", "cid": CID, "text": "a"},
    SAY,
    {**SAY, "text": None},
    {**SAY, "text": "a", "choice": "b"},
    {**SAY, "text": 5},
    {**SAY, "text": ["a"]},
    {**SAY, "choice": 3},
    {**SAY, "choice": {"id": "go"}},
    {**SAY, "choices": "go"},
    {**SAY, "choices": [1]},
    {**SAY, "choices": {"a": 1}},
    {**SAY, "rating": "5"},
    {**SAY, "rating": 5.5},
    {**SAY, "rating": True},
    {**SAY, "feelings": [None]},
    {**SAY, "cards": ["a"]},
    {**SAY, "cards": {"a": 1}},
    {**SAY, "approve": {"a": 1}},
    {**SAY, "exercise": {"outcome": "won"}},
    {**SAY, "exercise": {"outcome": "okay", "seconds": -1}},
    {**SAY, "exercise": {"outcome": "okay", "seconds": 10**9}},
    {**SAY, "exercise": "okay"},
    {**STEP, "kind": "delete"},
    {**STEP, "kind": None},
    {"t": "hello"},
    {"t": "hello", "v": "1"},
    {"t": "hello", "v": 1, "have": -1},
    {"t": "hello", "v": 1, "have": 2**60},
    {"t": "hello", "v": 1, "have": "all"},
    {"t": "hello", "v": 1, "token": 5},
    {"t": "page", "from": 1, "n": 0},
    {"t": "page", "from": 1, "n": 201},
    {"t": "page", "from": -1, "n": 1},
    {"t": "page", "n": 1},
    {"t": "forget"},
    {"t": "ping", "n": "x"},
]


@pytest.mark.parametrize("frame", WRONG_FIELDS, ids=lambda frame: json.dumps(frame)[:60])
def test_wrong_fields_are_refused(frame: dict[str, Any]) -> None:
    """A field that is missing, of another type or beyond its range is `bad_frame`."""
    assert refused(json.dumps(frame)) == "bad_frame"


@pytest.mark.parametrize(
    "text",
    [
        r'{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"\ud800"}',
        r'{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"\udc00 a"}',
        r'{"t":"say","cid":"abcdefghij_-0123","re":1,"choice":"\ud83d"}',
        r'{"t":"say","cid":"\ud800bcdefghij_-0123","re":1,"text":"a"}',
        r'{"t":"hello","v":1,"lang":"\ud800"}',
        '{"t":"say","cid":"abcdefghij_-0123","re":1,"rating":11}',
        '{"t":"say","cid":"abcdefghij_-0123","re":1,"rating":-1}',
    ],
)
def test_texts_that_cannot_be(text: str) -> None:
    """Half a character, which breaks stores and logs, and numbers off the scale are `bad_text`."""
    assert refused(text) == "bad_text"


def test_unknown_kinds_are_answered() -> None:
    """A newer client learns that we don't know its frame; its own id comes back."""
    with pytest.raises(FrameRefused) as caught:
        parse(json.dumps({"t": "dance", "cid": CID}))
    assert (caught.value.code, caught.value.cid) == ("unknown_type", CID)


def test_a_refusal_names_the_act() -> None:
    """A refused act comes back with its id, so that the page knows which one it was."""
    with pytest.raises(FrameRefused) as caught:
        parse(json.dumps({**SAY, "text": 5}))
    assert caught.value.cid == CID


def test_a_refusal_repeats_nothing() -> None:
    """The sentence of a refusal holds nothing of what was sent: it may be logged."""
    for frame in ({**SAY, "text": ["canary"]}, {**SAY, "rating": "canary"}, {"t": "canary"}):
        with pytest.raises(FrameRefused) as caught:
            parse(json.dumps(frame))
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("👩‍👩‍👧‍👦 e\u0301 \u202e \u2028 \ufeff", "👩‍👩‍👧‍👦 e\u0301 \u202e \u2028 \ufeff"),
        ("{{7*7}} %s {0.__class__} <b>", "{{7*7}} %s {0.__class__} <b>"),
        ("'; DROP TABLE events; --", "'; DROP TABLE events; --"),
    ],
)
def test_only_control_characters_are_dropped(sent: str, kept: str) -> None:
    """What a person writes is kept letter by letter, but for signs that no page can show."""
    frame = parse(json.dumps({**SAY, "text": sent}))
    assert isinstance(frame, Say)
    assert frame.answer.text == kept
    edited = parse(json.dumps({**SAY, "approve": {"a": sent}}))
    assert isinstance(edited, Say)
    assert edited.answer.approve == {"a": kept}


def test_the_limits() -> None:
    """4,000 characters and 16 KiB are taken; one more of either is `too_long`."""
    assert isinstance(parse(json.dumps({**SAY, "text": "é" * 4_000}, ensure_ascii=False)), Say)
    assert refused(json.dumps({**SAY, "text": "a" * 4_001})) == "too_long"
    assert (
        refused(json.dumps({**SAY, "approve": {"a": "x" * 2_001, "b": "x" * 2_000}})) == "too_long"
    )
    body = json.dumps({"t": "ping", "x": ""})
    room = wire.MAX_FRAME - len(body)
    assert isinstance(parse(json.dumps({"t": "ping", "x": "a" * room})), Ping)
    assert refused(json.dumps({"t": "ping", "x": "a" * (room + 1)})) == "too_long"


def test_eight_levels_are_deep_enough() -> None:
    """Nesting is counted outside of strings only."""
    assert isinstance(parse('{"t":"ping","x":' + "[" * 7 + "]" * 7 + "}"), Ping)
    assert isinstance(parse(json.dumps({"t": "ping", "x": '[[[[{{{{"[[[[\\' * 9})), Ping)


def test_equal_keys_are_harmless() -> None:
    """Of two equal keys one counts, and the frame is checked as a whole."""
    frame = parse('{"t":"say","cid":"abcdefghij_-0123","re":1,"text":"a","text":"b"}')
    assert isinstance(frame, Say)
    assert frame.answer == Answer(text="b")


@given(
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(json.dumps)
)
def test_nothing_else_escapes(text: str) -> None:
    """Whatever is sent, there is a frame or a refusal."""
    assert outcome(text) in {"taken", "bad_frame", "bad_text", "unknown_type", "too_long"}


@given(
    st.sampled_from(["hello", "say", "step", "page", "forget", "ping"]),
    st.dictionaries(
        st.sampled_from(
            [*Answer.__struct_fields__, "cid", "re", "kind", "v", "have", "token", "from", "n"]
        ),
        st.none() | st.booleans() | st.integers() | st.text() | st.just(CID) | st.lists(st.text()),
    ),
)
def test_nothing_else_escapes_from_almost_frames(kind: str, fields: dict[str, Any]) -> None:
    """Frames with the right names and wild values are read or refused, too."""
    text = json.dumps({"t": kind, **fields})
    assert outcome(text) in {"taken", "bad_frame", "bad_text", "too_long"}


def test_what_is_sent() -> None:
    """The server's frames have the fields of the protocol, and no more than they need."""
    card = Card("ZZ", "Testland", ("000",), (), ())
    body = b'{"seq":2,"at":1,"who":"you"}'
    frames = {
        wire.ack(CID, 2): {"t": "ack", "cid": CID, "seq": 2, "dup": False},
        wire.refusal(FrameRefused("stale", "no"), 3): {"t": "error", "code": "stale", "head": 3},
        wire.refusal(FrameRefused("busy", "no", cid=CID, retry_ms=5)): {
            "t": "error",
            "cid": CID,
            "code": "busy",
            "retry_ms": 5,
        },
        wire.event(body): {"t": "event", "seq": 2, "at": 1, "who": "you"},
        wire.events(2, [body], more=False): {
            "t": "events",
            "from": 2,
            "more": False,
            "events": [{"seq": 2, "at": 1, "who": "you"}],
        },
        wire.gone(): {"t": "gone"},
        wire.bye("moved", 9): {"t": "bye", "code": "moved", "retry_ms": 9},
        wire.bye("no_such_talk"): {"t": "bye", "code": "no_such_talk"},
        wire.pong(4): {"t": "pong", "n": 4},
    }
    for sent, fields in frames.items():
        assert json.loads(sent) == fields
    assert json.loads(wire.refusal(FrameRefused("busy", "no"), card=card))["card"]["region"] == "ZZ"
