"""Checks of variables: declared and used, given before they are shown, shown as they can be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.errors import Finding
from bot.expressions import CONSTANTS
from bot.loading.head import BUILT_IN
from bot.loading.tree import Node
from bot.scope import ExpressionError
from bot.script import Effect, Script, Step
from bot.workshop.lints.guards import domain, names_in
from bot.workshop.lints.manuscript import Manuscript, Spoken, fault, warning, ways

KEPT_BY_THE_ENGINE = frozenset(variable.name for variable in BUILT_IN)
SET_BY_SCRIPTS = frozenset(("risk_tier", "risk_kind", "counted"))
"""Of those, what a script may set: danger that is over, and a yes to being counted."""
NEVER_SHOWN = ("flag", "lock")


@dataclass(slots=True)
class Uses:
    """Which names are read, which get a value, and where values are set."""

    read: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    bands: set[tuple[str, str]] = field(default_factory=set)
    places: list[tuple[str, Node]] = field(default_factory=list)


def check_names(script: Manuscript) -> Iterator[Finding]:
    """Check every name."""
    uses = gathered(script)
    yield from _unused(script, uses)
    yield from _starts(script)
    yield from _unused_tables(script, uses)
    for name, place in uses.places:
        if name in KEPT_BY_THE_ENGINE - SET_BY_SCRIPTS:
            hint = "use a variable of your own"
            yield fault(place, "MR137", f"the engine itself keeps “{name}”", hint)
    yield from _shown(script)


def gathered(script: Manuscript) -> Uses:
    """Gather every use of a name."""
    uses = Uses()
    for tree in (script.head, script.safety_head, *script.files.values()):
        _gather(tree, "", uses)
    for spoken in script.spoken:
        uses.read |= {slot.name for slot in spoken.slots}
    for step in script.script.steps.values():
        ask = step.ask
        named = (ask.into, ask.cue, ask.habits) if ask is not None else ()
        uses.given |= {name for name in named if name}
        uses.read |= {ask.among} if ask is not None and ask.among else set()
    uses.read |= {slot.words for slot in script.script.narrative.slots} | {script.script.plain}
    uses.given |= {script.script.plain, script.script.parked}
    for variable in script.script.variables.values():
        if variable.before is not None:
            uses.given.add(variable.before)
        if variable.start not in (None, False, 0):
            uses.given.add(variable.name)
    return uses


def _gather(node: Node, key: str, uses: Uses) -> None:
    if key == "set":
        for name, value in node.items.items():
            uses.given.add(name)
            uses.places.append((name, node.keys[name]))
            uses.read |= _names(value.text) - {name}
        return
    for name, item in node.items.items():
        if name == "when" and item.text:
            uses.read |= _names(item.text)
            uses.bands |= _bands_of(item.text)
        if key == "picked":
            _gather(item, "set", uses)
        elif key == "without":
            uses.read |= _names(item.text)
        else:
            _gather(item, name, uses)
    for entry in node.entries:
        _gather(entry, "", uses)


def _names(source: str) -> frozenset[str]:
    try:
        return names_in(source) if source else frozenset()
    except ExpressionError:
        return frozenset()  # words given to a variable need not be an expression


def _bands_of(source: str) -> set[tuple[str, str]]:
    words = source.replace("(", " ").replace(")", " ").split()
    return {(words[i - 1], words[i + 1]) for i in range(1, len(words) - 1) if words[i] == "is"}


def _unused(script: Manuscript, uses: Uses) -> Iterator[Finding]:
    """Tell of the dialogue's own names; those of safety may serve another dialogue."""
    table = script.head.items.get("variables")
    watched = set(script.script.watch)
    for name, place in (table.keys if table else {}).items():
        is_read, is_set = name in uses.read or name in watched, name in uses.given
        if not is_read and not is_set:
            yield warning(place, "MR133", f"“{name}” is never used", "remove it, or use it")
        elif not is_set:
            hint = "let an ask or a `set` give it a value"
            yield warning(place, "MR134", f"“{name}” never gets a value", hint)
        elif not is_read:
            hint = "use it in a guard or a line, or don't keep it"
            yield warning(place, "MR136", f"“{name}” is kept and never looked at", hint)


def _starts(script: Manuscript) -> Iterator[Finding]:
    table = script.head.items.get("variables")
    for name, entry in (table.items if table else {}).items():
        start = entry.items.get("start")
        if start is None or start.value is None:
            continue
        variable = script.script.variables[name]
        known = [str(value) for value in domain(script.scope, name) if value is not None]
        fits = start.text in known or (variable.kind == "flag" and start.text in CONSTANTS)
        if variable.kind in ("rating", "counter", "choice", "flag") and not fits:
            hint = f"write one of: {', '.join(known)}"
            yield fault(start, "MR175", f"“{name}” can't start as {start.text}", hint)


def _unused_tables(script: Manuscript, uses: Uses) -> Iterator[Finding]:
    asks = [step.ask for step, _ in script.asking if step.ask is not None]
    decks, kinds = {ask.deck for ask in asks}, {ask.kind for ask in asks}
    cards = script.head.items.get("cards")
    for name, place in (cards.keys if cards else {}).items():
        if name not in decks:
            yield warning(place, "MR139", f"the cards “{name}” are never shown", "ask for them")
    for key, kind in (("feelings", "feelings"), ("body", "body")):
        if key in script.head.keys and kind not in kinds:
            place = script.head.keys[key]
            yield warning(place, "MR139", f"`{key}` is never asked for", "ask for it, or remove it")
    bands = script.head.items.get("bands")
    for name, entry in (bands.items if bands else {}).items():
        if not any(used == name for used, _ in uses.bands):
            hint = "test it with “is”, or remove it"
            place = bands.keys[name] if bands else entry
            yield warning(place, "MR138", f"no guard uses the bands of “{name}”", hint)


