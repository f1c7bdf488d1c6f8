"""Proves a script's properties: all that can happen is explored; what fails is shown as a talk."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from bot.loader import load_dialog
from bot.script import Env, Guard, Script
from bot.workshop.backwards import Distances
from bot.workshop.bitspace import Bits
from bot.workshop.domains import sources
from bot.workshop.explore import GHOST, Exploration, Ghost
from bot.workshop.graph import Graph, Place
from bot.workshop.promises import PROMISES, Fault, Lines
from bot.workshop.properties import (
    Never,
    Tap,
    Wanted,
    fits,
    ghost_of,
    guard_of,
    read_wanted,
    unknown_names,
)
from bot.workshop.search import Goal, search
from bot.workshop.twin import Twin

Told = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done and how much there is."""


class Property(Struct, frozen=True, omit_defaults=True):
    """What came of one property.

    Attributes:
        id: its short name.
        says: the promise in plain words.
        holds: it was proved.
        why: what breaks it, or what kept it from being decided.
        is_decided: whether it was; an undecided property doesn't hold, and has no counterexample.
        counterexample: the shortest talk that breaks it, as a `.chat` file.
    """

    id: str
    says: str
    holds: bool
    why: str = ""
    is_decided: bool = True
    counterexample: str | None = None


class Proof(Struct, frozen=True):
    """What was explored and what came of it.

    Attributes:
        configurations: places a talk can rest at, times what the chosen variables can hold there.
        edges: moves between them.
        properties: each with its outcome.
        longest: how many answers at most lead from any prompt to an end.
        complete: every property was decided.
    """

    configurations: int
    edges: int
    properties: tuple[Property, ...]
    longest: int
    complete: bool

    @property
    def holds(self) -> bool:
        """Tell whether every property was proved."""
        return all(one.holds for one in self.properties)


def prove_folder(folder: Path, safety: Path, told: Told | None = None) -> Proof:
    """Prove the properties of a script folder: ours, and those in its `proofs/`.

    Raises:
        ScriptError: the script can't be loaded.
        ConfigError: a property can't be read.
    """
    return prove(load_dialog(folder, safety), read_wanted(folder), told)


def prove(script: Script, wanted: Iterable[Wanted] = (), told: Told | None = None) -> Proof:
    """Prove that a script keeps our promises and an author's properties.

    Args:
        script: what is proved.
        wanted: what should hold besides the promises that every script must keep.
        told: hears of the progress.

    Raises:
        ConfigError: a property speaks of something that the script doesn't have.
    """
    return _Proving(script, tuple(wanted), told or (lambda *_: None)).proof()


