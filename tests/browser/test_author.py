"""For authors: the talk on the page becomes a `.chat` file by a click, and the file is a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from bot.workshop.chatfile import read_chat
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.suite import Outcome, outcomes
from tests.browser.visitor import answer, type_words
from tests.process import Served


@pytest_asyncio.fixture(loop_scope="session")
async def authored(tmp_path: Path) -> AsyncIterator[Served]:
    """`makeroom serve --author` with the dialogues that are shipped."""
    served = Served(tmp_path / "data", "--dialogs", str(PACKAGED), "--author")
    await served.start()
    yield served
    await served.stop()


async def saved(page: Page, file: Path) -> list[Outcome]:
    """Click, keep what is downloaded, and replay it."""
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="Save as test").click()
    download = await downloading.value
    assert download.suggested_filename == "talk.chat"
    await download.save_as(file)
    return list(outcomes([file], Libraries()))


async def test_a_talk_on_the_page_is_saved_as_a_test_that_replays(
    authored: Served, context: BrowserContext, tmp_path: Path
) -> None:
    """Taps and typed words, danger too: what was clicked through passes as it was saved."""
    page = await context.new_page()
    await page.goto(f"{authored.url}/chat")
    await expect(page.locator("#state")).to_have_text("Connected")
    await expect(page.locator("#lines .guide")).to_have_count(1)
    for _ in range(4):
        await answer(page)
    first = await saved(page, tmp_path / "talk.chat")
    assert [one.report() for one in first] == [""]
    await type_words(page, "I want to kill myself")
    await expect(page.locator(".help-card .emergency")).to_be_visible()
    again = await saved(page, tmp_path / "more.chat")
    assert [one.report() for one in again] == [""]
    text = (tmp_path / "more.chat").read_text()
    assert "you: I want to kill myself" in text
    assert text.startswith((tmp_path / "talk.chat").read_text().rstrip("\n"))
    acts = [one for one in read_chat(text).exchanges if one.acts]
    assert len(acts) == 5
    await expect(page.locator("#not-saved")).to_be_hidden()
