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
        size: how many calls there are.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.of: dict[Caller, dict[Call, None]] = defaultdict(dict)
        self.size = 0
        self._uppers: dict[Caller, set[Caller]] = defaultdict(set)
        self._stages: dict[Caller, set[str]] = defaultdict(set)
        self._calling: dict[Caller, dict[str, dict[Caller, None]]] = defaultdict(dict)
        self._above: dict[tuple[Caller, bool, bool], set[str]] = {}

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
        self._calling[callee].setdefault(stage, {})[upper] = None
        return True

    def kind(self, step: str, resume: str, upper: Caller) -> Kind:
        """Give the kind of caller that a step is, for what it calls."""
        is_grave = self._is_crisis(step) or (upper is not None and upper.is_grave)
        return Kind(group_of(self.script, step), resume, is_grave)

    def above(self, caller: Caller, *, is_bottom_counted: bool, is_cut: bool = False) -> set[str]:
        """Name the stages that may be on the way back, or only those above a crisis flow."""
        key = (caller, is_bottom_counted, is_cut)
        if key not in self._above:
            found: set[str] = set()
            for one in self._chain(caller, is_cut=is_cut):
                if is_bottom_counted or self._uppers[one] - {None}:
                    found |= self._stages[one]
            self._above[key] = found
        return self._above[key]

    def beneath(self, flow: str, caller: Caller, *, is_cut: bool) -> list[Caller]:
        """Give who may have called a flow that is open beneath, or above a crisis flow."""
        found: dict[Caller, None] = {}
        for one in self._chain(caller, is_cut=is_cut):
            found |= self._calling[one].get(flow, {})
        return list(found)

    def _is_crisis(self, step: str) -> bool:
        return self.script.stages[self.script.steps[step].stage].is_safety

    def is_crisis_kind(self, kind: Caller) -> bool:
        """Tell whether a crisis flow called."""
        return any(self.script.stages[stage].is_safety for stage in self._stages[kind])

    def _chain(self, caller: Caller, *, is_cut: bool) -> list[Caller]:
        """Give everything that may be on the way back, up to a crisis flow or all."""
        seen: dict[Caller, None] = {}
        waiting = [caller]
        while waiting:
            one = waiting.pop()
            if one is not None and one not in seen:
                seen[one] = None
                if not (is_cut and self.is_crisis_kind(one)):
                    waiting += self._uppers[one]
        return list(seen)


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
