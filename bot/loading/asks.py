"""Reads `ask:`, its options and its exercise."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast, get_args

from bot.loading.desk import Desk, flag
from bot.loading.grammar import ANY_ASK, ASKS, KEYS
from bot.loading.routes import read_route
from bot.loading.tree import Node
from bot.script import AskSpec, Guard, Moment, Option, Step, Tables, Variable
from bot.values import AskKind, Choice

Breath: TypeAlias = Literal["in", "hold", "out"] | None
YesNo: TypeAlias = Literal["yes", "no"] | None
KINDS: tuple[str, ...] = get_args(AskKind)
INTO: dict[str, tuple[str, ...]] = {
    "choice": ("choice",),
    "choices": ("picks",),
    "rating": ("rating",),
    "text": ("words",),
    "feelings": ("picks",),
    "body": ("picks",),
    "cards": ("picks",),
    "exercise": ("choice",),
    "approve": ("words",),
}
OPTIONS_IN = ("choices", "chips", "live")


class AskReader:
    """Reads the asks of one script; knows its regions, cards and variables."""

    def __init__(
        self, desk: Desk, cards: Mapping[str, tuple[Choice, ...]], regions: tuple[Choice, ...]
    ) -> None:
        self.desk, self.cards, self.regions = desk, cards, regions

    def read(self, node: Node, step_id: str) -> AskSpec | None:
        """Read an ask; None when its kind can't be told."""
        kind = next((key for key in node.items if key in KINDS and key not in OPTIONS_IN), None)
        kind = kind or next((key for key in node.items if key in KINDS), None)
        if kind is None:
            hint = f"one of its keys must be: {', '.join(KINDS)}"
            self.desk.findings.add(node, "MR040", "the ask has no kind", hint)
            return None
        self.desk.findings.unknown_keys(node, (kind, *ASKS[kind], *ANY_ASK), f"“{kind}” ask")
        return AskSpec(
            kind=cast("AskKind", kind),
            into=self._into(node, kind),
            options=self._options(node, kind, step_id),
            **self._details(node, kind, step_id),
        )

    def _into(self, node: Node, kind: str) -> str | None:
        target = node.items.get("into", node.items[kind])
        if target.value is None or isinstance(target.value, dict):
            return None
        name = target.text
        variable = self.desk.scope.variables.get(name)
        if variable is None or variable.kind not in INTO[kind]:
            wanted = " or ".join(INTO[kind])
            problem = f"“{name}” is a {variable.kind}" if variable else f"“{name}” is not declared"
            hint = f"declare it as `{name}: {wanted}`, or use another variable"
            self.desk.findings.add(target, "MR041", f"{problem}; a {kind} needs a {wanted}", hint)
            return None
        return name

    def _details(self, node: Node, kind: str, step_id: str) -> dict[str, Any]:
        items = node.items
        found: dict[str, Any] = {
            key: self.desk.label(f"{step_id}/{key}", items[key])
            for key in ("low", "high", "placeholder")
            if key in items
        }
        found |= {key: self._number(items[key]) for key in ("min", "max", "pick") if key in items}
        if kind == "exercise":
            found["moments"] = self._moments(node, step_id)
        if kind == "cards":
            found |= self._deck(node, step_id)
        found["same"] = flag(items.get("same"))
        found["keep"] = "keep" not in items or flag(items["keep"])
        found["is_kept"] = flag(items.get("kept"))
        found["taps"] = kind == "text" and "choices" in items
        found |= {
            key: self._variable(items[key], of)
            for key, of in (("cue", "choice"), ("habits", "picks"), ("among", "picks"))
            if key in items
        }
        marks = items.get("picked")
        if marks is not None:
            found["marks"] = {key: self.desk.effects(value) for key, value in marks.items.items()}
        return found

    def _variable(self, node: Node, kind: str) -> str | None:
        """Read the name of a variable that takes or holds what was heard beside an answer."""
        variable = self.desk.scope.variables.get(node.text)
        if variable is not None and variable.kind == kind:
            return variable.name
        hint = f"declare it as `{node.text}: {kind}`"
        problem = f"what is heard here needs a variable of the kind {kind}"
        self.desk.findings.add(node, "MR041", problem, hint)
        return None

    def _text(self, items: Mapping[str, Node], key: str, line_id: str) -> str:
        return self.desk.label(f"{line_id}/{key}", items[key]) if key in items else ""

    def _number(self, node: Node) -> int:
        if isinstance(node.value, int):
            return node.value
        self.desk.findings.add(node, "MR042", "this must be a whole number", "such as 3")
        return 0

    def _deck(self, node: Node, step_id: str) -> dict[str, Any]:
        name = node.items.get("deck")
        if name is None or name.text not in self.cards:
            decks = ", ".join(self.cards) or "none"
            self.desk.findings.add(
                name or node, "MR043", "no such cards", f"in the head stand: {decks}"
            )
            return {}
        piles = node.items.get("piles")
        return {
            "deck": name.text,
            "without": self._without(node.items.get("without"), name.text),
            "piles": tuple(
                Choice(key, self.desk.label(f"{step_id}.{key}/label", pile))
                for key, pile in (piles.items.items() if piles else ())
            ),
        }

    def _without(self, node: Node | None, deck: str) -> dict[str, Guard]:
        """Read the guards while which a card isn't shown."""
        known = {card.id for card in self.cards[deck]}
        found = {}
        for name, entry in (node.items if node else {}).items():
            if name not in known:
                hint = f"in “{deck}” stand: {', '.join(sorted(known))}"
                self.desk.findings.add(entry, "MR043", f"no such card: “{name}”", hint)
            elif guard := self.desk.guard(entry):
                found[name] = guard
        return found

    def _moments(self, node: Node, step_id: str) -> tuple[Moment, ...]:
        frames = node.items.get("frames")
        if frames is None or not frames.entries:
            self.desk.findings.add(node, "MR044", "the exercise has no frames", "give it `frames:`")
            return ()
        return tuple(self._moment(frame, f"{step_id}.frame") for frame in frames.entries)

    def _moment(self, node: Node, line_id: str) -> Moment:
        self.desk.findings.unknown_keys(node, KEYS["frame"], "frame")
        seconds = node.items.get("seconds")
        breath = node.items["breath"].text if "breath" in node.items else None
        if breath not in (None, "in", "hold", "out"):
            self.desk.findings.add(
                node.items["breath"], "MR044", "unknown breath", "in, hold or out"
            )
        return Moment(
            self.desk.wording(node.items.get("text", node), line_id, is_fixed=True),
            self._number(seconds) if seconds is not None else 10,
            cast("Breath", breath),
        )

    def _options(self, node: Node, kind: str, step_id: str) -> tuple[Option, ...]:
        if kind == "choice" and "from" in node.items:
            return tuple(Option(r.id, r.label, r.label, r.about) for r in self.regions)
        group = next(
            (node.items[key] for key in OPTIONS_IN if key in ASKS[kind] and key in node.items), None
        )
        if group is None or not group.items:
            if kind in ("choice", "choices"):
                self.desk.findings.add(
                    node, "MR045", "nothing to choose from", "give it `choices:`"
                )
            return ()
        variable = self.desk.scope.variables.get(node.items.get("into", node.items[kind]).text)
        return tuple(
            self._option(
                key, group.keys[key], value, step_id, variable if kind == "choice" else None
            )
            for key, value in group.items.items()
        )

    def _option(
        self, key: str, place: Node, node: Node, step_id: str, variable: Variable | None
    ) -> Option:
        if variable is not None and key not in variable.ids:
            hint = f"add it to {variable.name}: [{', '.join(variable.ids)}]"
            self.desk.findings.add(place, "MR046", f"“{variable.name}” is never '{key}'", hint)
        items = node.items
        self.desk.findings.unknown_keys(node, KEYS["option"], "choice")
        line_id = f"{step_id}.{key}"
        label = self.desk.label(f"{line_id}/label", items.get("label", node))
        if not label:
            self.desk.findings.add(
                place, "MR047", f"“{key}” has no label", "write what the button says"
            )
        hears = items["hears"].text if "hears" in items else None
        if hears not in (None, "yes", "no"):
            self.desk.findings.add(
                items["hears"], "MR047", "it can hear yes or no", "write `hears: yes`"
            )
        has_route = any(word in items for word in ("go", "call", "return"))
        return Option(
            id=key,
            label=label,
            quoted=self._text(items, "quoted", line_id) or label,
            about=self._text(items, "about", line_id),
            habit=items["habit"].text if "habit" in items else None,
            hears=cast("YesNo", hears),
            is_alone=flag(items.get("alone")),
            forgets=flag(items.get("forget")),
            is_false_alarm=flag(items.get("false_alarm")),
            when=self.desk.guard(items.get("when")),
            say=self.desk.bubble(items["say"], line_id) if "say" in items else None,
            effects=self.desk.effects(items.get("set")),
            route=read_route(self.desk, node, line_id, step_id, is_option=True)
            if has_route
            else None,
        )


def labels(steps: Iterable[Step], tables: Tables) -> dict[str, dict[str, str]]:
    """Gather what lines show for ids: by variable, then by id, from the asks that fill it."""
    found: dict[str, dict[str, str]] = {}
    for step in steps:
        if step.ask is not None and step.ask.into is not None:
            shown = found.setdefault(step.ask.into, {})
            for name, label in _shown(step.ask, tables):
                shown.setdefault(name, label)
    return found


def _shown(ask: AskSpec, tables: Tables) -> Iterator[tuple[str, str]]:
    yield from ((option.id, option.quoted) for option in ask.options)
    if ask.kind == "feelings":
        for family in tables.feelings:
            yield family.id, family.label
            yield from ((shade.id, shade.label) for shade in family.shades)
    places = tables.areas if ask.kind == "body" else tables.cards.get(ask.deck, ())
    yield from ((place.id, place.label) for place in places)
