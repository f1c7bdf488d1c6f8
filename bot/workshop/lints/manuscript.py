"""A script together with what it was read from, so that a check can say where something stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.bundle import Bundle
from bot.errors import Finding
from bot.loader import Loading
from bot.loading.catalog import Catalog, Text
from bot.loading.tree import Node
from bot.scope import Scope
from bot.script import Bubble, Option, Route, Saying, Script, Slot, Step, Wording

Part: TypeAlias = Literal[
    "say", "why", "again", "plain", "hint", "reask", "route", "choice", "frame", "deck", "glue"
]

SHARED = "safety/"
"""What the names of the shared flows' files begin with."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One wording, with where it is said and where it is written.

    Attributes:
        text: the wording; a variable shows as `it`, one plain word.
        part: in which part of the script it stands.
        line: id of its line.
        group: the same for wordings of which one is chosen.
        step: the step that says it, if it is one.
        is_crisis: it is said in a shared safety flow.
    """

    text: str
    slots: tuple[Slot, ...]
    part: Part
    line: str
    group: int
    node: Node
    step: Step | None
    is_fixed: bool
    is_crisis: bool


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A script that loads, and its files as trees.

    Attributes:
        scope: the names and bands that guards may use.
        head: the dialogue's head.
        safety_head: the head of the shared flows.
        files: the stage and flow files; names of shared ones begin with `safety/`.
        nodes: the place of each step's content, by full id.
        keys: the place of each step's name, by full id.
        spoken: every wording there is.
        catalog: the texts of its language.
        bundle: the dialogue's files, with their catalogues.
        safety: the shared flows' files.
    """

    script: Script
    scope: Scope
    head: Node
    safety_head: Node
    files: Mapping[str, Node]
    nodes: Mapping[str, Node]
    keys: Mapping[str, Node]
    spoken: tuple[Spoken, ...]
    catalog: Catalog
    bundle: Bundle
    safety: Bundle

    @property
    def texts(self) -> tuple[Text, ...]:
        """Give every text that translators meet."""
        return tuple(self.catalog.asked)

    @property
    def asking(self) -> Iterator[tuple[Step, Node]]:
        """Give every step that asks something, with the place of its ask."""
        for step in self.script.steps.values():
            if step.ask is not None:
                yield step, self.nodes[step.id].items["ask"]

    def is_crisis(self, step: Step) -> bool:
        """Tell whether a step belongs to the shared safety flows."""
        return self.script.stages[step.stage].is_safety

    def options(self, step: Step) -> Iterator[tuple[Option, Node]]:
        """Give what a step's ask offers, with the place of each; countries have no place."""
        ask = self.nodes[step.id].items.get("ask")
        groups = (ask.items.get(key) for key in ("choices", "chips", "live")) if ask else ()
        group = next((group for group in groups if group is not None and group.items), None)
        for option in step.ask.options if step.ask and group else ():
            if group is not None and option.id in group.items:
                place = group.items[option.id]
                source = place.items.get("label", place).text
                yield option, self.catalog.place(f"{step.id}.{option.id}/label", source, place)


def read_manuscript(bundle: Bundle, safety: Bundle) -> Manuscript:
    """Load a dialogue and keep what it was read from.

    Raises:
        ScriptError: with everything that stops it from loading.
    """
    return manuscript(Loading(bundle, safety))


def manuscript(loading: Loading) -> Manuscript:
    """Finish a load and keep what it was read from.

    Raises:
        ScriptError: with everything that stops it from loading.
    """
    script = loading.script()
    nodes: dict[str, Node] = {}
    keys: dict[str, Node] = {}
    for _, stage, node in loading.stages:
        steps = node.items["steps"]
        nodes |= {f"{stage}.{name}": step for name, step in steps.items.items()}
        keys |= {f"{stage}.{name}": place for name, place in steps.keys.items()}
    written = tuple(node for _, node, _ in loading.desk.wordings)
    return Manuscript(
        script=script,
        scope=loading.desk.scope,
        head=loading.head,
        safety_head=loading.safety_head,
        files=loading.files,
        nodes=nodes,
        keys=keys,
        spoken=tuple(_spoken(script, written)),
        catalog=loading.catalog,
        bundle=loading.bundle,
        safety=loading.safety,
    )


