"""Checks of guards by trying every value of the variables they name: these domains are finite."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import prod

from jinja2 import nodes

from bot.errors import Finding
from bot.expressions import compile_guard, parse
from bot.loading.tree import Node
from bot.scope import AWAY, Scope
from bot.script import Env, Guard, Step
from bot.values import Value
from bot.workshop.lints.manuscript import Manuscript, fault, warning

MOST_CASES = 2_000
"""Cases of one guard or list of routes; more than that isn't tried, and nothing is claimed."""
NOW = 1  # a lock set to 2 holds then, one set to 0 doesn't


@dataclass(frozen=True, slots=True)
class Written:
    """A guard where it stands, compiled, with the names it asks for."""

    node: Node
    test: Guard
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Compiles guards; the same words are compiled once, however often they stand."""

    scope: Scope
    known: dict[str, tuple[Guard, frozenset[str]]] = field(default_factory=dict)

    def read(self, node: Node) -> Written:
        """Give a guard where it stands."""
        if node.text not in self.known:
            self.known[node.text] = compile_guard(node.text, self.scope), names_in(node.text)
        return Written(node, *self.known[node.text])


def check_guards(script: Manuscript) -> Iterator[Finding]:
    """Check every guard, every list of routes and alternatives, and every band."""
    reader = Reader(script.scope)
    for tree in (script.head, script.safety_head, *script.files.values()):
        for owner, key, node in _whens(tree):
            yield from _one(script, reader.read(node), owner, key)
        for entries in _lists(tree):
            yield from _covered(reader, entries)
    yield from _answers(script)
    yield from _hidden(script, reader)
    yield from _bands(script)


@lru_cache(maxsize=4096)
def names_in(source: str) -> frozenset[str]:
    """Name the variables that an expression asks for."""
    tree = parse(source)
    found = {node.name for node in tree.find_all(nodes.Name)}
    return frozenset(found | ({tree.name} if isinstance(tree, nodes.Name) else set()))


def _whens(node: Node, key: str = "") -> Iterator[tuple[Node, str, Node]]:
    """Give every guard below a node, with the mapping it stands in and that mapping's key."""
    for name, item in node.items.items():
        if name == "when" and item.text and key not in ("variables", "decks"):
            yield node, key, item
        yield from _whens(item, name)
    for entry in node.entries:
        yield from _whens(entry, key)


def _lists(node: Node, key: str = "") -> Iterator[list[Node]]:
    """Give every list of which the first entry that holds is taken."""
    if node.entries and key in ("next", "first", "flagged"):
        yield node.entries
    for name, item in node.items.items():
        yield from _lists(item, name)
    for entry in node.entries:
        yield from _lists(entry)


def domain(scope: Scope, name: str) -> Sequence[Value]:
    """Give every value that a variable may hold, None where it may be not given."""
    if name == "away":
        return AWAY
    variable = scope.variables.get(name)
    if variable is None:
        return ()
    domains: Mapping[str, Sequence[Value]] = {
        "flag": (False, True),
        "rating": (None, *range(11)),
        "choice": (None, *variable.ids),
        "counter": tuple(range(variable.top + 1)),
        "lock": (NOW - 1, NOW + 1),
    }
    return domains.get(variable.kind, (None, "words"))


def cases(scope: Scope, names: Iterable[str]) -> Iterator[Env] | None:
    """Give every combination of values, or None when there are too many or `answer` is asked."""
    ordered = sorted(set(names) - {"yes", "no", "true", "false"})
    domains = [domain(scope, name) for name in ordered]
    if "answer" in ordered or prod(map(len, domains)) > MOST_CASES:
        return None
    return ({**dict(zip(ordered, values, strict=True)), "now": NOW} for values in product(*domains))


def _one(script: Manuscript, guard: Written, owner: Node, key: str) -> Iterator[Finding]:
    tried = cases(script.scope, guard.names)
    if tried is None:
        return
    found = {guard.test(env) is True for env in tried}
    says = f"“{guard.node.text}”"
    if found == {False} and "label" in owner.items:
        message = f"“{key}” is never offered: {says} can't be true"
        yield fault(guard.node, "MR124", message, "correct the guard, or remove the choice")
    elif found == {False}:
        yield fault(guard.node, "MR130", f"{says} is never true", "correct the guard")
    elif found == {True}:
        yield warning(guard.node, "MR131", f"{says} is always true", "leave the guard out")


