"""What a proof is asked to show, as an author writes it in `proofs/*.yaml` beside a script.

Six forms say most of what matters: a state that must never be, something that must come between
two others, something that may come only so often, a place that one tap must not lead to, a place
that is left only by a person's own choice, and two questions that must lie some answers apart.
`docs/proofs.md` explains them.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from pathlib import Path

import msgspec
from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import ConfigError
from bot.expressions import compile_guard
from bot.scope import ExpressionError, Scope
from bot.script import Guard, Script
from bot.workshop.move import Move
from bot.workshop.place import Place
from bot.workshop.rules import Ghost

FOLDER = "proofs"
DANGER = "danger"  # stands for any danger that is heard, where steps and routes are named

Patterns = tuple[str, ...]


class Never(Struct, frozen=True, forbid_unknown_fields=True,
            rename={"place": "in", "guard": "while"}):  # fmt: skip
    """The talk never rests in a place while a guard is true."""

    place: Patterns = ("*",)
    guard: str = "yes"


class Between(Struct, frozen=True, forbid_unknown_fields=True, rename={"through": "pass"}):
    """After one thing, another is reached only through a third."""

    after: Patterns
    before: Patterns
    through: Patterns


class Most(Struct, frozen=True, forbid_unknown_fields=True, rename={"through": "pass"}):
    """Something happens at most so many times, also when taken back; `until` counts anew."""

    through: Patterns
    times: int
    until: Patterns = ()


class Tap(Struct, frozen=True, forbid_unknown_fields=True,
          rename={"start": "from", "end": "to", "guard": "while"}):  # fmt: skip
    """While a guard is true, no single answer leads from one place to another."""

    start: Patterns
    end: Patterns
    guard: str = "yes"


class Chosen(Struct, frozen=True, forbid_unknown_fields=True,
             rename={"start": "from", "end": "to"}):  # fmt: skip
    """From one place to another no skip leads, no silence and no mishearing."""

    start: Patterns
    end: Patterns


class Apart(Struct, frozen=True, forbid_unknown_fields=True,
            rename={"start": "from", "end": "to"}):  # fmt: skip
    """After an answer at one place, so many other prompts come before another place does.

    What a person calls for (help, a pause, back, too much) and danger begin the count anew, and so
    does a prompt that such a side flow leaves open again.
    """

    start: Patterns
    end: Patterns
    prompts: int


class Wanted(Struct, frozen=True, forbid_unknown_fields=True):
    """One property of an author's.

    Attributes:
        id: a short stable name.
        says: the promise in plain words.
        tracks: variables that decide it, besides those of its guard.
    """

    id: str
    says: str
    tracks: tuple[str, ...] = ()
    never: Never | None = None
    between: Between | None = None
    most: Most | None = None
    tap: Tap | None = None
    chosen: Chosen | None = None
    apart: Apart | None = None

    @property
    def form(self) -> Never | Between | Most | Tap | Chosen | Apart | None:
        """Give the one form it is written in."""
        forms = (self.never, self.between, self.most, self.tap, self.chosen, self.apart)
        given = [form for form in forms if form]
        return given[0] if len(given) == 1 else None


def read_wanted(folder: Path) -> tuple[Wanted, ...]:
    """Read all properties of a script folder.

    Raises:
        ConfigError: a file can't be read, or a property isn't written in one of the forms.
    """
    found: list[Wanted] = []
    for file in sorted((folder / FOLDER).glob("*.yaml")):
        try:
            data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
            found += msgspec.convert(data or [], list[Wanted], strict=False)
        except (OSError, UnicodeDecodeError, YAMLError, msgspec.ValidationError) as error:
            hint = "see docs/proofs.md for what may stand there"
            raise ConfigError(f"{file}: {error}; {hint}") from None
    for wanted in found:
        if wanted.form is None:
            raise ConfigError(
                f"“{wanted.id}” needs exactly one of never, between, most, tap, chosen and apart"
            )
    return tuple(found)


def guard_of(wanted: Wanted, script: Script) -> Guard | None:
    """Compile a property's guard.

    Raises:
        ConfigError: it isn't a guard of this script.
    """
    form = wanted.form
    if not isinstance(form, Never | Tap):
        return None
    try:
        return compile_guard(form.guard, Scope(script.variables, {}))
    except ExpressionError as error:
        raise ConfigError(f"“{wanted.id}”: {error} ({error.hint})") from None


def unknown_names(wanted: Wanted, script: Script) -> Iterator[str]:
    """Give the patterns of a property that fit nothing in a script."""
    known = {*script.steps, *routes_of(script), DANGER}
    known |= {f"command.{name}" for name in script.commands}
    form = wanted.form
    for name in form.__struct_fields__ if form is not None else ():
        patterns = getattr(form, name)
        for pattern in patterns if isinstance(patterns, tuple) else ():
            if not fits(known, (pattern,)):
                yield pattern


def routes_of(script: Script) -> Iterator[str]:
    """Give the ids of all routes."""
    for step in script.steps.values():
        yield from (r.id for r in (*step.next, *step.flagged))
        yield from (r.id for r in (step.skip, step.unsure) if r is not None)
        yield from (o.route.id for o in (step.ask.options if step.ask else ()) if o.route)


def fits(names: Iterable[str], patterns: Patterns) -> bool:
    """Tell whether one of some names fits one of some patterns."""
    return any(_fits(name, patterns) for name in names)


@lru_cache(maxsize=100_000)
def _fits(name: str, patterns: Patterns) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def ghost_of(wanted: Wanted) -> tuple[Ghost | None, int]:
    """Give what a property has to remember, and the number that means it is broken."""
    form = wanted.form
    if isinstance(form, Between):
        return Ghost(3, partial(_between, form), partial(_between_at, form)), 2
    if isinstance(form, Most):
        return Ghost(form.times + 2, partial(_most, form), is_kept=True), form.times + 1
    if isinstance(form, Tap):
        return Ghost(3, partial(_tap, form), _rested, is_gated=True), 2
    if isinstance(form, Chosen):
        return Ghost(3, partial(_chosen, form), _rested), 2
    if isinstance(form, Apart):
        return Ghost(form.prompts + 2, partial(_apart, form), is_kept=True), form.prompts + 1
    return None, 0


def _between(form: Between, seen: int, move: Move | None, *_places: Place) -> int:
    for name in _passed(move):
        if fits((name,), form.before) and seen == 1:
            return 2
        if fits((name,), form.through):
            seen = 0 if seen == 1 else seen
        if fits((name,), form.after):
            seen = max(seen, 1)
    return seen


def _between_at(form: Between, seen: int, step: str) -> int:
    """Whoever is at the third thing, however they came back to it, has come to it."""
    return 0 if seen == 1 and fits((step,), form.through) else seen


def _most(form: Most, seen: int, move: Move | None, *_places: Place) -> int:
    for name in _passed(move):
        if seen > form.times:
            return seen
        if fits((name,), form.through):
            seen += 1
        elif fits((name,), form.until):
            seen = 0
    return seen


def _tap(form: Tap, seen: int, move: Move | None, start: Place, end: Place) -> int:
    if seen == 2:
        return seen
    if start.kind == "at":
        is_tap = move is not None and move.sort == "answer" and fits((start.name,), form.start)
        seen = 1 if is_tap else 0
    return _arrived(seen, move, end, form.end)


def _rested(seen: int, _step: str) -> int:
    """At a prompt a new act begins."""
    return seen if seen == 2 else 0


def _chosen(form: Chosen, seen: int, move: Move | None, start: Place, end: Place) -> int:
    if seen == 2:
        return seen
    if start.kind == "at":
        is_pass = move is not None and move.sort == "pass" and fits((start.name,), form.start)
        seen = 1 if is_pass else 0
    return _arrived(seen, move, end, form.end)


def _apart(form: Apart, seen: int, move: Move | None, start: Place, end: Place) -> int:
    """Count the prompts since the answer; what stays at its prompt has not gone on."""
    broken = form.prompts + 1
    if seen == broken or end == start:
        return seen
    if _is_called_for(start, end):
        return 0
    if start.kind == "at":
        seen = _counted(form, seen, move, start)
    return broken if seen and end.kind == "at" and fits((end.name,), form.end) else seen


def _is_called_for(start: Place, end: Place) -> bool:
    """Tell whether a person went there: “back”, past a prompt, or to one that is open again."""
    is_open_again = start.kind == "resume" and end.kind in ("at", "rest")
    return start.kind == "restored" or is_open_again or (end.kind == "resume" and end.way == "skip")


def _counted(form: Apart, seen: int, move: Move | None, start: Place) -> int:
    if move is None or move.sort not in ("answer", "pass"):
        return 0
    if move.sort == "answer" and fits((start.name,), form.start):
        return 1
    return seen + 1 if 0 < seen < form.prompts else 0


def _arrived(seen: int, move: Move | None, end: Place, wanted: Patterns) -> int:
    if seen != 1 or move is None:
        return seen
    rests = (end.name,) if end.kind == "at" else ()
    return 2 if fits((*rests, *move.path), wanted) else 1


def _passed(move: Move | None) -> tuple[str, ...]:
    if move is None:
        return ()
    return (DANGER, *move.path) if move.sort == "danger" else move.path
