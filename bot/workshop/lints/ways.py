"""Checks of where a talk can go: circles, returns, and what help, stop and danger lead to."""

from collections.abc import Iterator, Mapping

from bot.errors import Finding
from bot.loading.tree import Node
from bot.script import Route, Script, Step
from bot.workshop.lints.manuscript import Manuscript, fault, warning, ways

MOST_ASKS_TO_END = 1  # prompts between stop and the end


def check_ways(script: Manuscript) -> Iterator[Finding]:
    """Check every way."""
    yield from _silent_circles(script)
    yield from _returns(script)
    yield from _same_prompt(script)
    yield from _commands(script)
    yield from _danger(script)
    yield from _rules(script)


def _silent_circles(script: Manuscript) -> Iterator[Finding]:
    """Steps that lead to each other without a question would never come to rest."""
    onward = {s.id: set(_silently(s)) for s in script.script.steps.values() if s.ask is None}
    for step_id in onward:
        if step_id in _reach(onward, step_id):
            hint = "let one of its steps ask something"
            message = f"“{step_id}” comes back to itself without a question"
            yield fault(script.keys[step_id], "MR110", message, hint)


def _silently(step: Step) -> Iterator[str]:
    for route in () if step.ends else step.next:
        yield from (name for name in (route.go, route.call) if name is not None)


