"""One talk's protocol without a socket: what is taken, what is stale, what is written down."""

import json

import msgspec
import pytest
from msgspec.structs import replace

from bot.errors import FrameRefused
from bot.values import (
    Answer,
    Ask,
    Heard,
    Input,
    Line,
    Progress,
    Reply,
    Risk,
    Session,
    Turn,
)
from web import talk
from web.talk import Act, Position
from web.wire import Say, Step

CID = "abcdefghij_-0123"
SESSION = Session(step="talk.hello", seed=1, lang="en", started=1_000, at=5_000, values={})
HERE = Position(head=5, prompt=5, session=SESSION)
DANGER = Heard(risk=Risk("act", "suicide", "suicide.plain"))
PLAIN = Heard()
REPLY = Reply(
    lines=(Line("talk.hello", "Hello."),),
    stage="talk",
    step="talk.hello",
    progress=Progress(1, 2),
    ask=Ask(kind="choice"),
)


def say(re: int, text: str = "hm") -> Say:
    return Say(CID, re, Answer(text=text))


@pytest.mark.parametrize(
    ("frame", "heard", "late"),
    [
        (say(5), PLAIN, False),
        (say(5), DANGER, False),
        (Step(CID, 5, "back"), PLAIN, False),
        (say(3), DANGER, True),
        (say(99), DANGER, True),
        (say(3), Heard(command="help"), True),
        (Step(CID, 3, "help"), PLAIN, True),
        (Step(CID, 3, "stop"), PLAIN, True),
        (Step(CID, 0, "pause"), PLAIN, True),
        (Step(CID, 99, "toomuch"), PLAIN, True),
    ],
)
def test_what_is_taken(frame: Say | Step, heard: Heard, late: bool) -> None:
    """An answer to the open prompt is taken; danger and calls for help are always."""
    given = talk.admitted(HERE, frame, heard, 6_000)
    assert (given.late, given.at) == (late, 6_000)


@pytest.mark.parametrize(
    ("frame", "heard"),
    [
        (say(3), PLAIN),
        (say(4), Heard(command="back")),
        (say(6), PLAIN),
        (say(0), PLAIN),
        (Step(CID, 3, "skip"), PLAIN),
        (Step(CID, 3, "back"), PLAIN),
        (Step(CID, 3, "why"), PLAIN),
    ],
)
def test_what_is_stale(frame: Say | Step, heard: Heard) -> None:
    """An answer to another prompt than the open one is `stale`, with its own id."""
    with pytest.raises(FrameRefused) as caught:
        talk.admitted(HERE, frame, heard, 6_000)
    assert (caught.value.code, caught.value.cid) == ("stale", CID)


def test_after_a_reply_that_asks_nothing_the_old_prompt_is_open() -> None:
    """Who answers the last question that was asked is never stale."""
    quiet = Position(head=7, prompt=5, session=SESSION)
    for re in (5, 6, 7):
        assert not talk.admitted(quiet, say(re), PLAIN, 6_000).late


def test_time_never_goes_back() -> None:
    """A clock that was set back stands still for the talk."""
    assert talk.admitted(HERE, say(5), PLAIN, 10).at == SESSION.at


def test_retries_are_recognised_by_what_they_say() -> None:
    """The payload is the same whatever prompt the client thinks it answers."""
    assert talk.payload(say(5)) == talk.payload(say(9))
    assert talk.payload(say(5, "a")) != talk.payload(say(5, "b"))
    assert talk.payload(Step(CID, 5, "back")) != talk.payload(Step(CID, 5, "skip"))
    one = Say(CID, 1, Answer(approve={"a": True, "b": False}))
    two = Say(CID, 1, Answer(approve={"b": False, "a": True}))
    assert talk.payload(one) == talk.payload(two)