def _shown(script: Manuscript) -> Iterator[Finding]:
    reach = _Reach(script.script)
    owns = {s.ask.into for s in script.script.steps.values() if s.ask and s.ask.kind == "approve"}
    for spoken in script.spoken:
        for slot in spoken.slots:
            variable = script.script.variables.get(slot.name)
            if variable is None:
                continue  # the engine's own, such as `was`
            if variable.kind in NEVER_SHOWN:
                hint = "use it in a `when:`; a line shows words, ids and numbers"
                message = f"“{slot.name}” is a {variable.kind} and can't be shown"
                yield fault(spoken.node, "MR135", message, hint)
            elif variable.start is None and not (
                slot.name == script.script.parked or reach.may_show(slot.name, spoken)
            ):
                hint = "ask for it on the way here, or leave it out"
                message = f"“{slot.name}” can't be given yet where this is said"
                yield fault(spoken.node, "MR151", message, hint)
            is_long = variable.kind == "words" and not slot.is_cut and variable.name not in owns
            if is_long and spoken.part != "glue":
                hint = f"write {{{{ {slot.name} | clause }}}}"
                message = f"all of “{slot.name}” stands in a line, however long it is"
                yield warning(spoken.node, "MR152", message, hint)


class _Reach:
    """Where a value can have come from: which steps lie behind which.

    A side flow that a command, danger or a watch rule calls may be visited at any time; what it
    sets may be given everywhere, and what it shows may have been set anywhere.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.sets = {step.id: frozenset(_sets(step)) for step in script.steps.values()}
        self.onward: dict[str, set[str]] = {s.id: set(_onward(s)) for s in script.steps.values()}
        for stage in script.stages.values():
            for step in script.steps.values():
                if step.stage == stage.id and stage.otherwise:
                    self.onward[step.id].add(stage.otherwise)
        self.callers: dict[str, set[str]] = {}
        for step in script.steps.values():
            for target in (route.call for route in ways(step) if route.call is not None):
                self.callers.setdefault(script.steps[target].stage, set()).add(step.id)
        self.anywhere = self._anywhere()
        self.known: dict[str, frozenset[str] | None] = {}

    def may_show(self, name: str, spoken: Spoken) -> bool:
        """Tell whether a variable can be given when a wording is said."""
        step = spoken.step
        if step is None or step.id in self.anywhere:
            return True
        if name not in self.known:
            self.known[name] = self._given_in(name)
        given = self.known[name]
        own = spoken.part in ("choice", "route") and name in self.sets[step.id]
        return given is None or step.id in given or own or name in {e.name for e in step.effects}

    def _given_in(self, name: str) -> frozenset[str] | None:
        """Give the steps at which a variable may be given; None for all."""
        setters = [s for s in self.script.steps.values() if name in self.sets[s.id]]
        ratings = [v.name for v in self.script.variables.values() if v.before == name]
        setters += [s for s in self.script.steps.values() for r in ratings if r in self.sets[s.id]]
        if any(effect.name == name for effect in self._effects_anywhere()):
            return None
        if name == "region" or any(step.id in self.anywhere for step in setters):
            return None
        waiting = [step.id for step in setters]
        for step in setters:
            waiting += self.callers.get(step.stage, ())
        behind: set[str] = set()
        while waiting:
            for target in self.onward[waiting.pop()]:
                if target not in behind:
                    behind.add(target)
                    waiting += [target, *self.callers.get(self.script.steps[target].stage, ())]
        return frozenset(behind)

    def _effects_anywhere(self) -> Iterator[Effect]:
        for command in self.script.commands.values():
            yield from command.effects
        for rules in self.script.watch.values():
            for rule in rules:
                yield from rule.effects

    def _anywhere(self) -> frozenset[str]:
        waiting = [rule.call for rule in self.script.commands.values()]
        for rules in self.script.watch.values():
            waiting += [rule.call for rule in rules if rule.call is not None]
        waiting += self.script.risk.values()
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            is_flow = self.script.stages[self.script.steps[name].stage].is_flow
            if name not in found and is_flow:
                found.add(name)
                waiting += self.onward[name]
        return frozenset(found)


def _onward(step: Step) -> Iterator[str]:
    for route in ways(step):
        yield from (name for name in (route.go, route.call) if name is not None)
        if route.then not in ("ask", "next"):
            yield route.then


def _sets(step: Step) -> Mapping[str, None]:
    """Name what a step may give a value to."""
    found = dict.fromkeys(effect.name for effect in step.effects)
    for route in ways(step):
        found |= dict.fromkeys(effect.name for effect in route.effects)
    if step.ask is not None:
        found |= {step.ask.into: None} if step.ask.into is not None else {}
        for option in step.ask.options:
            found |= dict.fromkeys(effect.name for effect in option.effects)
        for effects in step.ask.marks.values():
            found |= dict.fromkeys(effect.name for effect in effects)
    return found
