"""Compares what a turn was expected to do with what it did."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from bot.script import Env, Script
from bot.values import Ask, Card, Line, Session, Value
from bot.workshop.chat import Never
from bot.workshop.known import guard_of
from bot.workshop.reading import folded, offered
from bot.workshop.wants import (
    ELLIPSES,
    Literal,
    Span,
    WantedCard,
    WantedChoices,
    WantedLine,
    WantedPath,
    WantedState,
    Wants,
)


class Got(Struct, frozen=True):
    """What came of one act: the lines of all its replies and where the talk is after the last."""

    lines: tuple[Line, ...]
    ask: Ask | None
    card: Card | None
    session: Session
    path: tuple[str, ...]


class Miss(Struct, frozen=True):
    """One expectation that didn't hold: the file's line, and a sentence."""

    line: int
    says: str


def misses(wants: Wants, got: Got, script: Script) -> list[Miss]:
    """Give every expectation that doesn't hold; nothing when all is as expected."""
    found = _lines(wants.lines, got.lines)
    for state in wants.states:
        found += _state(state, got, script)
    for choices in wants.choices:
        found += _choices(choices, got)
    for path in wants.paths:
        found += _path(path, got)
    for card in wants.cards:
        found += _card(card, got.card)
    return found


def trespass(never: Never, got: Got, script: Script) -> Miss | None:
    """Tell whether the talk is where it must never be, or only passed there, for a bare place."""
    place = never.place or "*"
    there = [got.session.step] if fnmatchcase(got.session.step, place) else []
    if never.guard is None:
        there += [part for part in got.path if part in script.steps and fnmatchcase(part, place)]
    elif there and holds(never.guard, got, script) is not True:
        there = []
    if not there:
        return None
    where = f"at {there[0]}" + (f" while {never.guard}" if never.guard else "")
    return Miss(never.line, f"the talk is {where}, where it must never be")


def holds(guard: str, got: Got, script: Script) -> bool | None:
    """Evaluate a guard as the script would after the turn; None is unknown."""
    return guard_of(guard, script)(_env(got))


def _env(got: Got) -> Env:
    return {**got.session.values, "now": got.session.at, "away": "moments"}


# Lines


def fits(want: WantedLine, line: Line) -> bool:
    """Tell whether one line is the one that is wanted."""
    if want.id is not None and not fnmatchcase(line.id, want.id):
        return False
    text = folded(line.text)
    return all(folded(part) in text for part in want.texts) and all(
        re.search(pattern, line.text) for pattern in want.patterns
    )


def _lines(wants: Sequence[WantedLine], lines: Sequence[Line]) -> list[Miss]:
    if not wants or _all_fit(wants, lines):
        return []
    at = 0
    for n, want in enumerate(wants):
        if want.rest:
            return _after_rest(wants[n:], lines[at:])
        if at == len(lines):
            return [Miss(want.line, "nothing more is said here")]
        if not fits(want, lines[at]):
            return [Miss(want.line, _instead(want, lines[at]))]
        at += 1
    return [Miss(wants[-1].line, f"#{lines[at].id} is said too, and isn't expected")]


def _instead(want: WantedLine, line: Line) -> str:
    if want.id is not None and fnmatchcase(line.id, want.id):
        return f"#{line.id} is said, but it reads “{line.text}”"
    return f"#{line.id} is said here instead: “{line.text}”"


def _after_rest(wants: Sequence[WantedLine], lines: Sequence[Line]) -> list[Miss]:
    for want in wants:
        if not want.rest and not any(fits(want, line) for line in lines):
            return [Miss(want.line, "this isn't said")]
    return [Miss(wants[-1].line, "these lines are said in another order, or others between them")]


def _all_fit(wants: Sequence[WantedLine], lines: Sequence[Line]) -> bool:
    """Match in order; `rest` takes as many as it must. Both are a handful, so trying is cheap."""
    if not wants:
        return not lines
    first, *others = wants
    if first.rest:
        return any(_all_fit(others, lines[n:]) for n in range(len(lines) + 1))
    return bool(lines) and fits(first, lines[0]) and _all_fit(others, lines[1:])


# State


def _state(want: WantedState, got: Got, script: Script) -> list[Miss]:
    found = []
    session = got.session
    if want.place is not None and not fnmatchcase(session.step, want.place):
        found.append(Miss(want.line, f"the talk is at {session.step}"))
    if want.ended is not None and want.ended != session.ended:
        found.append(Miss(want.line, f"the talk {'has' if session.ended else 'hasn’t'} ended"))
    for name, literal in want.values:
        value = session.values.get(name)
        if not _equal(script.variables[name].kind, value, literal, session.at):
            found.append(Miss(want.line, f"{name} is {shown(value)}"))
    for guard in want.guards:
        truth = holds(guard, got, script)
        if truth is not True:
            says = "unknown: something it needs isn’t given" if truth is None else "not so"
            found.append(Miss(want.line, f"{guard} is {says}"))
    return found


def _equal(kind: str, value: Value, literal: Literal, now: int) -> bool:
    if kind == "lock":
        left = (value if isinstance(value, int) else 0) - now
        if isinstance(literal, Span):
            return left == literal.ms
        return (left > 0) is bool(literal)
    if kind == "picks" and isinstance(literal, str):
        return value == (literal,)
    if kind == "flag":
        return bool(value) is literal
    return value == literal and isinstance(value, bool) == isinstance(literal, bool)


def shown(value: Value) -> str:
    """Write a value as a `.chat` file has it."""
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return str(value) if isinstance(value, int) or re.fullmatch(r"[\w.-]+", value) else f'"{value}"'


# Choices, path, card


def _choices(want: WantedChoices, got: Got) -> list[Miss]:
    labels = [choice.label for choice in offered(got.ask)]
    wanted = [folded(label) for label in want.labels if label not in ELLIPSES]
    there = [folded(label) for label in labels]
    if len(wanted) == len(want.labels):
        same = there == wanted
    else:
        rest = iter(there)
        same = all(label in rest for label in wanted)
    shown_labels = " | ".join(labels) or "nothing"
    return [] if same else [Miss(want.line, f"what can be picked is: {shown_labels}")]


def _path(want: WantedPath, got: Got) -> list[Miss]:
    rest = iter(got.path)
    for wanted in want.ids:
        if not any(_passes(wanted, part) for part in rest):
            way = " → ".join(got.path) or "nowhere"
            return [Miss(want.line, f"{wanted} isn't passed (in this order); the way is {way}")]
    return []


def _passes(wanted: str, part: str) -> bool:
    bare = part.removeprefix("watch.")
    return any(fnmatchcase(one, wanted) or one.startswith(f"{wanted}.") for one in (part, bare))


def _card(want: WantedCard, card: Card | None) -> list[Miss]:
    if want.region == "none":
        return [Miss(want.line, "help lines are shown")] if card is not None else []
    if card is None:
        return [Miss(want.line, "no help lines are shown")]
    if want.region not in {"any", card.region}:
        return [Miss(want.line, f"the help lines are those of {card.region}")]
    return []
