"""A whole talk without JavaScript: the real server, the real dialogue, forms and nothing else."""

from collections.abc import AsyncIterator

import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.asks import ASKS
from tests.browser.test_axe import everywhere
from tests.browser.test_page import CONTRASTS, SMALL, WIDER
from tests.process import Served

MOST_TURNS = 45
PECULIAR = {"feelings", "approve", "exercise"}
"""Kinds that have controls of their own; the others are made of the same buttons and boxes."""
WORDS = "the exam on Monday, and what my sister said"


@pytest_asyncio.fixture(loop_scope="session")
async def plain(browser: Browser, served: Served) -> AsyncIterator[Page]:
    """The chat's page in a browser with scripts switched off."""
    async with await browser.new_context(
        java_script_enabled=False,
        reduced_motion="reduce",
        viewport={"width": 320, "height": 640},
    ) as context:
        page = await context.new_page()
        await page.goto(f"{served.url}/chat")
        await page.get_by_role("link", name="The same talk works without it").click()
        await page.get_by_role("button", name="Start the talk").click()
        yield page


async def answer(page: Page) -> str:
    """Answer what is asked by its form; say which kind it was."""
    panel = page.locator("#panel")
    send = panel.locator("form:not(.own) .main")
    if await panel.locator(".practice").count():
        await send.click()
        return "exercise"
    if await panel.locator(".numbers").count():
        await panel.locator(".numbers .box").nth(4).click()
        await send.click()
        return "rating"
    if await panel.locator(".verdict q").count():
        await panel.get_by_label("Change").first.check()
        await panel.locator(".verdict textarea").first.fill("In words of my own.")
        await send.click()
        return "approve"
    if await panel.locator(".verdict").count():
        for row in await panel.locator(".verdict .row").all():
            await row.locator(".box").first.click()
        await send.click()
        return "piles"
    if await panel.locator(".family").count():
        await panel.locator(".family summary").first.click()
        await panel.locator(".family details .box").first.click()
        await send.click()
        return "feelings"
    if await panel.locator("input[type=checkbox]").count():
        await tick(panel)
        await send.click()
        return "boxes"
    if await panel.locator("legend", has_text="Choose one").count():
        await panel.locator(".choice").first.click()
        return "choice"
    await page.locator("#words").fill(WORDS)
    await page.get_by_role("button", name="Send my words").click()
    return "text"


async def tick(panel: Locator) -> None:
    """Tick "none" where there is one, else the first."""
    labels = [label.lower() for label in await panel.locator("label.box").all_inner_texts()]
    place = next((i for i, label in enumerate(labels) if label.startswith("none")), 0)
    await panel.locator(".box").nth(place).click()


async def test_a_whole_talk_by_forms_alone(plain: Page) -> None:
    """Through all five parts to one's own narrative; legible, narrow, and nothing in an address."""
    met: set[str] = set()
    parts: set[str] = set()
    for _ in range(MOST_TURNS):
        if await plain.locator("#panel").count() == 0:
            break
        parts.update(await plain.locator(".where p").all_inner_texts())
        met.add(await answer(plain))
        assert plain.url.partition("#")[0].endswith("/plain")
    await expect(plain.locator("#panel")).to_have_count(0)
    assert {f"Part {n} of 5" for n in range(1, 6)} <= parts
    assert {"choice", "rating", "text", "exercise", "approve", "boxes"} <= met
    await expect(plain.locator(".paper")).to_contain_text("In words of my own.")
    guide = await plain.locator("#lines .guide p").all_inner_texts()
    assert len(guide) == len(set(guide))
    assert await plain.context.cookies() == []


async def test_every_form_is_named_legible_and_narrow(
    server: TestServer, context: BrowserContext
) -> None:
    """Each kind of ask: axe finds nothing in any way of looking; 7:1, 44 px, 320 px."""
    page = await context.new_page()
    for kind in (*ASKS, "end"):
        await page.set_viewport_size({"width": 320, "height": 640})
        await page.goto(str(server.make_url(f"/plain/{kind}")))
        assert await page.evaluate(WIDER) == [], kind
        assert await page.evaluate(SMALL) == [], kind
        assert await page.evaluate(CONTRASTS) == [], kind
        if kind in PECULIAR:
            assert await everywhere(page) == {}, kind
            await page.emulate_media(color_scheme="light")
