"""The explored graph, seen from its prompts: which acts there are, and where they may lead."""

from collections.abc import Callable, Collection, Iterator

from bot.script import Script
from bot.workshop.bitspace import Bits
from bot.workshop.explore import Exploration
from bot.workshop.move import SAME, Move
from bot.workshop.place import Place, hall_of

ANSWERS = ("answer", "pass")


class Lines:
    """What can be done at each prompt, and where a talk may rest after it.

    Attributes:
        exploration: what was explored.
        prompts: the prompts and ends that a talk may be at, with their steps.
        tongues: the same script in other languages.
    """

    def __init__(self, exploration: Exploration, tongues: tuple[Script, ...] = ()) -> None:
        self.tongues = tongues
        self.exploration, self.graph = exploration, exploration.graph
        self.script = self.graph.script
        self.prompts = {p: s for p, s in self.graph.prompts() if exploration.found[p]}
        self._bits = {place: 1 << number for number, place in enumerate(self.prompts)}
        skips = self.script.commands.get("skips")
        self._detour = (
            skips.call if skips else ""
        )  # some skips lead there, and the next one goes on
        self._calls: dict[Place, list[tuple[Move, Place]]] = {}
        self._onward = {
            start: [end for end, rules in exploration.rules_from(start) if end.kind[:2] != "un"
                    and any(exploration.found[start] & rule.mask for rule in rules)]
            for start in self.graph.edges
            if start.kind in WITHIN and exploration.found[start]
        }  # fmt: skip
        self._rests = self._closed()

    def bit(self, place: Place) -> Bits:
        """Give the set of one prompt."""
        return self._bits[place]

    def rests(self, place: Place) -> Bits:
        """Give the prompts that a talk at a point within a turn may come to."""
        return self._bits[place] if place.kind == "at" else self._rests.get(place, 0)

    def acts(self, place: Place) -> Iterator[tuple[Move, Place]]:
        """Give every move that can be taken at a prompt, and where it leads first."""
        call = Place("call", hall_of(self.script, place.name), place.caller)
        if call not in self._calls:
            self._calls[call] = list(self._moves(call))
        yield from self._moves(place)
        yield from self._calls[call]

    def ranks(self, sorts: Collection[str]) -> dict[Place, int]:
        """Give how many acts of some sorts lead from a prompt to an end, however they come out."""
        acts = {place: self._sure(place, sorts) for place in self.prompts}
        ranks = {place: 0 for place, step in self.prompts.items() if step.ends}
        done, rank = sum(self._bits[place] for place in ranks), 0
        while True:
            rank += 1
            new = [place for place, ways in acts.items() if place not in ranks
                   and any(way and not way & ~done for way in ways)]  # fmt: skip
            if not new:
                return ranks
            ranks |= dict.fromkeys(new, rank)
            done |= sum(self._bits[place] for place in new)

    def passes_by(self, place: Place, is_wanted: Callable[[str], bool]) -> bool:
        """Tell whether a talk may come to rest without entering a step that is wanted."""
        seen, waiting = {place}, [place]
        while waiting:
            one = waiting.pop()
            if one.kind == "at":
                return True
            if one.kind == "arrive" and is_wanted(one.name):
                continue
            waiting += [end for end in self._onward.get(one, ()) if end not in seen]
            seen.update(self._onward.get(one, ()))
        return False

    def circles(self) -> list[Place]:
        """Give the points from which a turn may go on for ever.

        Returns alone end, as each of them leaves a flow that was open.
        """
        going = self._going(self._onward)
        while len(going) > len(ending := self._ending(going)):
            going = self._going(ending)
        if any(self._calls_within(start, going) for start in going):
            return list(going)
        return list(self._going({p: e for p, e in going.items() if p.kind != "return"}))

    def _ending(self, going: Collection[Place]) -> set[Place]:
        """Leave out flows that are left only for others: each time one less is open."""
        found = {place for place in going if place.kind != "unwind"}
        while True:
            more = {place for place in going if not found.isdisjoint(self._onward[place])} - found
            if not more:
                return found
            found |= more

    def _going(self, places: Collection[Place]) -> dict[Place, Bits]:
        found = self.exploration.found
        going, before = {place: found[place] for place in places}, None
        while going != before:
            before = going
            going = {place: bits for place in before
                     if (bits := before[place] & self._leading(place, before))}  # fmt: skip
        return going

    def _calls_within(self, start: Place, going: Collection[Place]) -> bool:
        """Tell whether a move of a circle calls a flow."""
        return any(
            move is not None and move.pushed
            for end in self._onward[start] if end in going
            for move, _ in self.graph.edges[start][end]
        )  # fmt: skip

    def kept_in_flows(self) -> list[Place]:
        """Give the prompts of side flows from where no answers lead back or to an end for certain.

        Back is where the flow was called from: a way out to any other place doesn't count.
        """
        stages = self.script.stages
        flows = [p for p, s in self.prompts.items() if stages[s.stage].is_flow and not s.ends]
        out = sum(self._bits[p] for p, s in self.prompts.items() if s.ends)
        left = {place: self._sure(place, ANSWERS, is_left_by_return=True) for place in flows}
        while True:
            new = [p for p, ways in left.items() if any(not way & ~out for way in ways)]
            if not new:
                return list(left)
            out |= sum(self._bits[place] for place in new)
            for place in new:
                del left[place]

    def _leading(self, place: Place, going: dict[Place, Bits]) -> Bits:
        found = 0
        for end, rules in self.exploration.rules_from(place):
            if end in going:
                found |= self.exploration.leading(place, end, rules, going[end])
        return found

    def _moves(self, place: Place) -> Iterator[tuple[Move, Place]]:
        bits, mask = self.exploration.found[place], self.exploration.maker.mask
        for end, legs in self.graph.edges.get(place, {}).items() if bits else ():
            for move, undoes in legs:
                if move is not None and not undoes and bits & mask(move):
                    yield move, end

    def _sure(
        self, place: Place, sorts: Collection[str], *, is_left_by_return: bool = False
    ) -> list[Bits]:
        """Give where the acts lead that a prompt always takes: no choice with a `when`."""
        ask = self.prompts[place].ask
        loose = {o.id for o in ask.options if o.when is not None} if ask else set()
        ways: dict[tuple[str, str], Bits] = {}
        for move, end in self.acts(place):
            is_detour = move.sort == "pass" and move.state == self._detour
            if move.sort in sorts and move.act not in loose and not is_detour:
                rests = self._flow_rests(place, move, end) if is_left_by_return else self.rests(end)
                ways[move.sort, move.act] = ways.get((move.sort, move.act), 0) | rests
        return list(ways.values())

    def _flow_rests(self, place: Place, move: Move, end: Place) -> Bits:
        """Give where a talk may rest, but for what is behind a return out of this flow."""
        found, seen, waiting = self._asked_again(place, [move]), {end}, [end]
        while waiting:
            one = waiting.pop()
            if one.kind == "at":
                found |= self._bits[one]
            elif one.kind != "return" or one.caller != place.caller:
                new = [e for e in self._onward.get(one, ()) if e not in seen]
                for after in new:
                    legs = self.graph.edges[one][after]
                    found |= self._asked_again(place, [m for m, _ in legs if m is not None])
                seen.update(new)
                waiting += new
        return found

    def _asked_again(self, place: Place, moves: list[Move]) -> Bits:
        """Give the prompt itself where another flow is called that comes back to it."""
        calls = (m.pushed[-1].resume == "ask" for m in moves if m.pushed and m.base == SAME)
        return self._bits[place] if any(calls) else 0

    def _closed(self) -> dict[Place, Bits]:
        """Give the prompts behind each point within a turn."""
        found = dict.fromkeys(self._onward, 0)
        before: dict[Place, list[Place]] = {}
        for start, ends in self._onward.items():
            for end in ends:
                before.setdefault(end, []).append(start)
        waiting = [place for place in self.prompts if place in before]
        while waiting:
            end = waiting.pop()
            rests = self.rests(end) if end.kind == "at" else found[end]
            for start in before.get(end, ()):
                if rests & ~found[start]:
                    found[start] |= rests
                    waiting.append(start)
        return found


WITHIN = ("call", "arrive", "rest", "return", "resume", "unwind", "restored")
