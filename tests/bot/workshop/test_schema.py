"""The schema for editors and the loader agree on what a script file may hold."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from click.testing import CliRunner

from bot.bundle import Bundle, read_folder
from bot.errors import ScriptError
from bot.loader import HELP_LINES, load_bundle
from bot.loading.tree import Findings, read_tree
from bot.workshop.library import PACKAGED
from bot.workshop.schema import schema
from tests.bot.workshop.examples import built
from tests.bot.workshop.valid import is_valid, plain
from web.commands.check import check

SCHEMA = schema()
STRUCTURE = {"MR003", "MR004", "MR010", "MR013", "MR014", "MR021", "MR042"}
"""Unknown keys, no kind, no range, no number: what a schema can see, too."""
SHIPPED = {
    f"{folder}/{name}": text
    for folder in ("anxiety", "safety")
    for name, text in read_folder(PACKAGED / folder).files.items()
    if name.endswith(".yaml") and name != HELP_LINES
}
SOUND = {**built({}).bundle.files}


def tree(text: str) -> Any:
    return plain(read_tree("a file", text, Findings()))


def loads(file: str, value: Any) -> bool:
    """Tell whether the loader accepts a file's structure; JSON is YAML."""
    sound = built({})
    bundle = Bundle({**sound.bundle.files, file: json.dumps(value, ensure_ascii=False)})
    try:
        load_bundle(bundle, sound.safety)
    except ScriptError as error:
        return not {finding.code for finding in error.findings} & STRUCTURE
    return True


def mappings(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the path of every mapping in a value."""
    if isinstance(value, dict):
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            yield from mappings(item, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def odd() -> Iterator[tuple[str, str, Any]]:
    """Give sound files with one key too many, one renamed, or a word where a number belongs."""
    for file, text in SOUND.items():
        whole = tree(text)
        for path in mappings(whole):
            more = deepcopy(whole)
            at(more, path)["oddity"] = {"odder": "still"}
            yield f"{file}:{'.'.join(map(str, path))} has one key too many", file, more
            for key in at(whole, path):
                if key in ("seconds", "pick", "after"):
                    worded = deepcopy(whole)
                    at(worded, path)[key] = "a few"
                    yield f"{file}:{'.'.join(map(str, path))}.{key} in words", file, worded


ODD = list(odd())


@pytest.mark.parametrize("file", sorted(SHIPPED))
def test_what_we_ship_is_valid(file: str) -> None:
    """An editor marks nothing in our own files."""
    assert is_valid(tree(SHIPPED[file]), SCHEMA)


@pytest.mark.parametrize("file", sorted(SOUND))
def test_the_sound_script_is_valid(file: str) -> None:
    """An editor marks nothing in a script that uses everything there is."""
    assert is_valid(tree(SOUND[file]), SCHEMA)


@pytest.mark.parametrize(("file", "value"), [row[1:] for row in ODD], ids=[row[0] for row in ODD])
def test_the_schema_and_the_loader_agree(file: str, value: Any) -> None:
    """What one refuses the other refuses, and what one takes the other takes."""
    assert is_valid(value, SCHEMA) is loads(file, value)


def test_the_command_prints_it() -> None:
    """`makeroom check --schema` is what an editor's settings point at."""
    result = CliRunner().invoke(check, ["--schema"])
    assert result.exit_code == 0
    assert json.loads(result.output) == SCHEMA
