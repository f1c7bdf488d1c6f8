"""Finds a short talk that breaks a property, by playing the real guide.

The explored configurations say how far from trouble a talk is; so the nearest talk is led on first,
and of equally near ones the one that is newest. What the found one can do without is left out.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from heapq import heappop, heappush
from itertools import count

from bot.values import Session, Value
from bot.workshop.nearness import Nearness
from bot.workshop.novelty import Novelty
from bot.workshop.trial import Trial, Trials

LARGEST_CUT = 16  # turns that are left out at once


def shortest(
    trials: Trials, nearness: Nearness, most: int, *, is_plain: bool = False
) -> Trial | None:
    """Look for the talk with the fewest turns, while trying no more than some.

    Talks that agree in what the property looks at count as the same.

    Args:
        trials: leads talks.
        nearness: guesses how far they are.
        most: how many turns are tried.
        is_plain: people only answer and skip.
    """
    return _Shortest(trials, nearness, is_plain=is_plain).found([trials.begun()], most)


def newest(
    trials: Trials, nearness: Nearness, most: int, known: Iterable[Trial] = ()
) -> Trial | None:
    """Look for any talk, from the beginning and from known ones."""
    return _Newest(trials, nearness).found([trials.begun(), *known], most)


class _Queue(ABC):
    """Talks that wait to be led on, the most promising first."""

    def __init__(self, trials: Trials, nearness: Nearness, *, is_plain: bool = False) -> None:
        self.trials, self.nearness, self.is_plain = trials, nearness, is_plain
        self.settle = trials.twin.domains.settle
        self.waiting: list[tuple[int, int, int, Trial]] = []
        self.seen: set[object] = set()
        self.order = count()

    def found(self, first: Iterable[Trial], most: int) -> Trial | None:
        """Give the first talk that meets the goal."""
        for talk in first:
            self.push(talk)
        last = self.trials.tried + most
        while self.waiting and self.trials.tried < last:
            talk = heappop(self.waiting)[-1]
            if self.trials.is_met(talk):
                return talk
            for given in self.trials.inputs(talk.session, is_plain=self.is_plain):
                further = self.trials.taken(talk, given)
                if further is not None:
                    self.push(further)
        return None

    def push(self, talk: Trial) -> None:
        """Let a talk wait, unless one like it was there."""
        session = talk.session
        last = session.trail[-1].step if session.trail else ""
        parts = [*self.held(session).items(), ("stack", session.stack), ("seen", talk.ghost),
                 ("tries", min(session.tries, 2)), ("back", last)]  # fmt: skip
        key = (session.step, session.skips, frozenset(parts))
        if key not in self.seen:
            self.seen.add(key)
            left = 0 if self.trials.is_met(talk) else self.nearness.guess(talk.session, talk.ghost)
            heappush(self.waiting, (self.rank(talk, left, parts), left, next(self.order), talk))

    @abstractmethod
    def held(self, session: Session) -> dict[str, Value]:
        """Give what tells a talk from others at the same step."""

    @abstractmethod
    def rank(self, talk: Trial, left: int, parts: Iterable[object]) -> int:
        """Say how promising a talk is: the least first, of these the nearest."""


class _Shortest(_Queue):
    """The fewest turns so far and still to go come first."""

    def held(self, session: Session) -> dict[str, Value]:
        return self.nearness.settled(session)

    def rank(self, talk: Trial, left: int, parts: Iterable[object]) -> int:  # noqa: ARG002
        return talk.turns + left


class _Newest(_Queue):
    """What is new among those as near comes first; then what is near."""

    def __init__(self, trials: Trials, nearness: Nearness) -> None:
        super().__init__(trials, nearness)
        self.novelty = Novelty()

    def held(self, session: Session) -> dict[str, Value]:
        settle, held = self.settle, session.values
        return {n: settle(n, v, session.at) for n, v in held.items() if n != "answer"}

    def rank(self, talk: Trial, left: int, parts: Iterable[object]) -> int:
        return self.novelty.of(left, talk.session.step, parts)


def shortened(trials: Trials, talk: Trial) -> Trial:
    """Leave out what a talk meets its goal without, many turns at a time and at last one."""
    size = LARGEST_CUT
    while size:
        inputs, at = [one.spoken.given for one in talk.line()[1:]], 0
        while at < len(inputs):
            rest = inputs[:at] + inputs[at + size :]
            shorter = trials.reaching(rest)
            if shorter is None:
                at += 1
            else:
                talk = shorter
                inputs = [one.spoken.given for one in talk.line()[1:]]
        size //= 2
    return talk
