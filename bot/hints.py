"""What short words mean where danger is spoken of, and nowhere else: "tonight", "i took them"."""

from collections.abc import Mapping
from typing import cast

from msgspec.structs import replace

from bot.making import Making
from bot.values import Aside, Category, Heard, Risk, Tier
from bot.walk import Walk

CALL = "call"
"""The choice of calling somebody: where it is offered, “no numbers” is a no to it."""
MISHEARD = "wrong"
"""The choice of having meant something else: “just kidding” is that, and not a plain no."""
_OWN = {"suicide": "suicide", "harm_others": "harm_others", "minor": "suicide"}
_BODY = ("suicide", "self_harm", "medical", "withdrawal", "minor")
MEANT: Mapping[Aside, Mapping[str, str]] = {
    "near": _OWN,
    "when": _OWN,
    "taken": dict.fromkeys(_BODY, "medical"),
    "done": {**dict.fromkeys(_BODY, "medical"), "self_harm": "self_harm"},
}
"""For each, which danger it is in the talk about which danger."""


def meant(making: Making, heard: Heard) -> Heard:
    """Read what was heard against the danger that is being talked about, if one is."""
    walk = making.walk
    is_clear = heard.risk is not None and heard.risk.tier != "check"
    if not walk.in_safety or is_clear or heard.aside is None:
        return heard
    if heard.aside == "numbers" and _asks_for_a_call(making):
        return replace(heard, aside=None, answer="no", choices=())
    if heard.aside == "denied":
        return _denied(making, heard)
    risk = _risk(walk, heard.aside)
    if risk is not None and (heard.aside != "when" or _asks_how_near(making)):
        return replace(heard, risk=risk)
    return heard


def _risk(walk: Walk, aside: Aside) -> Risk | None:
    category = MEANT.get(aside, {}).get(str(walk.env.get("risk_kind")))
    return Risk("now", cast("Category", category), f"aside.{aside}") if category else None


def _denied(making: Making, heard: Heard) -> Heard:
    """Take back what was said: by the choice that is there for it, else as a no."""
    offers = {option.id for option in making.step.ask.options} if making.step.ask else set()
    taken_back = (MISHEARD,) if MISHEARD in offers else ()
    return replace(heard, aside=None, answer=None if taken_back else "no", choices=taken_back)


def _asks_for_a_call(making: Making) -> bool:
    ask = making.step.ask
    return ask is not None and any(option.id == CALL for option in ask.options)


def _asks_how_near(making: Making) -> bool:
    """Tell whether a question is one where danger, said again, means that it is near."""
    now: Tier = "now"
    near = {target for (_, tier), target in making.walk.script.risk.items() if tier == now}
    return any(route.go in near for route in making.step.flagged)
