"""Coverage as LCOV tracefiles, which editors and code hosts show beside the script's lines.

Each line of a script where something can be reached is a line of the record, each guard a branch
with two outcomes. Format: geninfo(1) of LCOV 1.16.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from bot.workshop.coverage import Coverage
from bot.workshop.places import Place

KINDS = {"states": "state", "transitions": "route", "choices": "choice", "lines": "line"}


def marks(coverage: Coverage, where: Mapping[str, Place]) -> Iterator[tuple[Place, str, bool]]:
    """Give everything that has a place in a file, what it is, and whether it was reached."""
    shares = dict(coverage.shares())
    for name, kind in KINDS.items():
        share = shares[name]
        for one in share.all:
            place = where.get(f"{kind} {one}") or where.get(_rule(one))
            if place is not None:
                yield place, f"{kind} {one}", one in share.reached
    for one in coverage.guards.all:
        guard, _, outcome = one.rpartition(" ")
        if guard in where:
            says = "true" if outcome == "yes" else "not true"
            yield where[guard], f"guard {guard} {says}", one in coverage.guards.reached


def missing(coverage: Coverage, where: Mapping[str, Place]) -> list[tuple[Place, str]]:
    """Give what was not reached, in the order of the files."""
    missed = {(p.file, p.line, what): p for p, what, is_reached in marks(coverage, where)
              if not is_reached}  # fmt: skip
    return [(missed[key], key[2]) for key in sorted(missed)]


def lcov(coverage: Coverage, where: Mapping[str, Place], path: Callable[[str], str]) -> str:
    """Write a tracefile.

    Args:
        coverage: what was reached.
        where: places of the script.
        path: gives a file's path from its name.
    """
    lines: dict[str, dict[int, bool]] = defaultdict(dict)
    branches: dict[str, list[str]] = defaultdict(list)
    for place, what, is_reached in sorted(marks(coverage, where), key=lambda mark: mark[1]):
        there = lines[place.file]
        if what.startswith("guard "):
            number = f"{len(branches[place.file]) // 2},{len(branches[place.file]) % 2}"
            branches[place.file].append(f"BRDA:{place.line},{number},{int(is_reached)}")
        else:
            there[place.line] = there.get(place.line, False) or is_reached
    return "".join(_record(path(f), lines[f], branches[f], coverage.dialog) for f in sorted(lines))


def _record(path: str, lines: Mapping[int, bool], branches: list[str], dialog: str) -> str:
    taken = sum(branch.endswith(",1") for branch in branches)
    rows = [
        f"TN:{dialog}",
        f"SF:{path}",
        *branches,
        f"BRF:{len(branches)}",
        f"BRH:{taken}",
        *(f"DA:{line},{int(is_reached)}" for line, is_reached in sorted(lines.items())),
        f"LF:{len(lines)}",
        f"LH:{sum(lines.values())}",
        "end_of_record",
    ]
    return "\n".join(rows) + "\n"


def _rule(transition: str) -> str:
    """Name the place of a rule that was followed, or of a stage that turned a talk away."""
    kind, _, name = transition.partition(".")
    return {"watch": f"rule {name}", "barred": f"stage {name}"}.get(kind, "")
