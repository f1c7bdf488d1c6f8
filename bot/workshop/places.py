"""Where everything of a script stands in its files, and how its guards are written.

Keys are the ids that coverage counts, behind their kind: `state …`, `choice …`, `line …`,
`route …`, `stage …`, `rule …`.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from msgspec import Struct

from bot.loading.tree import Node
from bot.script import Bubble, Route, Step
from bot.workshop.lints.manuscript import Manuscript
from bot.workshop.remade import alternative


class Place(Struct, frozen=True):
    """One place.

    Attributes:
        file: as the loader names it; of shared files with `safety/` before it.
        line: counted from 1.
        when: the guard as it is written; empty without one.
    """

    file: str
    line: int
    when: str = ""


def places(manuscript: Manuscript) -> Mapping[str, Place]:
    """Find every step, route, choice, line, stage and rule."""
    found: dict[str, Place] = {}
    for spoken in manuscript.spoken:
        found.setdefault(f"line {spoken.line}", Place(spoken.node.file, spoken.node.line))
    for step_id, key in manuscript.keys.items():
        found[f"state {step_id}"] = Place(key.file, key.line)
    for name, node in _all(manuscript):
        found[name] = Place(node.file, node.line, _when(node))
    return found


def _all(manuscript: Manuscript) -> Iterator[tuple[str, Node]]:
    for step in manuscript.script.steps.values():
        node = manuscript.nodes[step.id]
        yield from _of_step(step, node)
        for option, item in manuscript.options(step):
            yield f"choice {step.id}.{option.id}", item
            yield from _of_bubble(option.say, item.items.get("say"))
            if option.route is not None:
                yield f"route {option.route.id}", item
    for node in manuscript.files.values():
        name, only = node.items.get("stage") or node.items.get("flow"), node.items.get("only")
        if name is not None and only is not None:
            stage = manuscript.script.stages[name.text]
            yield f"stage {stage.id}", only
            yield from _of_bubble(stage.otherwise_say, only.items.get("say"))
    yield from _rules(manuscript)


def _rules(manuscript: Manuscript) -> Iterator[tuple[str, Node]]:
    watch = manuscript.head.items.get("watch")
    for name, rules in manuscript.script.watch.items():
        written = watch.items[name].entries if watch is not None else []
        for rule, node in zip(rules, written, strict=True):
            yield f"rule {rule.id}", node


def _of_step(step: Step, node: Node) -> Iterator[tuple[str, Node]]:
    items = node.items
    for bubble, said in zip(step.say, _listed(items.get("say")), strict=False):
        yield from _of_bubble(bubble, said)
    yield from _of_bubble(step.why, items.get("why"))
    for routes, key in ((step.next, "next"), (step.flagged, "flagged")):
        for route, written in zip(routes, _listed(items.get(key)), strict=False):
            yield from _of_route(route, written)
    for single, key in ((step.skip, "skip"), (step.unsure, "unsure")):
        if single is not None and key in items:
            yield from _of_route(single, items[key])


def _of_route(route: Route, node: Node) -> Iterator[tuple[str, Node]]:
    yield f"route {route.id}", node
    yield from _of_bubble(route.say, node.items.get("say"))


def _of_bubble(bubble: Bubble | None, node: Node | None) -> Iterator[tuple[str, Node]]:
    """Give the lines of a bubble that have guards."""
    if bubble is None or node is None:
        return
    first = node.items.get("first")
    written = first.entries if first is not None else [node]
    for number, (saying, item) in enumerate(zip_longest(bubble.sayings, written), 1):
        if saying is not None and item is not None and saying.when is not None:
            yield alternative(saying.id, number), item


def _listed(node: Node | None) -> list[Node]:
    if node is None:
        return []
    return node.entries if isinstance(node.value, list) else [node]


def _when(node: Node) -> str:
    when = node.items.get("when")
    return " ".join(when.text.split()) if when is not None else ""
