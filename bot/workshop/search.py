"""Finds a short talk that breaks a property, by playing the real guide.

The explored configurations say how far from trouble a talk is at least; so the nearest talk is
tried first, and what the first one that is found can do without is left out.
"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count

from msgspec import Struct, structs

from bot.errors import AnswerRefused, SpeechError
from bot.guide import take_turn
from bot.script import Env, Guard, Script
from bot.values import Answer, Input, Session, Turn, Value
from bot.workshop.callers import caller_of
from bot.workshop.chat import DEFAULT_CLOCK, Head
from bot.workshop.inputs import DAY, Act, acts_at, calls, dangers
from bot.workshop.nearness import FAR, Nearness
from bot.workshop.place import Place, hall_of
from bot.workshop.probe import SAME, Move
from bot.workshop.record import Spoken, record
from bot.workshop.rules import Ghost
from bot.workshop.twin import Twin

MOST_TALKS = 100_000  # turns that are tried in each way: about ten seconds
HOURS = 23 * DAY // 24  # long enough for most locks, too short for a welcome back
PLAIN = "the meeting on Thursday"
SAID = {
    ("suicide", "now"): "I will kill myself tonight",
    ("suicide", "act"): "I want to kill myself",
    ("suicide", "check"): "I can't see a future",
    ("self_harm", "act"): "I cut myself",
    ("self_harm", "check"): "I used to cut",
    ("harm_others", "now"): "I am going to kill him tonight",
    ("harm_others", "act"): "I want to hurt him",
    ("abuse", "now"): "he is hitting me right now",
    ("abuse", "act"): "he hits me",
    ("medical", "now"): "I took all my tablets an hour ago",
    ("medical", "act"): "is this a heart attack",
    ("psychosis", "now"): "the voices tell me to hurt someone",
    ("psychosis", "act"): "I hear voices",
    ("eating", "act"): "I made myself throw up",
    ("withdrawal", "now"): "I stopped drinking yesterday and I am shaking and seeing things",
    ("third_party", "act"): "my son says he wants to die",
    ("minor", "act"): "I am 13",
    ("minor", "check"): "my year 9 teacher",
}
"""What a person may type for danger of each kind, as our rules hear it (a test makes sure)."""


class Goal(Struct, frozen=True):
    """What a talk is looked for that gets there.

    Attributes:
        is_met: takes the step, the variables after the turn and what is remembered of the way.
        ghost: what is remembered.
        gate: where it may begin to be remembered.
    """

    is_met: Callable[[str, Env, int], bool]
    ghost: Ghost | None = None
    gate: Guard | None = None


class _Talk(Struct):
    """A talk that is tried: its session and how it came there."""

    session: Session
    ghost: int
    past: tuple[int, ...]
    spoken: Spoken
    act: Act | None
    before: "_Talk | None"

    def line(self) -> list["_Talk"]:
        """Give the whole talk from its beginning."""
        found: list[_Talk] = []
        talk: _Talk | None = self
        while talk is not None:
            found.append(talk)
            talk = talk.before
        return found[::-1]


def search(script: Script, twin: Twin, nearness: Nearness, goal: Goal, *, title: str) -> str | None:
    """Give the shortest talk that meets a goal, as a `.chat` file; None when none was found.

    At first people only answer, and only talks that differ in what the property looks at count as
    different; then they do whatever they may; then talks count that differ in anything.
    """
    for is_plain, is_close in ((True, False), (False, False), (False, True)):
        looking = _Search(script, twin, nearness, goal, is_plain=is_plain, is_close=is_close)
        talk = looking.found()
        if talk is not None:
            head = Head(dialog=script.id, title=title, tags=("counterexample",))
            return record(head, [one.spoken for one in looking.shortened(talk).line()])
    return None


class _Search:
    """One search."""

    def __init__(
        self,
        script: Script,
        twin: Twin,
        nearness: Nearness,
        goal: Goal,
        *,
        is_plain: bool,
        is_close: bool,
    ) -> None:
        self.script, self.twin, self.nearness, self.goal = script, twin, nearness, goal
        self.is_plain, self.is_close = is_plain, is_close
        self.heap: list[tuple[int, int, int, int, _Talk]] = []
        self.seen: set[object] = set()
        self.order = count()
        self.tried = 0

    def found(self) -> _Talk | None:
        """Give the first talk that meets the goal."""
        self._push(self._begun(), 0)
        while self.heap and self.tried < MOST_TALKS:
            _, _, _, turns, talk = heappop(self.heap)
            if self._is_met(talk):
                return talk
            for act, given in self._inputs(talk.session):
                further = self._taken(talk, act, given)
                if further is not None:
                    self._push(further, turns + 1)
        return None

    def shortened(self, talk: _Talk) -> _Talk:
        """Leave out what the talk meets the goal without, one turn at a time."""
        acts = [(one.act, one.spoken.given) for one in talk.line()[1:]]
        at = 0
        while at < len(acts):
            rest = acts[:at] + acts[at + 1 :]
            shorter = self._followed(rest)
            if shorter is None:
                at += 1
            else:
                talk, acts = shorter, rest
        return talk

    def _followed(self, acts: list[tuple[Act | None, Input]]) -> _Talk | None:
        talk: _Talk | None = self._begun()
        last = DEFAULT_CLOCK
        for act, given in acts:
            if talk is None or act is None:
                return None
            gap, last = given.at - last, given.at
            later = structs.replace(given, at=talk.session.at + max(gap, 1000))
            talk = self._taken(talk, act, later)
        return talk if talk is not None and self._is_met(talk) else None

    def _begun(self) -> _Talk:
        given = Input(at=DEFAULT_CLOCK, kind="begin")
        turn = take_turn(self.script, None, given)
        return _Talk(turn.session, 0, (), Spoken(given, "", None, turn), None, None)

    def _taken(self, talk: _Talk, act: Act, given: Input) -> _Talk | None:
        """Lead a talk on; None where that isn't accepted."""
        self.tried += 1
        try:
            turn = take_turn(self.script, talk.session, given)
        except (AnswerRefused, SpeechError):
            return None
        spoken = Spoken(given, talk.session.step, talk.spoken.turn.reply.ask, turn)
        ghost = self._ghost(talk, act, turn)
        return _Talk(turn.session, ghost, _past(talk, turn), spoken, act, talk)

    def _is_met(self, talk: _Talk) -> bool:
        return self.goal.is_met(talk.session.step, self._env(talk.session), talk.ghost)

    def _push(self, talk: _Talk, turns: int) -> None:
        key = self._key(talk)
        if key in self.seen:
            return
        self.seen.add(key)
        left = 0
        if not self._is_met(talk):
            left = self.nearness.at(talk.session, self._settled(talk.session), talk.ghost)
        if left < FAR:
            heappush(self.heap, (turns + left, left, next(self.order), turns, talk))

    def _inputs(self, session: Session) -> Iterator[tuple[Act, Input]]:
        step, now = self.script.steps[session.step], session.at + 1000
        for act in acts_at(self.twin.script, step, self.twin.domains):
            if act.sort == "answer" or not act.tries + act.skips:
                yield act, _typed(act, now)
        if self.is_plain:
            return
        for act in calls(self.script):
            yield act, _typed(act, session.at + act.gap)
        for act in dangers(self.script):
            risk = act.given.heard.risk
            if risk is not None and (risk.category, risk.tier) in SAID:
                yield act, _typed(act, now, SAID[risk.category, risk.tier])
        yield Act("back", "command", Input(at=now, kind="back")), Input(at=now, kind="back")
        waits = Input(at=session.at + HOURS, kind="why")
        yield Act("why", "pass", waits), waits

    def _ghost(self, talk: _Talk, act: Act, turn: Turn) -> int:
        ghost = self.goal.ghost
        if ghost is None:
            return talk.ghost
        if act.given.kind == "back":
            went_back = len(turn.session.trail) < len(talk.session.trail)
            was = talk.past[-1] if went_back and talk.past and not ghost.is_kept else talk.ghost
            return ghost.at(was, turn.session.step)
        if act.given.kind == "why":
            return talk.ghost if not ghost.is_gated else 0
        start, end = self._place(talk.session), self._place(turn.session)
        then = self._passed(talk.ghost, act, turn, start, end)
        is_shut = self.goal.gate is not None and self.goal.gate(self._env(talk.session)) is not True
        return 0 if ghost.is_gated and is_shut and talk.ghost == 0 else ghost.at(then, end.name)

    def _passed(self, seen: int, act: Act, turn: Turn, start: Place, end: Place) -> int:
        """Let the property see the turn as the exploration does, commands by their hall."""
        ghost = self.goal.ghost
        if ghost is None:
            return seen
        move = Move(act=act.label, sort=act.sort, known={}, writes={}, base=SAME, pushed=(),
                    state=end.name, then="stay", path=turn.path)  # fmt: skip
        if act.sort in ("command", "danger", "away"):
            hall = Place("call", hall_of(self.script, start.name), start.caller)
            return ghost.step(ghost.step(seen, None, start, hall), move, hall, end)
        return ghost.step(seen, move, start, end)

    def _place(self, session: Session) -> Place:
        return Place("at", session.step, caller_of(self.script, session.stack))

    def _env(self, session: Session) -> dict[str, Value]:
        return {**session.values, "now": session.at, "away": "moments"}

    def _settled(self, session: Session) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, value in session.values.items():
            if name in self.nearness.space.space:
                found[name] = self.twin.domains.settle(name, value, session.at)
        return found

    def _key(self, talk: _Talk) -> object:
        session = talk.session
        last = session.trail[-1].step if session.trail else ""
        held = tuple(sorted(self._held(session).items()))
        return session.step, session.stack, held, session.tries, session.skips, talk.ghost, last

    def _held(self, session: Session) -> dict[str, Value]:
        if not self.is_close:
            return self._settled(session)
        settle, held = self.twin.domains.settle, session.values
        return {n: settle(n, v, session.at) for n, v in held.items() if n != "answer"}


def _past(talk: _Talk, turn: Turn) -> tuple[int, ...]:
    """Keep what was remembered at each place that "back" leads to."""
    before, after = talk.session.trail, turn.session.trail
    if len(after) < len(before):
        return talk.past[: len(after)]
    return (*talk.past, talk.ghost)[-len(after) :] if after != before else talk.past


def _typed(act: Act, at: int, text: str = PLAIN) -> Input:
    """Give an act's input at a time, with words that can be read."""
    answer = act.given.answer
    if answer is not None and answer.text:
        is_unsure = act.given.heard.answer == "unsure"
        is_kept = act.given.heard.answer == "yes"
        answer = Answer(text="I don't know" if is_unsure else "yes" if is_kept else text)
    return structs.replace(act.given, at=at, answer=answer)