class _Proving:
    """One proof while it is made."""

    def __init__(self, script: Script, wanted: tuple[Wanted, ...], told: Told) -> None:
        self.script, self.wanted, self.told = script, wanted, told
        self.graph = Graph(script, lambda done, all_: told("running every act", done, all_))
        self.configurations = self.edges = 0

    def proof(self) -> Proof:
        guards = {one.id: guard_of(one, self.script) for one in self.wanted}
        base = self._explored(self._shared(guards))
        lines = Lines(base)
        found = [self._promise(promise.id, promise.says, list(promise.faults(lines)), base)
                 for promise in PROMISES]  # fmt: skip
        for number, one in enumerate(self.wanted):
            self.told("proving", number, len(self.wanted))
            found.append(self._wanted(one, guards[one.id], base))
        ranks = lines.ranks(lines.ends(), ("answer", "pass"))
        longest = max(ranks.values(), default=0)
        complete = all(one.is_decided for one in found)
        return Proof(self.configurations, self.edges, tuple(found), longest, complete)

    def _shared(self, guards: dict[str, Guard | None]) -> tuple[str, ...]:
        """Name the variables that one exploration looks at, for all properties about states."""
        found: dict[str, None] = {}
        for one in self.wanted:
            if isinstance(one.form, Never):
                found |= dict.fromkeys(self._names(one, guards[one.id]))
        return self._with_sources(found | dict.fromkeys(self._stopping()))

    def _with_sources(self, names: Iterable[str]) -> tuple[str, ...]:
        """Add the flags whose values are put into these."""
        variables, from_ = self.script.variables, sources(self.script)
        found = dict.fromkeys(names)
        for name in list(found):
            found |= {n: None for n in sorted(from_.get(name, ())) if variables[n].kind == "flag"}
        return tuple(found)

    def _stopping(self) -> list[str]:
        """Name the variables that can keep a “stop” from ending the talk at once."""
        found: dict[str, None] = {}
        for move in self.graph.moves_by_call("stop"):
            if not self.script.steps[move.state].ends:
                facts = self.graph.twin.meant(move.known)
                found |= {str(n): None for _, ways in facts for way in ways for n in way}
        return sorted(found)

    def _names(self, one: Wanted, guard: Guard | None) -> list[str]:
        """Name the variables a property looks at: its own, and those that keep its places."""
        twin = self.graph.twin
        names = dict.fromkeys(one.tracks)
        if guard is not None:
            names |= dict.fromkeys(sorted(reads_of(twin, guard)))
        form = one.form
        for stage in self.script.stages.values():
            steps = [s.id for s in self.script.steps.values() if s.stage == stage.id]
            if isinstance(form, Never) and stage.only is not None and fits(steps, form.place):
                names |= dict.fromkeys(sorted(reads_of(twin, stage.only)))
        return list(self._with_sources(names))

    def _explored(
        self, names: Iterable[str], ghost: Ghost | None = None, gate: Guard | None = None
    ) -> Exploration:
        done = Exploration(self.graph, names, ghost, gate)
        self.configurations += done.configurations
        self.edges += done.edges
        return done

    def _promise(self, id_: str, says: str, faults: list[Fault], base: Exploration) -> Property:
        if not faults:
            return Property(id_, says, holds=True)
        why = "; ".join(dict.fromkeys(fault.says for fault in faults[:8]))
        for fault in faults[:1]:
            if fault.place is not None:
                name = fault.place.name
                goal = Goal(partial(_is_at, name))
                bad = {p: base.found[p] for p, _ in self.graph.prompts() if p.name == name}
                return self._shown(Property(id_, says, holds=False, why=why), base, bad, goal)
        return Property(id_, says, holds=False, why=why)

    def _wanted(self, one: Wanted, guard: Guard | None, base: Exploration) -> Property:
        strange = list(unknown_names(one, self.script))
        if strange:
            return Property(one.id, one.says, holds=False, is_decided=False,
                            why=f"the script has no {', '.join(strange)}")  # fmt: skip
        if isinstance(one.form, Never) and guard is not None:
            return self._never(one, one.form, guard, base)
        ghost, broken = ghost_of(one)
        gate = guard if isinstance(one.form, Tap) else None
        space = self._explored(self._names(one, guard), ghost, gate)
        bad = {p: bits for p, _ in self.graph.prompts()
               if (bits := space.found[p] & space.space.where(GHOST, broken))}  # fmt: skip
        goal = Goal(lambda _step, _values, seen: seen == broken, ghost, gate)
        return self._shown(Property(one.id, one.says, holds=False), space, bad, goal)

    def _never(self, one: Wanted, form: Never, guard: Guard, base: Exploration) -> Property:
        mask = base.true_in(guard)
        bad = {p: bits for p, _ in self.graph.prompts()
               if fits((p.name,), form.place) and (bits := base.found[p] & mask)}  # fmt: skip
        goal = Goal(lambda step, env, _: fits((step,), form.place) and guard(env) is True)
        return self._shown(Property(one.id, one.says, holds=False), base, bad, goal)

    def _shown(
        self, broken: Property, space: Exploration, bad: Mapping[Place, Bits], goal: Goal
    ) -> Property:
        """Turn what was found into an outcome, with the shortest talk that gets there."""
        if not bad:
            return structs.replace(broken, holds=True, why="")
        where = ", ".join(sorted({place.name for place in bad})[:6])
        why = broken.why or f"it may break at {where}"
        self.told(f"looking for a talk that breaks “{broken.id}”", 0, 1)
        distances = Distances(space, bad)
        chat = search(self.script, self.graph.twin, distances, goal, title=broken.says)
        if chat is None:
            why += "; no talk was found that does, so this is neither proved nor refuted"
        return structs.replace(broken, why=why, is_decided=chat is not None, counterexample=chat)


def _is_at(name: str, step: str, _env: Env, _seen: int) -> bool:
    return step == name


def reads_of(twin: Twin, guard: Guard) -> frozenset[str]:
    """Name the variables of a script that a guard looks at."""
    return frozenset(name for name in twin.reads(guard) if name in twin.domains.kinds)
