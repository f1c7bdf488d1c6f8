"""Who may have called what is open: the way back of a talk, by kinds of callers."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from bot.script import Script
from bot.values import Frame


class Kind(NamedTuple):
    """What a proof knows of who called a flow.

    Attributes:
        group: the kind of the step that called.
        resume: how it goes on there.
        is_grave: a crisis flow is open there or beneath.
    """

    group: str
    resume: str
    is_grave: bool


Caller: TypeAlias = Kind | None
"""The nearest caller; None when nothing was called."""

Call: TypeAlias = tuple[str, str, Caller]
"""The step that called, how it goes on, and who called what was open there."""

MAIN, SAFETY, ENDS = "main line", "safety flows", "ends"  # others stand for themselves


class Callers:
    """All calls that were found, by the kind of caller that they are for the flow they open.

    Attributes:
        of: the calls by kind.
        beneath: by stage, who may have called it.
        size: how many calls there are.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.of: dict[Caller, dict[Call, None]] = defaultdict(dict)
        self.beneath: dict[str, set[Caller]] = defaultdict(set)
        self.size = 0
        self._uppers: dict[Caller, set[Caller]] = defaultdict(set)
        self._stages: dict[Caller, set[str]] = defaultdict(set)
        self._calmed: dict[Caller, tuple[tuple[Caller, ...], int]] = {}  # and how many calls then
        self._above: dict[tuple[Caller, bool], set[str]] = {}

    def add(self, callee: Kind, call: Call) -> bool:
        """Note a call; tell whether it is new."""
        if call in self.of[callee]:
            return False
        self.of[callee][call] = None
        self.size += 1
        step, _, upper = call
        stage = self.script.steps[step].stage
        if upper not in self._uppers[callee] or stage not in self._stages[callee]:
            self._uppers[callee].add(upper)
            self._stages[callee].add(stage)
            self._above.clear()
        self.beneath[stage].add(upper)
        return True

    def kind(self, step: str, resume: str, upper: Caller) -> Kind:
        """Give the kind of caller that a step is, for what it calls."""
        is_grave = self._is_crisis(step) or (upper is not None and upper.is_grave)
        return Kind(group_of(self.script, step), resume, is_grave)

    def above(self, caller: Caller, *, is_bottom_counted: bool) -> set[str]:
        """Name the stages that may be on the way back."""
        known = self._above.get((caller, is_bottom_counted))
        if known is not None:
            return known
        found: set[str] = set()
        for one in self._chain(caller):
            if is_bottom_counted or self._uppers[one] - {None}:
                found |= self._stages[one]
        self._above[caller, is_bottom_counted] = found
        return found

    def calmed(self) -> list[tuple[Kind, Call]]:
        """Give the calls there are once a change of danger drops the crisis flows in between."""
        return [
            (callee._replace(is_grave=False), (step, resume, below))
            for callee, made in self.of.items()
            if callee is not None and callee.is_grave
            for step, resume, upper in made
            if not self._is_crisis(step)
            for below in self.calm(upper)
        ]

    def calm(self, caller: Caller) -> list[Caller]:
        """Give the nearest callers that are no crisis flow, once no such flow is beneath them."""
        if self._calmed.get(caller, ((), 0))[1] == self.size:
            return list(self._calmed[caller][0])
        found: dict[Caller, None] = {}
        seen: set[Caller] = set()
        waiting = [caller]
        while waiting:
            one = waiting.pop()
            if one is None or not one.is_grave:
                found[one] = None
            elif one not in seen:
                seen.add(one)
                for step, _, upper in self.of[one]:
                    if self._is_crisis(step):
                        waiting.append(upper)
                    else:
                        found[one._replace(is_grave=False)] = None
        self._calmed[caller] = (tuple(found), self.size)
        return list(found)

    def _is_crisis(self, step: str) -> bool:
        return self.script.stages[self.script.steps[step].stage].is_safety

    def _chain(self, caller: Caller) -> set[Caller]:
        """Give everything that may be on the way back."""
        seen: set[Caller] = set()
        waiting = [caller]
        while waiting:
            one = waiting.pop()
            if one is not None and one not in seen:
                seen.add(one)
                waiting += self._uppers[one]
        return seen


def caller_of(script: Script, stack: Sequence[Frame]) -> Caller:
    """Give what a proof knows of a real way back."""
    if not stack:
        return None
    steps, stages = script.steps, script.stages
    is_grave = any(stages[steps[frame.step].stage].is_safety for frame in stack)
    return Kind(group_of(script, stack[-1].step), stack[-1].resume, is_grave)


def group_of(script: Script, step: str) -> str:
    """Name the kind of caller that a step is."""
    stage = script.stages[script.steps[step].stage]
    if script.steps[step].ends:
        return ENDS
    if script.steps[step].ask is None:
        return step
    if stage.is_safety:
        return SAFETY
    return stage.id if stage.is_flow or stage.only is not None else MAIN
