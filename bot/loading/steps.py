"""Reads the stages and their steps."""

from msgspec.structs import replace

from bot.loading.asks import AskReader
from bot.loading.desk import Desk, flag
from bot.loading.grammar import KEYS
from bot.loading.routes import WAYS, read_route, read_routes
from bot.loading.tree import Node
from bot.script import AskSpec, Bubble, Guard, Route, Saying, Stage, Step

DOES = ("feel", "think", "do")
CARDS = ("help", "suicide", "self_harm", "harm_others", "abuse", "medical", "psychosis", "eating",
         "withdrawal", "third_party", "minor", "danger", "writing")  # fmt: skip


def read_stage(desk: Desk, node: Node, *, is_safety: bool) -> Stage:
    """Read a stage's own keys; its steps are read by `read_step`."""
    desk.findings.unknown_keys(node, KEYS["stage"], "stage file")
    is_flow = "flow" in node.items
    stage_id = node.items["flow" if is_flow else "stage"].text
    only, otherwise, say = _only(desk, node.items.get("only"), stage_id)
    title = node.items.get("title")
    return Stage(
        id=stage_id,
        title=title.text if title else stage_id,
        is_flow=is_flow,
        first=desk.places.first.get(stage_id, ""),
        is_safety=is_safety,
        only=only,
        otherwise=otherwise,
        otherwise_say=say,
    )


def _only(desk: Desk, node: Node | None, stage: str) -> tuple[Guard | None, str, Bubble | None]:
    if node is None:
        return None, "", None
    desk.findings.unknown_keys(node, KEYS["only"], "`only`")
    way = node.items.get("otherwise")
    if "when" not in node.items or way is None:
        desk.findings.add(
            node, "MR060", "`only` needs a guard and a way out", "add when and otherwise"
        )
        return None, "", None
    otherwise = desk.target(way, f"{stage}.")
    if otherwise.partition(".")[0] == stage:
        hint = "name a step of another stage"
        desk.findings.add(way, "MR061", "the way out leads back into the same stage", hint)
    say = node.items.get("say")
    bubble = desk.bubble(say, f"{stage}.otherwise") if say else None
    return desk.guard(node.items["when"]), otherwise, bubble


def read_step(desk: Desk, asks: AskReader, node: Node, stage: str, name: str) -> Step:
    """Read one step."""
    step_id, items = f"{stage}.{name}", node.items
    if not isinstance(node.value, dict):
        desk.findings.add(node, "MR062", f"the step “{name}” is empty", "give it say, ask and next")
    if name == "again" or "." in name:
        hint = "use another word; `go: again` asks the same prompt once more"
        desk.findings.add(node, "MR068", f"a step can't be called “{name}”", hint)
    desk.findings.unknown_keys(node, KEYS["step"], "step")
    ask = asks.read(items["ask"], step_id) if "ask" in items else None
    unsure, hints = _unsure(desk, items.get("unsure"), step_id)
    say = desk.bubbles(items.get("say"), step_id)
    step = Step(
        id=step_id,
        stage=stage,
        purpose=items["purpose"].text if "purpose" in items else "",
        does=_does(desk, items.get("does")),
        say=say,
        next=read_routes(desk, items.get("next"), "next", step_id),
        why=_why(desk, items.get("why"), f"{step_id}.why"),
        again=_saying(desk, items.get("again"), f"{step_id}.again") or _repeatable(say),
        plain=_saying(desk, items.get("plain"), f"{step_id}.plain"),
        ask=ask,
        effects=desk.effects(items.get("set")),
        skip=read_route(desk, items["skip"], f"{step_id}.skip", step_id)
        if "skip" in items
        else None,
        unsure=unsure,
        hints=hints,
        reask=_saying(desk, items.get("reask"), f"{step_id}.reask"),
        flagged=read_routes(desk, items.get("flagged"), "flagged", step_id),
        card=_card(desk, items.get("card")),
        ends=flag(items.get("end")),
    )
    _check_ways(desk, node, step)
    return step


def _why(desk: Desk, node: Node | None, line_id: str) -> Bubble | None:
    """Read a step's reason; it stays the same, so it may be said as often as it's asked for."""
    if node is None:
        return None
    bubble = desk.bubble(node, line_id)
    return Bubble(tuple(replace(saying, is_fixed=True) for saying in bubble.sayings))


def _saying(desk: Desk, node: Node | None, line_id: str) -> Saying | None:
    return desk.saying(node, line_id) if node is not None else None


def _repeatable(say: tuple[Bubble, ...]) -> Saying | None:
    """Give the last line of a step if it is the same each time: it can ask a second time too."""
    last = say[-1].sayings if say else ()
    is_plain = len(last) == 1 and last[0].is_fixed and last[0].when is None
    return last[0] if is_plain else None


def _unsure(desk: Desk, node: Node | None, step_id: str) -> tuple[Route | None, Saying | None]:
    """A mapping with a way is a route; anything else is wordings that help out."""
    if node is None:
        return None, None
    if any(way in node.items for way in WAYS):
        return read_route(desk, node, f"{step_id}.unsure", step_id), None
    return None, desk.saying(node, f"{step_id}.unsure")


def _does(desk: Desk, node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    found = tuple(entry.text for entry in node.entries or [node])
    for word in found:
        if word not in DOES:
            desk.findings.add(node, "MR063", f"a step can't do “{word}”", "write feel, think or do")
    return found


def _card(desk: Desk, node: Node | None) -> str | None:
    if node is None:
        return None
    wanted = node.items.get("for", node).text
    if wanted not in CARDS:
        hint = f"write one of: {', '.join(CARDS)}"
        desk.findings.add(node, "MR064", f"there is no card for “{wanted}”", hint)
    return wanted


def _check_ways(desk: Desk, node: Node, step: Step) -> None:
    """A step must always have somewhere to go."""
    if step.ends:
        if step.ask or step.next:
            desk.findings.add(
                node, "MR065", "an end has no ask and no next", "remove `end` or those"
            )
        return
    if not step.say and step.ask is None and not step.next:
        desk.findings.add(node, "MR062", "the step does nothing", "give it say, ask or next")
        return
    if step.next and step.next[-1].when is None:
        _check_shadowed(desk, node, step)
        return
    if step.next:
        place = node.items["next"]
        hint = "end `next` with a route that has no `when`"
        desk.findings.add(place, "MR066", "no way out when every guard is false", hint)
        return
    if not _all_options_lead(step.ask) or step.skip is None:
        hint = "add `next`; or give every choice a way and the step a `skip`"
        desk.findings.add(node, "MR066", f"no way out of “{step.id}”", hint)


def _check_shadowed(desk: Desk, node: Node, step: Step) -> None:
    for route in step.next[:-1]:
        if route.when is None:
            hint = "put the route without `when` last"
            place = node.items["next"]
            desk.findings.add(place, "MR067", f"routes after {route.id} are never taken", hint)


def _all_options_lead(ask: AskSpec | None) -> bool:
    return (
        ask is not None
        and ask.kind == "choice"
        and bool(ask.options)
        and all(option.route is not None for option in ask.options)
    )
