"""From a folder of files to a `Script`, or to all that is wrong with them."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from bot.bundle import Bundle, read_folder
from bot.errors import ScriptError
from bot.helplines import HelpLines
from bot.loading import head as heads
from bot.loading.asks import AskReader, labels
from bot.loading.catalog import Catalog, check_language, read_catalog
from bot.loading.checks import check_graph, entries
from bot.loading.desk import Desk, Places
from bot.loading.grammar import KEYS
from bot.loading.narrative import read_narrative
from bot.loading.steps import read_stage, read_step
from bot.loading.tree import Findings, Node, read_tree
from bot.machine import build_machine
from bot.scope import Scope
from bot.script import Guard, Script, Stage, Step, Tables, Variable
from bot.values import Choice

HEAD, SAFETY_HEAD, HELP_LINES = "script.yaml", "safety.yaml", "helplines.yaml"
HELP_CATALOG = "/helplines.po"
SITE_BANDS = "site.bands"
"""A site's own ranges of ratings, in the place of the head's; never a file of an author's."""


def load_dialog(folder: Path, safety: Path, lang: str | None = None) -> Script:
    """Load a dialogue with the safety flows of the day.

    Raises:
        ScriptError: with everything that is wrong in both folders.
    """
    return load_bundle(read_folder(folder), read_folder(safety), lang)


def load_bundle(bundle: Bundle, safety: Bundle, lang: str | None = None) -> Script:
    """Load a dialogue from its pinned files, with the safety flows of the day.

    Args:
        bundle: the dialogue's files.
        safety: the shared flows' files.
        lang: a language that has catalogues; steps, ids and numbers are the same in all.

    Raises:
        ScriptError: with everything that is wrong.
    """
    return Loading(bundle, safety, lang).script()


def help_lines(read: HelpLines, lang: str | None, texts: Catalog | Bundle) -> HelpLines:
    """Give help lines with our own words in a language.

    Args:
        read: as they are written.
        lang: the language; as they are written without one.
        texts: its catalogue, or the safety folder in which the help lines have their own.
    """
    names: Mapping[str, str] = {}
    if lang is not None:
        from babel import Locale  # noqa: PLC0415 - English needs none

        names = Locale.parse(lang).territories
    if isinstance(texts, Bundle):
        own = {name: text for name, text in texts.files.items() if name.endswith(HELP_CATALOG)}
        texts = read_catalog(own, lang or "", Findings())
    return read.translated(names, partial(texts.text_at, file=f"safety/{HELP_LINES}"))


