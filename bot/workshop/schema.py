"""A JSON Schema (2020-12) of script files, for editors: made of the loader's own table of keys."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from bot.loading.grammar import ANY_ASK, ASKS, PLACES, Keys
from bot.loading.head import VARIABLE_KINDS

Schema: TypeAlias = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
SIMPLE: Mapping[str, Schema] = {
    "text": SCALAR,
    "number": {"type": "integer"},
    "value": {"type": ["string", "number", "boolean", "null"]},
    "any": {},
}
"""Shapes that aren't places. Editors may read `no` or `1.5` as what they look like."""
ALSO_TEXT = ("route", "option", "saying", "bubble", "variable")
"""Places that may be written short, as a mere word or line."""


def schema() -> Schema:
    """Give the schema of every kind of script file: a head, the head of safety, a stage, a flow."""
    return {
        "$schema": DIALECT,
        "title": "A file of a makeroom dialogue",
        "anyOf": [
            {"$ref": "#/$defs/stage", "anyOf": [{"required": ["stage"]}, {"required": ["flow"]}]},
            {"required": ["start"], "$ref": "#/$defs/head"},
            {"required": ["safety"], "type": "object"},
        ],
        "$defs": dict(_definitions()),
    }


def _definitions() -> Iterator[tuple[str, Schema]]:
    for name, keys in PLACES.items():
        yield name, _short_or_long(name, keys)
    yield (
        "bands",
        _map({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}),
    )
    yield "ask", {"anyOf": [_ask(kind, keys) for kind, keys in ASKS.items()]}


def _short_or_long(name: str, keys: Keys) -> Schema:
    if name == "variable":
        return {"anyOf": [{"enum": list(VARIABLE_KINDS)}, *_variables(keys)]}
    found = _mapping(keys)
    if name == "saying":
        lines = {"type": "array", "items": SCALAR, "minItems": 1}
        return {"anyOf": [SCALAR, lines, found]}
    if name == "bubble":
        return {"anyOf": [{"$ref": "#/$defs/saying"}, {**found, "required": ["first"]}]}
    return {"anyOf": [SCALAR, found]} if name in ALSO_TEXT else found


def _variables(keys: Keys) -> list[Schema]:
    """A variable's long form has its kind as a key, and then what that kind holds."""
    held: Mapping[str, Schema] = {"choice": {}, "counter": {"type": "integer"}}
    return [
        _mapping({kind: "any", **keys}, (kind,), {kind: held.get(kind, SCALAR)})
        for kind in VARIABLE_KINDS
    ]


def _ask(kind: str, keys: Keys) -> Schema:
    """An ask's kind is the key that names its variable; a kind's own choices may stand there."""
    into = keys.get(kind, "value|any")
    return _mapping({kind: into, **keys, **ANY_ASK}, (kind,))


def _mapping(
    keys: Keys, needed: tuple[str, ...] = (), given: Mapping[str, Schema] | None = None
) -> Schema:
    properties = {key: _shape(shape) for key, shape in keys.items()} | dict(given or {})
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(needed)} if needed else found


def _shape(shape: str) -> Schema:
    if "|" in shape:
        return {"anyOf": [_shape(part) for part in shape.split("|")]}
    if shape.startswith("["):
        return {"type": "array", "items": _shape(shape[1:-1])}
    if shape.startswith("{"):
        return _map(_shape(shape[1:-1]))
    return SIMPLE.get(shape, {"$ref": f"#/$defs/{shape}"})


def _map(inner: Schema) -> Schema:
    return {"type": "object", "additionalProperties": inner}
