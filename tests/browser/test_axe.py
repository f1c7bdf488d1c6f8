"""axe-core finds nothing, in every state and for every way of looking."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import axe
from tests.browser.asks import ASKS
from tests.browser.conftest import Opens
from tests.browser.fake_guide import FakeGuide
from tests.browser.test_page import letters

EXPLAINED = {
    "color-contrast bgGradient": "the warm light behind the talk: measured at its end below",
    "color-contrast bgOverlap": "a sheet that lies over the page: its own ground is opaque",
    "color-contrast elmPartiallyObscured": "it runs under the sticky head or dock, which are opaque",
    "color-contrast elmPartiallyObscuring": "the same, seen from the head or the dock",
    "color-contrast imgNode": "a number below a drawing: in the colour and on the ground of captions",
    "color-contrast nonBmp": "a sign (+ − ×), named by its label",
    "color-contrast Unable to determine contrast ratio": "the tag's button, in its shadow root: "
    "white on #17453f is 10.8:1, and test_tag.py holds it to these two colours",
    "color-contrast shortTextContent": "one digit, in the colours of the text beside it",
}
"""What axe can't decide and holds for serious, and why it is right all the same: 7:1 on an opaque
ground is measured of each text in test_page.py."""
RUN = """async (forced) => {
    const {violations, incomplete} = await axe.run(document, {resultTypes: ['violations', 'incomplete'],
        rules: {'color-contrast': {enabled: !forced}}});
    const told = ({id, impact, nodes}) => nodes.map(({target, any, all, none}) =>
        [id, [...any, ...all, ...none].map(({data, message}) => data?.messageKey || message)[0], impact, target.join(' ')]);
    const serious = incomplete.filter(({impact}) => ['serious', 'critical'].includes(impact));
    return [violations.flatMap(told), serious.flatMap(told)];
}"""
"""Under forced colours contrast is the system's."""


async def found(page: Page, *, forced: bool = False) -> list[str]:
    """Everything axe objects to, or can't decide, holds for serious, and isn't explained here."""
    script = axe.source()
    if script is None:
        pytest.skip("axe-core isn't here: it comes from npm's registry, which can't be reached")
    await page.evaluate(script)
    violations, undecided = await page.evaluate(RUN, forced)
    open_ = [it for it in undecided if f"{it[0]} {it[1]}" not in EXPLAINED]
    return [" ".join(map(str, it)) for it in (*violations, *open_)]


async def everywhere(page: Page) -> dict[str, list[str]]:
    """Look at a state in all ways; name those in which something was found."""
    size = page.viewport_size
    wrong = {"light": await found(page)}
    await page.emulate_media(color_scheme="dark")
    wrong["dark"] = await found(page)
    await page.emulate_media(color_scheme="light", forced_colors="active")
    wrong["forced colours"] = await found(page, forced=True)
    await page.emulate_media(forced_colors="none")
    await letters(page, 32)
    wrong["text of 200 %"] = await found(page)
    await letters(page, 16)
    await page.set_viewport_size({"width": 320, "height": 640})
    wrong["320 px, as 640 px at 200 %"] = await found(page)
    await page.evaluate("document.documentElement.dir = 'rtl'")
    wrong["right to left on 320 px"] = await found(page)
    await page.evaluate("document.documentElement.dir = ''")
    await page.set_viewport_size(size or {"width": 390, "height": 844})
    return {look: said for look, said in wrong.items() if said}


async def ask_for_help(page: Page) -> None:
    await page.locator("#help").click()
    await expect(page.locator(".help-card")).to_be_visible()
    await expect(page.locator("#panel").locator("button, input").first).to_be_attached()


async def choose_shades(page: Page) -> None:
    await page.get_by_label("Fear").check()


async def change_a_line(page: Page) -> None:
    await page.get_by_label("Change").first.check()


async def practise(page: Page) -> None:
    await page.locator(".practice summary").click()
    await page.locator(".practice .main").click()


async def open_menu(page: Page) -> None:
    await page.locator("#talk summary").click()
    await expect(page.locator("#own .box").first).to_be_visible()


async def show_code(page: Page) -> None:
    await open_menu(page)
    await page.locator("#code").click()
    await expect(page.locator(".twenty li")).to_have_count(20)


async def type_code(page: Page) -> None:
    await open_menu(page)
    await page.locator("#have").click()
    await page.locator("#twenty").fill("not a code")
    await page.get_by_role("button", name="Open that talk").click()
    await expect(page.locator(".code .hint")).not_to_be_empty()


async def nearly_forget(page: Page) -> None:
    await open_menu(page)
    await page.locator("#forget").click()
    await expect(page.locator("#sure")).to_be_visible()


async def end(page: Page) -> None:
    await page.get_by_role("button", name="These are my lines").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await page.locator("[data-step=stop]").click()
    await expect(page.locator(".story .paper")).to_be_visible()


Act = Callable[[Page], Awaitable[None]]
FOLDED: dict[str, Act] = {
    "feelings": choose_shades,
    "approve": change_a_line,
    "exercise": practise,
}
STATES: dict[str, tuple[str, Act]] = {
    "menu": ("text", open_menu),
    "return code": ("text", show_code),
    "return code, mistyped": ("text", type_code),
    "question": ("text", nearly_forget),
    "end": ("approve", end),
}


@pytest.mark.parametrize("kind", ASKS)
async def test_every_ask(kind: str, opens: Opens) -> None:
    """Each input with what it folds out, and the card of help lines beside it."""
    page = await opens(kind)
    await ask_for_help(page)
    if kind in FOLDED:
        await FOLDED[kind](page)
    assert await everywhere(page) == {}


@pytest.mark.parametrize("state", STATES)
async def test_every_other_state(state: str, opens: Opens) -> None:
    """The menu, a code shown and one typed wrong, the question before forgetting, the end."""
    kind, act = STATES[state]
    page = await opens(kind)
    await act(page)
    assert await everywhere(page) == {}


async def test_without_a_connection(opens: Opens, guide: FakeGuide) -> None:
    """Not connected, something kept, and help from the page's own means; then closed for good."""
    page = await opens("text")
    guide.closed = True
    guide.cut()
    await expect(page.locator("#state")).to_have_text("Not connected")
    await page.locator("#help").click()
    await expect(page.locator("#near")).to_be_visible()
    assert await everywhere(page) == {}
    guide.closed, guide.close_code = False, 4505
    await expect(page.locator("#state")).to_have_text("Closed", timeout=10_000)
    await expect(page.locator("#panel .main")).to_be_visible()
    assert await everywhere(page) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_warm_light_leaves_text_legible(scheme: str, opens: Opens) -> None:
    """Where it is strongest, every colour of text has 7:1 on it."""
    page = await opens("choice")
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    ratios = await page.evaluate("""() => {
        const style = getComputedStyle(document.documentElement);
        const lum = (name) => style.getPropertyValue(name).trim().match(/\\w\\w/g).map((hex) => {
            const v = parseInt(hex, 16) / 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; })
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0.05);
        return ['--ink', '--soft', '--main', '--firm'].map((name) => {
            const [a, b] = [lum(name), lum('--warm')]; return Math.max(a, b) / Math.min(a, b); });
    }""")
    assert min(ratios) >= 7


@pytest.mark.parametrize(
    "path",
    ["/", "/help", "/demo", "/embed/check?site=https://a.example", "/embed?host=https://x.y"],
)
async def test_every_other_page(path: str, context: BrowserContext, server: TestServer) -> None:
    """Start page, help lines, demo, and what site owners see."""
    page = await context.new_page()
    await page.goto(str(server.make_url(path)))
    assert await everywhere(page) == {}
