"""Finds conversations that reach what no replay reaches yet.

A walk takes, prompt by prompt, whatever brings most that is new. When nothing near is new, it goes
back to the nearest earlier prompt where something is, with the acts that led there. What is left is
headed for, by chance where several acts lead nearer; last, talks begin in the middle.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from random import Random

from msgspec import Struct

from bot.errors import AnswerRefused, SpeechError
from bot.script import Script
from bot.values import Ask, Input, Session
from bot.workshop.chat import DEFAULT_CLOCK
from bot.workshop.course import FAR, Course
from bot.workshop.coverage import came_out
from bot.workshop.midway import Midway
from bot.workshop.places import Place
from bot.workshop.reached import reachable, reached_by, stage_of
from bot.workshop.record import Spoken
from bot.workshop.replay import MOMENT, Result
from bot.workshop.spot import Spot
from bot.workshop.tries import Tries, Try
from bot.workshop.watched import Watched

MOST_ACTS = 70  # of one conversation: what a person can read at a sitting
NEAR = 3  # acts that a walk looks ahead before it goes on from elsewhere
NEAR_MIDWAY = 1  # acts that are looked ahead from the middle: most are in vain
MOST_DEPTH = 6  # acts that a search from elsewhere looks ahead
MOST_TURNS = 1_500  # turns that one search may take: some tenths of a second
MANY_TURNS = 300_000  # turns of a whole search without a limit of its own
MOST_HEADED = 60  # walks toward one step
MOST_HELD = 40  # acts of one of them
LOOKED_AT = 4  # acts of which the one is taken that leads nearest
MOST_KEPT = 4  # situations kept of each prompt, to come back to


class Faults(Struct, frozen=True):
    """Faults that nobody caught.

    Attributes:
        survivors: each as its kind and its place.
        where: the script's places, for the limits in its guards.
    """

    survivors: frozenset[str]
    where: Mapping[str, Place]

    @property
    def items(self) -> frozenset[str]:
        """Give what is to be reached."""
        return frozenset(f"fault {one}" for one in self.survivors)


class Filler:
    """Looks for what is missing.

    Attributes:
        missing: what is still not reached, each behind its kind.

    Args:
        script: the dialogue.
        tries: what can be done at a prompt.
        played: conversations that are there already.
        turns: how many turns the search may take; ten thousand are some seconds.
        faults: faults that the conversations don't catch, to come by where each would show.
    """

    def __init__(
        self,
        script: Script,
        tries: Tries,
        played: Iterable[Result],
        turns: int = MANY_TURNS,
        faults: Faults | None = None,
    ) -> None:
        self.script, self.tries, self._left = script, tries, turns
        self._headed_from, self._midway_from = turns * 3 // 4, turns // 4  # what is left then
        self._where = faults.where if faults is not None else {}
        self._watched = Watched(script, self._where)
        self._wanted = reachable(script, self._watched.guards)
        results = list(played)
        self._seen = self._reached(results)
        self._wanted |= faults.items if faults is not None else frozenset()
        self.missing = self._wanted - self._seen
        self._fresh = {stage_of(item) for item in self.missing}
        self._kept: dict[str, list[Spot]] = {}
        for result in results:
            self._keep_all(result)
        self._tired: set[tuple[object, ...]] = set()
        self._course, self._midway = Course(script), Midway(script, self._where)

    def talks(self) -> Iterator[tuple[Spoken, ...]]:
        """Give one conversation after the other, until nothing new is found."""
        start = self._opened()
        spot: Spot | None = start
        for number in count():
            spot = spot if number == 0 else self._elsewhere()
            if spot is None:
                break
            yield self._walked(spot).talk
        yield from self._headed()
        yield from self._from_midway()

    def _headed(self) -> Iterator[tuple[Spoken, ...]]:
        """Head for each step where something is missing, from prompts that were reached."""
        for target in self._targets():
            far, chance = self._course.to(target), Random(target)  # noqa: S311 - the same each time
            spots = [spot for kept in self._kept.values() for spot in kept]
            near = [spot for spot in spots if far.get(spot.session.step, FAR) <= MOST_HELD // 2]
            for _ in range(MOST_HEADED if near else 0):
                if self._left < self._midway_from or target not in self._targets():
                    break
                found = self._wandered(chance.choice(near), far, chance)
                if found is not None:
                    yield self._walked(self._gone(found)).talk

    def _targets(self) -> list[str]:
        steps = (self._midway.step_of(item) for item in self.missing)
        return sorted({step.id for step in steps if step is not None})

    def _wandered(self, spot: Spot, far: Mapping[str, int], chance: Random) -> Spot | None:
        """Go nearer, act by act, until one brings something new."""
        for _ in range(MOST_HELD):
            steps = list(self._steps(spot)) if far.get(spot.session.step) == 0 else []
            steps = steps or self._some(spot, chance)
            found = [ahead for ahead in steps if self._worth(ahead)[1]]
            if found:
                return max(found, key=self._worth)
            going = [ahead for ahead in steps if not ahead.session.ended]
            if not going or len(spot.talk) >= MOST_ACTS:
                return None
            spot = min(going, key=lambda one: far.get(one.session.step, FAR) + 2 * chance.random())
        return None

    def _some(self, spot: Spot, chance: Random) -> list[Spot]:
        tries = list(self._tries(spot))
        some = chance.sample(tries, min(LOOKED_AT, len(tries)))
        return [ahead for one in some if (ahead := self._taken(spot, one)) is not None]

    def _from_midway(self) -> Iterator[tuple[Spoken, ...]]:
        """Begin where something may be reached that no walk came by."""
        for first in self._midway.beginnings(self.missing, self._watched.prompts):
            session, ask = first.turn.session, first.turn.reply.ask
            spot = Spot((first,), session, ask, session.at, frozenset())
            if self._search(spot, NEAR_MIDWAY) is not None:
                yield self._walked(spot).talk

    # ------------------------------------------------------------------ walking

    def _walked(self, spot: Spot) -> Spot:
        """Go on from a prompt as long as there is something new ahead."""
        while len(spot.talk) < MOST_ACTS and not spot.session.ended:
            ahead = self._search(spot, NEAR)
            if ahead is None:
                break
            for one in ahead:
                spot = self._gone(one)
        return spot

    def _gone(self, spot: Spot) -> Spot:
        """Count a step of a walk, and keep the prompt to come back to."""
        if not spot.reaches <= self._seen:
            self._seen |= spot.reaches
            self.missing = self._wanted - self._seen
            self._fresh = {stage_of(item) for item in self.missing}
        self._keep(spot)
        return spot

    def _keep(self, spot: Spot) -> None:
        kept = self._kept.setdefault(spot.session.step, [])
        if len(kept) < MOST_KEPT and all(one.key != spot.key for one in kept):
            kept.append(spot)

    def _keep_all(self, result: Result) -> None:
        """Keep the prompts of a conversation that is there already, to go on from them too."""
        talk: tuple[Spoken, ...] = ()
        for spoken in (one for played in result.played for one in played.turns):
            talk = (*talk, spoken)
            turn, given = spoken.turn, spoken.given
            if talk[0].given.kind == "begin" and turn.reply.ask is not None:
                self._keep(Spot(talk, turn.session, turn.reply.ask, given.at, frozenset()))

    def _elsewhere(self) -> Spot | None:
        """Find an earlier prompt from where something new can be reached, the nearest first."""
        spots = [spot for kept in self._kept.values() for spot in kept]
        for depth in range(1, MOST_DEPTH + 1):
            for spot in sorted(spots, key=lambda spot: len(spot.talk)):
                if self._left < self._headed_from:
                    return None
                mark = (spot.key, depth)
                if mark in self._tired or len(spot.talk) >= MOST_ACTS or spot.session.ended:
                    continue
                if self._search(spot, depth) is not None:
                    return spot
                self._tired.add(mark)
        return None

    def _search(self, spot: Spot, depth: int) -> list[Spot] | None:
        """Find the nearest acts that bring something new; of equally near ones the richest."""
        if self._left <= 0:
            return None
        level: list[list[Spot]] = [[spot]]
        known, turns = {spot.key}, 0
        for _ in range(depth):
            best: tuple[tuple[bool, int], list[Spot]] = ((False, 0), [])
            following: list[list[Spot]] = []
            for way in level:
                for ahead in self._steps(way[-1]):
                    turns += 1
                    if self._worth(ahead) > best[0]:
                        best = (self._worth(ahead), [*way, ahead])
                    if ahead.key not in known and not ahead.session.ended:
                        known.add(ahead.key)
                        following.append([*way, ahead])
                if turns > MOST_TURNS:
                    break
            if best[1]:
                return best[1][1:]
            level = following
        return None

    def _worth(self, spot: Spot) -> tuple[bool, int]:
        """Say how much new an act brings; an end is worth less than anything that goes on."""
        new = len(spot.reaches - self._seen)
        return new > 0 and not spot.session.ended, new

    # ------------------------------------------------------------------ one act

    def _steps(self, spot: Spot) -> Iterator[Spot]:
        for one in self._tries(spot):
            ahead = self._taken(spot, one)
            if ahead is not None:
                yield ahead

    def _tries(self, spot: Spot) -> Iterator[Try]:
        yield from self.tries.taps(spot.ask)
        yield from self.tries.asides(spot.ask, self._commands(spot))
        yield from self._dangers(spot)

    def _commands(self, spot: Spot) -> Iterator[str]:
        """Name the commands behind which something may be new."""
        for name, rule in self.script.commands.items():
            if rule.call.partition(".")[0] in self._fresh or f"way command.{name}" in self.missing:
                yield name
        if {f"line {spot.session.step}.why", "line guide.why"} & self.missing:
            yield "why"
        if f"line {spot.session.step}.plain" in self.missing:
            yield "simpler"
        yield "back"

    def _dangers(self, spot: Spot) -> Iterator[Try]:
        """Dangers are tried where one or what is behind it is new, or where it is asked about."""
        flagged = {f"way {route.id}" for route in self.script.steps[spot.session.step].flagged}
        is_asked = bool(flagged & self.missing)
        for one in self.tries.dangers(spot.ask):
            risk = one.heard.risk
            if risk is None:
                continue
            flow = self.script.risk[risk.category, risk.tier].partition(".")[0]
            is_new = f"way danger.{risk.category}.{risk.tier}" in self.missing
            if is_asked or is_new or flow in self._fresh:
                yield one

    def _taken(self, spot: Spot, one: Try) -> Spot | None:
        at = spot.at + MOMENT + one.wait + 1000 * one.seconds
        given = Input(at=at, kind=one.kind, answer=one.answer, heard=one.heard)
        try:
            return self._led(spot.talk, spot.session, spot.ask, given)
        except (AnswerRefused, SpeechError):
            return None

    def _opened(self) -> Spot:
        return self._gone(self._led((), None, None, Input(at=DEFAULT_CLOCK, kind="begin")))

    def _led(
        self, talk: tuple[Spoken, ...], session: Session | None, ask: Ask | None, given: Input
    ) -> Spot:
        self._left -= 1
        turn, guards = self._watched.turn(session, given)
        spoken = Spoken(given, session.step if session is not None else "", ask, turn)
        faults = (f"fault {one}" for one in self._watched.would_show)
        moved = (f"fault redirect route {part}" for part in turn.path)
        guarded = (f"guard {guard}" for guard in guards)
        reaches = frozenset({*reached_by(spoken), *guarded, *faults, *moved})
        return Spot((*talk, spoken), turn.session, turn.reply.ask, given.at, reaches & self._wanted)

    def _reached(self, played: Iterable[Result]) -> frozenset[str]:
        found = list(played)
        self._watched.play(found)
        spoken = [s for result in found for one in result.played for s in one.turns]
        ways = [item for one in spoken for item in reached_by(one)]
        guards = [f"guard {guard}" for guard in came_out(self._watched.came_out)]
        return frozenset([*ways, *guards])
