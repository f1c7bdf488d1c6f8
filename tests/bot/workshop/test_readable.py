"""The whole dialogue as a page: everything that can be said stands on it, and what changed."""

import shutil
from pathlib import Path

import pytest

from bot.workshop.library import Libraries, Library
from bot.workshop.readable import Change, changes, page
from bot.workshop.suite import chat_files, outcomes
from bot.workshop.words import in_words
from tests.conftest import DATA


@pytest.fixture
def edited(tmp_path: Path) -> Library:
    """The tiny dialogue, of which a copy may be changed."""
    shutil.copytree(DATA / "dialogs", tmp_path / "dialogs")
    return Library(tmp_path / "dialogs")


def test_everything_that_can_be_said_is_on_the_page(library: Library) -> None:
    """Every line with its id, every choice, every step; nothing of it can be markup."""
    manuscript = library.manuscript("tiny")
    text = page(manuscript, [])
    for spoken in manuscript.spoken:
        if spoken.step is not None and spoken.part != "frame":
            assert f"<code>{spoken.line}</code>" in text
    for step in manuscript.script.steps.values():
        assert f'id="{step.id}"' in text
    assert "No test comes by here." in text
    assert "Only while" in text
    assert "What has changed" not in text


def test_tests_stand_where_they_come_by(library: Library) -> None:
    """A step names the conversations that pass through it."""
    played = outcomes(chat_files([DATA / "dialogs" / "tiny"]), Libraries())
    text = page(library.manuscript("tiny"), [one.result for one in played if one.result])
    assert "Tests: " in text


def test_what_a_person_wrote_is_no_markup(edited: Library) -> None:
    """A script's text is shown, never run."""
    file = edited.folder / "tiny" / "welcome.yaml"
    file.write_text(file.read_text().replace("Shall we", "<script>Shall</script> we"))
    text = page(edited.manuscript("tiny"), [])
    assert "<script>" not in text
    assert "&lt;script&gt;Shall" in text


def test_versions_are_compared_by_id(edited: Library, library: Library) -> None:
    """Changed words, guards and ways are told, and nothing else."""
    old = library.manuscript("tiny")
    assert changes(old, old) == []
    head = edited.folder / "tiny" / "script.yaml"
    head.write_text(head.read_text().replace("when: strength is high", "when: strength >= 8"))
    (found,) = changes(old, edited.manuscript("tiny"))
    assert found == Change("when rule W1", "strength is high", "strength is 8 or more")
    text = page(edited.manuscript("tiny"), [], old)
    assert "<del>strength is high</del>" in text
    assert '<span class="new">strength is 8 or more</span>' in text


@pytest.mark.parametrize(
    ("guard", "said"),
    [
        ("distress >= 7", "distress is 7 or more"),
        ("rounds < 2 and not locked", "rounds is below 2 and not “locked”"),
        ("it_name is given", "it name is known"),
        ("topic is not given", "topic isn't known"),
        ("pace in ['slow', 'gentle']", "pace is one of “slow”, “gentle”"),
        ("answer != 'skip'", "answer isn't “skip”"),
        ("distress - before > 2", "distress - before is above 2"),
    ],
)
def test_guards_are_said_in_words(guard: str, said: str) -> None:
    """A clinician reads no operators."""
    assert in_words(guard) == said
