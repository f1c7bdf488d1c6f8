"""`makeroom read`, as it is typed."""

from pathlib import Path

from click.testing import CliRunner

from tests.conftest import DATA
from web.commands.read import read

TINY = DATA / "dialogs" / "tiny"


def test_a_dialogue_is_written_as_a_page(tmp_path: Path) -> None:
    """To a file or to standard output: the same page, complete in itself."""
    file = tmp_path / "page.html"
    done = CliRunner().invoke(read, [str(TINY), "--out", str(file)])
    assert (done.exit_code, done.output) == (0, "")
    text = file.read_text()
    assert text == CliRunner().invoke(read, [str(TINY)]).output.removesuffix("\n")
    assert text.startswith("<!doctype html>")
    assert "http" not in text.replace("https://", "")


def test_versions_are_compared(tmp_path: Path) -> None:
    """The same version has no changes."""
    done = CliRunner().invoke(read, [str(TINY), "--diff", str(TINY)])
    assert "<li>Nothing.</li>" in done.output


def test_a_folder_without_a_dialogue_is_named(tmp_path: Path) -> None:
    """The sentence says what to give instead."""
    done = CliRunner().invoke(read, [str(tmp_path)])
    assert done.exit_code != 0
    assert "holds a script.yaml" in str(done.exception)
