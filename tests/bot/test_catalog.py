"""Translations by line id: the same talk, other words."""

from pathlib import Path

import pytest

from bot.bundle import Bundle, read_folder
from bot.errors import ScriptError
from bot.guide import take_turn
from bot.loader import Loading, load_bundle, load_dialog
from bot.loading.catalog import languages
from bot.script import Script
from bot.values import Input
from tests.conftest import DATA, ROOT, Talk

DIALOGS = ROOT / "dialogs"
SAFETY = read_folder(DATA / "walk_safety")
WALK = read_folder(DATA / "walk")


def translated(*entries: tuple[str, str, str], flags: str = "") -> Bundle:
    """Give the small script with a Spanish catalogue."""
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'
    for context, source, text in entries:
        po += f'\n{flags}msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{text}"\n'
    return Bundle({**WALK.files, "locale/es/lines.po": po})


def test_lines_and_labels_are_translated_by_id() -> None:
    """Wordings, buttons and countries speak the language; ids stay."""
    bundle = translated(
        ("welcome.hello/1", "Hello. I am a script.", "Hola. Soy un guion."),
        ("welcome.hello.start/label", "Let's start", "Empecemos"),
    )
    talk = Talk(load_bundle(bundle, SAFETY, "es")).begin()
    assert talk.texts[0] == "Hola. Soy un guion."
    assert talk.reply.ask is not None
    assert talk.reply.ask.choices[0].label == "Empecemos"
    regions = talk.script.labels["region"]
    assert regions["GB"] == "Reino Unido"
    assert talk.pick("start").step == "welcome.effort"


def test_a_changed_original_or_a_fuzzy_entry_is_not_used() -> None:
    """Old words are worse than English ones."""
    stale = translated(("welcome.hello/1", "Hello, I was a script.", "Hola."))
    fuzzy = translated(("welcome.hello/1", "Hello. I am a script.", "Hola."), flags="#, fuzzy\n")
    for bundle in (stale, fuzzy):
        talk = Talk(load_bundle(bundle, SAFETY, "es")).begin()
        assert talk.texts[0] == "Hello. I am a script."


def test_a_translation_cannot_show_what_is_not_declared() -> None:
    """A translator's slip is told with its file."""
    bundle = translated(("welcome.hello/1", "Hello. I am a script.", "Hola {{ nombre }}."))
    with pytest.raises(ScriptError, match="nombre"):
        load_bundle(bundle, SAFETY, "es")


def test_a_broken_catalogue_is_a_finding() -> None:
    """Not a traceback."""
    bundle = Bundle({**WALK.files, "locale/es/lines.po": "this is no catalogue"})
    with pytest.raises(ScriptError, match=r"locale/es/lines\.po.*MR090"):
        load_bundle(bundle, SAFETY, "es")


def test_every_text_has_one_context_of_its_own(walk: Script) -> None:
    """Translators' tools can tell all texts apart, and the numbers agree in all languages."""
    loading = Loading(WALK, SAFETY, "es")
    script = loading.script()
    contexts = [text.context for text in loading.catalog.asked]
    assert len(contexts) == len(set(contexts))
    assert script.wordings == walk.wordings
    assert list(script.steps) == list(walk.steps)


def test_catalogues_are_part_of_the_folder(tmp_path: Path) -> None:
    """What is pinned holds the translations too."""
    (tmp_path / "locale" / "es").mkdir(parents=True)
    (tmp_path / "locale" / "es" / "lines.po").write_text('msgid ""\nmsgstr ""\n')
    (tmp_path / "script.yaml").write_text("dialog: x\n")
    assert sorted(read_folder(tmp_path).files) == ["locale/es/lines.po", "script.yaml"]


@pytest.mark.parametrize("lang", languages(read_folder(DIALOGS / "anxiety").files))
def test_the_shipped_dialogue_speaks_each_of_its_languages(lang: str) -> None:
    """It loads whole, and its first words aren't the original's."""
    ours, theirs = (
        take_turn(
            load_dialog(DIALOGS / "anxiety", DIALOGS / "safety", spoken),
            None,
            Input(at=0, kind="begin", seed=1),
        ).reply
        for spoken in (None, lang)
    )
    assert [line.id for line in ours.lines] == [line.id for line in theirs.lines]
    assert all(a.text != b.text for a, b in zip(ours.lines, theirs.lines, strict=True))
