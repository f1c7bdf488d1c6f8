"""One Chromium for all tests, a fake guide of its own for each."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.browser.fake_guide import FakeGuide
from tests.process import ROOT, Served

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
window.violations = [];
window.spoken = [];
document.addEventListener('securitypolicyviolation', (event) =>
    window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
document.addEventListener('DOMContentLoaded', () => {
    const live = document.getElementById('live');
    if (live) new MutationObserver((changes) => changes.forEach((change) =>
        change.addedNodes.forEach((node) => window.spoken.push(node.textContent))))
        .observe(live, {childList: true, subtree: true});
});
"""
expect.set_options(timeout=5_000)

Opens: TypeAlias = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run these tests in one loop, because they share the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """The system's Chromium, or Playwright's own."""
    async with async_playwright() as playwright:
        found = next(
            filter(None, map(shutil.which, (os.environ.get("CHROMIUM", ""), *CHROMIUMS))), None
        )
        found = found or shutil.which(playwright.chromium.executable_path)
        if found is None:
            pytest.skip("no Chromium here: install one, or run `playwright install chromium`")
        chromium = await playwright.chromium.launch(executable_path=found, args=QUIET)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def guide() -> FakeGuide:
    """The knobs of this test's server."""
    return FakeGuide()


@pytest_asyncio.fixture(loop_scope="session")
async def server(guide: FakeGuide) -> AsyncIterator[TestServer]:
    """The fake guide, listening on a free port of this machine."""
    async with TestServer(guide.app(), host="127.0.0.1") as running:
        yield running
        guide.cut()


@pytest_asyncio.fixture(loop_scope="session")
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """`makeroom serve` with the dialogues that are shipped."""
    process = Served(tmp_path, "--dialogs", str(ROOT / "dialogs"), "--limits", "off")
    await process.start()
    yield process
    await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A phone-sized profile of its own; a policy violation or a script error fails the test."""
    fresh = await browser.new_context(
        viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    fresh.set_default_timeout(8_000)
    await fresh.add_init_script(WATCH)
    wrong: list[str] = []
    fresh.on("weberror", lambda error: wrong.append(str(error.error)))
    fresh.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    yield fresh
    for page in fresh.pages:
        wrong += await page.evaluate("window.violations ?? []")
    await fresh.close()
    assert wrong == []


@pytest_asyncio.fixture(loop_scope="session")
async def opens(server: TestServer, context: BrowserContext) -> Opens:
    """Open the chat at an ask of some kind, and wait until it can be answered."""

    async def chat(script: str = "all") -> Page:
        page = await context.new_page()
        await page.goto(str(server.make_url(f"/chat?script={script}")))
        await expect(page.locator("#state")).to_have_text("Connected")
        return page

    return chat


def answers(guide: FakeGuide) -> list[dict[str, Any]]:
    """What was answered, without the ids and without how long a practice took."""
    given: list[dict[str, Any]] = []
    for act in guide.received:
        said = {key: value for key, value in act.items() if key not in {"t", "cid", "re"}}
        if "exercise" in said:
            said["exercise"] = said["exercise"]["outcome"]
        given.append(said)
    return given


async def bubbles(page: Page) -> list[str]:
    """All that stands in the conversation, one text for each bubble."""
    return [text.strip() for text in await page.locator("#lines p").all_inner_texts()]
