"""YAML text as a tree of nodes that know their place.

libyaml does the parsing (ten times faster than parsing in Python). Which plain words are numbers is
decided here, by the core rules of YAML 1.2.2 (10.3.2) without floats and booleans, so that a choice
called `no` stays a word.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.composer import ComposerError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from bot.errors import Finding
from bot.scope import nearest

NULLS = frozenset({"", "~", "null"})
INTEGER = re.compile(r"[-+]?[0-9]{1,9}")
HIDDEN = "\ue000"  # stands for “?” while libyaml reads; from the range that no text uses
MAX_DEPTH = 24  # far deeper than any script; ends a maliciously nested file early


class Node(Struct, frozen=True):
    """A value with its place: text, a whole number, None, a list or a mapping of nodes.

    Attributes:
        value: what stands there.
        file: the file's name.
        line: counted from 1.
        column: counted from 1.
        keys: for mappings, the place of each key.
    """

    value: "str | int | list[Node] | dict[str, Node] | None"
    file: str
    line: int
    column: int
    keys: "dict[str, Node]" = field(default_factory=dict)

    @property
    def items(self) -> "dict[str, Node]":
        """Give the entries of a mapping, or nothing."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def entries(self) -> "list[Node]":
        """Give the entries of a list, or nothing."""
        return self.value if isinstance(self.value, list) else []

    @property
    def text(self) -> str:
        """Give a scalar as text, or an empty string."""
        return str(self.value) if isinstance(self.value, str | int) else ""


class Findings:
    """Collects what is wrong, so that an author sees all of it at once."""

    def __init__(self) -> None:
        self.all: list[Finding] = []

    def add(self, node: Node, code: str, message: str, hint: str) -> None:
        """Note an error at a node's place."""
        self.all.append(Finding(node.file, node.line, node.column, code, message, hint))

    def unknown_keys(self, node: Node, known: tuple[str, ...], what: str) -> None:
        """Note each key of a mapping that means nothing there."""
        for key, place in node.keys.items():
            if key not in known:
                self.add(place, "MR003", f"a {what} has no “{key}”", nearest(key, known))


def read_tree(file: str, text: str, findings: Findings) -> Node:
    """Read one YAML file; what can't be read becomes a finding and an empty mapping."""
    try:
        return _Growing(file, _events(text), findings).tree()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "this isn't YAML"
    except YAMLError as error:
        line, column, problem = 1, 1, str(error).splitlines()[0]
    hint = (
        "check the indentation; put text in quotes when it holds “: ”, begins with {, [, *, & or "
        "@, or stands in [] or {} with a comma in it"
    )
    findings.add(
        Node(None, file, line, column), "MR001", f"the file can't be read: {problem}", hint
    )
    return Node({}, file, 1, 1)


def _events(text: str) -> list[Any]:
    """Parse with libyaml; what it stumbles over is read in Python, slowly.

    libyaml takes a question mark inside `{}` for the sign of a key; no script needs that sign, so
    question marks are hidden from libyaml and put back by `_shown`.
    """
    try:
        return list(YAML(typ="safe", pure=False).parse(text.replace("?", HIDDEN)))
    except YAMLError:
        return list(YAML(typ="safe", pure=True).parse(text))


class _Growing:
    """A tree while it is made of what a parser has found."""

    def __init__(self, file: str, events: Iterable[Any], findings: Findings) -> None:
        self._file, self._events, self._findings = file, iter(events), findings
        self._anchors: dict[str, Node] = {}

    def tree(self) -> Node:
        """Give what stands in the file.

        Raises:
            ComposerError: there is more than one document, or an alias stands for nothing.
        """
        next(self._events)  # the stream begins
        if isinstance(next(self._events), StreamEndEvent):
            return Node({}, self._file, 1, 1)
        root = self._node(next(self._events), 0)
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, StreamEndEvent):
            raise _unreadable(after, "a second document begins")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise _unreadable(event, f"“*{event.anchor}” stands for nothing")
            return self._anchors[event.anchor]
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, ScalarEvent):
            node = Node(_scalar(event), self._file, line, column)
        elif depth > MAX_DEPTH:
            self._skip(event)
            node = Node(None, self._file, line, column)
            self._findings.add(node, "MR001", "nested too deeply", "make it flatter")
        elif isinstance(event, SequenceStartEvent):
            node = Node(list(self._entries(depth + 1)), self._file, line, column)
        else:
            node = Node({}, self._file, line, column)
            self._fill(node, depth + 1)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _entries(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._node(event, depth)

    def _fill(self, node: Node, depth: int) -> None:
        """Put its entries into a mapping."""
        while not isinstance(event := next(self._events), MappingEndEvent):
            mark = event.start_mark
            place = Node(None, self._file, mark.line + 1, mark.column + 1)
            key = _shown(event.value) if isinstance(event, ScalarEvent) else None
            if key is None:
                self._skip(event)
                self._findings.add(place, "MR001", "a key must be a word", "put the text in quotes")
            elif key in node.keys:
                hint = "rename or remove one of them"
                self._findings.add(place, "MR002", f"“{key}” stands twice", hint)
                key = None
            value = next(self._events)
            if key is None:
                self._skip(value)
            else:
                node.keys[key] = place
                node.items[key] = self._node(value, depth)

    def _skip(self, event: Any) -> None:
        """Pass over what an event begins."""
        deep = int(isinstance(event, CollectionStartEvent))
        while deep:
            event = next(self._events)
            deep += isinstance(event, CollectionStartEvent)
            deep -= isinstance(event, CollectionEndEvent)


def _unreadable(event: Any, problem: str) -> ComposerError:
    return ComposerError(problem=problem, problem_mark=event.start_mark)


def _scalar(event: Any) -> str | int | None:
    if event.style in ("'", '"', "|", ">"):
        return _shown(event.value)
    if event.value in NULLS:
        return None
    return int(event.value) if INTEGER.fullmatch(event.value) else _shown(event.value)


def _shown(value: object) -> str:
    return str(value).replace(HIDDEN, "?")