def _covered(reader: Reader, entries: list[Node]) -> Iterator[Finding]:
    """Find entries that those before them leave nothing to."""
    before: list[Written] = []
    for number, entry in enumerate(entries):
        node = entry.items.get("when")
        own = reader.read(node) if node is not None and node.text else None
        names = {name for guard in (*before, own) if guard for name in guard.names}
        tried = cases(reader.scope, names) if before else None
        if tried is not None and not _is_left(tried, before, own):
            hint = "put the narrower guard first, or remove this one"
            message = f"number {number + 1} is never taken: those before it leave nothing"
            yield warning(entry, "MR132", message, hint)
        if own is None:
            yield from _behind(entries[number + 1 :])
            return
        before.append(own)


def _behind(entries: list[Node]) -> Iterator[Finding]:
    for entry in entries[:1]:
        hint = "give the one before it a `when`, or remove this one"
        yield warning(entry, "MR132", "never taken: the one before it always is", hint)


def _is_left(tried: Iterator[Env], before: list[Written], own: Written | None) -> bool:
    is_ever_true = False
    for env in tried:
        if own is None or own.test(env) is True:
            is_ever_true = True
            if all(guard.test(env) is not True for guard in before):
                return True
    return not is_ever_true  # never true at all: that is told by itself


def _answers(script: Manuscript) -> Iterator[Finding]:
    """Find routes that wait for an answer which the step's ask never gives."""
    for step, _ in script.asking:
        known = _given(step)
        node = script.nodes[step.id].items.get("next")
        for entry in node.entries if node is not None else ():
            when = entry.items.get("when")
            for wanted in _wanted(when.text) if when is not None else ():
                if wanted not in known:
                    hint = f"it is one of: {', '.join(sorted(known))}"
                    message = f"the answer is never '{wanted}' here"
                    yield fault(when or entry, "MR123", message, hint)


def _given(step: Step) -> frozenset[str]:
    ask = step.ask
    if ask is None:
        return frozenset()
    by_kind = {
        "choices": {"several"},
        "text": {"text"},
        "feelings": {"picked"},
        "body": {"picked"},
        "cards": {"picked", "sorted"},
        "exercise": {"okay", "stop"},
        "approve": {"kept", "none", "empty"},
    }
    own = {option.id for option in ask.options} | by_kind.get(ask.kind, set())
    return frozenset(own | {"skip", "returned"})


def _wanted(source: str) -> Iterator[str]:
    """Give the ids that a guard compares `answer` with."""
    tree = parse(source)
    found = [tree] if isinstance(tree, nodes.Compare) else []
    for node in (*found, *tree.find_all(nodes.Compare)):
        if isinstance(node.expr, nodes.Name) and node.expr.name == "answer":
            consts = node.ops[0].find_all(nodes.Const)
            yield from dict.fromkeys(str(const.value) for const in consts)


def _hidden(script: Manuscript, reader: Reader) -> Iterator[Finding]:
    """Find prompts of which every choice may be hidden at once."""
    for step, node in script.asking:
        if step.ask is None or step.ask.kind not in ("choice", "choices"):
            continue
        whens = [place.items.get("when") for _, place in script.options(step)]
        guards = [reader.read(when) for when in whens if when is not None]
        tried = cases(script.scope, {name for guard in guards for name in guard.names})
        if not guards or len(guards) < len(whens) or tried is None:
            continue
        if any(all(guard.test(env) is not True for guard in guards) for env in tried):
            hint = "leave one choice without `when`"
            yield fault(node, "MR125", "every choice may be hidden at once", hint)


def _bands(script: Manuscript) -> Iterator[Finding]:
    table = script.head.items.get("bands")
    for name, bands in script.scope.bands.items():
        place = table.keys[name] if table is not None else script.head
        counts = [sum(low <= n <= high for low, high in bands.values()) for n in range(11)]
        doubled = [n for n, count in enumerate(counts) if count > 1]
        missing = [n for n, count in enumerate(counts) if count == 0]
        if doubled:
            message = f"{_listed(doubled)} of “{name}” lie in two bands"
            yield warning(place, "MR126", message, "let each band end where the next begins")
        if missing:
            message = f"{_listed(missing)} of “{name}” lie in no band"
            yield warning(place, "MR127", message, "let the bands cover 0 to 10")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
