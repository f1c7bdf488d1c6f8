"""Reads where a talk may go: `next`, `skip`, `unsure`, `flagged`, and the routes of choices."""

from collections.abc import Mapping
from typing import Literal

from bot.loading.desk import Desk
from bot.loading.grammar import KEYS
from bot.loading.tree import Node
from bot.script import Route

WAYS = ("go", "call", "return")
RETURNS: Mapping[str, Literal["ask", "skip", "next"]] = {
    "true": "ask",
    "yes": "ask",
    "skip": "skip",
    "next": "next",
}


def read_route(
    desk: Desk, node: Node, route_id: str, step_id: str, *, is_option: bool = False
) -> Route:
    """Read one route. An option's `when`, `say` and `set` belong to the option itself."""
    if not isinstance(node.value, dict):
        return Route(route_id, go=desk.target(node, step_id))
    items = node.items
    if not is_option:
        desk.findings.unknown_keys(node, KEYS["route"], "route")
    ways = [key for key in WAYS if key in items]
    if len(ways) != 1:
        desk.findings.add(node, "MR050", "a route goes one way", "give it one of go, call, return")
    back = items["return"].text if "return" in items else ""
    if back and back not in RETURNS:
        desk.findings.add(items["return"], "MR051", f"can't return “{back}”", "true, skip or next")
    then = items["then"].text if "then" in items else "ask"
    goes, calls = items.get("go"), items.get("call")
    return Route(
        id=route_id,
        when=None if is_option else desk.guard(items.get("when")),
        go=desk.target(goes, step_id) if goes else None,
        call=desk.target(calls, step_id, is_call=True) if calls else None,
        then=then if then in ("ask", "next") else desk.target(items["then"], step_id),
        back=RETURNS.get(back),
        say=desk.bubble(items["say"], route_id) if "say" in items and not is_option else None,
        effects=() if is_option else desk.effects(items.get("set")),
    )


def read_routes(desk: Desk, node: Node | None, name: str, step_id: str) -> tuple[Route, ...]:
    """Read a list of routes, or one; each has an id of its own."""
    if node is None:
        return ()
    entries = node.entries if isinstance(node.value, list) else [node]
    return tuple(
        read_route(desk, entry, f"{step_id}.{name}{number}", step_id)
        for number, entry in enumerate(entries, 1)
    )
