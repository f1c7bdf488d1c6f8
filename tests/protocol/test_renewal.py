"""Dialogues edited, renamed and broken while people talk: no talk breaks, over a real socket."""

import asyncio
import shutil
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestClient, TestServer

from bot.workshop.chatfile import read_chat
from bot.workshop.library import Library as Folder
from bot.workshop.replay import play
from tests.clients import Client
from tests.process import Served
from tests.protocol.conftest import NINE, SERVED, Server
from web.app import init_app
from web.config import Config
from web.renewal import Renewal
from web.shelf import read_library
from web.store.sqlite import SqliteStore


class Edited(Server):
    """A server whose dialogues can be edited.

    Attributes:
        folder: where they are.
        told: what the server said of each renewal.
    """

    folder: Path
    told: list[str]
    renewal: Renewal

    async def edit(self, file: str, *changes: tuple[str, str]) -> bool:
        """Save a file with something in another's place, and have it read."""
        path = self.folder / file
        text = path.read_text()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        return await self.renewal.renew()


@pytest.fixture
async def edited(
    tmp_path: Path, aiohttp_client: Callable[..., Awaitable[TestClient[Any, Any]]]
) -> Edited:
    """A server on a copy of the little dialogue, for an author."""
    folder = tmp_path / "dialogs"
    shutil.copytree(SERVED, folder)
    path, site = tmp_path / "a.sqlite3", tmp_path / "site.yaml"
    site.write_text("name: A clinic\n")
    config = Config(
        data=tmp_path,
        store=f"sqlite:{path}",
        dialogs=folder,
        site=site,
        limits=False,
        author=True,
    )
    store, clock = SqliteStore(path), [NINE]
    app = init_app(config, store, read_library(folder, site), now=lambda: clock[0])
    server = Edited(await aiohttp_client(TestServer(app)), clock, store)
    server.folder, server.told = folder, []
    server.renewal = Renewal(app, config, server.told.append)
    return server


def first_words(client: Client) -> str:
    """Give what a talk began with."""
    return str(client.events[1]["lines"][0]["text"])


async def test_a_new_talk_has_the_new_words_and_an_old_one_its_own(edited: Edited) -> None:
    """A talk goes on with the version it began with; the next begins with today's."""
    before = await edited.talk()
    assert await edited.edit("little/talk.yaml", ("Shall we", "Will we"), ("how strong", "how big"))
    after = await edited.talk()
    assert first_words(after) == "Hello. Will we begin?"
    said = await before.turn(choice="go")
    assert said["lines"][0]["text"] == "From 0 to 10, how strong is it?"
    assert "little" in edited.told[0]
    again = await edited.talk(before.token)
    assert (await again.turn(rating=3))["ask"]["kind"] == "text"
    await edited.check(again)


async def test_a_broken_script_is_refused_and_the_old_one_serves_on(edited: Edited) -> None:
    """Every finding is told with file and line; whoever comes meets what was there before."""
    before = await edited.talk()
    assert not await edited.edit("little/talk.yaml", ("go: strength", "go: strenght"))
    assert "talk.yaml:" in edited.told[0]
    assert "strength" in edited.told[0]
    assert "served on" in edited.told[0]
    assert first_words(await edited.talk()) == "Hello. Shall we begin?"
    assert (await before.turn(choice="go"))["ask"]["kind"] == "rating"
    assert await edited.edit("little/talk.yaml", ("go: strenght", "go: strength"))


async def test_a_broken_translation_is_refused_like_a_broken_script(edited: Edited) -> None:
    """Who talks in another language would be the one to find it."""
    catalogue = edited.folder / "little" / "locale" / "es" / "talk.po"
    catalogue.parent.mkdir(parents=True)
    source = 'msgctxt "talk.hello/1"\nmsgid "Hello. Shall we begin?"\n'
    catalogue.write_text(f'{source}msgstr "Hola, {{{{ nombre }}}}."\n')
    assert not await edited.renewal.renew()
    assert "locale/es/talk.po:2:1: MR031" in edited.told[0]
    catalogue.write_text(f'{source}msgstr "Hola. ¿Empezamos?"\n')
    assert await edited.renewal.renew()
    assert first_words(await edited.talk(lang="es")) == "Hola. ¿Empezamos?"


async def test_a_renamed_step_and_a_deleted_dialogue_break_no_talk(edited: Edited) -> None:
    """Who stands at the step goes on there, in this process and after all have left."""
    before = await edited.talk()
    await before.turn(choice="go")
    renamed = (("strength:", "force:"), ("go: strength", "go: force"), ("[strength]", "[force]"))
    assert await edited.edit("little/talk.yaml", *renamed, ("rating: strength", "rating: strength"))
    assert (await before.turn(rating=4))["ask"]["kind"] == "text"
    shutil.copytree(edited.folder / "little", edited.folder / "other")
    shutil.rmtree(edited.folder / "little")
    assert await edited.edit("other/script.yaml", ("dialog: little", "dialog: other"))
    await before.leave()
    again = await edited.talk(before.token)
    assert (await again.turn(choice="done"))["ended"] is True
    await edited.check(again)


async def test_todays_safety_reaches_a_talk_that_is_open(edited: Edited) -> None:
    """Crisis words and help lines are never those of yesterday."""
    open_talk = await edited.talk()
    assert await edited.edit("safety/crisis.yaml", ("I stop here,", "Let me stop,"))
    said = await open_talk.turn(text="I want to die")
    assert said["lines"][0]["text"].startswith("Let me stop, because")


