"""The shelf: today's scripts, old versions, other languages, and what can't be had."""

import shutil
from pathlib import Path

import msgspec
import pytest

from bot.bundle import Bundle
from bot.errors import ConfigError, FrameRefused, ScriptError, TalkDamaged
from tests.conftest import ROOT
from tests.protocol.conftest import SERVED
from web import shelf
from web.shelf import Library, Shelf, read_library
from web.store.memory import MemoryStore

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "talk.hello/1"
msgid "Hello. Shall we begin?"
msgstr "Hallo. Fangen wir an?"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the little dialogue with a translation."""
    made = tmp_path / "dialogs"
    shutil.copytree(SERVED, made)
    target = made / "little" / "locale" / "de" / "little.po"
    target.parent.mkdir(parents=True)
    target.write_text(GERMAN)
    return made


@pytest.fixture
def library(folder: Path) -> Library:
    """What is in the copy."""
    return read_library(folder)


async def test_today(library: Library) -> None:
    """A talk begins with the dialogue it asks for, or with the first."""
    books = Shelf(MemoryStore(), library)
    assert (await books.today(None, None)).id == "little"
    assert (await books.today("little", "en")) is library.scripts["little"]


async def test_languages(library: Library) -> None:
    """A language that has a translation is spoken, any other is the dialogue's own."""
    books = Shelf(MemoryStore(), library)
    german = await books.today("little", "de")
    assert (german.lang, german.digest) == ("de", library.scripts["little"].digest)
    assert await books.pinned(german.digest, "de") is german
    assert await books.today("little", "de-AT") is german
    for lang in ("fr", "", "DE/../..", "x" * 99, None):
        assert (await books.today("little", lang)).lang == "en"


@pytest.mark.parametrize("name", ["nowhere", "", "../little", "safety", "little/"])
async def test_names_that_are_none(library: Library, name: str) -> None:
    """What isn't on the shelf isn't looked for anywhere else."""
    with pytest.raises(FrameRefused) as caught:
        await Shelf(MemoryStore(), library).today(name, None)
    assert caught.value.code == "not_allowed"


async def test_old_versions_come_from_the_store(library: Library) -> None:
    """A version that was kept is loaded with today's safety; only so many stay loaded."""
    store = MemoryStore()
    files = {**library.bundles["little"].files}
    digests = []
    for number in range(shelf.MAX_LOADED + 2):
        files["talk.yaml"] += f"\n# version {number}\n"
        old = Bundle(dict(files))
        digests.append(old.digest)
        await store.keep_bundle(old.digest, msgspec.json.encode(old))
    books = Shelf(store, library)
    for digest in digests:
        assert (await books.pinned(digest, "en")).digest == digest
    assert len(books._loaded) == shelf.MAX_LOADED
    assert (await books.pinned(digests[0], "en")).digest == digests[0]


@pytest.mark.parametrize("body", [None, b"", b"{}", b'{"files": {"script.yaml": "[["}}'])
async def test_versions_that_cannot_be_had(library: Library, body: bytes | None) -> None:
    """A version that is gone or broken is damage to its talks, and to nothing else."""
    store = MemoryStore()
    if body is not None:
        await store.keep_bundle("x", body)
    with pytest.raises(TalkDamaged):
        await Shelf(store, library).pinned("x", "en")


async def test_todays_versions_are_kept(library: Library) -> None:
    """Before a talk begins with a version, the store has it."""
    store = MemoryStore()
    await Shelf(store, library).keep()
    body = await store.bundle(library.scripts["little"].digest)
    assert body is not None
    assert msgspec.json.decode(body, type=Bundle) == library.bundles["little"]


def test_a_folder_without_dialogues(tmp_path: Path) -> None:
    """There must be something to talk about."""
    with pytest.raises(ConfigError, match="--dialogs"):
        read_library(tmp_path)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("little/talk.yaml", "stage: talk\nsteps: ["),
        ("safety/crisis.yaml", "flow: crisis\nsteps: ["),
        ("safety/helplines.yaml", "regions: ["),
    ],
)
def test_a_broken_dialogue_is_refused_at_the_start(folder: Path, file: str, text: str) -> None:
    """Which file of all and which line, before anybody can meet it."""
    (folder / file).write_text(text)
    with pytest.raises(ScriptError, match=rf"^{file}:\d+:\d+"):
        read_library(folder)


def test_what_breaks_in_one_language_is_told_in_its_catalogue(folder: Path) -> None:
    """With the dialogue's name, as all that is wrong there."""
    (folder / "little" / "locale" / "de" / "little.po").write_text("nonsense")
    with pytest.raises(ScriptError, match=r"^little/locale/de/little\.po:\d+:\d+"):
        shelf.load_languages(read_library(folder))


def test_help_lines(library: Library) -> None:
    """Cards for all countries, and one for a country with a kind of danger."""
    books = Shelf(MemoryStore(), library)
    assert [card.region for card in books.cards()] == ["XX", "ZZ"]
    assert books.card("ZZ", "suicide").emergency == ("000",)
    assert books.card("nowhere", None).region == "XX"
    assert books.card(None, None).region == "XX"


def test_help_lines_in_another_language() -> None:
    """Countries and our notes are said in it, what a source prints stays; else as they are written."""
    books = Shelf(MemoryStore(), read_library(ROOT / "dialogs"))
    here, there = books.card("GB", None), books.card("GB", None, "es")
    assert there.name == "Reino Unido"
    assert there.note not in {"", here.note}
    assert there.lines == here.lines
    assert {card.note for card in books.cards("es")}.isdisjoint(card.note for card in books.cards())
    assert books.card("GB", None, "de") == here
