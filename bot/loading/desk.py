"""What every reader of script files needs: the names, the count of wordings, the findings."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from bot.effects import compile_effect
from bot.errors import Finding
from bot.expressions import compile_guard
from bot.loading.catalog import Catalog
from bot.loading.grammar import KEYS
from bot.loading.tree import Findings, Node
from bot.scope import ExpressionError, Scope, nearest
from bot.script import Bubble, Effect, Guard, Saying, Slot, Wording
from bot.templates import compile_text


class Places(Struct, frozen=True):
    """All places a route can lead to: steps by full id, and each stage's first step."""

    steps: frozenset[str]
    first: dict[str, str]


class Desk:
    """Reads guards, effects and lines; notes what is wrong and reads on.

    Attributes:
        guards: those that are compiled already, by what is written.
    """

    def __init__(
        self,
        scope: Scope,
        findings: Findings,
        places: Places,
        catalog: Catalog,
        guards: dict[str, Guard],
    ) -> None:
        self.guards = guards
        self.scope, self.findings, self.places, self.catalog = scope, findings, places, catalog
        self.names = frozenset(scope.variables)
        self._effects: dict[tuple[str, str | int | None], Effect] = {}
        self.counts: Counter[str] = Counter()
        self.wordings: list[tuple[Wording, Node, bool]] = []
        self.ids: dict[str, Node] = {}

    def guard(self, node: Node | None) -> Guard | None:
        """Compile a guard; a broken one is never true."""
        if node is None:
            return None
        try:
            if node.text not in self.guards:  # the same stands at many places
                self.guards[node.text] = compile_guard(node.text, self.scope)
            return self.guards[node.text]
        except ExpressionError as error:
            self.findings.add(node, "MR020", f"bad guard: {error}", error.hint)
            return lambda _env: False

    def effects(self, node: Node | None) -> tuple[Effect, ...]:
        """Compile a `set:` mapping."""
        if node is None:
            return ()
        if not isinstance(node.value, dict):
            self.findings.add(node, "MR021", "`set` is a mapping", "write {variable: value}")
        effects = []
        for name, value in node.items.items():
            scalar = value.value if isinstance(value.value, str | int) else None
            try:
                if (name, scalar) not in self._effects:  # as with guards
                    self._effects[name, scalar] = compile_effect(name, scalar, self.scope)
                effects.append(self._effects[name, scalar])
            except ExpressionError as error:
                self.findings.add(value, "MR021", f"bad effect: {error}", error.hint)
        return tuple(effects)

    def label(self, context: str, node: Node) -> str:
        """Give a label, a hint or another plain text in the script's language."""
        return self.catalog.text(context, node.text, node)

    def wording(
        self, node: Node, line_id: str, *, is_fixed: bool = False, extra: tuple[str, ...] = ()
    ) -> Wording:
        """Compile one wording in the script's language and give it the next number."""
        self.counts[line_id] += 1
        context, source = f"{line_id}/{self.counts[line_id]}", node.text.strip()
        text = self.catalog.text(context, source, node)
        node = self.catalog.place(context, source, node)
        if not text:
            self.findings.add(node, "MR030", "the line is empty", "write what the guide says")
        try:
            parts = compile_text(text, self.names.union(extra))
        except ExpressionError as error:
            self.findings.add(node, "MR031", f"bad line: {error}", error.hint)
            parts = ()
        wording = Wording(len(self.wordings), parts)
        self.wordings.append((wording, node, is_fixed))
        return wording

    def saying(self, node: Node, line_id: str, *, extra: tuple[str, ...] = ()) -> Saying:
        """Read wordings: a string, a list of them, or a mapping with `text` or `any`."""
        if isinstance(node.value, dict):
            return self._long_saying(node, line_id, extra)
        texts = node.entries if isinstance(node.value, list) else [node]
        if not texts:
            self.findings.add(node, "MR030", "no wordings", "write at least one line")
        self.claim(line_id, node)
        return Saying(line_id, tuple(self.wording(text, line_id, extra=extra) for text in texts))

    def _long_saying(self, node: Node, line_id: str, extra: tuple[str, ...]) -> Saying:
        self.findings.unknown_keys(node, KEYS["saying"], "line")
        given = node.items.get("id")
        own_id = f"{line_id.partition('.')[0]}.{given.text}" if given else line_id
        self.claim(own_id, given or node)
        texts = node.items.get("any") or node.items.get("text")
        if texts is None:
            self.findings.add(node, "MR030", "the line is empty", "give it `text:` or `any:`")
            return Saying(own_id, ())
        is_fixed = flag(node.items.get("fixed"))
        wordings = tuple(
            self.wording(text, own_id, is_fixed=is_fixed, extra=extra)
            for text in texts.entries or [texts]
        )
        return Saying(own_id, wordings, self.guard(node.items.get("when")), is_fixed)

    def bubble(self, node: Node, line_id: str) -> Bubble:
        """Read one bubble: a saying, or `first:` with several of them."""
        first = node.items.get("first")
        if first is None:
            return Bubble((self.saying(node, line_id),))
        self.findings.unknown_keys(node, KEYS["bubble"], "bubble")
        self.claim(line_id, node)
        return Bubble(tuple(self._alternative(entry, line_id) for entry in first.entries))

    def _alternative(self, node: Node, line_id: str) -> Saying:
        if "id" not in node.items:
            self.ids.pop(line_id, None)  # alternatives of one bubble share its id
        return self.saying(node, line_id)

    def bubbles(self, node: Node | None, line_id: str) -> tuple[Bubble, ...]:
        """Read what a step says: one bubble or a list of them."""
        if node is None:
            return ()
        entries = node.entries if isinstance(node.value, list) else [node]
        if not entries:
            self.findings.add(node, "MR030", "nothing is said", "write a line or remove `say`")
        return tuple(
            self.bubble(entry, line_id if number == 1 else f"{line_id}.{number}")
            for number, entry in enumerate(entries, 1)
        )

    def target(self, node: Node, step_id: str, *, is_call: bool = False) -> str:
        """Find where a route leads: a step of the same file, `stage.step`, or a stage."""
        name, stage = node.text, step_id.partition(".")[0]
        if name == "again":
            return step_id
        own = f"{stage}.{name}"
        if own in self.places.steps and not is_call:
            return own
        if name in self.places.steps:
            return name
        if name in self.places.first:
            return self.places.first[name]
        self.findings.add(node, "MR052", f"there is no step “{name}”", self._hint(name, own))
        return step_id

    def _hint(self, name: str, own: str) -> str:
        """Name the nearest step; else the steps of the stage that was named; else the stages."""
        stage = name.partition(".")[0]
        siblings = tuple(step for step in self.places.steps if step.startswith(f"{stage}."))
        known = {**dict.fromkeys(self.places.steps), **self.places.first}
        close = nearest(own if "." not in name else name, known)
        return (
            close if close.startswith("did") else nearest(name, siblings or (*self.places.first,))
        )

    def claim(self, line_id: str, node: Node) -> None:
        """Take a line id; a second line of the same id is a finding."""
        if line_id in self.ids:
            first = self.ids[line_id]
            where = f"{first.file}:{first.line}"
            self.findings.add(
                node, "MR032", f"the id “{line_id}” is taken", f"it stands at {where}"
            )
        self.ids.setdefault(line_id, node)

    def repeats(self) -> Iterable[Finding]:
        """Find lines that stand twice with the same words and would be said twice in a talk."""
        seen: dict[str, Node] = {}
        for wording, node, is_fixed in self.wordings:
            text = "".join(f"{{{p.name}}}" if isinstance(p, Slot) else p for p in wording.parts)
            if is_fixed or not text:
                continue
            if text in seen:
                first = seen[text]
                hint = f"reword it; the same stands at {first.file}:{first.line}"
                yield Finding(node.file, node.line, node.column, "MR033", "said twice", hint)
            seen.setdefault(text, node)


def flag(node: Node | None) -> bool:
    """Read a yes or no; absent is no."""
    return node is not None and node.text in ("yes", "true")
