"""`makeroom prove` tells what was proved, as text, as JSON and by its exit code."""

import json
from pathlib import Path

from click.testing import CliRunner

from bot.errors import ConfigError
from bot.workshop.library import PACKAGED
from tests.conftest import DATA
from web.commands.prove import prove


def test_one_object_says_what_was_explored_and_proved() -> None:
    """With `--json`, counts and every property stand in one object, and 0 means all is proved."""
    done = CliRunner().invoke(prove, [str(DATA / "walk"), "--json"])
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["complete"] is True
    assert found["configurations"] > 100
    assert found["edges"] > found["configurations"]
    assert all(one["holds"] and one["counterexample"] is None for one in found["properties"])


def test_the_dialogue_that_comes_with_it_is_proved() -> None:
    """All our promises and those in its own `proofs/` hold in every talk of the dialogue."""
    done = CliRunner().invoke(prove, [str(PACKAGED / "anxiety"), "--json"])
    found = json.loads(done.stdout)
    assert [one["id"] for one in found["properties"] if not one["holds"]] == []
    assert len(found["properties"]) >= 20
    assert found["seconds"] / found["edges"] < 15e-6


def test_a_folder_without_a_script_is_misuse(tmp_path: Path) -> None:
    """There is nothing to prove where there is no script; the sentence says what to name."""
    done = CliRunner().invoke(prove, [str(tmp_path)])
    assert isinstance(done.exception, ConfigError)
    assert "script.yaml" in str(done.exception)
