"""YAML text as a tree of nodes that know their place.

libyaml does the parsing (ten times faster than parsing in Python). Which plain words are numbers is
decided here, by the core rules of YAML 1.2.2 (10.3.2) without floats and booleans, so that a choice
called `no` stays a word.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.resolver import VersionedResolver

from bot.errors import Finding
from bot.expressions import nearest

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


class _Untagged(VersionedResolver):
    """Takes every plain word for text, at once; `_scalar` decides what it is."""

    def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> str:
        """Give the tag that is never looked at."""
        return "tag:yaml.org,2002:str"


def read_tree(file: str, text: str, findings: Findings) -> Node:
    """Read one YAML file; what can't be read becomes a finding and an empty mapping."""
    try:
        root = _composed(text)
        return _node(file, root, findings, 0) if root is not None else Node({}, file, 1, 1)
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


def _composed(text: str) -> Any:
    """Parse with libyaml; what it stumbles over is read in Python, slowly.

    libyaml takes a question mark inside `{}` for the sign of a key; no script needs that sign, so
    question marks are hidden from libyaml and put back by `_shown`.
    """
    try:
        fast = YAML(typ="safe", pure=False)
        fast.Resolver = _Untagged
        return fast.compose(text.replace("?", HIDDEN))
    except YAMLError:
        return YAML(typ="safe", pure=True).compose(text)


def _node(file: str, raw: Any, findings: Findings, depth: int) -> Node:
    line, column = raw.start_mark.line + 1, raw.start_mark.column + 1
    if depth > MAX_DEPTH:
        findings.add(
            Node(None, file, line, column), "MR001", "nested too deeply", "make it flatter"
        )
        return Node(None, file, line, column)
    if raw.id == "scalar":
        return Node(_scalar(raw), file, line, column)
    if raw.id == "sequence":
        return Node(
            [_node(file, item, findings, depth + 1) for item in raw.value], file, line, column
        )
    node = Node({}, file, line, column)
    for key, value in _pairs(file, raw, node, findings):
        node.items[key] = _node(file, value, findings, depth + 1)
    return node


def _pairs(file: str, raw: Any, node: Node, findings: Findings) -> Iterator[tuple[str, Any]]:
    for key_raw, value in raw.value:
        place = Node(None, file, key_raw.start_mark.line + 1, key_raw.start_mark.column + 1)
        if key_raw.id != "scalar":
            findings.add(place, "MR001", "a key must be a word", "put the text in quotes")
            continue
        key = _shown(key_raw.value)
        if key in node.keys:
            findings.add(place, "MR002", f"“{key}” stands twice", "rename or remove one of them")
            continue
        node.keys[key] = place
        yield key, value


def _scalar(raw: Any) -> str | int | None:
    if raw.style in ("'", '"', "|", ">"):
        return _shown(raw.value)
    if raw.value in NULLS:
        return None
    return int(raw.value) if INTEGER.fullmatch(raw.value) else _shown(raw.value)


def _shown(value: object) -> str:
    return str(value).replace(HIDDEN, "?")
