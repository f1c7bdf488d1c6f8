"""A validator for the part of JSON Schema that our schema uses; any other keyword is an error."""

import json
from typing import Any

from bot.loading.tree import Node

TYPES = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None),
    "array": list, "object": dict,
}  # fmt: skip
KNOWN = {
    "$schema", "$defs", "$ref", "title", "anyOf", "type", "enum", "required", "properties",
    "additionalProperties", "items", "minItems", "maxItems",
}  # fmt: skip


def is_valid(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None) -> bool:
    """Tell whether a value fits a schema."""
    root = root or schema
    assert not schema.keys() - KNOWN, json.dumps(schema)
    if "$ref" in schema:
        there = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        if not is_valid(value, there, root):
            return False
    if "anyOf" in schema and not any(is_valid(value, one, root) for one in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "type" in schema and not _is_type(value, schema["type"]):
        return False
    return _fits_list(value, schema, root) and _fits_mapping(value, schema, root)


def _is_type(value: Any, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    is_flag = isinstance(value, bool)
    return any(isinstance(value, TYPES[n]) and (not is_flag or n == "boolean") for n in names)


def _fits_list(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if not isinstance(value, list):
        return True
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    return all(is_valid(item, schema.get("items", {}), root) for item in value)


def _fits_mapping(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    own = schema.get("properties", {})
    if any(key not in value for key in schema.get("required", ())):
        return False
    rest = schema.get("additionalProperties", True)
    for key, item in value.items():
        fits = own.get(key, rest)
        if fits is False or (isinstance(fits, dict) and not is_valid(item, fits, root)):
            return False
    return True


def plain(node: Node) -> Any:
    """Give a tree as plain values, as an editor sees the file."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    return node.value