def lines_of(loading: Loading) -> Iterator[Spoken]:
    """Give the wordings of a script that was read and doesn't load, as far as they are known."""
    for wording, node, is_fixed in loading.desk.wordings:
        yield Spoken(
            text=plain(wording),
            slots=(),
            part="say",
            line="",
            group=wording.number,
            node=node,
            step=None,
            is_fixed=is_fixed,
            is_crisis=node.file.startswith(SHARED),
        )


def fault(node: Node, code: str, message: str, hint: str) -> Finding:
    """Note something that must not be served."""
    return Finding(node.file, node.line, node.column, code, message, hint)


def warning(node: Node, code: str, message: str, hint: str) -> Finding:
    """Note something that should be better."""
    return Finding(node.file, node.line, node.column, code, message, hint, "warning")


def plain(wording: Wording) -> str:
    """Give a wording as text; what a person said counts as one plain word."""
    return "".join(part if isinstance(part, str) else "it" for part in wording.parts)


def ways(step: Step) -> Iterator[Route]:
    """Give every route of a step, those of its choices last."""
    yield from step.next
    yield from step.flagged
    yield from (route for route in (step.skip, step.unsure) if route is not None)
    if step.ask is not None:
        yield from (option.route for option in step.ask.options if option.route is not None)


def _spoken(script: Script, written: tuple[Node, ...]) -> Iterator[Spoken]:
    for step in script.steps.values():
        is_crisis = script.stages[step.stage].is_safety
        for part, saying in _of_step(step):
            yield from _wordings(saying, part, step, written, is_crisis=is_crisis)
    for stage in script.stages.values():
        for saying in stage.otherwise_say.sayings if stage.otherwise_say else ():
            yield from _wordings(saying, "route", None, written, is_crisis=stage.is_safety)
    for deck in (*script.decks.values(), *script.asides.values()):
        yield from _wordings(deck, "deck", None, written)
    for deck in script.danger.values():
        yield from _wordings(deck, "deck", None, written, is_crisis=True)
    for slot in script.narrative.slots:
        for glue in slot.glue:
            yield from _wordings(glue, "glue", None, written)


def _wordings(
    saying: Saying,
    part: Part,
    step: Step | None,
    written: tuple[Node, ...],
    *,
    is_crisis: bool = False,
) -> Iterator[Spoken]:
    for wording in saying.wordings:
        slots = tuple(p for p in wording.parts if isinstance(p, Slot))
        node = written[wording.number]
        yield Spoken(
            text=plain(wording),
            slots=slots,
            part=part,
            line=saying.id,
            group=saying.wordings[0].number,
            node=node,
            step=step,
            is_fixed=saying.is_fixed,
            is_crisis=is_crisis,
        )


def _of_step(step: Step) -> Iterator[tuple[Part, Saying]]:
    yield from _of_bubbles("say", step.say)
    yield from _of_bubbles("why", (step.why,))
    extra: tuple[tuple[Part, Saying | None], ...] = (
        ("again", step.again), ("plain", step.plain), ("hint", step.hints), ("reask", step.reask),
    )  # fmt: skip
    yield from ((part, saying) for part, saying in extra if saying is not None)
    yield from _of_bubbles("route", (route.say for route in ways(step)))
    for option in step.ask.options if step.ask else ():
        yield from _of_bubbles("choice", (option.say,))
    for number, moment in enumerate(step.ask.moments if step.ask else (), 1):
        yield "frame", Saying(f"{step.id}.frame{number}", (moment.wording,), is_fixed=True)


def _of_bubbles(
    part: Part, bubbles: "tuple[Bubble | None, ...] | Iterator[Bubble | None]"
) -> Iterator[tuple[Part, Saying]]:
    for bubble in bubbles:
        for saying in bubble.sayings if bubble is not None else ():
            yield part, saying
