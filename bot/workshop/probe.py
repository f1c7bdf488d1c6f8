"""Runs the real guide with only as much known as a turn asks for.

A probe is a `Walk` whose variables are settled one by one as they are read, and whose way back is
known only as far as this turn built it. So one run stands for all talks that agree on what was
read. Nothing of the guide is imitated but the two questions it asks about the way back.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import cast

from msgspec import Struct, structs

from bot import guide
from bot.errors import AnswerRefused, SpeechError
from bot.lines import Speaker
from bot.making import Making
from bot.script import Bubble, Env, Route, Saying, Script
from bot.settle import settle
from bot.values import Frame, Input, Line, Session, Value
from bot.walk import Walk
from bot.workshop.domains import NOW, Held, Known, Unknown, Was, branches
from bot.workshop.inputs import Act
from bot.workshop.twin import GIVEN, Asking, Twin

SAME, CLEARED, CALM, BENEATH = "same", "cleared", "calm", "beneath "
INNER, OPEN, BOTTOM = "inner ", "open ", "is bottom"
PASSING = ("now", "away")


class Move(Struct, frozen=True, eq=False):  # each is itself: they are many, and compared by place
    """One way that one act (or one return) can go.

    Attributes:
        act: what was done; empty for the part of a turn behind a return.
        sort: the act's sort, `return` or `back`.
        known: what had to hold: variables, and facts about the way back.
        writes: what the variables hold afterwards, as far as they were written.
        base: what became of the way back: kept, cleared, or cut to what is beneath a flow.
        pushed: frames on top of it.
        state: where the talk is then.
        way: it returns from a side flow from here, this way; None when it rests.
        is_marked: "back" can undo it.
        path: steps, routes and commands that were walked.
        error: the promise that was broken, if one was.
    """

    act: str
    sort: str
    known: Known
    writes: Mapping[str, Held]
    base: str
    pushed: tuple[Frame, ...]
    state: str
    way: str | None
    is_marked: bool
    path: tuple[str, ...]
    error: str = ""


class Returned(Exception):
    """The way back leads beyond what this turn built; a signal of ours."""


class Mute(Speaker):
    """Says nothing: what is said decides no way."""

    __slots__ = ()

    def bubble(self, bubble: Bubble, env: Env) -> Line | None:  # noqa: ARG002 - the speaker's signature
        """Say nothing."""
        return None

    def saying(self, saying: Saying, env: Env, **extra: str) -> Line | None:  # noqa: ARG002
        """Say nothing."""
        return None


class Paper(list[Frame]):
    """The way back, of which only the newest part is known."""

    def __init__(self) -> None:
        super().__init__()
        self.base = SAME

    def __bool__(self) -> bool:
        """Tell whether a frame is left; beyond the known part the run is cut.

        Raises:
            Returned: that is up to whoever called.
        """
        if len(self) == 0 and self.base != CLEARED:
            raise Returned
        return len(self) > 0

    def clear(self) -> None:
        """Forget the whole way back."""
        super().clear()
        self.base = CLEARED


class Probe(Walk):
    """A walk with open questions."""

    __slots__ = ("asking", "facts", "way")

    def __init__(self, script: Script, session: Session, given: Input, known: Known) -> None:
        super().__init__(script, session, given)
        self.speaker = Mute(script, 0, 0)
        self.facts = known
        self.asking = Asking(known, given.at)
        self.env = self.asking
        self.stack: list[Frame] = Paper()
        self.way: str | None = None

    @property
    def paper(self) -> Paper:
        """Give the way back."""
        return cast("Paper", self.stack)

    def is_open(self, target: str) -> bool:
        """Tell whether the side flow of a step is open already."""
        steps = self.script.steps
        flow = steps[target].stage
        if flow == self.stage or any(steps[frame.step].stage == flow for frame in self._frames()):
            return True
        return self.paper.base != CLEARED and self._fact(OPEN + flow)

    def visit(self, target: str, then: str) -> None:
        """Remember where a side flow returns to; one that is open isn't opened twice."""
        self.arriving = True
        flow = self.script.steps[target].stage
        stages = [self.script.steps[frame.step].stage for frame in self._frames()]
        floor = self._crisis_level([*stages, self.stage])
        if self.script.stages[[*stages, self.stage][floor] if stages else self.stage].is_safety:
            if flow in stages[floor:]:
                del self.stack[stages.index(flow, floor) :]
            elif self.stage != flow:
                self.stack.append(Frame(self.state, then))
            return
        if self.paper.base != CLEARED and self._fact(INNER + flow):
            del self.stack[:]
            self.paper.base = BENEATH + flow
            return
        if flow in stages and (stages.index(flow) > 0 or not self._is_bottom()):
            del self.stack[stages.index(flow) :]
        elif flow in stages[1:]:
            del self.stack[stages.index(flow, 1) :]
        elif self.stage != flow:
            self.stack.append(Frame(self.state, then))

    def change_danger(self) -> None:
        """Go from one crisis flow to another: the way back to before them stays, no other."""
        steps, stages = self.script.steps, self.script.stages
        self.stack[:] = [f for f in self._frames() if not stages[steps[f.step].stage].is_safety]
        if self.paper.base == SAME:
            self.paper.base = CALM
        self.arriving = True

    def put(self, name: str, value: Value) -> None:
        """Set a variable to an answer; a rating that keeps its last value does so."""
        before, last = self.script.variables[name].before, self.asking.held(name)
        if before is not None and isinstance(last, Was):
            if self._fact(GIVEN + last.name):
                self.asking.keep(before, last)
        elif before is not None and last is not None and not isinstance(last, Was):
            self.env[before] = last
        self.env[name] = value

    def take(self, route: Route) -> None:
        """Do what a route does on the way."""
        self.way = route.back or self.way
        super().take(route)

    def _frames(self) -> Iterator[Frame]:
        return list.__iter__(self.stack)

    def _is_bottom(self) -> bool:
        """Tell whether the first known frame is the outermost of all."""
        return self.paper.base == CLEARED or self._fact(BOTTOM)

    def _fact(self, name: str) -> bool:
        if name not in self.facts:
            raise Unknown(name)
        return self.facts[name] is True


