"""The page of numbers: for everybody who reads it, on a small screen and on paper too."""

from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext

from tests.browser.fake_guide import add_headers, pages
from tests.browser.test_axe import everywhere
from web.insights import versions
from web.pages import Pages
from web.store.counts import Count

FACTS = {
    "talk": 120, "ended": 60, "stage/safety": 110, "reached/safety.rate": 110, "went/safety.rate": 90,
    "before/5": 40, "before/8": 30, "after/3": 20, "after/7": 30, "chose/practice/leaves": 20,
    "command/toomuch": 12, "off": 4, "skipped/safety.rate": 11,
}  # fmt: skip


async def test_the_numbers_can_be_read_by_everybody(context: BrowserContext) -> None:
    """Axe finds nothing; 320 px wide nothing is cut off; the form and the empty page, too."""
    made: Pages = pages()
    counts = [Count("anxiety", "0123456789", fact, n, 20_000, 20_001) for fact, n in FACTS.items()]
    shown = {
        "/full": made.insights.render(versions=versions(counts, []), is_wrong=False),
        "/none": made.insights.render(versions=[], is_wrong=False),
        "/form": made.insights.render(versions=None, is_wrong=True),
    }

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path in shown:
            return web.Response(text=shown[request.path], content_type="text/html")
        return await made.serve(request)

    app = web.Application()
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        for path in shown:
            page = await context.new_page()
            await page.goto(str(server.make_url(path)))
            assert await everywhere(page) == {}, path
            await page.set_viewport_size({"width": 320, "height": 640})
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, path
            await page.close()


def test_the_sheet_knows_paper() -> None:
    """Each version on its own page, heads of tables repeated, no row cut in two."""
    sheet = (Path(__file__).parents[2] / "web" / "static" / "insights.css").read_text()
    assert "break-before: page" in sheet.split("@media print")[1]
    assert "table-header-group" in sheet
