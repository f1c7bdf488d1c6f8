"""Finding what no conversation reaches: what is written passes, and reaches more."""

from pathlib import Path

import pytest

from bot.listening.ear import Ear
from bot.script import Script
from bot.workshop.chatfile import read_chat
from bot.workshop.fill import Faults, Filler
from bot.workshop.filled import TAG, filled
from bot.workshop.library import Libraries, Library
from bot.workshop.midway import is_midway
from bot.workshop.places import places
from bot.workshop.record import Spoken
from bot.workshop.suite import covered, outcomes
from bot.workshop.tries import Tries, example_dangers
from tests.conftest import DATA

LEXICON = DATA / "dialogs" / "safety" / "lexicon"
TURNS = 12_000


@pytest.fixture(scope="module")
def script(library: Library) -> Script:
    """The tiny dialogue."""
    return library.script("tiny")


@pytest.fixture(scope="module")
def filler(library: Library, script: Script) -> Filler:
    """A search that begins with nothing."""
    return Filler(script, Tries(script, library.ear, example_dangers(LEXICON)), [], TURNS)


@pytest.fixture(scope="module")
def talks(filler: Filler) -> list[tuple[Spoken, ...]]:
    """Everything that is found in the tiny dialogue."""
    return list(filler.talks())


@pytest.fixture(scope="module")
def ear(library: Library) -> Ear:
    """The ear of the tiny dialogue."""
    return library.ear


def test_all_places_of_a_dialogue_are_found(
    filler: Filler, talks: list[tuple[Spoken, ...]], script: Script
) -> None:
    """Every step and nearly every choice is reached, in few conversations."""
    assert len(talks) <= 40
    assert not [one for one in filler.missing if one.removeprefix("way ") in script.steps]
    assert len([one for one in filler.missing if one.startswith("choice ")]) <= 2


def test_what_is_found_is_written_as_tests_that_pass(
    talks: list[tuple[Spoken, ...]], script: Script, ear: Ear, tmp_path: Path
) -> None:
    """Each file passes as it stands, holds lines and states, and says that it was found."""
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    texts = list(filled(script, ear, talks))
    assert len(texts) >= len(talks) - 1
    files = [tmp_path / f"{n}.chat" for n in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    played = list(outcomes(files, Libraries()))
    assert [one.report() for one in played if not one.has_passed] == []
    (found,) = covered(played)
    assert found.states.missed == ()
    head = read_chat(texts[0]).head
    assert (head.tags, head.title[:5]) == ((TAG,), "Way 1")
    assert "     now at " in texts[0]
    assert "bot: #" in texts[0]


def test_what_is_reached_already_is_not_looked_for(
    talks: list[tuple[Spoken, ...]], script: Script, ear: Ear, tmp_path: Path
) -> None:
    """With the found conversations played, another search finds next to nothing."""
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    for n, text in enumerate(filled(script, ear, talks)):
        (tmp_path / f"{n}.chat").write_text(text)
    played = outcomes(sorted(tmp_path.glob("*.chat")), Libraries())
    results = [one.result for one in played if one.result is not None]
    again = Filler(script, Tries(script, ear, example_dangers(LEXICON)), results, TURNS)
    assert len(list(again.talks())) <= 2


def test_a_lexicon_gives_its_own_examples() -> None:
    """What is to be heard is taken, what isn't is left."""
    found = list(example_dangers(LEXICON))
    assert all(not text.startswith(("+", "-")) for text in found)


def test_a_talk_may_be_found_in_the_middle(script: Script, library: Library) -> None:
    """A fault that no conversation came by is looked for from values under which it shows."""
    where = places(library.manuscript("tiny"))
    tries = Tries(script, library.ear, ())
    faults = Faults(frozenset({"lower rule W1", "redirect route ground.over.next1"}), where)
    search = Filler(script, tries, [], TURNS, faults)
    found = list(search._from_midway())
    assert found
    assert all(is_midway(talk[0]) for talk in found)
    texts = list(filled(script, library.ear, found))
    assert len(texts) == len(found)
    assert all(read_chat(text).head.given is not None for text in texts)
    assert not {one for one in search.missing if one.startswith("fault redirect")}