def turns(twin: Twin, step: str, act: Act) -> Iterator[Move]:
    """Give every way an act at a step's prompt can go."""
    for _, move in branches(partial(_turn, twin, step, act), twin.domains, {}, twin.is_possible):
        if move is not None:
            yield move


def returns(twin: Twin, frame: Frame, way: str) -> Iterator[Move]:
    """Give every way a return to a frame can go."""
    yield from _resumed(twin, frame.step, way, frame)


def bare_returns(twin: Twin, state: str, way: str) -> Iterator[Move]:
    """Give every way a return can go when nothing was called."""
    yield from _resumed(twin, state, way, None)


def restores(twin: Twin, step: str) -> Iterator[Move]:
    """Give every way it goes when "back" puts the talk at a step."""

    def run(known: Known) -> Move:
        walk = _probe(twin, step, known)
        return _moved(walk, twin, Act("back", "command", walk.given), partial(settle, walk))

    yield from (move for _, move in branches(run, twin.domains, {}, twin.is_possible))


def _resumed(twin: Twin, state: str, way: str, frame: Frame | None) -> Iterator[Move]:
    def run(known: Known) -> Move:
        walk = _probe(twin, state, known)
        walk.returning = way
        if frame is None:
            walk.paper.base = CLEARED
        else:
            walk.stack.append(frame)
        act = Act("", "answer", walk.given)
        return _moved(walk, twin, act, partial(settle, walk))

    yield from (move for _, move in branches(run, twin.domains, {}, twin.is_possible))


def _turn(twin: Twin, step: str, act: Act, known: Known) -> Move | None:
    making = Making(twin.script, _session(twin.script, step, act), act.given)
    walk = making.walk = Probe(twin.script, making.session, act.given, known)
    try:
        move = _moved(walk, twin, act, partial(guide._act, making))  # noqa: SLF001 - one turn, unwrapped
    except AnswerRefused:
        return None
    return structs.replace(move, is_marked=making.mark is not None)


def _probe(twin: Twin, step: str, known: Known) -> Probe:
    given = Input(at=NOW, kind="why")
    session = Session(step=step, seed=0, lang="en", started=0, at=NOW, values={})
    return Probe(twin.script, session, given, known)


def _session(script: Script, step: str, act: Act) -> Session:
    return Session(step=step, seed=0, lang="en", started=0, at=NOW - act.gap, values={},
                   tries=act.tries, skips=act.skips, ended=script.steps[step].ends)  # fmt: skip


def _moved(walk: Probe, twin: Twin, act: Act, run: partial[None]) -> Move:
    way, error = None, ""
    try:
        run()
    except Returned:
        way = walk.way or walk.returning or "ask"
    except SpeechError as broken:
        error = str(broken)
    return Move(
        act=act.label,
        sort=act.sort,
        known=walk.facts,
        writes=_writes(walk, twin),
        base=walk.paper.base,
        pushed=tuple(list.__iter__(walk.stack)),
        state=walk.state,
        way=way,
        is_marked=False,
        path=tuple(walk.path),
        error=error,
    )


def _writes(walk: Probe, twin: Twin) -> dict[str, Held]:
    written: dict[str, Held] = {}
    for name, value in cast("dict[str, Held]", walk.env).items():
        if name not in PASSING and (name not in walk.facts or walk.facts[name] != value):
            is_was = isinstance(value, Was)
            written[name] = value if is_was else twin.domains.settle(name, cast("Value", value))
    return written
