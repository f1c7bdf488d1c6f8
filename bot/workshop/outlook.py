"""The explored graph, seen from its prompts: which acts there are, and where they may lead."""

from collections.abc import Callable, Collection, Iterator

from bot.workshop.bitspace import Bits
from bot.workshop.explore import Exploration
from bot.workshop.graph import Place, hall_of
from bot.workshop.probe import Move

ANSWERS = ("answer", "pass")


class Lines:
    """What can be done at each prompt, and where a talk may rest after it.

    Attributes:
        exploration: what was explored.
        prompts: the prompts and ends that a talk may be at, with their steps.
    """

    def __init__(self, exploration: Exploration) -> None:
        self.exploration, self.graph = exploration, exploration.graph
        self.script = self.graph.script
        self.prompts = {p: s for p, s in self.graph.prompts() if exploration.found[p]}
        self._bits = {place: 1 << number for number, place in enumerate(self.prompts)}
        skips = self.script.commands.get("skips")
        self._detour = skips.call if skips else ""  # some skips lead there, and the next one goes on
        self._calls: dict[Place, list[tuple[Move, Place]]] = {}
        self._onward = {
            start: [end for end, rules in ends.items() if end.kind[:2] != "un"
                    and any(exploration.found[start] & rule[0] for rule in rules)]
            for start, ends in exploration.rules.items()
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
            new = [place for place, ways in acts.items()
                   if place not in ranks and any(way and not way & ~done for way in ways)]  # fmt: skip
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

    def longest_turns(self, most: int) -> list[Place]:
        """Give the points at which a turn may go on for more than so many steps."""
        found = self.exploration.found
        going = {place: found[place] for place in self._onward}
        for _ in range(most):
            going = {
                place: bits for place in going
                if (bits := found[place] & self._leading(place, going))
            }  # fmt: skip
            if not going:
                return []
        return list(going)

    def kept_in_flows(self) -> list[Place]:
        """Give the prompts of side flows that no answers lead out of, however they come out."""
        stages = self.script.stages
        flows = [p for p, s in self.prompts.items() if stages[s.stage].is_flow and not s.ends]
        out = sum(self._bits[p] for p in self.prompts) & ~sum(self._bits[p] for p in flows)
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
        for end, ways in self.exploration.rules[place].items():
            if end in going:
                for rule in ways:
                    found |= self.exploration.before(going[end], rule)
        return found

    def _moves(self, place: Place) -> Iterator[tuple[Move, Place]]:
        bits, mask = self.exploration.found[place], self.exploration.mask
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
        found, seen, waiting = 0, {end}, [end]
        while waiting:
            one = waiting.pop()
            if one.kind == "at":
                found |= self._bits[one]
                calls = one.caller not in (None, place.caller)
                if calls and one.caller is not None and one.caller.resume == "ask":
                    found |= self._bits[place]  # it called another flow, and is asked again
            elif one.kind != "return" or one.caller != place.caller:
                new = [e for e in self._onward.get(one, ()) if e not in seen]
                seen.update(new)
                waiting += new
        return found

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


WITHIN = ("call", "arrive", "rest", "return", "restored")
