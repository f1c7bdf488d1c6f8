"""Every way through the safety flows, explored: what holds at each turn of all of them."""

import re
from collections import deque
from typing import NamedTuple

import pytest

from bot.script import Script
from bot.values import Answer, Heard, Input, Outcome, Reply, Risk, Session
from tests.dialogs.conversation import (
    EVERY,
    NOON,
    Conversation,
    flows,
    is_safety,
    plain_script,
)

MOST_WORDS = 45


@pytest.fixture(scope="module")
def script() -> Script:
    return plain_script()


class Edge(NamedTuple):
    """A turn of the exploration: from where, by what, to where."""

    before: Session
    given: Input
    after: Session
    reply: Reply


def key(session: Session) -> tuple[object, ...]:
    """Give all of a session that decides where a flow may go next."""
    values = session.values
    gates = (values.get("under_age"), values.get("checked_here"), values.get("risk_tier"))
    locks = ("urgent" in values, "asked_life" in values, values.get("region") is None)
    asked_from = values.get("asked_from") if session.step.startswith("country") else None
    return (session.step, session.stack, gates, locks, asked_from, session.ended)


def inputs(script: Script, session: Session, reply: Reply) -> list[Input]:
    """Give everything a person could do next, each kind once."""
    ask, found = reply.ask, []
    if ask is None:
        return []
    answers = [Answer(choice=choice.id) for choice in (*ask.choices, *ask.chips)]
    if script.steps[session.step].id == "country.pick":
        answers = [Answer(choice="DE")]
    if ask.kind == "exercise":
        answers = [Answer(exercise=Outcome(outcome)) for outcome in ("okay", "stop")]
    if ask.kind == "text":
        answers.append(Answer(text="words"))
    found += [Input(at=NOON, kind="say", answer=answer) for answer in answers]
    found += [Input(at=NOON, kind="skip"), Input(at=NOON, kind="back")]
    typed = Answer(text="something")
    for heard in (
        Heard(answer="unsure"),
        Heard(answer="yes"),
        Heard(answer="no"),
        Heard(risk=Risk("act", "suicide", "test")),
        Heard(risk=Risk("now", "suicide", "test")),
        Heard(risk=Risk("act", "eating", "test")),
    ):
        found.append(Input(at=NOON, kind="say", answer=typed, heard=heard))
    return found


@pytest.fixture(scope="module")
def edges(script: Script) -> list[Edge]:
    """Explore every way through every flow, from the middle of an exercise."""
    found: list[Edge] = []
    seen: set[tuple[object, ...]] = set()
    waiting: deque[tuple[Session, Reply]] = deque()
    for category, tier in EVERY:
        talk = Conversation(script, region=None)
        talk.pick("yes")
        before = talk.session
        assert before is not None
        risk = Input(
            at=NOON,
            kind="say",
            answer=Answer(text="x"),
            heard=Heard(risk=Risk(tier, category, "test")),
        )
        reply = talk.act(risk)
        assert talk.session is not None
        found.append(Edge(before, risk, talk.session, reply))
        waiting.append((talk.session, reply))
    while waiting:
        session, reply = waiting.popleft()
        if key(session) in seen or not is_safety(script, session.step):
            continue
        seen.add(key(session))
        for given in inputs(script, session, reply):
            talk = Conversation(script)
            talk.session = session
            after = talk.act(given)
            assert talk.session is not None
            found.append(Edge(session, given, talk.session, after))
            waiting.append((talk.session, after))
    return found


def test_the_exploration_reaches_every_step(script: Script, edges: list[Edge]) -> None:
    """Every question of the flows can come up, so the rules below see all of them."""
    asked = {edge.after.step for edge in edges}
    missing = {step.id for step in flows(script) if step.ask or step.ends} - asked
    assert missing == set()


def test_no_turn_is_longer_than_a_person_in_a_crisis_can_read(edges: list[Edge]) -> None:
    """At most 45 words a turn, and one question."""
    for edge in edges:
        text = " ".join(line.text for line in edge.reply.lines)
        assert len(re.findall(r"[\w'’-]+", text)) <= MOST_WORDS, text
        assert re.sub(r"“[^”]*”", "", text).count("?") <= 1, text


def test_the_exercise_never_goes_on_by_itself(script: Script, edges: list[Edge]) -> None:
    """Only the choice to go on leads back; no skip, no "back", no silence, no shrug does."""
    returned = [edge for edge in edges if not is_safety(script, edge.after.step)]
    assert returned
    for edge in returned:
        is_choice = edge.given.answer is not None and edge.given.answer.choice == "on"
        is_yes = edge.given.heard.answer == "yes" and edge.before.step == "minor.adult_on"
        assert is_choice or is_yes, (edge.before.step, edge.given)


def test_near_danger_never_returns_to_the_exercise(script: Script, edges: list[Edge]) -> None:
    """While danger is near, and for somebody under 18, there is help, company and goodbye."""
    for edge in edges:
        barred = edge.before.values.get("urgent") or edge.before.values.get("under_age")
        offered = {choice.id for choice in edge.reply.ask.choices} if edge.reply.ask else set()
        if edge.after.values.get("urgent") or edge.after.values.get("under_age"):
            assert "on" not in offered, edge.after.step
        if barred and edge.before.step != "minor.rest":
            assert is_safety(script, edge.after.step), edge.before.step


def test_every_place_has_a_way_to_a_goodbye(edges: list[Edge]) -> None:
    """From wherever a person is in a crisis flow, there is an end with care."""
    back: dict[object, set[object]] = {}
    for edge in edges:
        back.setdefault(key(edge.after), set()).add(key(edge.before))
    ending = {key(edge.after) for edge in edges if edge.after.ended}
    waiting = list(ending)
    while waiting:
        for earlier in back.get(waiting.pop(), set()) - ending:
            ending.add(earlier)
            waiting.append(earlier)
    places = {key(edge.before) for edge in edges if edge.before.step != "talk.toward"}
    assert {place[0] for place in places - ending} == set()


def test_only_skipping_comes_to_an_end(script: Script) -> None:
    """Somebody who only skips is led to a goodbye, and asked nothing for ever."""
    for category, tier in EVERY:
        talk = Conversation(script)
        talk.pick("yes")
        talk.flag(category, tier)
        for _ in range(12):
            if talk.reply.ended:
                break
            talk.command("skip")
        assert talk.reply.ended, (category, tier, talk.step.id)
        assert talk.reply.card is not None


def test_nothing_is_ended_by_a_disclosure(edges: list[Edge]) -> None:
    """Saying something grave never closes the talk; only leaving does."""
    for edge in edges:
        if edge.given.heard.risk is not None:
            assert not edge.after.ended, edge.before.step


def test_every_turn_says_or_asks_something(edges: list[Edge]) -> None:
    """No turn leaves a person with a blank."""
    for edge in edges:
        assert edge.reply.ended or edge.reply.ask is not None
        assert edge.reply.lines or edge.reply.ask is not None


def test_no_way_leads_back_out_by_accident(edges: list[Edge]) -> None:
    """The "back" command can't step out of a crisis flow into the exercise."""
    for edge in edges:
        if edge.given.kind == "back":
            assert edge.after.step != "talk.toward"
