"""The pages in other languages: chosen by who reads, complete as far as there are words."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.values import Card
from web.pages import HERE, Pages
from web.words import Words, tongues

PO = """
msgid "Start the talk"
msgstr "Komencu"

#, fuzzy
msgid "What it is"
msgstr "Ne jam"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The pages, and a few words of Esperanto."""
    for name in ("templates", "static"):
        copytree(HERE / name, tmp_path / name)
    catalogue = tmp_path / "locale" / "eo" / "LC_MESSAGES" / "pages.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(PO)
    (tmp_path / "templates" / "chat.eo.words").write_text("sent: Sendita\n")
    return tmp_path


@pytest.fixture
async def http(folder: Path) -> AsyncIterator[TestClient[Any, Any]]:
    """A server of those pages."""
    app = web.Application()
    app.router.add_get("/{path:.*}", Pages(lambda _lang: [], "1", folder=folder).serve)
    async with TestClient(TestServer(app)) as client:
        yield client


def test_pages_are_made_once_when_somebody_asks(folder: Path) -> None:
    """A start waits for none of them; what is made stays, also where the files are gone."""
    asked = list[str]()

    def cards(lang: str) -> list[Card]:
        asked.append(lang)
        return []

    pages = Pages(cards, "1", folder=folder)
    assert asked == []
    help_page = pages["/help"]
    once = [*asked]
    assert once[0] == "en"
    for make in pages.each():
        make()
    rmtree(folder)
    assert pages["/help"] is help_page
    assert b"Komencu" in pages._pages["/"]()._files["eo"].body
    assert pages["/chat.js"].body
    assert asked == once


@pytest.mark.parametrize(
    ("query", "header", "expected"),
    [
        ("", "", "en"),
        ("?lang=eo", "", "eo"),
        ("?lang=en", "eo", "en"),
        ("", "eo-XX, en;q=0.5", "eo"),
        ("", "tlh, eo", "eo"),
        ("?lang=../../etc", "*", "en"),
        ("?lang=" + "x" * 3_000, ",;," * 1_000, "en"),
    ],
)
async def test_who_reads_chooses(
    http: TestClient[Any, Any], query: str, header: str, expected: str
) -> None:
    """The address first, then the browser's list, then English; caches are told so."""
    reply = await http.get(f"/{query}", headers={"Accept-Language": header})
    text = await reply.text()
    assert f'<html lang="{expected}">' in text
    assert ("Komencu" in text) == (expected == "eo")
    assert f'href="/chat?lang={expected}"' in text
    assert reply.headers["Vary"] == "Accept-Encoding, Accept-Language"


async def test_what_is_not_translated_stays_english(http: TestClient[Any, Any]) -> None:
    """Fuzzy sentences and missing keys too: a page is never without words."""
    text = await (await http.get("/?lang=eo")).text()
    assert "What it is" in text
    assert "Ne jam" not in text
    chat = await (await http.get("/chat?lang=eo")).text()
    assert "sent: Sendita\n" in chat
    assert "open: Connected\n" in chat
    assert (await http.get("/more.eo.js")).status == 200


def test_countries_stand_by_their_names_in_the_page_s_language() -> None:
    """Germany comes first in Spanish; what stands for all others comes last in any."""
    names = {"FR": "Francia", "DE": "Alemania", "XX": "Aquí no está", "EU": "Ahí cerca"}
    cards = [Card(region, name, ("112",), (), ()) for region, name in names.items()]
    page = Pages(lambda _lang: cards, "1")["/help"].body.decode()
    assert re.findall(r'href="#(\w\w)"', page) == ["DE", "FR", "XX", "EU"]
    assert re.findall(r'class="help-card" id="(\w\w)"', page) == ["DE", "FR", "XX", "EU"]


@pytest.mark.parametrize("words", tongues(HERE), ids=lambda words: words.lang)
def test_lists_keep_their_keys_and_places(words: Words) -> None:
    """A translation has no key that English hasn't, and every place to be filled."""
    english = tongues(HERE)[0]
    for name, said in words.named.items():
        assert said.keys() == english.named[name].keys()
        for key, sentence in said.items():
            filled = re.findall(r"{\w+}", sentence)
            assert sorted(filled) == sorted(re.findall(r"{\w+}", english.named[name][key])), key


@pytest.mark.parametrize(
    "file", sorted((HERE / "templates").glob("*.*.words")), ids=lambda f: f.name
)
def test_a_translation_has_every_word_and_every_gap(file: Path) -> None:
    """What is said in another language holds the same keys, and the same places to fill."""
    name = file.name.partition(".")[0]
    said, meant = (
        dict(line.split(":", 1) for line in path.read_text().splitlines())
        for path in (file, file.with_name(f"{name}.words"))
    )
    gaps = re.compile(r"\{\w+\}")
    assert list(said) == list(meant)
    for key, text in said.items():
        assert sorted(gaps.findall(text)) == sorted(gaps.findall(meant[key])), key


@pytest.mark.parametrize("words", tongues(HERE)[1:], ids=lambda words: words.lang)
def test_every_sentence_of_a_template_is_translated(words: Words) -> None:
    """A page in another language has no English left in it."""
    maker = words.environment(HERE)
    said = {
        sentence: file.name
        for file in (HERE / "templates").glob("*.html")
        for _, _, sentence in maker.extract_translations(file.read_text(encoding="utf-8"))
    }
    assert {one: file for one, file in said.items() if one not in words.sentences} == {}
