"""Reads a head: variables, bands, watch rules, commands, decks, feelings, cards."""

from collections.abc import Mapping
from typing import cast, get_args

from msgspec.structs import replace

from bot.loading.catalog import Catalog
from bot.loading.desk import Desk, flag
from bot.loading.grammar import KEYS
from bot.loading.tree import Findings, Node
from bot.script import (
    CommandRule,
    Rule,
    Saying,
    Variable,
    VariableKind,
)
from bot.values import Category, Choice, Family, Tier, Value

VARIABLE_KINDS: tuple[str, ...] = get_args(VariableKind)
BUILT_IN = (
    Variable("answer", "choice"),
    Variable("away", "choice", ids=("moments", "hours", "days", "month")),
    Variable("risk_tier", "counter", top=3, sticky=True, start=0),
    Variable("risk_kind", "choice", ids=get_args(Category), sticky=True),
    Variable("counting", "flag", sticky=True),
    Variable("counted", "flag"),
)
"""What the engine keeps itself: the last answer, the time away, how grave the danger is (0–3),
whether steps are counted here, and whether this person said yes to that."""
SHOWS_WAS = ("short", "undone")
"""Asides that may show `{{ was }}`: what was typed, or what is undone."""
STARTS: Mapping[str, Value] = {"flag": False, "counter": 0}


def read_variables(node: Node | None, findings: Findings, catalog: Catalog) -> dict[str, Variable]:
    """Read the declared variables by name; words that one starts with are translated."""
    found: dict[str, Variable] = {}
    for name, entry in (node.items if node else {}).items():
        variable = _variable(name, entry, findings)
        if variable is None:
            continue
        if variable.kind == "words" and isinstance(variable.start, str):
            start = catalog.text(f"variables.{name}/start", variable.start, entry.items["start"])
            variable = replace(variable, start=start)
        found[name] = variable
    return found


def _variable(name: str, node: Node, findings: Findings) -> Variable | None:
    kinds = [key for key in node.items if key in VARIABLE_KINDS] or [node.text]
    kind = kinds[0]
    if kind not in VARIABLE_KINDS or len(kinds) != 1:
        hint = f"write one of: {', '.join(VARIABLE_KINDS)}"
        findings.add(node, "MR010", f"“{name}” has no kind", hint)
        return None
    if node.items:
        findings.unknown_keys(node, (kind, *KEYS["variable"]), "variable")
    detail = node.items.get(kind, node)
    if kind == "choice" and not detail.entries and detail.text != "regions":
        findings.add(detail, "MR011", f"“{name}” needs its ids", "write {choice: [one, two]}")
    if kind == "counter" and not isinstance(detail.value, int):
        findings.add(detail, "MR011", f"“{name}” needs its top", "write {counter: 3}")
    before = node.items.get("before")
    start = node.items["start"].value if "start" in node.items else STARTS.get(kind)
    return Variable(
        name=name,
        kind=cast("VariableKind", kind),
        ids=tuple(entry.text for entry in detail.entries) if kind == "choice" else (),
        top=detail.value if kind == "counter" and isinstance(detail.value, int) else 0,
        before=before.text if before else None,
        sticky=kind == "lock" or flag(node.items.get("sticky")),
        start=start if isinstance(start, str | int) else STARTS.get(kind),
    )


def check_before(node: Node | None, variables: Mapping[str, Variable], findings: Findings) -> None:
    """A rating's `before` must be another rating."""
    for name, entry in (node.items if node else {}).items():
        before = entry.items.get("before")
        other = variables.get(before.text) if before else None
        if before is not None and (other is None or other.kind != "rating"):
            hint = f"declare `{before.text}: rating`"
            findings.add(before, "MR012", f"“{name}” keeps its last value in no rating", hint)


def read_bands(node: Node | None, findings: Findings) -> dict[str, dict[str, tuple[int, int]]]:
    """Read the named ranges of ratings."""
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for name, bands in (node.items if node else {}).items():
        found[name] = {}
        for band, edges in bands.items.items():
            ends = [entry.value for entry in edges.entries if isinstance(entry.value, int)]
            if len(ends) != 2 or not 0 <= ends[0] <= ends[1] <= 10:
                findings.add(edges, "MR013", f"“{band}” is not a range", "write such as [3, 6]")
                continue
            found[name][band] = (ends[0], ends[1])
    return found


def read_watch(desk: Desk, node: Node | None) -> dict[str, tuple[Rule, ...]]:
    """Read the rules that run each time a variable is answered."""
    found: dict[str, tuple[Rule, ...]] = {}
    for name, rules in (node.items if node else {}).items():
        if name not in desk.scope.variables:
            desk.findings.add(
                rules, "MR014", f"“{name}” is not declared", "declare it in variables"
            )
        found[name] = tuple(
            _rule(desk, rule, f"{name}{i}") for i, rule in enumerate(rules.entries, 1)
        )
    return found


def _rule(desk: Desk, node: Node, default_id: str) -> Rule:
    desk.findings.unknown_keys(node, KEYS["rule"], "watch rule")
    call = node.items.get("call")
    return Rule(
        id=node.items["id"].text if "id" in node.items else default_id,
        when=desk.guard(node.items.get("when")),
        effects=desk.effects(node.items.get("set")),
        call=desk.target(call, ".", is_call=True) if call else None,
    )


