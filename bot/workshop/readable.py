"""A whole dialogue as one page that a clinician can read, and two versions of it compared."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from bot.script import Option, Route, Step
from bot.workshop.census import in_order, routes_of
from bot.workshop.lints.manuscript import Manuscript, Spoken
from bot.workshop.lints.reading import grade
from bot.workshop.places import Place, places
from bot.workshop.remade import alternative
from bot.workshop.replay import Result
from bot.workshop.words import in_words


class Text(Struct, frozen=True):
    """A wording with its guard in words and its reading grade, by Flesch and Kincaid."""

    text: str
    grade: str = ""
    when: str = ""
    was: str = ""
    is_new: bool = False


class Entry(Struct, frozen=True):
    """A line, a choice or a way on.

    Attributes:
        id: as tests and translations name it.
        when: its guard in words.
        texts: its wordings.
        to: where it leads.
    """

    id: str
    when: str = ""
    texts: tuple[Text, ...] = ()
    to: str = ""


class Sheet(Struct, frozen=True):
    """One step."""

    id: str
    purpose: str
    ask: str
    is_end: bool
    lines: tuple[Entry, ...]
    choices: tuple[Entry, ...]
    ways: tuple[Entry, ...]
    tests: tuple[str, ...]


class Chapter(Struct, frozen=True):
    """One stage or side flow."""

    id: str
    title: str
    only: str
    sheets: tuple[Sheet, ...]


class Change(Struct, frozen=True):
    """Something that isn't as it was; empty where it wasn't or isn't there."""

    id: str
    was: str
    now: str


def page(script: Manuscript, results: Iterable[Result], other: Manuscript | None = None) -> str:
    """Write the page.

    Args:
        script: the dialogue.
        results: conversations, to tell which of them stand on a step.
        other: an earlier version to compare with.
    """
    loader = PackageLoader("bot.workshop", "sheets")
    sheets = Environment(loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined)
    found = changes(other, script) if other is not None else []
    return sheets.get_template("read.html").render(
        title=script.script.title or script.script.id,
        digest=script.script.digest[:12],
        chapters=list(_chapters(script, _tests(results), {one.id: one for one in found})),
        changes=found,
        is_compared=other is not None,
    )


def changes(old: Manuscript, new: Manuscript) -> list[Change]:
    """Give everything that two versions have differently, by id."""
    was, now = dict(_flat(old)), dict(_flat(new))
    ids = [*now, *(one for one in was if one not in now)]
    return [
        Change(one, was.get(one, ""), now.get(one, ""))
        for one in ids
        if was.get(one) != now.get(one)
    ]


def _flat(script: Manuscript) -> Iterator[tuple[str, str]]:
    """Give every text, guard and way by an id that stays when others come or go."""
    for line, spoken in groupby(script.spoken, key=lambda one: one.line):
        for number, one in enumerate(spoken, 1):
            yield f"{line}/{number}", written(one.node.text)
    for name, place in places(script).items():
        if place.when:
            yield f"when {name}", in_words(place.when)
    for step in script.script.steps.values():
        yield from ((f"way {route.id}", _to(route)) for route in routes_of(step))
        for option in step.ask.options if step.ask is not None else ():
            yield f"choice {step.id}.{option.id}", option.label


def _chapters(
    script: Manuscript, tests: Mapping[str, list[str]], changed: Mapping[str, Change]
) -> Iterator[Chapter]:
    where = places(script)
    said = _said(script.spoken, where, changed)
    for stage in in_order(script.script):
        steps = [step for step in script.script.steps.values() if step.stage == stage.id]
        sheets = tuple(_sheet(step, where, said, tests.get(step.id, [])) for step in steps)
        only = where.get(f"stage {stage.id}")
        yield Chapter(stage.id, stage.title, in_words(only.when) if only else "", sheets)


def _sheet(
    step: Step,
    where: Mapping[str, Place],
    said: Mapping[str, dict[str, tuple[Text, ...]]],
    tests: list[str],
) -> Sheet:
    own = [o.route.id for o in step.ask.options if o.route is not None] if step.ask else []
    lines = said.get(step.id, {})
    return Sheet(
        id=step.id,
        purpose=step.purpose,
        ask=step.ask.kind if step.ask is not None else "",
        is_end=step.ends,
        lines=tuple(Entry(line, texts=texts) for line, texts in lines.items()),
        choices=tuple(_choice(step, option, where) for option in _written(step, where)),
        ways=tuple(
            Entry(route.id, _when(where, f"route {route.id}"), to=_to(route))
            for route in routes_of(step)
            if route.id not in own
        ),
        tests=tuple(tests),
    )


def _written(step: Step, where: Mapping[str, Place]) -> Iterator[Option]:
    """Give the options that stand in the script; countries come from the help lines."""
    for option in step.ask.options if step.ask is not None else ():
        if f"choice {step.id}.{option.id}" in where:
            yield option


def _choice(step: Step, option: Option, where: Mapping[str, Place]) -> Entry:
    name = f"{step.id}.{option.id}"
    to = _to(option.route) if option.route is not None else ""
    return Entry(name, _when(where, f"choice {name}"), (Text(option.label),), to)


def _when(where: Mapping[str, Place], name: str) -> str:
    return in_words(where[name].when) if name in where else ""


def _to(route: Route) -> str:
    if route.go is not None:
        return route.go
    if route.call is not None:
        return f"{route.call}, and back"
    return {"ask": "back to the prompt", "skip": "back, past the prompt"}.get(
        route.back or "", "back, and on"
    )


def _said(
    spoken: Iterable[Spoken], where: Mapping[str, Place], changed: Mapping[str, Change]
) -> dict[str, dict[str, tuple[Text, ...]]]:
    """Give the wordings of each step, by line."""
    found: dict[str, dict[str, tuple[Text, ...]]] = {}
    for line, wordings in groupby((one for one in spoken if one.step), key=lambda one: one.line):
        groups: list[int] = []
        for number, one in enumerate(wordings, 1):
            groups += [one.group] if one.group not in groups else []
            change = changed.get(f"{line}/{number}")
            text = Text(
                text=written(one.node.text),
                grade=f"{max(grade(one.text), 0):.0f}",
                when=_when(where, alternative(line, len(groups))),
                was=change.was if change is not None else "",
                is_new=change is not None,
            )
            lines = found.setdefault(one.step.id if one.step else "", {})
            lines[line] = (*lines.get(line, ()), text)
    return found


def written(text: str) -> str:
    """Give a wording as it stands in the file, on one line."""
    return " ".join(text.split())


def _tests(results: Iterable[Result]) -> dict[str, list[str]]:
    """Name the conversations that come by each step."""
    found: dict[str, list[str]] = {}
    for result in results:
        name = result.chat.head.title or result.chat.file
        turns = [spoken.turn for one in result.played for spoken in one.turns]
        for step in {turn.session.step for turn in turns} | {p for t in turns for p in t.path}:
            if name not in found.setdefault(step, []):
                found[step].append(name)
    return found