def test_a_visit_after_a_while_is_greeted_once() -> None:
    """Twenty minutes later the guide greets; a second tab finds it done; an ended talk is left."""
    later = SESSION.at + talk.AWAY_MS
    assert talk.homecoming(HERE, later - 1) is None
    visit = talk.homecoming(HERE, later)
    assert visit == ("~return.5", Input(at=later, kind="return"))
    session = Session(step="a.b", seed=1, lang="en", started=1, at=2, values={}, ended=True)
    assert talk.homecoming(Position(5, 5, session), later) is None


def test_an_act_makes_two_events() -> None:
    """What was said, as it was sent, and the guide's turn; seqs are dense."""
    given = Input(at=6_000, kind="say", answer=Answer(rating=4))
    made = talk.recorded(HERE, CID, given, Turn(SESSION, REPLY))
    said, replied = (json.loads(event.body) for event in made.events)
    assert said == {"seq": 6, "at": 6_000, "who": "you", "cid": CID, "rating": 4}
    assert replied["seq"] == 7
    assert replied["who"] == "guide"
    assert replied["lines"] == [{"id": "talk.hello", "text": "Hello."}]
    assert replied["ask"] == {"kind": "choice"}
    assert (made.act.seq, made.position.head, made.position.prompt) == (6, 7, 7)


def test_a_step_is_written_by_its_kind() -> None:
    """Not an answer but a request: the event says which."""
    made = talk.recorded(HERE, CID, Input(at=1, kind="skip"), Turn(SESSION, REPLY))
    assert json.loads(made.events[0].body)["kind"] == "skip"


@pytest.mark.parametrize("kind", ["begin", "return"])
def test_arriving_makes_one_event(kind: str) -> None:
    """Nobody said anything yet: only the guide's turn is written."""
    before = None if kind == "begin" else HERE
    made = talk.recorded(before, "~x", Input(at=1, kind=kind), Turn(SESSION, REPLY))  # type: ignore[arg-type]
    assert [event.seq for event in made.events] == [1 if kind == "begin" else 6]


def test_a_reply_without_a_question_keeps_the_old_one() -> None:
    """What is open stays open, with its ask; an end closes it."""
    asked = Position(5, 5, SESSION, Ask(kind="rating"))
    silent = Reply(lines=(), stage="a", step="a.b", progress=Progress(1, 2))
    made = talk.recorded(asked, CID, Input(at=1, kind="why"), Turn(SESSION, silent))
    assert (made.position.prompt, made.position.ask) == (5, Ask(kind="rating"))
    over = Reply(lines=(), stage="a", step="a.b", progress=Progress(1, 2), ended=True)
    made = talk.recorded(asked, CID, Input(at=1, kind="stop"), Turn(SESSION, over))
    assert (made.position.prompt, made.position.ask) == (7, None)


def test_the_transcript_follows_from_acts_and_replies() -> None:
    """Written again from what was stored, the events are the same bytes."""
    begin, later = Input(at=1, kind="begin"), Input(at=2, kind="say", answer=Answer(text="é"))
    first = talk.recorded(None, "~begin", begin, Turn(SESSION, REPLY))
    second = talk.recorded(first.position, CID, later, Turn(SESSION, REPLY))
    acts = [Act("~begin", 1, begin), Act(CID, 2, later)]
    assert talk.transcript(acts, [REPLY, REPLY]) == [*first.events, *second.events]


def test_what_is_not_to_be_kept_is_in_nothing_that_is_stored() -> None:
    """The words are heard, danger in them counts, and neither act, event nor session has them."""
    secret, there = "the thing with the blue car", Ask(kind="text", keep=False)
    position = Position(head=5, prompt=5, session=SESSION, ask=there)
    heard = Heard(risk=DANGER.risk, feelings=("shame",), habits=("should",))
    given = talk.admitted(position, say(5, secret), heard, 6_000)
    made = talk.recorded(position, CID, given, Turn(SESSION, REPLY))
    stored = msgspec.json.encode((made.act, [event.body for event in made.events], made.position))
    assert given.heard.risk == Risk("act", "suicide", "")
    assert not any(word.encode() in stored for word in (*secret.split(), "shame", "should"))
    assert "…" in json.loads(made.events[0].body)["text"]


