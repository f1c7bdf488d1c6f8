"""Make the README's pictures: `python -m tests.browser.screenshots` writes docs/pictures/*.png."""

import asyncio
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser.conftest import CHROMIUMS, QUIET
from tests.browser.visitor import SHOWN, answer, is_over
from tests.process import ROOT, Served

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 160_000
WANTED = {"rating": "rating", "exercise": "practice", "approve": "narrative"}
"""Kinds of ask whose first appearance is shown, and the picture's name."""


async def picture(page: Page, name: str) -> None:
    """Take one of what is to be seen."""
    await page.evaluate("document.activeElement?.blur?.()")
    await page.mouse.move(1, 1)
    file = PICTURES / f"{name}.png"
    await page.screenshot(path=file, animations="disabled")
    size = file.stat().st_size
    print(f"{file.relative_to(ROOT)}: {size:,} bytes")
    assert size <= MOST_BYTES, f"{name} is too large for a README"


async def talk(served: Served, browser: Browser, scheme: str) -> None:
    """Go through a whole talk on a phone, taking pictures on the way."""
    page = await browser.new_page(
        viewport={"width": 390, "height": 780}, color_scheme=scheme, reduced_motion="reduce"
    )
    await page.goto(f"{served.url}/chat")
    await expect(page.locator("#lines .guide")).to_have_count(1)
    await picture(page, f"welcome-{scheme}")
    left = dict(WANTED)
    while not await is_over(page):
        name = left.pop(await page.evaluate(SHOWN), None)
        if name:
            await picture(page, f"{name}-{scheme}")
        await answer(page)
    await expect(page.locator(".story")).to_be_visible()
    await picture(page, f"end-{scheme}")
    await page.close()


async def site(served: Served, browser: Browser, scheme: str) -> None:
    """Show the first page, and the talk on a page of another site."""
    page = await browser.new_page(
        viewport={"width": 1000, "height": 720}, color_scheme=scheme, reduced_motion="reduce"
    )
    await page.goto(served.url)
    await picture(page, f"start-{scheme}")
    await page.goto(f"{served.url}/demo")
    await page.locator("makeroom-chat button").click()
    frame = page.frame_locator("makeroom-chat iframe")
    await expect(frame.locator("#lines .guide")).to_have_count(1)
    await picture(page, f"site-{scheme}")
    await page.close()


async def main() -> None:
    """Take all of them, light and dark."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with TemporaryDirectory() as folder:
        served = Served(Path(folder), "--dialogs", str(ROOT / "dialogs"), "--limits", "off")
        await served.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=found, args=QUIET)
                for scheme in ("light", "dark"):
                    await site(served, browser, scheme)
                    await talk(served, browser, scheme)
        finally:
            await served.stop()


if __name__ == "__main__":
    asyncio.run(main())
