"""Runs the real guide with only as much known as a turn asks for.

A probe is a `Walk` whose variables are settled one by one as they are read, and whose way back is
known only as far as this turn built it. So one run stands for all talks that agree on what was
read. Nothing of the guide is imitated but the two questions it asks about the way back.
"""

from collections.abc import Iterator
from functools import partial
from typing import cast

from msgspec import structs

from bot import guide
from bot.errors import AnswerRefused, SpeechError
from bot.lines import Speaker
from bot.making import Making
from bot.script import AskSpec, Bubble, Env, Saying, Script
from bot.settle import go_on
from bot.values import Frame, Input, Line, Mark, Session, Value
from bot.walk import Walk
from bot.workshop.domains import NOW, Held, Known, Unknown, Was, branches
from bot.workshop.inputs import Act
from bot.workshop.move import (
    BENEATH,
    CALM,
    CLEARED,
    CRISIS,
    GRAVE,
    INNER,
    OPEN,
    SAME,
    STORY,
    UNDER,
    Move,
    Then,
)
from bot.workshop.twin import GIVEN, Asking, Twin

PASSING = ("now", "away")
MANY = "and so many words that the line stands, whatever is before them"


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

    def clear(self) -> None:
        """Forget the whole way back."""
        super().clear()
        self.base = CLEARED


class Probe(Walk):
    """A walk with open questions, which is cut before each step within a turn."""

    __slots__ = ("asking", "facts", "is_cut")

    def __init__(self, script: Script, session: Session, given: Input, known: Known) -> None:
        super().__init__(script, session, given)
        self.speaker = Mute(script, 0, 0)
        self.facts = known
        self.asking = Asking(known, given.at)
        self.env = self.asking
        self.stack: list[Frame] = Paper()
        self.is_cut = False

    @property
    def paper(self) -> Paper:
        """Give the way back."""
        return cast("Paper", self.stack)

    @property
    def is_grave(self) -> bool:
        """Tell whether a crisis flow is open beneath."""
        if any(self._is_crisis(frame) for frame in self.stack):
            return True
        return self.paper.base != CLEARED and self._fact(GRAVE)

    def is_looked_at(self) -> bool:
        """Cut the turn here: what comes next is run by itself."""
        self.is_cut = True
        return True

    def has_lines(self, ask: AskSpec) -> bool:
        """Tell whether there are lines: with words there may be, whatever they say."""
        has_words = any(self.env.get(name) for name in _wanted(self.script, ask))
        return has_words and (ask.is_kept or self._fact(STORY))

    def is_open(self, target: str) -> bool:
        """Tell whether the side flow of a step is open already."""
        steps = self.script.steps
        flow = steps[target].stage
        if flow == self.stage or any(steps[frame.step].stage == flow for frame in self.stack):
            return True
        return self.paper.base != CLEARED and self._fact(OPEN + flow)

    def visit(self, target: str, then: str) -> None:
        """Remember where a side flow returns to; one that is open isn't opened twice."""
        is_over = self.in_safety or any(self._is_crisis(frame) for frame in self.stack)
        if is_over or not self._is_further_in(target, INNER):
            super().visit(target, then)
        else:
            self.arriving = True
            self.paper.base = BENEATH + self.script.steps[target].stage

    def visit_crisis(self, target: str) -> None:
        """Go into the flow of danger that was heard; where that one is open, back into it."""
        if not self._is_further_in(target, UNDER):
            super().visit_crisis(target)
        else:
            self.arriving = True
            self.paper.base = UNDER + self.script.steps[target].stage

    def _is_further_in(self, target: str, fact: str) -> bool:
        flow = self.script.steps[target].stage
        is_shut = self.facts.get(OPEN + flow) is False  # what isn't open isn't open further in
        return self.paper.base != CLEARED and not is_shut and self._fact(fact + flow)

    def change_danger(self) -> None:
        """Go from one crisis flow to another: the way back to before them stays, no other."""
        self.stack[:] = []
        self.paper.base = CALM if self.paper.base == SAME else self.paper.base
        self.arriving = True

    def return_to_crisis(self) -> None:
        """Drop what is open over the nearest crisis flow."""
        if any(self._is_crisis(frame) for frame in self.stack):
            super().return_to_crisis()
        else:
            self.stack[:] = []
            self.paper.base = CRISIS

    def set(self, name: str, value: Value) -> None:
        """Give a variable a value, without asking for the one before."""
        self.env[name] = value

    def put(self, name: str, value: Value) -> None:
        """Set a variable to an answer; a rating that keeps its last value does so."""
        before, last = self.script.variables[name].before, self.asking.held(name)
        if before is not None and isinstance(last, Was):
            if self._fact(GIVEN + last.name):
                self.asking.keep(before, last)
        elif before is not None and last is not None and not isinstance(last, Was):
            self.env[before] = last
        self.env[name] = value

    def _fact(self, name: str) -> bool:
        if name not in self.facts:
            raise Unknown(name)
        return self.facts[name] is True


