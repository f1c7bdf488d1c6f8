"""Everything a script holds that a conversation can reach: its lines, choices and places."""

from collections.abc import Iterator

from bot.script import Bubble, Option, Route, Saying, Script, Stage, Step


def sayings(script: Script) -> Iterator[Saying]:
    """Give every line that can be said, of steps, routes, choices, stages and decks."""
    for step in script.steps.values():
        yield from _of_step(step)
    for stage in script.stages.values():
        yield from _of_bubble(stage.otherwise_say)
    yield from script.decks.values()
    yield from script.danger.values()
    yield from script.asides.values()


def in_order(script: Script) -> list[Stage]:
    """Give the stages as a talk comes by them, then the side flows, those of danger last."""
    talk = list(script.progress)
    others = sorted(
        script.stages.keys() - talk, key=lambda one: (script.stages[one].is_safety, one)
    )
    return [script.stages[one] for one in (*talk, *others) if one in script.stages]


def line_ids(script: Script) -> frozenset[str]:
    """Give the ids of all lines that can be said.

    What stands in for a missing `why` can't, where each step has one of its own.
    """
    has_own = all(step.why is not None for step in script.steps.values() if step.ask is not None)
    spare = {script.decks["why"].id} if has_own and "why" in script.decks else set()
    return frozenset(saying.id for saying in sayings(script)) - spare


def choice_ids(script: Script) -> frozenset[str]:
    """Give every choice, chip and live button that is written in the script, as `stage.step.id`.

    Countries aren't: they come from the help lines, and each leads the same way.
    """
    regions = {region.id for region in script.help.regions}
    return frozenset(
        f"{step.id}.{option.id}"
        for step in script.steps.values()
        if step.ask is not None and not {one.id for one in step.ask.options} <= regions
        for option in step.ask.options
    )


def path_ids(script: Script) -> frozenset[str]:
    """Give what `via:` may name: steps, stages, routes, rules, commands, and the ways back."""
    rules = {rule.id for rules in script.watch.values() for rule in rules}
    routes = {route.id for step in script.steps.values() for route in routes_of(step)}
    marks = [
        *(f"watch.{rule}" for rule in rules),
        *(f"barred.{stage}" for stage in script.stages),
        *(f"command.{command}" for command in script.commands),
        *(f"{way}.{step}" for way in ("return", "back") for step in script.steps),
    ]
    return frozenset({*script.steps, *script.stages, *rules, *routes, *marks})


def transition_ids(script: Script) -> frozenset[str]:
    """Give every way from step to step: routes, rules that call, bars, commands and dangers."""
    rules = {rule.id for rules in script.watch.values() for rule in rules if rule.call is not None}
    stages = script.stages.values()
    return frozenset(
        {
            *(route.id for step in script.steps.values() for route in routes_of(step)),
            *(f"watch.{rule}" for rule in rules),
            *(f"barred.{stage.id}" for stage in stages if stage.only is not None),
            *(f"command.{name}" for name, rule in script.commands.items() if not rule.after),
            *(f"danger.{category}.{tier}" for category, tier in script.risk),
        }
    )


def _of_step(step: Step) -> Iterator[Saying]:
    for bubble in (*step.say, step.why):
        yield from _of_bubble(bubble)
    single = (step.again, step.plain, step.hints, step.reask)
    yield from (one for one in single if one is not None)
    for route in routes_of(step):
        yield from _of_bubble(route.say)
    for option in _options(step):
        yield from _of_bubble(option.say)


def routes_of(step: Step) -> Iterator[Route]:
    """Give every route of a step, those of its choices last."""
    yield from step.next
    yield from step.flagged
    yield from (route for route in (step.skip, step.unsure) if route is not None)
    yield from (option.route for option in _options(step) if option.route is not None)


def _options(step: Step) -> tuple[Option, ...]:
    return step.ask.options if step.ask is not None else ()


def _of_bubble(bubble: Bubble | None) -> Iterator[Saying]:
    if bubble is not None:
        yield from bubble.sayings