class Loading:
    """The parts of one load, read in the order in which they need each other."""

    def __init__(
        self,
        bundle: Bundle,
        safety: Bundle,
        lang: str | None = None,
        like: "Loading | None" = None,
    ) -> None:
        self.bundle, self.safety, self.findings = bundle, safety, Findings()
        self.guards: dict[str, Guard] = like.guards if like else {}
        self.trees: dict[str, Node] = like.trees if like else self._both_trees()
        self.texts = {**bundle.files, **{f"safety/{n}": text for n, text in safety.files.items()}}
        self.lang, self.catalog = lang, read_catalog(self.texts, lang or "", self.findings)
        if lang is not None:
            check_language(lang, self.texts, self.findings)
        self.files = dict(self.trees)
        self.head = self.files.pop(HEAD, Node({}, HEAD, 1, 1))
        self.safety_head = self.files.pop(f"safety/{SAFETY_HEAD}", Node({}, SAFETY_HEAD, 1, 1))
        self.shared = frozenset(name for name in self.files if name.startswith("safety/"))
        if self.findings.all:  # what can't be read would look like missing steps elsewhere
            raise ScriptError(self.findings.all)
        other = self.lang if self.lang != self._language() else None
        read = HelpLines.read(safety.files.get(HELP_LINES, ""), HELP_LINES)
        self.help = help_lines(read, other, self.catalog)
        self.stages = list(self._stage_nodes())

    def told_in(self, lang: str) -> "Loading":
        """Load the same files in another language; they aren't read again.

        Raises:
            ScriptError: its catalogues can't be read.
        """
        return Loading(self.bundle, self.safety, lang, self)

    def _both_trees(self) -> dict[str, Node]:
        return {**self._trees(self.bundle, ""), **self._trees(self.safety, "safety/")}

    def _trees(self, bundle: Bundle, prefix: str) -> dict[str, Node]:
        return {
            f"{prefix}{name}": read_tree(f"{prefix}{name}", text, self.findings)
            for name, text in bundle.files.items()
            if name.endswith(".yaml") and name != HELP_LINES
        }

    def script(self) -> Script:
        """Give the script.

        Raises:
            ScriptError: with everything that is wrong.
        """
        places = self._places()
        desk = self.desk = Desk(self._scope(), self.findings, places, self.catalog, self.guards)
        self.findings.unknown_keys(self.head, KEYS["head"], "head")
        tables = self._tables(desk)
        steps, stages = self._steps(desk, tables.cards), self._stages(desk)
        # behind what is pinned, so that the numbers of a running talk's wordings stay
        tables = replace(tables, danger=heads.read_danger(desk, self.safety_head))
        start = self._start(desk)
        if not self.findings.all:
            roots = entries(tables, start)
            check_graph(steps, stages, roots, self._step_places(), self.findings)
        self.findings.all += desk.repeats()
        if self.findings.all:
            raise ScriptError(self.findings.all)
        return self._finished(desk, steps, stages, tables, start)

    def _tables(self, desk: Desk) -> Tables:
        items = self.head.items
        return Tables(
            watch=heads.read_watch(desk, items.get("watch")),
            commands=heads.read_commands(desk, items.get("commands")),
            decks=heads.read_decks(desk, items.get("decks")),
            danger={},
            risk=heads.read_risk(desk, self.safety_head.items.get("risk")),
            asides=heads.read_asides(desk, items.get("asides")),
            plain=heads.read_name(desk, items.get("plain"), "flag"),
            parked=heads.read_name(desk, items.get("parked"), "words"),
            undone=heads.read_undone(desk, items.get("undone")),
            narrative=read_narrative(desk, items.get("narrative")),
            feelings=heads.read_families(desk, items.get("feelings")),
            areas=heads.read_choices(desk, items.get("body"), "body"),
            cards=self._cards(desk),
        )

    def _finished(
        self,
        desk: Desk,
        steps: Mapping[str, Step],
        stages: Mapping[str, Stage],
        tables: Tables,
        start: str,
    ) -> Script:
        shown = labels(steps.values(), tables)
        shown["region"] = {region.id: region.label for region in self.help.regions}
        parts = self._names("parts")
        return Script(
            id=self.head.items["dialog"].text if "dialog" in self.head.items else "dialog",
            title=self.head.items["title"].text if "title" in self.head.items else "",
            lang=self.lang or self._language(),
            conjunction=self._conjunction(desk),
            digest=self.bundle.digest,
            start=start,
            stages=stages,
            parts=parts,
            progress=progress(self._names("stages"), parts),
            steps=steps,
            variables=desk.scope.variables,
            bands=desk.scope.bands,
            labels=shown,
            help=self.help,
            machine=build_machine(steps, stages, tables),
            wordings=len(desk.wordings),
            **{name: getattr(tables, name) for name in Tables.__struct_fields__},
        )

    def _language(self) -> str:
        return self.head.items["language"].text if "language" in self.head.items else "en"

    def _conjunction(self, desk: Desk) -> str:
        """Give what stands before the last of several labels; a sign where a head gives no word."""
        node = self.head.items.get("and")
        return desk.label("and", node) if node is not None else "&"

    def _names(self, key: str) -> tuple[str, ...]:
        node = self.head.items.get(key)
        return tuple(entry.text for entry in node.entries) if node else ()

    def _scope(self) -> Scope:
        variables = {variable.name: variable for variable in heads.BUILT_IN}
        for head in (self.safety_head, self.head):
            node = head.items.get("variables")
            own = heads.read_variables(node, self.findings, self.catalog)
            for name in own.keys() & variables.keys():
                place = node.keys[name] if node else head
                hint = "safety or the engine declares it; use another name"
                self.findings.add(place, "MR002", f"“{name}” is declared twice", hint)
            variables |= own
        if "region" in variables:
            variables["region"] = self._region(variables["region"].name)
        heads.check_before(self.head.items.get("variables"), variables, self.findings)
        return Scope(variables, heads.read_bands(self._bands(), self.findings))

    def _bands(self) -> Node | None:
        ours = self.head.items.get("bands")
        if ours is None or SITE_BANDS not in self.bundle.files:
            return ours
        own = read_tree(SITE_BANDS, self.bundle.files[SITE_BANDS], self.findings)
        return Node(ours.items | own.items, ours.file, ours.line, ours.column, ours.keys)

    def _region(self, name: str) -> Variable:
        return Variable(name, "choice", tuple(r.id for r in self.help.regions), sticky=True)

    def _stage_nodes(self) -> Iterator[tuple[str, str, Node]]:
        for file, node in self.files.items():
            name = node.items.get("stage") or node.items.get("flow")
            if name is None:
                hint = "begin the file with `stage: name` or `flow: name`"
                self.findings.add(node, "MR004", "neither a stage nor a flow", hint)
                continue
            yield file, name.text, node

    def _places(self) -> Places:
        steps, first = set(), {}
        for _, stage, node in self.stages:
            names = list(node.items["steps"].items) if "steps" in node.items else []
            if not names:
                self.findings.add(node, "MR005", f"“{stage}” has no steps", "write `steps:`")
                continue
            if stage in first:
                self.findings.add(node, "MR002", f"“{stage}” stands in two files", "rename one")
            first[stage] = f"{stage}.{names[0]}"
            steps |= {f"{stage}.{name}" for name in names}
        return Places(frozenset(steps), first)

    def _steps(self, desk: Desk, cards: Mapping[str, tuple[Choice, ...]]) -> dict[str, Step]:
        asks = AskReader(desk, cards, self.help.regions)
        return {
            f"{stage}.{name}": read_step(desk, asks, step, stage, name)
            for stage, name, step in self._named_steps()
        }

    def _named_steps(self) -> Iterator[tuple[str, str, Node]]:
        for node in self.files.values():
            stage = node.items.get("stage") or node.items.get("flow")
            if stage is not None and "steps" in node.items:
                yield from (
                    (stage.text, name, step) for name, step in node.items["steps"].items.items()
                )

    def _step_places(self) -> dict[str, Node]:
        return {
            f"{stage}.{name}": node.items["steps"].keys[name]
            for _, stage, node in self.stages
            for name in node.items["steps"].items
        }

    def _stages(self, desk: Desk) -> dict[str, Stage]:
        return {
            stage: read_stage(desk, node, is_safety=file in self.shared)
            for file, stage, node in self.stages
        }

    def _start(self, desk: Desk) -> str:
        node = self.head.items.get("start")
        if node is None:
            self.findings.add(
                self.head, "MR006", "the head has no `start`", "write `start: stage.step`"
            )
            return ""
        return desk.target(node, ".")

    def _cards(self, desk: Desk) -> dict[str, tuple[Choice, ...]]:
        node = self.head.items.get("cards")
        return {
            name: heads.read_choices(desk, deck, f"cards.{name}")
            for name, deck in (node.items if node else {}).items()
        }


def progress(stages: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, int]:
    """Count, for each stage, how many of the parts the talk has come to."""
    return {
        stage: sum(part in stages[: number + 1] for part in parts)
        for number, stage in enumerate(stages)
    }
