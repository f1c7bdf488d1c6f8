"""One turn in the making: the session object that the state machine moves."""

from bot.lines import Speaker
from bot.narrative import lines_of
from bot.script import AskSpec, Bubble, Effect, Route, Rule, Saying, Script
from bot.values import Answer, Frame, Input, Line, Session, Value

HOUR = 3_600_000
TIERS = {"check": 1, "act": 2, "now": 3}
UNDER_AGE = "under_age"
"""A flag that safety may declare: set when a text of danger also tells of an age below 18."""
WRITING = "writing"
"""The card of the danger for whoever finds it hard to talk."""
BODILY = frozenset({"medical", "withdrawal"})
"""Dangers to the body: none of them can wait, however grave they are."""


class Walk:
    """A talk during one turn. Mutable and short-lived; a failed turn throws it away.

    Attributes:
        state: the step the machine is at; `transitions` reads and writes it.
        env: the variables, and what guards may ask besides.
        old: what the variables held that were set in this turn.
        arriving: the step at `state` hasn't been entered yet.
        returning: a route came back from a side flow: `ask`, `skip` or `next`.
        was: the answer that "back" took back, for editing.
    """

    __slots__ = (
        "arriving", "card", "env", "false_alarm", "forget", "given", "lines", "old", "path",
        "returning", "script", "speaker", "stack", "state", "was",
    )  # fmt: skip

    def __init__(self, script: Script, session: Session, given: Input) -> None:
        self.script, self.given = script, given
        self.speaker = Speaker(script, session.seed, int(session.said or "0", 16))
        self.state, self.stack = session.step, list(session.stack)
        self.env: dict[str, Value] = dict(session.values)
        self.env["now"], self.env["away"] = given.at, away(given.at - session.at)
        self.old: dict[str, Value] = {}
        self.lines: list[Line] = []
        self.path: list[str] = []
        self.card: str | None = None
        self.was: Answer | None = None
        self.returning: str | None = None
        self.arriving = self.forget = self.false_alarm = False

    @property
    def stage(self) -> str:
        """Give the stage of the current step."""
        return self.script.steps[self.state].stage

    @property
    def in_safety(self) -> bool:
        """Tell whether the talk is in a crisis flow."""
        return self.script.stages[self.stage].is_safety

    @property
    def open_tier(self) -> int:
        """Tell how grave the danger is that is being talked about: 0 none, 3 now."""
        tier = self.env.get("risk_tier")
        return tier if isinstance(tier, int) else 0

    @property
    def is_asked_of_danger(self) -> bool:
        """Tell whether the talk is in the flow of a danger, and not in what follows one."""
        risk, steps = self.script.risk, self.script.steps
        return self.in_safety and any(
            steps[target].stage == self.stage
            for (_, tier), target in risk.items()
            if tier != "check"
        )

    @property
    def is_near(self) -> bool:
        """Tell whether a danger that can't wait is being asked about."""
        tiers = {tier for (_, tier), target in self.script.risk.items() if target == self.state}
        return self.is_asked_of_danger and (tiers == {"now"} or self.open_tier == TIERS["now"])

    @property
    def is_of_the_body(self) -> bool:
        """Tell whether a danger to the body is being asked about."""
        return self.is_asked_of_danger and self.env.get("risk_kind") in BODILY

    def deck(self, name: str) -> Saying:
        """Give the engine's own lines of a kind; inside a crisis flow those made for it."""
        own = self.script.danger.get(name) if self.in_safety else None
        return own or self.script.decks[name]

    def is_looked_at(self) -> bool:
        """Tell whether the turn is cut here, to be looked at step by step; only a proof does so."""
        return False

    def has_lines(self, ask: AskSpec) -> bool:
        """Tell whether there is a line of the narrative to approve."""
        return bool(lines_of(self.speaker, ask, self.env))

    @property
    def is_grave(self) -> bool:
        """Tell whether a crisis flow is open beneath."""
        return any(self._is_crisis(frame) for frame in self.stack)

    def calm(self) -> None:
        """Where no crisis flow is open, not even beneath, no danger is being talked about."""
        if not self.in_safety and not self.is_grave:
            self.set("risk_tier", 0)
            self.set("risk_kind", None)

    def is_open(self, target: str) -> bool:
        """Tell whether the side flow of a step is open already."""
        steps = self.script.steps
        flow = steps[target].stage
        return flow == self.stage or any(steps[frame.step].stage == flow for frame in self.stack)

    def fire(self, event: str) -> bool:
        """Let the machine take the first open transition of an event; False when none is."""
        return bool(self.script.machine.events[event].trigger(self))

    def say(self, bubble: Bubble | None) -> None:
        """Say a bubble, if there is something new to say."""
        line = self.speaker.bubble(bubble, self.env) if bubble is not None else None
        if line is not None:
            self.lines.append(line)

    def say_one(self, saying: Saying | None, **extra: str) -> bool:
        """Say one of some wordings; tell whether there was one left."""
        line = self.speaker.saying(saying, self.env, **extra) if saying is not None else None
        if line is not None:
            self.lines.append(line)
        return line is not None

    def show(self, card: str | None) -> None:
        """Show help lines with this turn; who can't talk keeps those that can be written to."""
        if card is not None and (self.card, card) != (WRITING, "danger"):
            self.card = card

    def apply(self, effects: tuple[Effect, ...]) -> None:
        """Give variables their new values, each computed from what is there by then."""
        for effect in effects:
            self.set(effect.name, effect.value(self.env))

    def set(self, name: str, value: Value) -> None:
        """Give a variable a value; None is not given, and leaves no trace but the value before."""
        if name not in self.old:
            self.old[name] = self.env.get(name)
        if value is None:
            self.env.pop(name, None)
        else:
            self.env[name] = value

    def put(self, name: str, value: Value) -> None:
        """Set a variable to an answer; a rating that keeps its last value does so."""
        before = self.script.variables[name].before
        if before is not None and name in self.env:
            self.set(before, self.env[name])
        self.set(name, value)

    def take(self, route: Route) -> None:
        """Do what a route does on the way: its line, its effects, its place to come back to."""
        self.path.append(route.id)
        self.say(route.say)
        self.apply(route.effects)
        if route.call is not None:
            self.visit(route.call, route.then)
        elif route.back is not None:
            self.returning = route.back
        elif route.go is not None:
            self.leave_for(route.go)

    def obey(self, rule: Rule) -> None:
        """Follow a watch rule into its side flow; the talk goes on behind the answer afterwards."""
        self.path.append(f"watch.{rule.id}")
        if rule.call is not None:
            self.visit(rule.call, "next")

    def visit(self, target: str, then: str) -> None:
        """Remember where a side flow returns to; one that is open isn't opened twice.

        A crisis flow is never dropped for what was open beneath it: from there on, flows are
        opened anew and come back to it.
        """
        self._open(target, then, self._crisis_level())

    def visit_crisis(self, target: str) -> None:
        """Go into the flow of danger that was heard; where that one is open, back into it."""
        self._open(target, "ask", 1)

    def _open(self, target: str, then: str, floor: int) -> None:
        self.arriving = True
        flow, levels = self.script.steps[target].stage, self._levels()
        if flow in levels[floor:]:
            del self.stack[levels.index(flow, floor) :]
        elif self.stage != flow:
            self.stack.append(Frame(self.state, then))

    def _levels(self) -> list[str]:
        """Name the stages that are open, the current one last."""
        return [self.script.steps[frame.step].stage for frame in self.stack] + [self.stage]

    def _crisis_level(self) -> int:
        """Give the highest level at which a crisis flow is open, or a side flow's lowest."""
        stages = self.script.stages
        crises = (n for n, stage in enumerate(self._levels()) if stages[stage].is_safety)
        return max(crises, default=0) or 1

    def change_danger(self) -> None:
        """Go from one crisis flow to another: the way back to before them stays, no other."""
        crises = (n for n, frame in enumerate(self.stack) if self._is_crisis(frame))
        del self.stack[next(crises, len(self.stack)) :]
        self.arriving = True

    def leave_for(self, target: str) -> None:
        """Go to a step for good. A side flow over a crisis flow leads nowhere but back to it."""
        self.arriving = True
        stages, stage = self.script.stages, self.script.steps[target].stage
        if stage == self.stage or stages[stage].is_flow:
            return
        if stages[self.stage].is_flow and not self.in_safety and self.is_grave:
            self.arriving, self.returning = False, "ask"
            self.return_to_crisis()
        else:
            self.stack.clear()

    def return_to_crisis(self) -> None:
        """Drop what is open over the nearest crisis flow."""
        while not self._is_crisis(self.stack[-1]):
            self.stack.pop()

    def _is_crisis(self, frame: Frame) -> bool:
        return self.script.stages[self.script.steps[frame.step].stage].is_safety


def away(gap: int) -> str:
    """Name how long it was since the last input, from milliseconds."""
    if gap < HOUR // 3:
        return "moments"
    if gap < 24 * HOUR:
        return "hours"
    return "days" if gap <= 30 * 24 * HOUR else "month"