def _reach(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Give what can be reached from a step in one move or more."""
    found: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += graph.get(name, ())
    return found


def _returns(script: Manuscript) -> Iterator[Finding]:
    steps, stages = script.script.steps, script.script.stages
    called = _visited(script.script)
    returning = {step.stage for step in steps.values() if any(r.back for r in ways(step))}
    for step in steps.values():
        for route in ways(step):
            if route.back is not None and step.stage not in called:
                hint = f"nothing calls “{step.stage}”, so write `go:` and where to"
                message = f"{route.id} returns and there is nowhere to return to"
                yield fault(_place(script, step, route), "MR111", message, hint)
            if route.call is not None and not stages[steps[route.call].stage].is_flow:
                hint = "write `go:`, or begin the file with `flow:`"
                message = f"{route.id} calls a stage, which doesn't come back"
                yield warning(_place(script, step, route), "MR112", message, hint)
            enters = steps[route.go].stage if route.go is not None else step.stage
            if enters in returning and stages[enters].is_flow and not stages[step.stage].is_flow:
                hint = "write `call:` instead of `go:`"
                message = f"{route.id} goes into the side flow “{enters}” and can't come back"
                yield warning(_place(script, step, route), "MR113", message, hint)


def _visited(script: Script) -> set[str]:
    """Give the flows that are called, and those that they go on into: these may return."""
    onward: dict[str, set[str]] = {}
    for step in script.steps.values():
        goes = {script.steps[route.go].stage for route in ways(step) if route.go is not None}
        flows = {stage for stage in goes if script.stages[stage].is_flow}
        onward[step.stage] = onward.get(step.stage, set()) | flows
    called = {script.steps[target].stage for target in _called(script)}
    return called.union(*(_reach(onward, stage) for stage in called))


def _called(script: Script) -> Iterator[str]:
    for step in script.steps.values():
        yield from (route.call for route in ways(step) if route.call is not None)
    yield from (rule.call for rule in script.commands.values())
    yield from script.risk.values()
    for rules in script.watch.values():
        yield from (rule.call for rule in rules if rule.call is not None)


def _place(script: Manuscript, step: Step, route: Route) -> Node:
    """Find a route's place from its id: `step.next2`, `step.skip`, `step.choice`."""
    node, name = script.nodes[step.id], route.id.removeprefix(f"{step.id}.")
    number = name.lstrip("abcdefghijklmnopqrstuvwxyz")
    entry = node.items.get(name.removesuffix(number)) if number else node.items.get(name)
    if entry is not None and name not in {o.id for o, _ in script.options(step)}:
        return entry.entries[int(number) - 1] if entry.entries else entry
    found = {option.id: place for option, place in script.options(step)}
    return found.get(name, script.keys[step.id])


def _same_prompt(script: Manuscript) -> Iterator[Finding]:
    """A skip that leads back to the prompt that was skipped keeps a person there."""
    for step, _ in script.asking:
        way = step.skip or (step.next[-1] if step.next else None)
        if way is not None and way.go == step.id:
            hint = "lead it on; a skip must always leave the prompt"
            message = f"skipping “{step.id}” asks the same again"
            yield fault(_place(script, step, way), "MR117", message, hint)


def _commands(script: Manuscript) -> Iterator[Finding]:
    node = script.head.items.get("commands")
    rules, steps = script.script.commands, script.script.steps
    places = node.items if node else {}
    if "help" in rules and not _shows_card(script.script, rules["help"].call):
        hint = "write `card: help` on the step that it calls"
        yield fault(places["help"], "MR114", "help doesn't show a card at once", hint)
    if "stop" in rules and not _ends_soon(script.script, steps[rules["stop"].call]):
        hint = "lead it to a step with `end: true`, with one question on the way at most"
        yield fault(places["stop"], "MR115", "stop doesn't lead to an end", hint)
    if "skips" not in rules and node is not None:
        hint = "add `skips: {after: 3, call: …}`: many skips ask for a shorter way"
        yield warning(node, "MR121", "nothing happens after several skips", hint)


def _shows_card(script: Script, start: str) -> bool:
    """Tell whether the first prompt on every way from a step comes with a card."""
    return all(card for _, card in _first_prompts(script, start))


def _first_prompts(script: Script, start: str) -> list[tuple[Step, bool]]:
    """Give the prompts that a turn may rest at, and whether a card was shown by then."""
    found: list[tuple[Step, bool]] = []
    waiting, seen = [(start, False)], set()
    while waiting:
        name, shown = waiting.pop()
        if (name, shown) in seen:
            continue
        seen.add((name, shown))
        step = script.steps[name]
        shown = shown or step.card is not None
        if step.ask is not None or step.ends:
            found.append((step, shown))
        else:
            waiting += [(target, shown) for target in _silently(step)]
    return found


def _ends_soon(script: Script, step: Step) -> bool:
    level = {step.id}
    for _ in range(MOST_ASKS_TO_END + 1):
        prompts = [prompt for name in level for prompt, _ in _first_prompts(script, name)]
        if any(prompt.ends for prompt in prompts):
            return True
        level = {route.go for prompt in prompts for route in ways(prompt) if route.go is not None}
    return False


def _danger(script: Manuscript) -> Iterator[Finding]:
    table = script.safety_head.items.get("risk")
    for category, node in (table.items if table else {}).items():
        for tier, place in node.items.items():
            start = script.script.risk[category, tier]
            if tier == "now" and not _shows_card(script.script, start):
                hint = "write `card:` on the steps before its first question"
                message = f"danger now ({category}) is met without help lines"
                yield fault(place, "MR116", message, hint)
            if _returns_silently(script.script, start):
                hint = "ask how to go on before `return:`"
                message = f"danger ({category}) goes back to the talk without a question"
                yield fault(place, "MR122", message, hint)


def _returns_silently(script: Script, start: str) -> bool:
    passed, waiting = set(), [start]
    while waiting:
        step = script.steps[waiting.pop()]
        if step.id in passed or step.ask is not None or step.ends:
            continue
        passed.add(step.id)
        if any(route.back is not None for route in step.next):
            return True
        waiting += _silently(step)
    return False


def _rules(script: Manuscript) -> Iterator[Finding]:
    """Rules are known by their ids; of two with the same one only the first would call."""
    table = script.head.items.get("watch")
    seen: set[str] = set()
    for rules in table.items.values() if table else ():
        for rule in rules.entries:
            name = rule.items["id"].text if "id" in rule.items else ""
            if name and name in seen:
                hint = "give it an id of its own"
                yield fault(rule.items["id"], "MR174", f"two rules are called “{name}”", hint)
            seen.add(name)
