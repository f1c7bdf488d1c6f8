"""Catalogues for translators: made from a script, and made anew when it changes."""

import pytest

from bot.bundle import read_folder
from bot.errors import ConfigError
from bot.loading.catalog import Text
from bot.workshop.catalogues import Count, count, renewed
from bot.workshop.lints.manuscript import read_manuscript
from tests.conftest import DATA

HELLO = Text("tea.hello/1", "Hello.", "tea.yaml", 3)
BYE = Text("tea.bye/1", "May {{ it }} warm you.", "tea.yaml", 9)
CUP = "locale/es/tea.po"


def done(texts: tuple[Text, ...] = (HELLO, BYE)) -> dict[str, str]:
    """Give the catalogue with every text translated."""
    made = renewed(texts, "es", {})[CUP]
    for source, text in (
        ("Hello.", "Hola."),
        ("May {{ it }} warm you.", "Que {{ it }} te abrigue."),
    ):
        made = made.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{text}"')
    return {CUP: made}


def test_a_catalogue_has_every_text_of_a_script_once() -> None:
    """One file for each file of the script, nothing translated yet."""
    script = read_manuscript(read_folder(DATA / "walk"), read_folder(DATA / "walk_safety"))
    own = [text for text in script.texts if not text.file.startswith("safety/")]
    made = renewed(own, "es", {})
    counts = [count(text) for text in made.values()]
    assert sum(one.texts for one in counts) == sum(one.missing for one in counts) == len(own)
    assert set(made) == {f"locale/es/{text.file.removesuffix('.yaml')}.po" for text in own}


def test_what_is_translated_stays() -> None:
    """Made anew without a change, a catalogue is the same to the letter."""
    files = done()
    assert count(files[CUP]) == Count(texts=2, missing=0, fuzzy=0)
    assert renewed((HELLO, BYE), "es", files) == files


def test_a_changed_original_is_marked_and_its_old_words_are_kept() -> None:
    """The translator sees what it was; the mark stays until it is taken off."""
    changed = Text("tea.hello/1", "Hello there.", "tea.yaml", 3)
    once = renewed((changed, BYE), "es", done())
    assert count(once[CUP]) == Count(texts=2, missing=0, fuzzy=1)
    assert "# was: Hello.\n" in once[CUP]
    assert 'msgid "Hello there."\nmsgstr "Hola."' in once[CUP]
    assert renewed((changed, BYE), "es", once) == once
    sure = {CUP: once[CUP].replace("#, fuzzy\n", "")}
    assert "was:" not in renewed((changed, BYE), "es", sure)[CUP]


def test_a_line_that_moved_takes_its_translation_along() -> None:
    """A new place, the same words: nothing to do for the translator."""
    moved = Text("tea.welcome/1", "Hello.", "tea.yaml", 4)
    made = renewed((moved, BYE), "es", done())
    assert count(made[CUP]) == Count(texts=2, missing=0, fuzzy=0)
    assert "tea.hello" not in made[CUP]


@pytest.mark.parametrize(
    ("lang", "files", "says"),
    [
        ("", {}, "no language"),
        ("not a language", {}, "no language"),
        ("../..", {}, "no language"),
        ("es", {CUP: "this is no catalogue"}, "is no catalogue"),
    ],
)
def test_nothing_is_written_over_what_cannot_be_read(
    lang: str, files: dict[str, str], says: str
) -> None:
    """A sentence instead."""
    with pytest.raises(ConfigError, match=says):
        renewed((HELLO,), lang, files)
