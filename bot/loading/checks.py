"""Checks that need the whole script: what can be reached, and whether there is always a way out."""

from collections.abc import Iterator, Mapping

from bot.loading.tree import Findings, Node
from bot.script import Route, Stage, Step, Tables


def check_graph(
    steps: Mapping[str, Step],
    stages: Mapping[str, Stage],
    roots: Mapping[str, str],
    places: Mapping[str, Node],
    findings: Findings,
) -> None:
    """Note steps that nothing leads to, and circles from which no end can be reached.

    Args:
        roots: entry steps by what enters them: the start, commands, watch rules, danger.
    """
    onward = {step_id: set(ways(step, stages)) for step_id, step in steps.items()}
    reached = _closure(onward, (step for step in roots.values() if step in steps))
    ending = _closure(_reversed(onward), (s.id for s in steps.values() if _is_way_out(s)))
    for step_id, place in places.items():
        if step_id not in reached:
            hint = "lead a route here, or remove the step"
            findings.add(place, "MR080", f"nothing leads to “{step_id}”", hint)
        elif step_id not in ending and step_id in _closure(onward, iter(onward[step_id])):
            hint = "lead a route to a step with `end: true`, or return from the side flow"
            findings.add(place, "MR081", f"no way out of “{step_id}”", hint)


def ways(step: Step, stages: Mapping[str, Stage]) -> Iterator[str]:
    """Give every step that a step's own routes lead to."""
    for route in routes(step):
        yield from (way for way in (route.go, route.call) if way is not None)
        if route.then not in ("ask", "next"):
            yield route.then
    if stages[step.stage].otherwise:
        yield stages[step.stage].otherwise


def routes(step: Step) -> Iterator[Route]:
    """Give every route of a step."""
    yield from step.next
    yield from step.flagged
    yield from (route for route in (step.skip, step.unsure) if route is not None)
    for option in step.ask.options if step.ask else ():
        if option.route is not None:
            yield option.route


def entries(tables: Tables, start: str) -> dict[str, str]:
    """Give the steps that are entered from outside any route."""
    found = {"start": start}
    found |= {f"command {name}": rule.call for name, rule in tables.commands.items()}
    found |= {f"danger {category} {tier}": step for (category, tier), step in tables.risk.items()}
    for name, rules in tables.watch.items():
        found |= {f"watch {name} {rule.id}": rule.call for rule in rules if rule.call is not None}
    return found


def _is_way_out(step: Step) -> bool:
    return step.ends or any(route.back is not None for route in routes(step))


def _reversed(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    back: dict[str, set[str]] = {node: set() for node in graph}
    for node, targets in graph.items():
        for target in targets:
            back.setdefault(target, set()).add(node)
    return back


def _closure(graph: Mapping[str, set[str]], start: Iterator[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += graph.get(node, ())
    return found
