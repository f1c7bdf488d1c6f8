"""The page's scripts as text: typed, small, one noun each, and no way to make markup."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Response, expect

from tests.bench.page import OURS_IS_OPEN, opened
from tests.browser.fake_guide import WEB, FakeGuide, pages

SCRIPTS = sorted((WEB / "static").glob("*.js"))
OPENED = ("/chat", "/chat.css", "/chat.js", "/static/mark.svg")
MOST_BYTES = 12_000
"""Gzipped, all that an opened chat loads: the page too, in the longer of two languages."""
MOST_SCRIPT_MS, MOST_HEAP_MB = 20, 4
MOST_LATER = 11_200
"""Gzipped, what comes with the first answer."""


def test_types_hold() -> None:
    """`tsc --noEmit` finds nothing in the JSDoc types, where there is a tsc."""
    tsc = shutil.which("tsc")
    if tsc is None:
        pytest.skip("no tsc here: `npm install --global typescript` to check the scripts' types")
    config = Path(__file__).parent / "tsconfig.json"
    done = subprocess.run([tsc, "-p", config], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_checked_and_one_noun(file: Path) -> None:
    """Each asks for type checks, fits 330 lines, and sets text only."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("// @ts-check\n")
    assert len(text.splitlines()) <= 330
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert ".style" not in text or file.name == "makeroom.js"  # the frame's theme
    assert "setAttribute" not in text or file.name in {"makeroom.js", "figure.js"}  # tag, drawing


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_an_opened_chat_stays_small(
    lang: str, server: TestServer, context: BrowserContext, guide: FakeGuide
) -> None:
    """Four requests open it, one more comes with the first answer; each within its budget."""
    page = await context.new_page()
    answered: list[Response] = []
    page.on("response", lambda it: answered.append(it))  # noqa: PLW0108 - it marks what it calls
    address = server.make_url(f"/chat?script=choice&lang={lang}")
    await page.goto(str(address), wait_until="networkidle")
    sizes = {"/static/mark.svg": len(pages()["/static/mark.svg"].packed)}  # headless fetches none
    sizes |= await weighed(answered)
    assert sizes.keys() == set(OPENED)
    assert sum(sizes.values()) <= MOST_BYTES
    async with page.expect_response(f"**/more.{lang}.js"):
        await page.get_by_role("button", name="Start").click()
    await expect(page.locator("#panel select")).to_be_visible()
    sizes |= await weighed(answered)
    assert sizes.keys() == {*OPENED, f"/more.{lang}.js"}
    assert sizes[f"/more.{lang}.js"] <= MOST_LATER


async def test_opening_is_light(server: TestServer, browser: Browser) -> None:
    """Little runs and little is held once one can answer; `python -m tests.bench.page` has peers."""
    cost = await opened(browser, str(server.make_url("/chat?script=choice")), OURS_IS_OPEN)
    assert 0 < cost.script <= MOST_SCRIPT_MS
    assert 0 < cost.heap <= MOST_HEAP_MB


async def weighed(answered: Iterable[Response]) -> dict[str, int]:
    """Say how many bytes came over the line for each address."""
    sizes = {it.url: (await it.request.sizes())["responseBodySize"] for it in answered}
    return {urlsplit(url).path: size for url, size in sizes.items() if "/ws" not in url}
