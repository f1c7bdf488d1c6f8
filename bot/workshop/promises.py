"""What every script must keep, whatever it is about: ends, help, the commands, no way to be stuck.

Each promise is shown on the graph of all moves. A place can be left well when some act leads on
well however it comes out, so that nothing is taken for granted that a variable decides.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import astuple

from bot.script import Guard, Slot
from bot.workshop.bitspace import Bits
from bot.workshop.domains import NOW, Domains, Known, Lazy, branches
from bot.workshop.outlook import Lines
from bot.workshop.place import Place
from bot.workshop.undoing import faults_of_back

SORTS_OF_ANSWERS = ("answer", "pass")
GIVEN_THERE = ("was",)  # what the guide itself puts into a line
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
    faults: Callable[[Lines], Iterator[Fault]]


def _ending(lines: Lines) -> Iterator[Fault]:
    ranks = lines.ranks(("answer", "pass", "command"))
    for place in lines.prompts.keys() - ranks.keys():
        yield Fault(f"no way leads from {place.name} to an end for certain", place)


def _help(lines: Lines) -> Iterator[Fault]:
    steps = lines.script.steps
    for place in lines.prompts:
        ends = [end for move, end in lines.acts(place) if "command.help" in move.path]
        if not ends or any(
            lines.passes_by(end, lambda name: bool(steps[name].card)) for end in ends
        ):
            yield Fault(f"help at {place.name} shows no card", place)


def _accepted(lines: Lines) -> Iterator[Fault]:
    for place, step in lines.prompts.items():
        if step.ends:
            continue
        for act in ("skip", "stop"):
            taken = 0
            for move, _ in lines.acts(place):
                if move.act == act and move.sort in ("pass", "command") and not move.error:
                    taken |= lines.exploration.maker.mask(move)
            missing = lines.exploration.found[place] & ~taken
            if missing:
                yield Fault(f"“{act}” isn't accepted at {place.name}", place, missing)


def _back(lines: Lines) -> Iterator[Fault]:
    for place, says in faults_of_back(lines.graph.twin, lines.prompts):
        yield Fault(says, place)


def _loops(lines: Lines) -> Iterator[Fault]:
    for start, ends in lines.graph.edges.items():
        for legs in ends.values() if lines.exploration.found[start] else ():
            for move, undoes in legs:
                if move is not None and move.error and not undoes:
                    yield Fault(
                        f"{start.name}: {move.error}", start if start.kind == "at" else None
                    )
    for place in lines.circles():
        yield Fault(f"a turn through {place.name or 'a return'} may go round in circles")


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
        for move, end in lines.acts(place):
            is_third = move.act == "unreadable again"
            if is_third and lines.rests(end) == lines.bit(place) and not move.pushed:
                yield Fault(f"{place.name} asks again after three unreadable answers", place)


def _named(lines: Lines) -> Iterator[Fault]:
    for script in (lines.script, *lines.tongues):
        known = {*script.variables, *GIVEN_THERE}
        own = {"decks": script.decks, "danger": script.danger, "asides": script.asides,
               "stages": script.stages}  # fmt: skip
        for where, part in (*script.steps.items(), *own.items()):
            for name in _slots(part):
                if name not in known:
                    yield Fault(f"a line of {where} ({script.lang}) shows “{name}”, not declared")


def _slots(part: object) -> Iterator[str]:
    """Name what all lines of a part of a script show."""
    if isinstance(part, Slot):
        yield part.name
    elif isinstance(part, tuple):
        for one in part:
            yield from _slots(one)
    elif isinstance(part, Mapping):
        yield from _slots(tuple(part.values()))
    elif isinstance(part, Struct):
        yield from _slots(astuple(part))


def _reached(lines: Lines) -> Iterator[Fault]:
    walked: set[str] = set()
    for start, ends in lines.graph.edges.items():
        bits = lines.exploration.found[start]
        for end, legs in ends.items() if bits else ():
            for move, undoes in legs:
                if move is not None and not undoes and bits & lines.exploration.maker.mask(move):
                    walked |= {*move.path, end.name}
    for name in _all_names(lines):
        if name not in walked:
            yield Fault(f"no talk can come to {name}")


def _all_names(lines: Lines) -> Iterator[str]:
    """Name what must be reachable; the last of several routes may be an “else” that never comes."""
    for step in lines.script.steps.values():
        yield step.id
        options = step.ask.options if step.ask else ()
        is_else = len(step.next) > 1 or (options and all(o.route for o in options))
        yield from (route.id for route in (step.next[:-1] if is_else else step.next))
        yield from (o.route.id for o in options if o.route)


def _returning(lines: Lines) -> Iterator[Fault]:
    for place in lines.kept_in_flows():
        yield Fault(
            f"no answers lead from {place.name} back to who called, or to an end, for certain",
            place,
        )


PROMISES = (
    Promise("ending-reachable", "From everywhere, some way leads to an end.", _ending),
    Promise("help-in-one", "Help lines are one action away, everywhere and always.", _help),
    Promise("commands-accepted", "Skip and stop are accepted at every prompt.", _accepted),
    Promise(
        "back-restores",
        "“Back” puts the prompt before back, with all that it held but for what protects.",
        _back,
    ),
    Promise("no-loop", "No turn goes round in circles, and none breaks off.", _loops),
    Promise("no-dead-end", "At every prompt something can be answered.", _stuck),
    Promise("re-asks-bounded", "A third answer that can't be read is let go, kindly.", _asked),
    Promise("names-defined", "No line shows an undeclared name, in any language.", _named),
    Promise("all-reachable", "Every step and every way can be come to.", _reached),
    Promise(
        "flows-return",
        "Answering leads every side flow back to where it was called, or to an end.",
        _returning,
    ),
)