async def test_a_crisis_step_that_is_gone_holds_who_stands_there(edited: Edited) -> None:
    """A talk inside a renamed crisis step finishes it as it was."""
    inside = await edited.talk()
    assert (await inside.turn(text="I want to die"))["step"] == "crisis.first"
    first = (("  first:", "  begin:"), ("id: first", "id: begin"))
    shared = (edited.folder / "safety" / "safety.yaml").read_text()
    (edited.folder / "safety" / "safety.yaml").write_text(
        shared.replace("crisis.first", "crisis.begin")
    )
    assert await edited.edit("safety/crisis.yaml", *first), edited.told
    assert (await inside.turn(choice="yes"))["step"] == "crisis.stay"
    assert (await (await edited.talk()).turn(text="I want to die"))["step"] == "crisis.begin"


async def test_the_help_page_shows_the_lines_of_today(edited: Edited) -> None:
    """Also when the file with the numbers was saved a moment ago."""
    assert await edited.edit("safety/helplines.yaml", ("000", "111"))
    assert "111" in await (await edited.http.get("/help")).text()


async def test_who_runs_it_is_said_anew_on_every_page(edited: Edited, tmp_path: Path) -> None:
    """Name and sites of now, wherever they stand; a file that can't be read changes nothing."""
    site = tmp_path / "site.yaml"
    pages = ("/", "/chat", "/help", "/embed")
    for name, other, text in (
        ("A clinic", "Another house", "name: A clinic\n"),
        ("Another house", "A clinic", "name: Another house\nembed_on: [https://other.example]\n"),
        ("Another house", "A clinic", "nme: A clinic\n"),
    ):
        site.write_text(text)
        assert await edited.renewal.renew() is text.startswith("name")
        for path in pages:
            page = await (await edited.http.get(path)).text()
            assert (name in page, other in page) == (True, False), path
        framed = (await edited.http.get("/embed")).headers["Content-Security-Policy"]
        assert ("https://other.example" in framed) is (name == "Another house")
        host = {"host": "https://other.example"}
        refused = await (await edited.http.get("/embed", params=host)).text()
        assert ('id="lines"' in refused) is (name == "Another house")


async def test_a_talk_is_saved_as_a_test_that_passes(edited: Edited) -> None:
    """What the author has said, as a file that replays."""
    client = await edited.talk()
    await client.turn(choice="go")
    await client.turn(text="about a six")
    await client.step("why")
    answer = await edited.http.post("/author/chat", data=client.token)
    text = await answer.text()
    assert "dialog: little" in text
    assert "you: about a six" in text
    library = Folder(edited.folder)
    result = play(read_chat(text), library.script("little"), library.ear)
    assert result.has_passed, result.report()
    assert "Save as test" in await (await edited.http.get("/chat")).text()


async def test_a_test_is_for_the_author_alone(
    edited: Edited, serve: Callable[..., Awaitable[Server]]
) -> None:
    """Not for another site, not without the token, and not where there is no author."""
    client = await edited.talk()
    elsewhere = {"Origin": "https://evil.example"}
    answer = await edited.http.post("/author/chat", data=client.token, headers=elsewhere)
    assert answer.status == 403
    for token in ("", "x" * 40, "\ud83d"):
        sent = token.encode(errors="surrogatepass")
        assert (await edited.http.post("/author/chat", data=sent)).status == 404
    plain = await serve()
    assert (await plain.http.post("/author/chat", data=client.token)).status in (404, 405)
    assert "Save as test" not in await (await plain.http.get("/chat")).text()


async def test_a_saved_file_is_read_by_itself(
    edited: Edited, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `--author` nothing has to be asked for: saving is enough."""
    monkeypatch.setattr("web.renewal.LOOK_S", 0.01)
    is_told = asyncio.Event()
    edited.renewal._tell = lambda _: is_told.set()
    watching = asyncio.create_task(edited.renewal.watch())
    talk = edited.folder / "little" / "talk.yaml"
    talk.write_text(talk.read_text().replace("Shall we", "Will we"))
    async with asyncio.timeout(10):
        await is_told.wait()
    watching.cancel()
    assert first_words(await edited.talk()) == "Hello. Will we begin?"


async def test_a_signal_renews_a_whole_server(tmp_path: Path) -> None:
    """`kill -HUP`, as after an upload: nobody is disconnected, and new talks are new."""
    folder = tmp_path / "dialogs"
    shutil.copytree(SERVED, folder)
    site = tmp_path / "site.yaml"
    site.write_text("name: A clinic\n")
    served = Served(tmp_path / "data", "--dialogs", str(folder), "--site", str(site))
    await served.start()
    try:
        async with ClientSession() as http, asyncio.timeout(20):
            old = await served.connect(http)
            await old.hello()
            talk = folder / "little" / "talk.yaml"
            talk.write_text(talk.read_text().replace("Shall we", "Will we"))
            site.write_text("name: Another house\n")
            found = await served.connect(http)
            served.signal(signal.SIGHUP)
            await found.hello()
            while first_words(found) != "Hello. Will we begin?":
                await found.leave()
                found = await served.connect(http)
                await found.hello()
            while "Another house" not in await (await http.get(f"{served.url}/help")).text():
                pass  # the pages are made right after the talks; within the test's patience
            assert (await old.turn(choice="go"))["ask"]["kind"] == "rating"
    finally:
        assert await served.stop() == 0
