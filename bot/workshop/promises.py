"""What every script must keep, whatever it is about: ends, help, the commands, no way to be stuck.

Each promise is shown on the graph of all moves. A place can be left well when some act leads on
well however it comes out, so that nothing is taken for granted that a variable decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from bot.script import Guard, Slot, Step
from bot.workshop.bitspace import Bits
from bot.workshop.domains import NOW, Domains, Known, Lazy, branches
from bot.workshop.explore import Exploration
from bot.workshop.graph import Place, hall_of
from bot.workshop.probe import Move

Act = tuple[str, str]
SORTS_OF_ANSWERS = ("answer", "pass")
CLOSED = ("choice", "choices")  # asks that only what is offered can answer


class Fault(Struct, frozen=True):
    """Where a promise is broken.

    Attributes:
        says: what is wrong.
        place: the prompt it shows at, if it shows at one.
        bits: which configurations there.
    """

    says: str
    place: Place | None = None
    bits: Bits = 0


class Promise(Struct, frozen=True):
    """A promise and how it is looked after."""

    id: str
    says: str
    faults: Callable[["Lines"], Iterator[Fault]]


class Lines:
    """The explored graph, seen from its prompts: which acts there are and where they may lead."""

    def __init__(self, exploration: Exploration) -> None:
        self.exploration, self.graph = exploration, exploration.graph
        self.script = self.graph.script
        self.prompts = {p: s for p, s in self.graph.prompts() if exploration.found[p]}
        self._ends: dict[Place, set[Place]] = {}
        self._acts: dict[Place, dict[Act, list[tuple[Move, set[Place]]]]] = {}

    def acts(self, place: Place) -> dict[Act, list[tuple[Move, set[Place]]]]:
        """Give every act at a prompt: each move that can be taken, and where it may rest."""
        if place in self._acts:
            return self._acts[place]
        found: dict[Act, list[tuple[Move, set[Place]]]] = defaultdict(list)
        starts = (place, Place("call", hall_of(self.script, place.name), place.caller))
        for start in starts:
            bits = self.exploration.found[place]
            for end, legs in self.graph.edges.get(start, {}).items():
                for move, undoes in legs:
                    if move is not None and not undoes and bits & self.exploration.mask(move):
                        found[move.sort, move.act].append((move, self._rests(end)))
        self._acts[place] = found
        return found

    def _rests(self, place: Place) -> set[Place]:
        """Give the prompts that a point within a turn may come to."""
        if place.kind == "at":
            return {place}
        if place not in self._ends:
            self._ends[place] = set()  # a return that leads to itself adds nothing
            ways = self.graph.edges[place].items()
            ends = [end for end, legs in ways if any(not undoes for _, undoes in legs)]
            self._ends[place] = {rest for end in ends for rest in self._rests(end)}
        return self._ends[place]

    def sure(self, place: Place, sorts: Iterable[str]) -> list[list[tuple[Move, set[Place]]]]:
        """Give the acts of some sorts that a prompt always takes: no choice with a `when`."""
        ask = self.prompts[place].ask
        loose = {o.id for o in ask.options if o.when is not None} if ask else set()
        acts = self.acts(place).items()
        return [ways for (sort, act), ways in acts if sort in sorts and act not in loose]

    def ranks(self, goal: set[Place], sorts: Iterable[str]) -> dict[Place, int]:
        """Give how many acts of some sorts lead from a prompt to a goal, however they come out."""
        acts = {
            place: [{r for _, rests in ways for r in rests} for ways in self.sure(place, sorts)]
            for place in self.prompts
        }
        ranks, rank, grown = dict.fromkeys(goal, 0), 0, True
        while grown:
            rank += 1
            reached = [p for p, ways in acts.items() if p not in ranks
                       and any(way and way <= ranks.keys() for way in ways)]  # fmt: skip
            ranks |= dict.fromkeys(reached, rank)
            grown = bool(reached)
        return ranks

    def ends(self) -> set[Place]:
        """Give the places where a talk has ended."""
        return {place for place, step in self.prompts.items() if step.ends}


def _ending(lines: Lines) -> Iterator[Fault]:
    ranks = lines.ranks(lines.ends(), ("answer", "pass", "command"))
    for place in lines.prompts.keys() - ranks.keys():
        yield Fault(f"no way leads from {place.name} to an end for certain", place)


def _help(lines: Lines) -> Iterator[Fault]:
    for place in lines.prompts:
        ways = lines.acts(place).get(("command", "help"), [])
        steps = lines.script.steps
        shows = [any(n in steps and steps[n].card for n in (*m.path, m.state)) for m, _ in ways]
        if not ways or not all(shows):
            yield Fault(f"help at {place.name} shows no card", place)


def _two(lines: Lines) -> Iterator[Fault]:
    ended = lines.ends()
    after = {p: {r for _, rests in lines.acts(p).get(("command", "stop"), []) for r in rests}
             for p in lines.prompts}  # fmt: skip
    for place, rests in after.items():
        left = {r for r in rests if r not in ended}
        is_kept = not rests or any(not after.get(r) or after[r] - ended for r in left)
        if place not in ended and is_kept:
            yield Fault(f"“stop” twice doesn't end the talk from {place.name}", place)


def _accepted(lines: Lines) -> Iterator[Fault]:
    for place, step in lines.prompts.items():
        if step.ends:
            continue
        acts = lines.acts(place)
        for act in (("pass", "skip"), ("command", "stop")):
            taken = 0
            for move, _ in acts.get(act, []):
                taken |= lines.exploration.mask(move) if not move.error else 0
            missing = lines.exploration.found[place] & ~taken
            if missing:
                yield Fault(f"“{act[1]}” isn't accepted at {place.name}", place, missing)


def _loops(lines: Lines) -> Iterator[Fault]:
    for place in lines.prompts:
        for (_, act), ways in lines.acts(place).items():
            for move, _ in ways:
                if move.error:
                    bits = lines.exploration.found[place] & lines.exploration.mask(move)
                    yield Fault(f"“{act}” at {place.name}: {move.error}", place, bits)


def _stuck(lines: Lines) -> Iterator[Fault]:
    domains = lines.graph.twin.domains
    for place, step in lines.prompts.items():
        whens = [option.when for option in step.ask.options] if step.ask else []
        if not whens or None in whens or step.ask is None or step.ask.kind not in CLOSED:
            continue
        shut = _all_shut([when for when in whens if when is not None], domains)
        bits = lines.exploration.space.any_of(shut) & lines.exploration.found[place]
        if bits:
            yield Fault(f"nothing can be answered at {place.name}", place, bits)


def _all_shut(guards: list[Guard], domains: Domains) -> list[Known]:
    """Give the ways in which no guard of some is true."""

    def is_any(known: Known) -> bool:
        env = Lazy({"now": NOW, **{str(name): value for name, value in known.items()}})
        return any(guard(env) is True for guard in guards)

    return [known for known, answer in branches(is_any, domains, {}) if not answer]


def _asked(lines: Lines) -> Iterator[Fault]:
    for place, step in lines.prompts.items():
        if step.ends:
            continue
        for move, rests in lines.acts(place).get(("pass", "unreadable again"), []):
            if rests == {place} and not move.pushed:
                yield Fault(f"{place.name} asks again after three unreadable answers", place)


def _named(lines: Lines) -> Iterator[Fault]:
    script = lines.script
    for step in script.steps.values():
        for name, line in _slots(step):
            if name not in script.variables:
                yield Fault(f"{line} shows “{name}”, which isn't declared")


def _slots(step: Step) -> Iterator[tuple[str, str]]:
    bubbles = [*step.say, *(r.say for r in step.next if r.say), *([step.why] if step.why else [])]
    sayings = [saying for bubble in bubbles for saying in bubble.sayings]
    sayings += [s for s in (step.again, step.reask, step.hints) if s is not None]
    for saying in sayings:
        for wording in saying.wordings:
            yield from ((part.name, saying.id) for part in wording.parts if isinstance(part, Slot))


def _reached(lines: Lines) -> Iterator[Fault]:
    walked: set[str] = set()
    for start, ends in lines.graph.edges.items():
        bits = lines.exploration.found[start]
        for end, legs in ends.items():
            for move, undoes in legs:
                if move is not None and not undoes and bits & lines.exploration.mask(move):
                    walked |= {*move.path, end.name}
    for name in _all_names(lines):
        if name not in walked:
            yield Fault(f"no talk can come to {name}")


def _all_names(lines: Lines) -> Iterator[str]:
    """Name what must be reachable; the last of several routes may be an “else” that never comes."""
    for step in lines.script.steps.values():
        yield step.id
        yield from (route.id for route in (step.next[:-1] if len(step.next) > 1 else step.next))
        yield from (o.route.id for o in (step.ask.options if step.ask else ()) if o.route)


def _returning(lines: Lines) -> Iterator[Fault]:
    stages = lines.script.stages
    flows = {p for p, s in lines.prompts.items() if stages[s.stage].is_flow and not s.ends}
    done: set[Place] = set()
    while grown := {p for p in flows - done if _is_left(lines, p, done)}:
        done |= grown
    for place in flows - done:
        yield Fault(f"no answer leads out of the side flow from {place.name} for certain", place)


def _is_left(lines: Lines, place: Place, done: set[Place]) -> bool:
    """Tell whether some answer leaves the flow, or leads on to a prompt from which one does."""
    acts = lines.sure(place, SORTS_OF_ANSWERS)
    return any(all(_leaves(lines, place, m, rests, done) for m, rests in ways) for ways in acts)


def _leaves(lines: Lines, place: Place, move: Move, rests: set[Place], done: set[Place]) -> bool:
    if move.way is not None or rests <= done:
        return True
    if move.pushed:  # another flow, which has its own promise; then this one goes on
        return move.pushed[0].resume != "ask" and place != Place("at", move.state, place.caller)
    steps = lines.script.steps
    return all(steps[r.name].ends or steps[r.name].stage != steps[place.name].stage for r in rests)


PROMISES = (
    Promise("ending-reachable", "From everywhere, some way leads to an end.", _ending),
    Promise("help-in-one", "Help lines are one action away, everywhere and always.", _help),
    Promise("end-in-two", "“Stop”, said twice at most, ends the talk from everywhere.", _two),
    Promise("commands-accepted", "Skip and stop are accepted at every prompt.", _accepted),
    Promise("no-loop", "No turn goes round in circles, and none breaks off.", _loops),
    Promise("no-dead-end", "At every prompt something can be answered.", _stuck),
    Promise("re-asks-bounded", "A third answer that can't be read is let go, kindly.", _asked),
    Promise("names-defined", "No line shows a name that isn't declared.", _named),
    Promise("all-reachable", "Every step and every way can be come to.", _reached),
    Promise("flows-return", "Every side flow is left by answering, or ends the talk.", _returning),
)
