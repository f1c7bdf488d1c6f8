"""A form's fields, read as frames of the protocol: what a stranger can send is checked there."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from bot.errors import FrameRefused
from web import wire
from web.keepsake import KINDS
from web.wire import Forget, Hello, Say, Step

LOOKS = frozenset(("begin", "look", "open", *KINDS))
"""What changes nothing: a talk is begun or opened, looked at, or taken along as a file."""
OUTCOMES = frozenset(("okay", "stop"))
LONGEST_NUMBER = 15
"""Digits that are read as a number; the wire knows which of them mean something."""

Fields: TypeAlias = Mapping[str, list[str]]


def read_hello(fields: Fields) -> Hello:
    """Read which talk is meant: the one with this key, or a new one.

    Raises:
        FrameRefused: as `wire.parse` does.
    """
    if one(fields, "do") != "begin":
        return _hello({"token": one(fields, "token")})
    asked = {name: one(fields, name) for name in ("script", "lang", "region")}
    return _hello({name: said for name, said in asked.items() if said})


def read_act(fields: Fields) -> Say | Step | Forget | None:
    """Read what is to be done there; None when the talk is only looked at.

    Raises:
        FrameRefused: as `wire.parse` does.
    """
    do = one(fields, "do")
    if do in LOOKS:
        return None
    frame = wire.parse(msgspec.json.encode(_frame(do, fields)).decode())
    if not isinstance(frame, Say | Step | Forget):
        raise FrameRefused("bad_frame", "A form answers, asks the guide, or forgets.")
    return frame


def _hello(asked: Mapping[str, str]) -> Hello:
    frame = wire.parse(msgspec.json.encode({"t": "hello", "v": 1, **asked}).decode())
    if not isinstance(frame, Hello):
        raise TypeError("A hello is read as a hello.")
    return frame


def _frame(do: str, fields: Fields) -> dict[str, Any]:
    re = one(fields, "re")
    act: dict[str, Any] = {"cid": one(fields, "cid"), "re": _number(re)}
    if step := one(fields, "step"):
        return {"t": "step", **act, "kind": step}
    if do == "forget":
        return {"t": "forget", "cid": act["cid"]}
    if choice := one(fields, "choice"):
        return {"t": "say", **act, "choice": choice}
    return {"t": "say", **act, **_ANSWERS.get(do, _text)(fields)}


def _text(fields: Fields) -> dict[str, Any]:
    return {"text": one(fields, "text")}


def _rating(fields: Fields) -> dict[str, Any]:
    given = one(fields, "same") or one(fields, "rating")
    return {"rating": _number(given)}


def _feelings(fields: Fields) -> dict[str, Any]:
    """Take the shades that were ticked, and a family only where none of its shades was."""
    finer = {family: fields[f"shade.{family}"] for family in _named(fields, "shade.")}
    coarse = [family for family in fields.get("family", []) if family not in finer]
    return {"feelings": [*coarse, *(shade for shades in finer.values() for shade in shades)]}


def _cards(fields: Fields) -> dict[str, Any]:
    return {"cards": {name: one(fields, f"card.{name}") for name in _named(fields, "card.")}}


def _exercise(fields: Fields) -> dict[str, Any]:
    outcome, seconds = one(fields, "outcome"), _number(one(fields, "seconds"))
    return {"exercise": {"outcome": outcome if outcome in OUTCOMES else "stop", "seconds": seconds}}


def _approve(fields: Fields) -> dict[str, Any]:
    verdicts: dict[str, bool | str] = {}
    for name in _named(fields, "verdict."):
        verdict, own = one(fields, f"verdict.{name}"), one(fields, f"own.{name}").strip()
        verdicts[name] = (own or False) if verdict == "change" else verdict == "keep"
    return {"approve": verdicts}


def _choices(fields: Fields) -> dict[str, Any]:
    return {"choices": fields.get("choices", [])}


_ANSWERS = {
    "rating": _rating,
    "choices": _choices,
    "feelings": _feelings,
    "cards": _cards,
    "exercise": _exercise,
    "approve": _approve,
}
"""How the answer of each kind of form is read; anything else is text."""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def _named(fields: Fields, start: str) -> list[str]:
    return [name.removeprefix(start) for name in fields if name.startswith(start)]


def one(fields: Fields, name: str) -> str:
    """Give a field that is sent once; empty when it isn't there."""
    return fields.get(name, [""])[-1]
