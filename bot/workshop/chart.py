"""A script as a chart: steps and the ways between them, as Mermaid and as boxes on a plane."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from msgspec import Struct

from bot.script import Route, Script, Step
from bot.workshop.census import in_order, routes_of
from bot.workshop.places import Place
from bot.workshop.replay import Result
from bot.workshop.words import in_words

WIDE, HIGH, GAP_X, GAP_Y, TOP = 190, 34, 110, 14, 46  # pixels of a box, and of the space around
MOST_LABEL = 26  # characters of a label in a box or on an arrow
HEATS = (0, 1, 3, 10, 30)  # visits from which a box is warmer


class Arrow(Struct, frozen=True):
    """A way from one step to another; `calls` when it comes back."""

    id: str
    source: str
    target: str
    label: str
    calls: bool


class Box(Struct, frozen=True):
    """A step on the plane. `heat` is 0 to 4, `order` says when a path comes by."""

    id: str
    label: str
    x: int
    y: int
    heat: int
    order: str
    is_end: bool


class Line(Struct, frozen=True):
    """An arrow on the plane, as the `d` of an SVG path."""

    arrow: Arrow
    d: str
    on_path: bool


class Plane(Struct, frozen=True):
    """A drawing: columns of boxes, one for each stage."""

    title: str
    id: str
    width: int
    height: int
    heads: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


class Chart:
    """One script, with how often its steps were visited and one path through it.

    Args:
        script: the dialogue.
        where: its places, for the guards.
        results: conversations, for the heat; none draws every box the same.
        path: a conversation to follow.
    """

    def __init__(
        self,
        script: Script,
        where: Mapping[str, Place],
        results: Iterable[Result] = (),
        path: Result | None = None,
    ) -> None:
        self.script = script
        self._order = [stage.id for stage in in_order(script)]
        self.arrows = list(_arrows(script, where))
        self.visits = Counter(step for result in results for step in steps_of(result, script))
        self.path = list(steps_of(path, script)) if path is not None else []

    def mermaid(self, stage: str | None = None) -> str:
        """Write a flowchart of one stage or of all, for pages that show Mermaid."""
        stages = [one for one in self._order if stage in (None, one)]
        shown = {step.id for step in self.script.steps.values() if step.stage in stages}
        rows = ["flowchart TD"]
        for one in stages:
            rows.append(f"  subgraph {one}[{_quoted(self.script.stages[one].title or one)}]")
            rows += [f"    {_node(step)}" for step in self._of(one)]
            rows.append("  end")
        arrows = [a for a in self.arrows if a.source in shown]
        rows += [f"  {_mermaid_arrow(arrow)}" for arrow in arrows]
        rows += self._classes(shown)
        pairs = set(zip(self.path, self.path[1:], strict=False))
        on = [str(n) for n, a in enumerate(arrows) if (a.source, a.target) in pairs]
        rows += [f"  linkStyle {','.join(on)} stroke:#c60,stroke-width:3px"] if on else []
        return "\n".join(rows) + "\n"

    def page(self) -> str:
        """Draw a page that needs nothing else: the whole, then each stage with its neighbours."""
        loader = PackageLoader("bot.workshop", "sheets")
        sheets = Environment(
            loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined
        )
        whole = self._plane("The whole", "whole", self._order, only=frozenset())
        stages = [self._stage(one) for one in self._order]
        return sheets.get_template("graph.html").render(
            title=self.script.title or self.script.id,
            planes=[whole, *stages],
            size=(WIDE, HIGH),
            has_heat=bool(self.visits),
            path=self.path,
        )

    # ------------------------------------------------------------------ drawing

    def _of(self, stage: str) -> list[Step]:
        return [step for step in self.script.steps.values() if step.stage == stage]

    def _stage(self, stage: str) -> Plane:
        own = {step.id for step in self._of(stage)}
        before = {a.source for a in self.arrows if a.target in own} - own
        after = {a.target for a in self.arrows if a.source in own} - own
        near = frozenset(own | before | after)
        steps = self.script.steps
        others = {steps[step].stage for step in near} - {stage}
        stages = [stage, *(one for one in self._order if one in others)]
        title = self.script.stages[stage].title or stage
        return self._plane(title, stage, stages, only=near)

    def _plane(
        self, title: str, name: str, stages: Sequence[str], *, only: frozenset[str]
    ) -> Plane:
        columns = [[s for s in self._of(one) if not only or s.id in only] for one in stages]
        at = {
            step.id: (20 + n * (WIDE + GAP_X), TOP + k * (HIGH + GAP_Y))
            for n, column in enumerate(columns)
            for k, step in enumerate(column)
        }
        own = {step.id for step in self._of(name)} if only else set(at)
        arrows = [a for a in self.arrows if a.source in at and a.target in at
                  and (a.source in own or a.target in own)]  # fmt: skip
        return Plane(
            title=title,
            id=name,
            width=20 + len(columns) * (WIDE + GAP_X),
            height=TOP + max(map(len, columns), default=0) * (HIGH + GAP_Y) + 20,
            heads=tuple(
                (20 + n * (WIDE + GAP_X), self.script.stages[one].title or one)
                for n, one in enumerate(stages)
            ),
            boxes=tuple(self._box(self.script.steps[step], *there) for step, there in at.items()),
            lines=tuple(self._line(arrow, at) for arrow in arrows),
        )

    def _box(self, step: Step, x: int, y: int) -> Box:
        visits = self.visits[step.id]
        heat = sum(visits >= least for least in HEATS[1:])
        order = str(self.path.index(step.id) + 1) if step.id in self.path else ""
        return Box(step.id, _short(step.purpose or step.id), x, y, heat, order, step.ends)

    def _line(self, arrow: Arrow, at: Mapping[str, tuple[int, int]]) -> Line:
        (x1, y1), (x2, y2) = at[arrow.source], at[arrow.target]
        on_path = (arrow.source, arrow.target) in zip(self.path, self.path[1:], strict=False)
        y1, y2 = y1 + HIGH // 2, y2 + HIGH // 2
        if x1 == x2:  # in one column: round the right side
            start = end = x1 + WIDE
            bent = start + 24 + min(abs(y2 - y1) // 6, GAP_X - 40)
        else:
            start, end = (x1 + WIDE, x2) if x2 > x1 else (x1, x2 + WIDE)
            bent = (start + end) // 2
        d = f"M{start} {y1} C{bent} {y1} {bent} {y2} {end} {y2}"
        return Line(arrow, d, on_path)

    def _classes(self, shown: set[str]) -> Iterator[str]:
        if self.visits:
            yield "  classDef reached fill:#d5ecd5,stroke:#3a7a3a"
            yield "  classDef missed fill:#f5e0dc,stroke:#a33"
            for step in sorted(shown):
                yield f"  class {_name(step)} {'reached' if self.visits[step] else 'missed'}"


def steps_of(result: Result, script: Script) -> Iterator[str]:
    """Give the steps that a conversation passes, in order."""
    for one in result.played:
        for spoken in one.turns:
            yield from (part for part in spoken.turn.path if part in script.steps)


def _arrows(script: Script, where: Mapping[str, Place]) -> Iterator[Arrow]:
    for step in script.steps.values():
        options = {o.route.id: o.label for o in step.ask.options if o.route} if step.ask else {}
        for route in routes_of(step):
            target = route.go or route.call
            if target is not None:
                label = options.get(route.id) or _guard(route, where)
                yield Arrow(route.id, step.id, target, label, calls=route.call is not None)


def _guard(route: Route, where: Mapping[str, Place]) -> str:
    place = where.get(f"route {route.id}")
    if place is not None and place.when:
        return in_words(place.when)
    last = route.id.rpartition(".")[2]
    return last if last in ("skip", "unsure") else ""


def _short(text: str) -> str:
    return text if len(text) <= MOST_LABEL else f"{text[: MOST_LABEL - 1].rstrip()}…"


def _name(step_id: str) -> str:
    return step_id.replace(".", "__")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'


def _node(step: Step) -> str:
    left, right = ("([", "])") if step.ends else ("[", "]")
    return f"{_name(step.id)}{left}{_quoted(step.purpose or step.id)}{right}"


def _mermaid_arrow(arrow: Arrow) -> str:
    head = "-.->" if arrow.calls else "-->"
    label = f"|{_quoted(_short(arrow.label))}|" if arrow.label else ""
    return f"{_name(arrow.source)} {head}{label} {_name(arrow.target)}"
