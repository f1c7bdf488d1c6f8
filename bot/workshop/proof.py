"""Proves a script's properties: all that can happen is explored; what fails is shown as a talk."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import prod
from pathlib import Path

from msgspec import Struct, structs

from bot.bundle import read_folder
from bot.loader import load_dialog
from bot.loading.catalog import languages
from bot.script import Env, Guard, Script
from bot.workshop.apart import apart
from bot.workshop.bitspace import Bits
from bot.workshop.explore import Exploration
from bot.workshop.graph import Graph
from bot.workshop.had import talks_in
from bot.workshop.move import Move
from bot.workshop.moves import Moves
from bot.workshop.outlook import ANSWERS, Lines
from bot.workshop.place import Place
from bot.workshop.promises import PROMISES, Fault
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
from bot.workshop.rules import GHOST, Ghost
from bot.workshop.trial import Goal
from bot.workshop.twin import Twin
from bot.workshop.witness import Talks, Witness, deciding

MOST_VALUATIONS = 5_000  # that one exploration shares; more of them cost more than a second one
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


def prove_folder(folder: Path, safety: Path, told: Told | None = None, processes: int = 1) -> Proof:
    """Prove the properties of a script folder: ours, and those in its `proofs/`.

    Args:
        folder: of the dialogue.
        safety: of the flows that all dialogues share.
        told: hears of the progress.
        processes: how many may work at once.

    Raises:
        ScriptError: the script can't be loaded.
        ConfigError: a property can't be read.
    """
    tongues = [load_dialog(folder, safety, lang) for lang in languages(read_folder(folder).files)]
    script, wanted = load_dialog(folder, safety), read_wanted(folder)
    talks = partial(talks_in, folder, script)
    return prove(script, wanted, told, tongues, processes=processes, talks=talks)


def prove(
    script: Script,
    wanted: Iterable[Wanted] = (),
    told: Told | None = None,
    tongues: Iterable[Script] = (),
    *,
    processes: int = 1,
    talks: Talks | None = None,
) -> Proof:
    """Prove that a script keeps our promises and an author's properties.

    Args:
        script: what is proved.
        wanted: what should hold besides the promises that every script must keep.
        told: hears of the progress.
        tongues: the script in other languages: their lines are looked at too.
        processes: how many may work at once.
        talks: gives talks that were had, for a counterexample to begin like one of them.

    Raises:
        ConfigError: a property speaks of something that the script doesn't have.
    """
    proving = _Proving(script, tuple(wanted), told or (lambda *_: None), talks)
    return proving.proof(tuple(tongues), processes)


class _Proving:
    """One proof while it is made."""

    def __init__(
        self, script: Script, wanted: tuple[Wanted, ...], told: Told, talks: Talks | None
    ) -> None:
        self.script, self.wanted, self.told = script, wanted, told
        self.twin = Twin(script)
        self.guards = {one.id: guard_of(one, script) for one in wanted}
        self.names = {one.id: self._names(one, self.guards[one.id]) for one in wanted}
        self.stopping = self._stopping()
        every = {name for names in self.names.values() for name in names}
        every |= {*self.stopping, *deciding(self.twin)}
        self.graph = Graph(
            Moves(self.twin, every, lambda done, all_: told("running every act", done, all_))
        )
        self.witness = Witness(self.graph, talks)
        self.configurations = self.edges = 0

    def proof(self, tongues: tuple[Script, ...], processes: int) -> Proof:
        shared = self._shared()
        base = self._explored(shared)
        lines = Lines(base, tongues)
        found = [self._promise(promise.id, promise.says, list(promise.faults(lines)), base)
                 for promise in PROMISES]  # fmt: skip
        found.append(self._ends_in_two())
        found += self._all_wanted(base, {*shared}, processes)
        ranks = lines.ranks(ANSWERS)
        longest = max(ranks.values(), default=0)
        complete = all(one.is_decided for one in found)
        return Proof(self.configurations, self.edges, tuple(found), longest, complete)

    def _all_wanted(self, base: Exploration, shared: set[str], processes: int) -> list[Property]:
        """Prove an author's properties, several at once."""

        def piece(number: int) -> tuple[Property, int, int]:
            one, before = dear[number], (self.configurations, self.edges)
            is_shared = {*self.names[one.id]} <= shared
            came = self._wanted(one, self.guards[one.id], base if is_shared else None)
            return came, self.configurations - before[0], self.edges - before[1]

        dear = sorted(self.wanted, key=lambda one: -self._size(self.names[one.id]))  # first
        count, sums = len(dear), (self.configurations, self.edges)
        found = dict[str, Property]()
        for number, (came, configurations, edges) in enumerate(apart(piece, count, processes), 1):
            sums = (sums[0] + configurations, sums[1] + edges)
            self.told("proving", number, count)
            found[came.id] = came
        self.configurations, self.edges = sums
        return [found[one.id] for one in self.wanted]

    def _shared(self) -> tuple[str, ...]:
        """Name the variables that one exploration looks at, for the properties about states."""
        found: dict[str, None] = {}
        for one in self.wanted:
            more = found | dict.fromkeys(self.names[one.id])
            if isinstance(one.form, Never) and self._size(more) <= MOST_VALUATIONS:
                found = more
        return tuple(found)

    def _size(self, names: Iterable[str]) -> int:
        return prod(len(self.twin.domains(name)) for name in names)

    def _stopping(self) -> list[str]:
        """Name the variables that decide how a “stop” goes on."""
        rule = self.script.commands.get("stop")
        stage = self.script.steps[rule.call].stage if rule is not None else ""
        found: set[str] = set()
        for step in self.script.steps.values():
            if step.stage == stage and step.ask is None:
                for route in step.next:
                    found |= reads_of(self.twin, route.when) if route.when is not None else set()
        return sorted(found)

    def _names(self, one: Wanted, guard: Guard | None) -> list[str]:
        """Name the variables a property looks at."""
        names = dict.fromkeys(one.tracks)
        if guard is not None:
            names |= dict.fromkeys(sorted(reads_of(self.twin, guard)))
        return list(names)

    def _explored(
        self, names: Iterable[str], ghost: Ghost | None = None, gate: Guard | None = None
    ) -> Exploration:
        done = Exploration(self.graph, names, ghost, gate)
        self.configurations += done.configurations
        self.edges += done.edges
        return done

    def _ends_in_two(self) -> Property:
        ghost, steps = Ghost(3, _stops), self.script.steps
        says = "“Stop”, said twice at most, ends the talk from everywhere."
        space = self._explored(self.stopping, ghost)
        bad = {p: bits for p, step in self.graph.prompts() if not step.ends
               and (bits := space.found[p] & space.space.where(GHOST, 2))}  # fmt: skip
        goal = Goal(lambda step, _values, seen: seen == 2 and not steps[step].ends, ghost)
        return self._shown(Property("end-in-two", says, holds=False), space, bad, goal)

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

    def _wanted(self, one: Wanted, guard: Guard | None, base: Exploration | None) -> Property:
        strange = list(unknown_names(one, self.script))
        if strange:
            return Property(one.id, one.says, holds=False, is_decided=False,
                            why=f"the script has no {', '.join(strange)}")  # fmt: skip
        if isinstance(one.form, Never) and guard is not None:
            base = base or self._explored(self.names[one.id])
            return self._never(one, one.form, guard, base)
        ghost, broken = ghost_of(one)
        gate = guard if isinstance(one.form, Tap) else None
        space = self._explored(self.names[one.id], ghost, gate)
        bad = {p: bits for p, _ in self.graph.prompts()
               if (bits := space.found[p] & space.space.where(GHOST, broken))}  # fmt: skip
        goal = Goal(lambda _step, _values, seen: seen == broken, ghost, gate)
        return self._shown(Property(one.id, one.says, holds=False), space, bad, goal)

    def _never(self, one: Wanted, form: Never, guard: Guard, base: Exploration) -> Property:
        mask = base.maker.true_in(guard)
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
        chat = self.witness.chat(space, bad, goal, title=broken.says)
        if chat is None:
            why += "; no talk was found that does, so this is neither proved nor refuted"
        return structs.replace(broken, why=why, is_decided=chat is not None, counterexample=chat)


def _is_at(name: str, step: str, _env: Env, _seen: int) -> bool:
    return step == name


def _stops(seen: int, move: Move | None, start: Place, end: Place) -> int:
    """Count how often “stop” was said in a row."""
    if start.kind == "at":
        return seen if end.kind == "call" else 0
    if start.kind == "call" and move is not None:
        return min(seen + 1, 2) if "command.stop" in move.path else 0
    return seen


def reads_of(twin: Twin, guard: Guard) -> frozenset[str]:
    """Name the variables of a script that a guard looks at."""
    return frozenset(name for name in twin.reads(guard) if name in twin.domains.kinds)
