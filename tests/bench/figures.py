"""The figures that were promised, and a table of what was measured."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its goal.

    Attributes:
        says: what was measured.
        value: what came out.
        goal: the bound of it.
        at_least: the goal is a lower bound; else an upper one.
    """

    says: str
    value: float
    goal: float
    unit: str = ""
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is reached."""
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def fields(self) -> dict[str, Any]:
        """Give it for a program."""
        return asdict(self) | {"is_met": self.is_met}


def show(figures: Iterable[Figure]) -> None:
    """Print a table."""
    table = Table("what", "measured", "goal", "")
    for it in figures:
        sign = "≥" if it.at_least else "≤"
        goal = f"{sign} {it.goal:,g} {it.unit}".strip()
        table.add_row(it.says, f"{it.value:,.4g} {it.unit}".strip(), goal, "" if it.is_met else "✗")
    Console(width=110).print(table)
