"""The page's scripts as text: typed, small, one noun each, and no way to make markup."""

import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Response, expect

from tests.browser.fake_guide import WEB, FakeGuide, pages

SCRIPTS = sorted((WEB / "static").glob("*.js"))
OPENED = ("/chat", "/chat.css", "/chat.js", "/static/mark.svg")
MOST_BYTES = 12_000
"""Gzipped, all that an opened chat loads: the page too."""
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


async def test_an_opened_chat_stays_small(
    server: TestServer, context: BrowserContext, guide: FakeGuide
) -> None:
    """Four requests open it, one more comes with the first answer; each within its budget."""
    page = await context.new_page()
    sizes: dict[str, int] = {}

    async def weigh(response: Response) -> None:
        sizes[urlsplit(response.url).path] = (await response.request.sizes())["responseBodySize"]

    page.on("response", weigh)
    await page.goto(str(server.make_url("/chat?script=choice")), wait_until="networkidle")
    assert set(sizes) - {"/ws"} <= set(OPENED)
    asked = [len(pages()[path].packed) for path in OPENED]
    assert sum(asked) <= MOST_BYTES
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await page.wait_for_load_state("networkidle")
    assert set(sizes) - {"/ws"} <= {*OPENED, "/more.en.js"}
    assert len(pages()["/more.en.js"].packed) <= MOST_LATER
