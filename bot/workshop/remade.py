"""The same script with each guard and each effect put into other hands, by its id.

What decides a way can then be watched (`bot.workshop.watched`) or spoilt on purpose
(`bot.workshop.mutants`). Ids are those of routes, lines, choices and rules, behind their kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from bot.machine import build_machine
from bot.script import (
    AskSpec,
    Bubble,
    Effect,
    Guard,
    Option,
    Route,
    Rule,
    Saying,
    Script,
    Stage,
    Step,
)


def same_guard(_place: str, guard: Guard) -> Guard:
    """Leave a guard as it is."""
    return guard


def same_effect(_place: str, effect: Effect) -> Effect:
    """Leave an effect as it is."""
    return effect


@dataclass(frozen=True, slots=True)
class Remaker:
    """Makes a script anew.

    Attributes:
        guard: gives what stands in for a guard: `route …`, `choice …`, `line …`, `stage …` or
            `rule …`, the kind and the id.
        effect: gives what stands in for an effect: the same kinds and `step …`, `mark …` or
            `command …`, and the variable behind them.
    """

    guard: Callable[[str, Guard], Guard] = same_guard
    effect: Callable[[str, Effect], Effect] = same_effect

    def script(self, script: Script) -> Script:
        """Make the script with a machine of its own."""
        steps = {step.id: self._step(step) for step in script.steps.values()}
        stages = {stage.id: self._stage(stage) for stage in script.stages.values()}
        commands = {
            name: replace(rule, effects=self._effects(f"command {name}", rule.effects))
            for name, rule in script.commands.items()
        }
        watch = {name: tuple(map(self._rule, rules)) for name, rules in script.watch.items()}
        made = replace(script, steps=steps, stages=stages, watch=watch, commands=commands)
        return replace(made, machine=build_machine(steps, stages, made))

    def _step(self, step: Step) -> Step:
        return replace(
            step,
            say=tuple(self._said(bubble) for bubble in step.say),
            why=self._bubble(step.why),
            next=tuple(map(self._route, step.next)),
            flagged=tuple(map(self._route, step.flagged)),
            skip=self._route(step.skip) if step.skip is not None else None,
            unsure=self._route(step.unsure) if step.unsure is not None else None,
            ask=self._ask(step.id, step.ask) if step.ask is not None else None,
            effects=self._effects(f"step {step.id}", step.effects),
        )

    def _ask(self, step: str, ask: AskSpec) -> AskSpec:
        marks: Mapping[str, tuple[Effect, ...]] = {
            mark: self._effects(f"mark {step}.{mark}", effects)
            for mark, effects in ask.marks.items()
        }
        options = tuple(self._option(step, option) for option in ask.options)
        return replace(ask, options=options, marks=marks)

    def _option(self, step: str, option: Option) -> Option:
        place = f"choice {step}.{option.id}"
        return replace(
            option,
            when=self._guard(place, option.when),
            say=self._bubble(option.say),
            effects=self._effects(place, option.effects),
            route=self._route(option.route) if option.route is not None else None,
        )

    def _route(self, route: Route) -> Route:
        place = f"route {route.id}"
        return replace(
            route,
            when=self._guard(place, route.when),
            say=self._bubble(route.say),
            effects=self._effects(place, route.effects),
        )

    def _stage(self, stage: Stage) -> Stage:
        only = self._guard(f"stage {stage.id}", stage.only)
        return replace(stage, only=only, otherwise_say=self._bubble(stage.otherwise_say))

    def _rule(self, rule: Rule) -> Rule:
        place = f"rule {rule.id}"
        when = self._guard(place, rule.when)
        return replace(rule, when=when, effects=self._effects(place, rule.effects))

    def _bubble(self, bubble: Bubble | None) -> Bubble | None:
        return None if bubble is None else self._said(bubble)

    def _said(self, bubble: Bubble) -> Bubble:
        if all(saying.when is None for saying in bubble.sayings):
            return bubble
        return Bubble(tuple(self._saying(s, n) for n, s in enumerate(bubble.sayings, 1)))

    def _saying(self, saying: Saying, number: int) -> Saying:
        return replace(saying, when=self._guard(alternative(saying.id, number), saying.when))

    def _guard(self, place: str, guard: Guard | None) -> Guard | None:
        return None if guard is None else self.guard(place, guard)

    def _effects(self, place: str, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
        return tuple(self.effect(f"{place} {effect.name}", effect) for effect in effects)


def alternative(line: str, number: int) -> str:
    """Name the guard of a line; alternatives of one bubble are told apart by their number."""
    return f"line {line}" if number == 1 else f"line {line} ({number})"
