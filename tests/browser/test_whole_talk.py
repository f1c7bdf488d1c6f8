"""A whole talk: the real server, the real dialogue, a real browser, and things that go wrong."""

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import bubbles
from tests.browser.visitor import answer, is_over, type_words
from tests.process import Served

MOST_TURNS = 40
PARTS = [f"Part {n} of 5" for n in range(1, 6)]


async def visit(served: Served, context: BrowserContext) -> Page:
    page = await context.new_page()
    await page.goto(f"{served.url}/")
    await page.get_by_role("link", name="Start the talk").click()
    await expect(page.locator("#state")).to_have_text("Connected")
    await expect(page.locator("#lines .guide")).to_have_count(1)
    return page


async def test_a_whole_talk_with_a_reload_and_a_restart_in_its_middle(
    served: Served, context: BrowserContext
) -> None:
    """Through all five parts to an end, the transcript the same after everything that happened."""
    page = await visit(served, context)
    parts: list[str] = []
    for turn in range(MOST_TURNS):
        parts.append(await page.locator("#part").inner_text())
        if await is_over(page):
            break
        before = await bubbles(page)
        if turn == 8:
            await page.reload()
            await expect(page.locator("#note")).to_have_text("You are back where you were.")
            assert await bubbles(page) == before
        if turn == 14:
            await served.kill()
            await expect(page.locator("#state")).to_have_text("Not connected")
            await served.start()
            await expect(page.locator("#state")).to_have_text("Connected", timeout=20_000)
            assert await bubbles(page) == before
        await answer(page)
    assert await is_over(page)
    assert [part for part in PARTS if part in parts] == PARTS
    at_the_end = await bubbles(page)
    lines = await page.locator("#lines .guide p").all_inner_texts()
    assert len(lines) == len(set(lines))
    await page.reload()
    await expect(page.locator("#part")).to_have_text("The talk has ended")
    assert await bubbles(page) == at_the_end


async def test_words_written_while_the_server_is_down_arrive_once(
    served: Served, context: BrowserContext
) -> None:
    """Killed, reloaded, restarted: what was typed is there, one time."""
    page = await visit(served, context)
    await answer(page)
    await served.kill()
    await expect(page.locator("#state")).to_have_text("Not connected")
    await type_words(page, "yes, I am 34")
    await expect(page.locator("#lines .fate:not(.done)")).to_have_text("Kept here, not sent yet")
    await served.start()
    await expect(page.locator("#lines .guide")).to_have_count(3, timeout=20_000)
    await page.reload()
    await expect(page.locator("#lines .guide")).to_have_count(3)
    said = await page.locator("#lines .you p").all_inner_texts()
    assert said.count("yes, I am 34") == 1
    assert len(said) == 2


async def test_words_of_danger_bring_the_card_at_once(
    served: Served, context: BrowserContext
) -> None:
    """Typed at the very first question, help stands there with a number that can be dialled."""
    page = await visit(served, context)
    await type_words(page, "I want to kill myself")
    await expect(page.locator(".help-card .emergency")).to_be_visible()
    assert await page.locator(".help-card a").count() > 0


async def test_what_was_told_of_abuse_is_gone_from_the_page(
    served: Served, context: BrowserContext
) -> None:
    """The bubble that says so is met by one that doesn't show the words; a reload and the tab's
    own store hold them no more than the server."""  # noqa: D205, D209 - one sentence
    page = await visit(served, context)
    await type_words(page, "my stepdad hits me")
    await expect(page.locator("#lines .guide").last).to_contain_text("isn't kept")
    await page.reload()
    await expect(page.locator("#lines .guide").last).to_contain_text("isn't kept")
    assert await page.locator("#lines .you p").all_inner_texts() == ["…"]
    kept = await page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "stepdad" not in kept + await page.content()


async def test_help_back_why_and_forget_in_a_real_talk(
    served: Served, context: BrowserContext
) -> None:
    """The tools do what they say, and a forgotten talk can't be opened again."""
    page = await visit(served, context)
    await answer(page)
    for press, turns in (("#help", 3), ("[data-step=back]", 4), ("[data-step=why]", 5)):
        await page.locator(press).click()
        await expect(page.locator("#lines .guide")).to_have_count(turns)
    await expect(page.locator(".help-card")).to_have_count(1)
    key = await page.evaluate("sessionStorage.getItem('makeroom.token')")
    await page.locator("#talk summary").click()
    await page.locator("#forget").click()
    await page.locator("#sure-yes").click()
    await expect(page.locator("#note")).to_contain_text("It’s gone")
    await page.evaluate("key => sessionStorage.setItem('makeroom.token', key)", key)
    await page.reload()
    await expect(page.locator("#note")).to_contain_text("can’t be found")
