"""One `transitions` machine for a script version, shared by all talks.

The machine is synchronous, has no model and no automatic transitions; a talk is moved through it
by a short-lived `Walk`. Commands and danger are written out for every state here, so that no step
can be forgotten. Guards and effects are functions we compiled, never strings.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from transitions import EventData, Machine, Transition

from bot.script import CommandRule, Guard, Option, Route, Rule, Stage, Step, Tables
from bot.walk import Walk

Callback: TypeAlias = Callable[[EventData], bool | None]


class Way(Transition):
    """A transition as all of ours are: functions for guards and for what is done on the way.

    The library's own looks at each for names to resolve, and writes a log that nobody keeps, six
    times for a guard that is closed: more than half of what a turn costs the guide. States have no
    callbacks here, and nothing is done after a change.
    """

    def execute(self, event_data: EventData) -> bool:
        """Take the way if its guards are open; only a guard that says True is."""
        for guard in self.conditions:
            if cast("Callback", guard.func)(event_data) is not True:
                return False
        for do in self.before:
            cast("Callback", do)(event_data)
        if self.dest:
            event_data.machine.set_state(self.dest, event_data.model)
        return True


class _Machine(Machine):
    transition_cls = Way


def build_machine(
    steps: Mapping[str, Step], stages: Mapping[str, Stage], tables: Tables
) -> Machine:
    """Build the machine; every step is a state, every route, command and danger a transition."""
    machine = _Machine(
        model=None, states=list(steps), initial=None, auto_transitions=False, send_event=True
    )
    for step in steps.values():
        _add_step(machine, step)
        _add_watch(machine, step, tables.watch)
        _add_bar(machine, step, stages[step.stage])
    for name, rule in tables.commands.items():
        _add_everywhere(machine, name, rule.call, _calling(rule))
    for target in set(tables.risk.values()):
        _add_everywhere(machine, f"risk {target}", target, _endangered(target))
    return machine


def _add_everywhere(machine: Machine, event: str, target: str, before: Callback) -> None:
    """Add a transition from every state: one object for all, since nothing asks it where from.

    One for each would be fifteen thousand, a tenth of the memory and of the time to start.
    """
    first, *others = machine.states
    machine.add_transition(event, first, target, before=[before])
    shared = machine.events[event].transitions
    for state in others:
        shared[state] = shared[first]


def _add_step(machine: Machine, step: Step) -> None:
    for option in step.ask.options if step.ask else ():
        if option.route is not None:
            _add(machine, "next", step, option.route, _picked(option))
    for route in step.next:
        _add(machine, "next", step, route, _open(route.when))
    for event, single in (("skip", step.skip), ("unsure", step.unsure)):
        if single is not None:
            _add(machine, event, step, single, _open(single.when))
    for route in step.flagged:
        _add(machine, "flagged", step, route, _open(route.when))


def _add(
    machine: Machine, event: str, step: Step, route: Route, condition: Callback | None
) -> None:
    machine.add_transition(
        event,
        step.id,
        route.go or route.call,  # a return has no place of its own: an internal transition
        conditions=[condition] if condition else None,
        before=[_taking(route)],
    )


def _add_watch(machine: Machine, step: Step, watch: Mapping[str, tuple[Rule, ...]]) -> None:
    into = step.ask.into if step.ask else None
    for rule in watch.get(into, ()) if into else ():
        if rule.call is not None:
            machine.add_transition(f"watch {rule.id}", step.id, rule.call, before=[_obeying(rule)])


def _add_bar(machine: Machine, step: Step, stage: Stage) -> None:
    if stage.only is not None:
        machine.add_transition("barred", step.id, stage.otherwise, before=[_barred(stage)])


def _picked(option: Option) -> Callback:
    return lambda event: _walk(event).env.get("answer") == option.id


def _open(guard: Guard | None) -> Callback | None:
    return None if guard is None else lambda event: guard(_walk(event).env) is True


def _taking(route: Route) -> Callback:
    return lambda event: _walk(event).take(route)


def _obeying(rule: Rule) -> Callback:
    return lambda event: _walk(event).obey(rule)


def _calling(rule: CommandRule) -> Callback:
    def call(event: EventData) -> None:
        _walk(event).apply(rule.effects)
        _walk(event).visit(rule.call, "ask")

    return call


def _endangered(target: str) -> Callback:
    def call(event: EventData) -> None:
        walk = _walk(event)
        if walk.in_safety:
            walk.change_danger()
        else:
            walk.visit_crisis(target)

    return call


def _barred(stage: Stage) -> Callback:
    def leave(event: EventData) -> None:
        _walk(event).path.append(f"barred.{stage.id}")
        _walk(event).say(stage.otherwise_say)
        _walk(event).stack.clear()
        _walk(event).arriving = True

    return leave


def _walk(event: EventData) -> Walk:
    return cast("Walk", event.model)
