"""A talk that is tried: led on by the real guide, with what a property remembers of its way."""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct, structs

from bot.errors import AnswerRefused, SpeechError
from bot.guide import take_turn
from bot.script import Env, Guard, Script
from bot.values import Answer, Input, Session, Turn, Value
from bot.workshop.callers import caller_of
from bot.workshop.chat import DEFAULT_CLOCK
from bot.workshop.inputs import COMMANDS, DAY, Act, Sort, acts_at, calls, dangers
from bot.workshop.move import SAME, Move
from bot.workshop.place import Place, hall_of
from bot.workshop.record import Spoken
from bot.workshop.rules import Ghost
from bot.workshop.twin import Twin

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


class Trial(Struct):
    """A talk: its session and how it came there.

    Attributes:
        ghost: what the property remembers of the way.
        past: what it remembered at each place that "back" leads to.
        before: the talk one turn earlier; None at its beginning.
        turns: how many led there.
    """

    session: Session
    ghost: int
    past: tuple[int, ...]
    spoken: Spoken
    before: "Trial | None" = None
    turns: int = 0

    def line(self) -> list["Trial"]:
        """Give the whole talk from its beginning."""
        found: list[Trial] = []
        talk: Trial | None = self
        while talk is not None:
            found.append(talk)
            talk = talk.before
        return found[::-1]


class Trials:
    """Leads talks toward a goal.

    Attributes:
        tried: how many turns were taken.
    """

    def __init__(self, script: Script, twin: Twin, goal: Goal) -> None:
        self.script, self.twin, self.goal = script, twin, goal
        self.tried = 0

    def begun(self) -> Trial:
        """Begin a talk."""
        given = Input(at=DEFAULT_CLOCK, kind="begin")
        turn = take_turn(self.script, None, given)
        return Trial(turn.session, 0, (), Spoken(given, "", None, turn))

    def led(self, inputs: Iterable[Input]) -> Iterator[Trial]:
        """Lead a talk from its beginning, as far as it takes what was done in another."""
        talk, last = self.begun(), DEFAULT_CLOCK
        yield talk
        for given in inputs:
            gap, last = max(given.at - last, 1000), given.at
            further = self.taken(talk, structs.replace(given, at=talk.session.at + gap))
            if further is None:
                return
            talk = further
            yield talk

    def reaching(self, inputs: Iterable[Input]) -> Trial | None:
        """Lead a talk from its beginning until it meets the goal; None when it doesn't."""
        return next((talk for talk in self.led(inputs) if self.is_met(talk)), None)

    def taken(self, talk: Trial, given: Input) -> Trial | None:
        """Lead a talk on; None where that isn't accepted."""
        self.tried += 1
        try:
            turn = take_turn(self.script, talk.session, given)
        except (AnswerRefused, SpeechError):
            return None
        spoken = Spoken(given, talk.session.step, talk.spoken.turn.reply.ask, turn)
        ghost = self._ghost(talk, given, turn)
        return Trial(turn.session, ghost, _past(talk, turn), spoken, talk, talk.turns + 1)

    def is_met(self, talk: Trial) -> bool:
        """Tell whether a talk has come to the goal."""
        return self.goal.is_met(talk.session.step, self._env(talk.session), talk.ghost)

    def inputs(self, session: Session, *, is_plain: bool) -> Iterator[Input]:
        """Give what may be done: answers and skips alone, or everything."""
        step, now = self.script.steps[session.step], session.at + 1000
        for act in acts_at(self.twin.script, step, self.twin.domains):
            if act.sort == "answer" or not act.tries + act.skips:
                yield _typed(act, now)
        if is_plain:
            return
        for act in calls(self.script):
            yield _typed(act, session.at + act.gap)
        for act in dangers(self.script):
            risk = act.given.heard.risk
            if risk is not None and (risk.category, risk.tier) in SAID:
                yield _typed(act, now, SAID[risk.category, risk.tier])
        yield Input(at=now, kind="back")
        yield Input(at=session.at + HOURS, kind="why")

    def _ghost(self, talk: Trial, given: Input, turn: Turn) -> int:
        ghost, kind = self.goal.ghost, given.heard.command or given.kind
        if ghost is None:
            return talk.ghost
        if kind == "back" and given.heard.risk is None:
            went_back = len(turn.session.trail) < len(talk.session.trail)
            was = talk.past[-1] if went_back and talk.past and not ghost.is_kept else talk.ghost
            return ghost.at(was, turn.session.step)
        if kind == "why" and not turn.path:
            return talk.ghost if not ghost.is_gated else 0
        start, end = self._place(talk.session), self._place(turn.session)
        then = self._passed(talk, sort_of(given, talk.session.at), turn, start, end)
        is_shut = self.goal.gate is not None and self.goal.gate(self._env(talk.session)) is not True
        return 0 if ghost.is_gated and is_shut and talk.ghost == 0 else ghost.at(then, end.name)

    def _passed(self, talk: Trial, sort: Sort, turn: Turn, start: Place, end: Place) -> int:
        """Let the property see the turn as the exploration does, commands by their hall."""
        ghost, seen = self.goal.ghost, talk.ghost
        if ghost is None:
            return seen
        move = Move(act="", sort=sort, known={}, writes={}, base=SAME, pushed=(),
                    state=end.name, then="stay", path=turn.path)  # fmt: skip
        if sort in ("command", "danger", "away"):
            hall = Place("call", hall_of(self.script, start.name), start.caller)
            return ghost.step(ghost.step(seen, None, start, hall), move, hall, end)
        return ghost.step(seen, move, start, end)

    def _place(self, session: Session) -> Place:
        return Place("at", session.step, caller_of(self.script, session.stack))

    def _env(self, session: Session) -> dict[str, Value]:
        return {**session.values, "now": session.at, "away": "moments"}


def sort_of(given: Input, last: int) -> Sort:
    """Say what sort of act an input is.

    Args:
        given: the input.
        last: when the one before came.
    """
    heard, kind = given.heard, given.heard.command or given.kind
    if heard.risk is not None:
        return "danger"
    if kind == "return" or given.at - last >= DAY:
        return "away"
    if kind in COMMANDS:
        return "command"
    if kind != "say" or heard.empty or heard.answer == "unsure":
        return "pass"
    return "aside" if heard.aside is not None else "answer"


def _past(talk: Trial, turn: Turn) -> tuple[int, ...]:
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
