"""The points of a proof: where a talk may be, at a prompt or within a turn."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from bot.script import Script
from bot.workshop.callers import ENDS, Caller
from bot.workshop.domains import Held
from bot.workshop.move import BENEATH, CALM, CRISIS, UNDER, Move

Kind: TypeAlias = Literal[
    "at", "call", "arrive", "rest", "return", "resume", "unwind", "restored",
    "unat", "uncall", "unarrive", "unrest", "unreturn", "unresume",
]  # fmt: skip


class Place(Struct, frozen=True, cache_hash=True):
    """A point of the exploration.

    Attributes:
        kind: `at` is a prompt or an end. Within a turn are `call` (any command or danger in a
            stage), `arrive` (a step is entered), `rest` (it is seen whether the talk may be here),
            `return` (out of a side flow), `resume` (where it was called from) and `unwind` (flows
            are left until one is found that was open already). Those that begin with `un` are
            their mirrors, by which "back" finds its way, and `restored` is where it puts the talk.
        name: a step; for `call` and `uncall` a stage.
        caller: who called what is open.
        way: how it returns; for `unwind` what is looked for.
        back: how it goes on there: as the frame has it.
    """

    kind: Kind
    name: str
    caller: Caller
    way: str = ""
    back: str = ""


MIRRORS: dict[Kind, Kind] = {
    "at": "unat", "call": "uncall", "arrive": "unarrive",
    "rest": "unrest", "return": "unreturn", "resume": "unresume",
}  # fmt: skip
FORWARD: dict[Kind, Kind] = {mirrored: kind for kind, mirrored in MIRRORS.items()}
FORWARD["restored"] = "at"

Leg: TypeAlias = tuple[Move | None, bool]
"""A move and whether it is taken back; without a move, the same talk under another name."""


def hall_of(script: Script, step: str) -> str:
    """Name the prompts at which commands and danger do the same: a stage's, or its ends."""
    one = script.steps[step]
    return f"{one.stage} {ENDS}" if one.ends else one.stage


def mirror(place: Place) -> Place:
    """Give the point by which "back" comes from a place."""
    return structs.replace(place, kind=MIRRORS[place.kind])


def forward(place: Place) -> Place:
    """Give the place that a mirror, or what "back" restores, is of."""
    return structs.replace(place, kind=FORWARD[place.kind])


def restored(place: Place) -> Place:
    """Give the point at which "back" puts a prompt back."""
    return structs.replace(place, kind="restored")


def is_unwinding(move: Move) -> bool:
    """Tell whether a move leaves flows until it comes to one that was open already."""
    is_cut = move.base.startswith((BENEATH, UNDER, CALM, CRISIS))
    return is_cut and not move.pushed and not move.error


def loose_writes(edges: Mapping[Place, Mapping[Place, Iterable[Leg]]]) -> dict[str, set[Held]]:
    """Give what turns may write that leave no place to come back to: "back" doesn't undo it."""
    waiting: list[Place] = []
    found: dict[str, set[Held]] = {}
    for start, ends in edges.items():
        for end, legs in ends.items():
            is_unmarked = _is_unmarked(start, legs)
            if is_unmarked:
                _note_writes(legs, found)
            if start.kind == "restored" or is_unmarked:
                waiting.append(end)
    seen = set(waiting)
    while waiting:
        start = waiting.pop()
        for end, legs in edges[start].items() if start.kind != "at" else ():
            _note_writes(legs, found)
            if end not in seen:
                seen.add(end)
                waiting.append(end)
    return found


def _is_unmarked(start: Place, legs: Iterable[Leg]) -> bool:
    """Tell whether a turn begins here that leaves no mark, but leaves the older ones."""
    return start.kind in ("at", "call") and any(
        move is not None
        and not move.is_marked
        and not move.is_final
        and (move.then != "stay" or move.writes)
        for move, _ in legs
    )


def _note_writes(legs: Iterable[Leg], found: dict[str, set[Held]]) -> None:
    for move, _ in legs:
        for name, value in move.writes.items() if move is not None else ():
            found.setdefault(name, set()).add(value)


def without(move: Move, names: tuple[str, ...]) -> Move:
    """Give a move for which some variables don't matter."""
    return structs.replace(move, known={n: v for n, v in move.known.items() if n not in names})


def distinct(moves: Iterable[Move]) -> list[Move]:
    """Keep one of the moves that differ only in what was done."""
    found: dict[tuple[object, ...], Move] = {}
    for move in moves:
        known, writes = frozenset(move.known.items()), frozenset(move.writes.items())
        act = move.act if move.sort == "pass" else ""
        key = (act, known, writes, move.base, move.pushed, move.state, move.then, move.way,
               move.is_marked, move.is_final, move.path, move.sort, move.error)  # fmt: skip
        found.setdefault(key, move)
    return list(found.values())
