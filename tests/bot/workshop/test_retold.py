"""The same acts with other wordings and in other languages lead the same way, or it is told."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.machine import build_machine
from bot.workshop.library import Libraries
from bot.workshop.retold import Telling, differences
from bot.workshop.suite import Outcome, chat_files, outcomes, retold
from tests.conftest import DATA

HOLA = 'msgctxt "welcome.hello/1"\nmsgid "{}"\nmsgstr "Hola. ¿Probamos algo pequeño?"\n'
FIRST = "Good to have you here. Shall we try something small?"


@pytest.fixture
def played(tmp_path: Path) -> list[Outcome]:
    """The tiny dialogue with a translation, and its own conversations as they went."""
    shutil.copytree(DATA / "dialogs", tmp_path / "dialogs")
    catalogue = tmp_path / "dialogs" / "tiny" / "locale" / "es" / "tiny.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(HOLA.format(FIRST))
    return list(outcomes(chat_files([tmp_path / "dialogs" / "tiny"]), Libraries()))


def test_other_words_lead_the_same_way(played: list[Outcome]) -> None:
    """Five choices of wordings, in both languages: the way is that of the engine."""
    assert all(retold(one, 5, ["all"]).has_passed for one in played)


def test_another_way_is_told_with_its_line(played: list[Outcome]) -> None:
    """A line that is said in one language alone is a difference, and has its place."""
    result, script = played[0].result, played[0].script
    assert result is not None
    assert script is not None
    steps = {**script.steps, script.start: replace(script.steps[script.start], say=())}
    machine = build_machine(steps, script.stages, script)
    silent = replace(script, steps=steps, machine=machine, lang="es")
    (says,) = differences(result, Telling(silent, 4))
    assert says.startswith(f"{result.chat.file}:1: in es, with seed 4, what is said is #")


def test_a_file_is_played_in_its_own_language(tmp_path: Path, played: list[Outcome]) -> None:
    """`lang:` chooses the words, too; a language that isn't there is named with its line."""
    file = tmp_path / "dialogs" / "es.chat"
    texts = set()
    for seed in range(8):
        file.write_text(f"dialog: tiny\nlang: es\nseed: {seed}\n---\nbot: #welcome.hello\n")
        (one,) = outcomes([file], Libraries())
        assert one.has_passed, one.report()
        assert one.result is not None
        assert one.result.played[0].got is not None
        texts.add(one.result.played[0].got.lines[0].text)
    assert "Hola. ¿Probamos algo pequeño?" in texts
    file.write_text("dialog: tiny\nlang: se\n---\nbot: #welcome.hello\n")
    (one,) = outcomes([file], Libraries())
    assert "es.chat:2: tiny isn't translated into se (there is en, es)" in one.report()
