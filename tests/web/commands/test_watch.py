"""`makeroom chat --watch`: what happens when a script is saved."""

import os
import shutil
from pathlib import Path

import pytest

from bot.workshop.library import Library
from tests.conftest import DATA
from web.commands.chat import Watch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the dialogues that may be edited."""
    shutil.copytree(DATA / "dialogs", tmp_path / "dialogs")
    return tmp_path / "dialogs"


def save(file: Path, text: str) -> None:
    """Save at a time of its own, however fast the test is."""
    later = file.stat().st_mtime_ns + 1_000_000
    file.write_text(text)
    os.utime(file, ns=(later, later))


def test_a_saved_script_is_given_once(folder: Path) -> None:
    """Nothing before it is saved, nothing twice."""
    notes: list[str] = []
    watch = Watch(Library(folder), Library(folder).script("tiny"), notes.append)
    assert (watch.has_newer(), watch.newer()) == (False, None)
    file = folder / "tiny" / "welcome.yaml"
    save(file, file.read_text().replace("Shall we", "Will we"))
    assert watch.has_newer()
    script = watch.newer()
    assert script is not None
    assert script.digest != Library(DATA / "dialogs").script("tiny").digest
    assert (watch.newer(), notes) == (None, [])


def test_a_broken_script_is_told_and_not_used(folder: Path) -> None:
    """The findings are shown; the talk keeps what it has until the script can be used again."""
    notes: list[str] = []
    watch = Watch(Library(folder), Library(folder).script("tiny"), notes.append)
    file = folder / "tiny" / "welcome.yaml"
    text = file.read_text()
    save(file, text + "oops: [\n")
    assert not watch.has_newer()
    assert "welcome.yaml:" in notes[0]
    assert "goes on with the script as it was" in notes[0]
    save(file, text)
    assert watch.has_newer()


def test_a_saved_translation_is_taken_in_too(folder: Path) -> None:
    """Who talks in Spanish while they translate sees their own words when they save."""
    catalogue = folder / "tiny" / "locale" / "es" / "welcome.po"
    catalogue.parent.mkdir(parents=True)
    said = "Hello there. Shall we try something small?"
    entry = f'msgctxt "welcome.hello/1"\nmsgid "{said}"\nmsgstr "'
    catalogue.write_text(f'{entry}Hola. ¿Probamos algo?"\n')
    watch = Watch(Library(folder), Library(folder).script("tiny", "es"), print)
    assert not watch.has_newer()
    save(catalogue, f'{entry}Buenas. ¿Probamos algo?"\n')
    script = watch.newer()
    assert script is not None
    assert script.lang == "es"
