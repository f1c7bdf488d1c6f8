"""What short words mean where danger is spoken of, and nowhere else: "tonight", "i took them"."""

from collections.abc import Mapping
from typing import cast

from msgspec.structs import replace

from bot.making import Making
from bot.values import Aside, Category, Heard, Risk, Tier
from bot.walk import Walk

CALL = "call"
"""The choice of calling somebody: where it is offered, “no numbers” is a no to it."""
MEANT: Mapping[Aside, tuple[frozenset[str], Category | None]] = {
    "near": (frozenset({"suicide", "harm_others"}), None),
    "when": (frozenset({"suicide", "harm_others"}), None),
    "taken": (frozenset({"suicide", "self_harm", "medical", "withdrawal"}), "medical"),
}
"""For each, in which dangers it means something, and which danger; None is the one spoken of."""


def meant(making: Making, heard: Heard) -> Heard:
    """Read what was heard against the danger that is being talked about, if one is."""
    walk = making.walk
    is_clear = heard.risk is not None and heard.risk.tier != "check"
    if not walk.in_safety or is_clear or heard.aside is None:
        return heard
    if heard.aside == "numbers" and _asks_for_a_call(making):
        return replace(heard, aside=None, answer="no", choices=())
    risk = _risk(walk, heard.aside)
    if risk is not None and (heard.aside != "when" or _asks_how_near(making)):
        return replace(heard, risk=risk)
    return heard


def _risk(walk: Walk, aside: Aside) -> Risk | None:
    kinds, category = MEANT.get(aside, (frozenset[str](), None))
    kind = walk.env.get("risk_kind")
    if kind not in kinds:
        return None
    return Risk("now", category or cast("Category", kind), f"aside.{aside}")


def _asks_for_a_call(making: Making) -> bool:
    ask = making.step.ask
    return ask is not None and any(option.id == CALL for option in ask.options)


def _asks_how_near(making: Making) -> bool:
    """Tell whether a question is one where danger, said again, means that it is near."""
    now: Tier = "now"
    near = {target for (_, tier), target in making.walk.script.risk.items() if tier == now}
    return any(route.go in near for route in making.step.flagged)