def turns(twin: Twin, step: str, act: Act) -> Iterator[Move]:
    """Give every way an act at a step's prompt can begin."""
    run = partial(_turn, twin, step, act)
    for assumed in _assumed(twin.script, step):
        for _, move in branches(run, twin.domains, assumed, twin.is_possible):
            if move is not None:
                known = {n: v for n, v in move.known.items() if n not in assumed}
                yield structs.replace(move, known=known)


def _assumed(script: Script, step: str) -> tuple[Known, ...]:
    """Give what is settled beforehand: of a narrative only matters whether it has any words."""
    ask = script.steps[step].ask
    if ask is None or ask.kind != "approve":
        return ({},)
    words = _wanted(script, ask)
    return {name: f"{name}, {MANY}" for name in words}, dict.fromkeys(words)


def _wanted(script: Script, ask: AskSpec) -> tuple[str, ...]:
    """Name the variables whose words an approval shows."""
    return (ask.into or "",) if ask.is_kept else tuple(s.words for s in script.narrative.slots)


def steps_on(twin: Twin, state: str, *, is_arriving: bool) -> Iterator[Move]:
    """Give every way it goes on within a turn: a step is entered, or may not be stayed at."""

    def run(known: Known) -> Move:
        walk = _probe(twin, state, known)
        walk.arriving = is_arriving
        return _gone_on(walk, twin)

    yield from (move for _, move in branches(run, twin.domains, {}, twin.is_possible))


def returns(twin: Twin, frame: Frame | None, state: str, way: str) -> Iterator[Move]:
    """Give every way a return can go: to a frame, or when nothing was called."""

    def run(known: Known) -> Move:
        walk = _probe(twin, state, known)
        walk.returning = way
        if frame is None:
            walk.paper.base = CLEARED
        else:
            walk.stack.append(frame)
        return _gone_on(walk, twin)

    yield from (move for _, move in branches(run, twin.domains, {}, twin.is_possible))


def _turn(twin: Twin, step: str, act: Act, known: Known) -> Move | None:
    making = Making(twin.script, _session(twin.script, step, act), act.given)
    walk = making.walk = Probe(twin.script, making.session, act.given, known)
    error = ""
    try:
        guide._act(making)  # noqa: SLF001 - one turn, unwrapped
    except AnswerRefused:
        return None
    except SpeechError as broken:
        error = str(broken)
    then: Then = _next(walk) if walk.is_cut else "stay"
    found = _moved(walk, twin, act, then, error)
    return structs.replace(
        found, is_marked=making.mark is not None, is_final=making.trail != making.session.trail
    )


def _gone_on(walk: Probe, twin: Twin) -> Move:
    then: Then = "stay"
    error = ""
    try:
        then = _next(walk) if go_on(walk) else "stay"
    except SpeechError as broken:
        error = str(broken)
    return _moved(walk, twin, Act("", "within", walk.given), then, error)


def _next(walk: Probe) -> Then:
    """Tell what the turn comes to next."""
    if walk.returning is not None:
        return "return"
    if walk.arriving:
        return "arrive"
    return "rest" if walk.script.stages[walk.stage].only is not None else "stay"


def _probe(twin: Twin, step: str, known: Known) -> Probe:
    given = Input(at=NOW, kind="why")
    session = Session(step=step, seed=0, lang="en", started=0, at=NOW, values={})
    return Probe(twin.script, session, given, known)


def _session(script: Script, step: str, act: Act) -> Session:
    return Session(step=step, seed=0, lang="en", started=0, at=NOW - act.gap, values={},
                   trail=(Mark(script.start, (), {}, None),),
                   tries=act.tries, skips=act.skips, ended=script.steps[step].ends)  # fmt: skip


def _moved(walk: Probe, twin: Twin, act: Act, then: Then, error: str) -> Move:
    return Move(
        act=act.label,
        sort=act.sort,
        known=walk.facts,
        writes=_writes(walk, twin),
        base=walk.paper.base,
        pushed=tuple(walk.stack),
        state=walk.state,
        then=then,
        way=walk.returning or "",
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
