"""A talk that shows what was found where a property is broken, for a person to read and play."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import prod
from typing import TypeAlias

from bot.script import Guard
from bot.values import Input
from bot.workshop.bitspace import Bits
from bot.workshop.chat import Head
from bot.workshop.domains import Domains, outcomes
from bot.workshop.explore import Exploration
from bot.workshop.graph import Graph
from bot.workshop.nearness import Nearness
from bot.workshop.place import Place
from bot.workshop.record import record
from bot.workshop.rules import GHOST
from bot.workshop.search import newest, shortened, shortest
from bot.workshop.trial import Goal, Trial, Trials
from bot.workshop.twin import Twin

FEW_TURNS = 15_000  # of a search: about two seconds
MANY_TURNS = 60_000
MOST_VALUATIONS = 4_000  # of an exploration that only shows the way

Talks: TypeAlias = Callable[[], Iterable[Iterable[Input]]]
"""Gives talks that were had with the script, such as its replays, each by what was done in it."""


class Witness:
    """Looks for talks that break properties.

    Args:
        graph: the script's.
        talks: talks that were had, to lead on from.
    """

    def __init__(self, graph: Graph, talks: Talks | None = None) -> None:
        self.graph, self._talks = graph, talks
        self._had: tuple[tuple[Input, ...], ...] | None = None

    def chat(
        self, space: Exploration, bad: Mapping[Place, Bits], goal: Goal, *, title: str
    ) -> str | None:
        """Give a talk that meets a goal, as a `.chat` file; None when none was found.

        Args:
            space: what was explored for the property.
            bad: where in it the property is broken.
            goal: what the talk has to come to.
            title: of the file.
        """
        trials = Trials(self.graph.script, self.graph.twin, goal)
        talk = self._found(trials, space, bad)
        if talk is None:
            return None
        head = Head(dialog=self.graph.script.id, title=title, tags=("counterexample",))
        return record(head, [one.spoken for one in shortened(trials, talk).line()])

    def _found(self, trials: Trials, space: Exploration, bad: Mapping[Place, Bits]) -> Trial | None:
        """Try what is quick first: few turns; what is new; talks that were had; a finer guide."""
        near = Nearness(space, bad)
        return (
            shortest(trials, near, FEW_TURNS)
            or shortest(trials, near, MANY_TURNS, is_plain=True)
            or newest(trials, near, FEW_TURNS)
            or newest(trials, near, MANY_TURNS, self._known(trials))
            or newest(trials, self._finer(space, bad, trials.goal), MANY_TURNS)
        )

    def _known(self, trials: Trials) -> Iterator[Trial]:
        if self._had is None:
            self._had = tuple(tuple(one) for one in self._talks()) if self._talks else ()
        for inputs in self._had:
            yield from trials.led(inputs)

    def _finer(self, space: Exploration, bad: Mapping[Place, Bits], goal: Goal) -> Nearness:
        """Explore with what decides where a talk may be, for nearness to tell more apart."""
        names = self._more_names(space, goal)
        finer = Exploration(self.graph, names, goal.ghost, goal.gate)
        return Nearness(finer, dict(_refound(space, bad, finer)))

    def _more_names(self, space: Exploration, goal: Goal) -> list[str]:
        domains = self.graph.twin.domains
        names = [str(name) for name in space.space.values if name != GHOST]
        size = prod(len(domains(n)) for n in names) * (goal.ghost.size if goal.ghost else 1)
        for name in deciding(self.graph.twin):
            more = size * len(domains(name))
            if name not in names and name in self.graph.moves.names and more <= MOST_VALUATIONS:
                names.append(name)
                size = more
        return names


def deciding(twin: Twin) -> list[str]:
    """Name what decides in which stages a talk may be, first what has to change for it."""
    domains, found = twin.domains, dict[str, tuple[bool, int]]()
    for stage in twin.of.stages.values():
        for name, is_met in _conditions(stage.only, domains) if stage.only is not None else ():
            found.setdefault(name, (is_met, len(domains(name))))
    return sorted(found.keys() & domains.kinds.keys(), key=lambda name: (found[name], name))


def _conditions(guard: Guard, domains: Domains) -> Iterator[tuple[str, bool]]:
    """Give what a guard looks at, and whether it can be true as a talk begins with that."""
    ways = [known for known, answer in outcomes(guard, domains) if answer is True]
    for name in {str(name) for way in ways for name in way}:
        start = domains.kinds[name].start if name in domains.kinds else None
        settled = domains.settle(name, start) if start is not None else None
        yield name, any(name not in way or way[name] == settled for way in ways)


def _refound(
    space: Exploration, bad: Mapping[Place, Bits], finer: Exploration
) -> Iterator[tuple[Place, Bits]]:
    """Give where a property is broken, in an exploration that tells more apart."""
    for place, bits in bad.items():
        left, ways = space.space.no_row(bits), []
        while left:
            ways.append(space.space.read(left))
            left &= left - 1
        found = finer.found[place] & finer.space.any_of(ways)
        if found:
            yield place, found