def test_a_choice_beside_it_is_stored_as_ever() -> None:
    """Only typed words are left out."""
    position = Position(head=5, prompt=5, session=SESSION, ask=Ask(kind="text", keep=False))
    given = talk.admitted(position, Say(CID, 5, Answer(choice="later")), PLAIN, 6_000)
    assert given.answer == Answer(choice="later")


ABUSE = Heard(risk=Risk("act", "abuse", "abuse.hits"), feelings=("fear",), cues=("spared",))
ASKED, CONFIDED = Ask(kind="choice"), Ask(kind="choice", keep=False)


@pytest.mark.parametrize(
    ("risk", "ask", "is_stored"),
    [
        (Risk("act", "abuse", "r"), ASKED, False),
        (Risk("now", "abuse", "r"), CONFIDED, False),
        (Risk("now", "minor", "r"), CONFIDED, False),
        (Risk("act", "suicide", "r", minor=True), ASKED, False),
        (Risk("check", "abuse", "r"), CONFIDED, False),
        (Risk("check", "minor", "r"), CONFIDED, False),
        (Risk("check", "abuse", "r"), ASKED, True),
        (Risk("check", "abuse", "r"), None, True),
        (Risk("act", "suicide", "r"), ASKED, True),
        (None, CONFIDED, True),
    ],
)
def test_which_words_are_told_in_confidence(
    risk: Risk | None, ask: Ask | None, is_stored: bool
) -> None:
    """Abuse and being under 18, also beside a graver danger; a hint at it where it is met."""
    given = Input(at=1, kind="say", answer=Answer(text="my words"), heard=Heard(risk=risk))
    assert talk.is_confided(Ask(kind="text"), given, replace(REPLY, ask=ask)) is not is_stored


@pytest.mark.parametrize(
    ("asked", "heard", "leads_to", "is_stored"),
    [
        (ASKED, Heard(answer="no"), CONFIDED, False),
        (ASKED, Heard(choices=("under",)), CONFIDED, False),
        (ASKED, Heard(answer="no"), ASKED, True),
        (ASKED, PLAIN, CONFIDED, True),
        (Ask(kind="text"), Heard(answer="no"), CONFIDED, True),
        (None, Heard(answer="no"), CONFIDED, True),
    ],
)
def test_a_choice_that_was_typed_is_told_in_confidence_where_it_leads_to_that(
    asked: Ask | None, heard: Heard, leads_to: Ask, is_stored: bool
) -> None:
    """“No” to being 18; but a tap is stored, and nothing is lost that was written in words."""
    given = Input(at=1, kind="say", answer=Answer(text="no, not yet"), heard=heard)
    assert talk.is_confided(asked, given, replace(REPLY, ask=leads_to)) is not is_stored


def test_of_what_is_confided_its_kind_and_time_are_stored() -> None:
    """Words, edits of one's lines, the feeling in them and the name of the rule are not."""
    edits = Answer(approve={"told": "he hits me"})
    given = talk.unkept(talk.admitted(HERE, Say(CID, 5, edits), ABUSE, 6_000))
    heard = Heard(risk=Risk("act", "abuse", ""))
    assert given == Input(at=6_000, kind="say", answer=Answer(text="…"), heard=heard)


@pytest.mark.parametrize(
    ("text", "answer"), [("yes? ", None), ("yes", "yes"), ("no?", "no"), ("yes? I mean yes", "yes")]
)
def test_a_question_that_is_not_kept_is_no_yes(text: str, answer: str | None) -> None:
    """Nobody has said yes by asking, also where the sign that tells so isn't stored."""
    heard = Heard(answer="no" if text == "no?" else "yes")
    position = Position(head=5, prompt=5, session=SESSION, ask=CONFIDED)
    assert talk.admitted(position, say(5, text), heard, 6_000).heard.answer == answer
