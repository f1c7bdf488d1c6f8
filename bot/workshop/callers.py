"""Who may have called what is open: the way back of a talk, by kinds of callers."""

from collections import defaultdict
from typing import TypeAlias

from bot.script import Script

Caller: TypeAlias = tuple[str, str] | None
"""Group of the step that called, and how it goes on; None when nothing was called."""

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
        self._above: dict[tuple[Caller, bool], set[str]] = {}

    def add(self, callee: Caller, call: Call) -> bool:
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

    def calmed(self) -> list[tuple[Caller, Call]]:
        """Give the calls there are once a change of danger drops the crisis flows in between."""
        return [
            (callee, (step, resume, below))
            for callee, made in self.of.items()
            for step, resume, upper in made
            if upper is not None and upper[0] == SAFETY
            for below in self.calm(upper)
        ]

    def calm(self, caller: Caller) -> list[Caller]:
        """Give the nearest callers that are no crisis flow."""
        found: dict[Caller, None] = {}
        seen: set[Caller] = set()
        waiting = [caller]
        while waiting:
            one = waiting.pop()
            if one is None or one[0] != SAFETY:
                found[one] = None
            elif one not in seen:
                seen.add(one)
                waiting += self._uppers[one]
        return list(found)

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


def group_of(script: Script, step: str) -> str:
    """Name the kind of caller that a step is."""
    stage = script.stages[script.steps[step].stage]
    if script.steps[step].ends:
        return ENDS
    if stage.is_safety:
        return SAFETY
    return stage.id if stage.is_flow or stage.only is not None else MAIN