def read_commands(desk: Desk, node: Node | None) -> dict[str, CommandRule]:
    """Read what the commands do; help and stop must be there."""
    place = node or Node({}, "script.yaml", 1, 1)
    desk.findings.unknown_keys(place, KEYS["commands"], "command table")
    for needed in ("help", "stop", "pause", "toomuch", "return"):
        if needed not in place.items:
            hint = f"add `{needed}: {{call: …}}` to `commands`"
            desk.findings.add(place, "MR015", f"the command “{needed}” is missing", hint)
    return {name: rule for name, entry in place.items.items() if (rule := _command(desk, entry))}


def _command(desk: Desk, node: Node) -> CommandRule | None:
    desk.findings.unknown_keys(node, KEYS["command"], "command")
    call = node.items.get("call")
    if call is None:
        desk.findings.add(node, "MR015", "a command calls a side flow", "write {call: flow}")
        return None
    after = node.items.get("after")
    if after is not None and not isinstance(after.value, int):
        desk.findings.add(after, "MR042", "this must be a whole number", "such as 3")
    return CommandRule(
        call=desk.target(call, ".", is_call=True),
        effects=desk.effects(node.items.get("set")),
        after=after.value if after is not None and isinstance(after.value, int) else 0,
    )


def read_decks(desk: Desk, node: Node | None) -> dict[str, Saying]:
    """Read the wordings of the engine's own lines."""
    place = node or Node({}, "script.yaml", 1, 1)
    desk.findings.unknown_keys(place, KEYS["decks"], "deck")
    for missing in (name for name in KEYS["decks"] if name not in place.items):
        desk.findings.add(place, "MR016", f"the deck “{missing}” is missing", "add wordings for it")
    return {
        name: desk.saying(entry, f"guide.{name}", extra=("was",))
        for name, entry in place.items.items()
    }


def read_danger(desk: Desk, safety: Node) -> dict[str, Saying]:
    """Read the engine's own lines inside the safety flows; none of them must be there."""
    node = safety.items.get("decks")
    if node is None:
        return {}
    desk.findings.unknown_keys(node, (*KEYS["decks"], "young", "numbers"), "deck")
    return {name: desk.saying(entry, f"danger.{name}") for name, entry in node.items.items()}


def read_asides(desk: Desk, node: Node | None) -> dict[str, Saying]:
    """Read what the guide answers to what is beside the point; a script may have none of it."""
    if node is None:
        return {}
    desk.findings.unknown_keys(node, KEYS["asides"], "aside")
    return {
        name: desk.saying(entry, f"aside.{name}", extra=("was",) if name in SHOWS_WAS else ())
        for name, entry in node.items.items()
    }


def read_undone(desk: Desk, node: Node | None) -> dict[str, str]:
    """Read what variables are called when “back” empties them again."""
    found = {}
    for name, entry in (node.items if node else {}).items():
        if name not in desk.scope.variables:
            hint = "declare it in variables"
            desk.findings.add(entry, "MR014", f"“{name}” is not declared", hint)
        found[name] = desk.label(f"undone.{name}/label", entry)
    return found


def read_name(desk: Desk, node: Node | None, kind: VariableKind) -> str:
    """Read the name of a variable that has a part of its own; empty where there is none."""
    if node is None:
        return ""
    variable = desk.scope.variables.get(node.text)
    if variable is None or variable.kind != kind:
        hint = f"declare `{node.text}: {kind}`"
        desk.findings.add(node, "MR014", f"“{node.text}” is not declared as {kind}", hint)
    return node.text


def read_families(desk: Desk, node: Node | None) -> tuple[Family, ...]:
    """Read the families of feeling and their shades; a shade's id is `family.shade`."""
    return tuple(
        Family(name, _label(desk, f"feelings.{name}", entry), _shades(desk, name, entry))
        for name, entry in (node.items if node else {}).items()
    )


def _shades(desk: Desk, family: str, node: Node) -> tuple[Choice, ...]:
    shades = node.items.get("shades")
    return tuple(
        Choice(f"{family}.{shade}", desk.label(f"feelings.{family}.{shade}/label", label))
        for shade, label in (shades.items if shades else {}).items()
    )


def read_choices(desk: Desk, node: Node | None, group: str) -> tuple[Choice, ...]:
    """Read ids with labels, such as areas of the body or cards with what they are about."""
    return tuple(
        Choice(
            name,
            _label(desk, f"{group}.{name}", entry),
            desk.label(f"{group}.{name}/about", entry.items["about"])
            if "about" in entry.items
            else "",
        )
        for name, entry in (node.items if node else {}).items()
    )


def _label(desk: Desk, context: str, node: Node) -> str:
    return desk.label(f"{context}/label", node.items.get("label", node))


def read_risk(desk: Desk, node: Node | None) -> dict[tuple[str, str], str]:
    """Read where danger leads. A tier not given takes the next graver one, else a milder."""
    order: tuple[str, ...] = get_args(Tier)
    found: dict[tuple[str, str], str] = {}
    place = node or Node({}, "safety.yaml", 1, 1)
    desk.findings.unknown_keys(place, get_args(Category), "table of dangers")
    for category in get_args(Category):
        ways = place.items.get(category)
        if ways is not None:
            desk.findings.unknown_keys(ways, order, "danger")
        given = {
            tier: desk.target(node, ".", is_call=True)
            for tier, node in (ways.items if ways else {}).items()
            if tier in order
        }
        if not given:
            desk.findings.add(place, "MR019", f"“{category}” leads nowhere", "add {act: flow.step}")
            continue
        for tier in order:
            graver = order[: order.index(tier) + 1][::-1]
            milder = order[order.index(tier) + 1 :]
            found[category, tier] = next(given[t] for t in (*graver, *milder) if t in given)
    return found
