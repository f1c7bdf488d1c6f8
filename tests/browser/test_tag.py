"""The one tag: light, polite, and safe on any site; nothing of the talk reaches that site."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, Response, expect

from tests.browser.fake_guide import FakeGuide, pages
from tests.browser.hosts import Host
from tests.browser.test_scripts import weighed

MOST_BYTES = 1_400
"""Gzipped, all that a page with the tag loads of ours until somebody asks for the talk."""
MOST_OPENED, MOST_REQUESTS = 12_000, 4
"""Gzipped, all that the frame loads then."""
HEARD = """
window.heard = [];
for (const what of ['ready', 'open', 'close', 'end'])
    addEventListener('makeroom:' + what, (event) => heard.push([what, event.detail ?? null]));
"""
Visits = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def visits(server: TestServer, context: BrowserContext) -> AsyncIterator[Visits]:
    """Open a page of another site that embeds the talk."""
    host = Host()
    async with TestServer(host.app(), host="127.0.0.1") as other:

        async def visit(name: str, site: str = "127.0.0.1", ours: str = "127.0.0.1") -> Page:
            host.ours = f"http://{ours}:{server.port}"
            page = await context.new_page()
            await page.add_init_script(HEARD)
            await page.goto(f"http://{site}:{other.port}/{name}")
            await page.wait_for_function("!!document.querySelector('makeroom-chat')?.shadowRoot")
            return page

        yield visit


def talk(page: Page) -> FrameLocator:
    """The talk in its frame."""
    return page.frame_locator("makeroom-chat iframe")


async def opened(visits: Visits, name: str) -> Page:
    page = await visits(name)
    await page.locator("makeroom-chat button").first.click()
    await expect(talk(page).locator("#state")).to_have_text("Connected")
    return page


async def test_a_closed_page_pays_one_small_request(
    visits: Visits, context: BrowserContext
) -> None:
    """No frame, cookie, storage or socket; one global, which is the element."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = await visits("plain")
    await page.wait_for_load_state("networkidle")
    assert [url.rpartition("/")[2] for url in asked] == ["plain", "makeroom.js"]
    assert len(pages()["/makeroom.js"].packed) <= MOST_BYTES
    assert len(page.frames) == 1
    assert await page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert await context.cookies() == []
    bare = await context.new_page()
    await bare.goto(page.url.replace("plain", "none"))
    names = "Object.getOwnPropertyNames(window).filter((name) => !/^(heard|\\d+)$/.test(name))"
    assert set(await page.evaluate(names)) <= set(await bare.evaluate(names))


@pytest.mark.parametrize(("name", "label"), [("plain", "Talk about"), ("spanish", "Hablar de")])
async def test_an_opened_frame_stays_small(
    name: str, label: str, visits: Visits, context: BrowserContext
) -> None:
    """Four requests, in either language; the button speaks the language of the page around it."""
    page = await visits(name)
    answered: list[Response] = []
    page.on("response", lambda it: answered.append(it))  # noqa: PLW0108 - it marks what it calls
    await page.get_by_role("button", name=label).click()
    await expect(talk(page).locator("#lines .guide")).to_have_count(1)
    sizes = await weighed(answered)
    assert len(sizes) <= MOST_REQUESTS
    assert 8_000 < sum(sizes.values()) <= MOST_OPENED


async def test_the_talk_opens_and_closes_and_the_focus_comes_back(visits: Visits) -> None:
    """Enter opens it and goes in; Escape closes it and comes back; the site hears no word."""
    page = await visits("options")
    launch = page.get_by_role("button", name="Need to talk?")
    await launch.press("Enter")
    frame = talk(page)
    await expect(frame.locator("#words")).to_be_visible()
    await expect(launch).to_be_hidden()
    await frame.locator("#words").fill("not for the site")
    await page.keyboard.press("Enter")
    await expect(frame.locator("#lines .guide")).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(launch).to_be_focused()
    await expect(page.locator("makeroom-chat iframe")).to_be_hidden()
    await launch.press("Enter")
    await expect(frame.locator("#lines .you p")).to_have_text("not for the site")
    await frame.get_by_role("button", name="Close").click()
    await expect(launch).to_be_visible()
    heard = await page.evaluate("heard")
    assert [what for what, _ in heard] == ["open", "ready", "close", "open", "close"]
    assert all(detail is None for _, detail in heard)


async def test_keys_go_into_a_talk_from_another_site(visits: Visits) -> None:
    """Where the browser gives the frame a process of its own: in at once, in by F6, out by Escape."""
    page = await visits("plain", ours="localhost")
    launch = page.locator("makeroom-chat button")
    await launch.press("Enter")
    await expect(talk(page).locator("#state")).to_have_text("Connected")
    for _ in range(2):
        await page.keyboard.press("Tab")
    await expect(talk(page).locator("#exit")).to_be_focused()
    for _ in range(2):
        await page.keyboard.press("F6")
    await page.keyboard.press("Escape")
    await expect(launch).to_be_focused()


async def test_escape_closes_a_menu_before_it_closes_the_talk(visits: Visits) -> None:
    """What was opened last closes first."""
    page = await opened(visits, "plain")
    frame = talk(page)
    await frame.locator("#talk summary").press("Enter")
    await page.keyboard.press("Escape")
    await expect(frame.locator("#talk")).not_to_have_attribute("open", "")
    await expect(page.locator("makeroom-chat iframe")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("makeroom-chat iframe")).to_be_hidden()


async def test_f6_goes_between_page_and_talk(visits: Visits) -> None:
    """Both ways, and nothing closes."""
    page = await opened(visits, "plain")
    inside = "document.activeElement.localName"
    await talk(page).locator("#words").focus()
    await page.keyboard.press("F6")
    await page.wait_for_function("document.activeElement.localName !== 'makeroom-chat'")
    await page.keyboard.press("F6")
    await page.wait_for_function("document.activeElement.localName === 'makeroom-chat'")
    assert await page.evaluate(inside) == "makeroom-chat"
    await expect(page.locator("makeroom-chat iframe")).to_be_visible()


async def test_the_end_is_told_without_a_word(visits: Visits) -> None:
    """The site may count that talks end, nothing else."""
    page = await opened(visits, "plain")
    await talk(page).locator("[data-step=stop]").click()
    await page.wait_for_function("heard.some(([what]) => what === 'end')")


async def test_methods_and_attributes(visits: Visits) -> None:
    """`open()`, `close()` and `toggle()` do it; `open` says it, and opens at once without the focus."""
    page = await visits("open")
    await expect(talk(page).locator("#state")).to_have_text("Connected")
    assert await page.evaluate("document.activeElement === document.body")
    chat = "document.querySelector('makeroom-chat')"
    for call, is_open in (("close", False), ("open", True), ("toggle", False), ("toggle", True)):
        await page.evaluate(f"{chat}.{call}()")
        assert await page.evaluate(f"{chat}.hasAttribute('open')") is is_open


async def test_a_site_chooses_corner_and_looks(visits: Visits) -> None:
    """As the page on embedding shows it: the corner on the left, for the talk too; colour and shape."""
    page = await visits("looks")
    button, frame = (page.locator(f"makeroom-chat {part}") for part in ("button", "iframe"))
    looks = """e => { const s = getComputedStyle(e);
        return [s.backgroundColor, s.borderRadius, e.getBoundingClientRect().left]; }"""
    assert await button.evaluate(looks) == ["rgb(91, 42, 134)", "4px", 12]
    await button.click()
    await expect(button).to_be_hidden()
    assert (await frame.evaluate(looks))[1:] == ["4px", 12]


async def test_a_strict_policy_and_trusted_types_are_kept(visits: Visits) -> None:
    """`default-src 'none'` with our script and frame, nothing inline: no violation on either side."""
    page = await opened(visits, "strict")
    assert await page.evaluate("violations") == []
    shown = "e => getComputedStyle(e.shadowRoot.querySelector('iframe')).borderRadius"
    assert await page.locator("makeroom-chat").evaluate(shown) == "24px"


async def test_a_hostile_sheet_changes_nothing(visits: Visits) -> None:
    """The page's own CSS, however important, neither hides the talk nor leaks in."""
    page = await opened(visits, "hostile")
    hostile = await page.locator("makeroom-chat iframe").bounding_box()
    await page.keyboard.press("Escape")
    button = page.locator("makeroom-chat button")
    style = (
        "e => { const s = getComputedStyle(e);"
        " return [s.letterSpacing, s.fontSize, s.opacity, s.color, s.backgroundColor]; }"
    )
    colours = ["rgb(255, 255, 255)", "rgb(23, 69, 63)"]
    assert await button.evaluate(style) == ["normal", "16px", "1", *colours]
    plain = await opened(visits, "plain")
    assert await plain.locator("makeroom-chat iframe").bounding_box() == hostile


async def test_it_steps_aside_for_what_has_the_focus(visits: Visits) -> None:
    """A control under the button can be seen once it has the focus (WCAG 2.4.11)."""
    page = await visits("plain")
    low = page.get_by_role("link", name="low")
    over = """e => { const b = e.getBoundingClientRect();
        return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2) === e; }"""
    assert not await low.evaluate(over)
    await low.focus()
    assert await low.evaluate(over)


async def test_one_stays_through_a_new_body_and_a_second_script(visits: Visits) -> None:
    """A single-page site swaps its body and runs its scripts again: one button, still working."""
    page = await visits("plain")
    await page.evaluate("""() => {
        const body = document.createElement('body');
        const again = document.createElement('script');
        again.src = document.querySelector('script').src;
        body.append(again);
        document.body.replaceWith(body);
        return new Promise((done) => { again.onload = done; });
    }""")
    await expect(page.locator("makeroom-chat")).to_have_count(1)
    await page.locator("makeroom-chat button").click()
    await expect(talk(page).locator("#state")).to_have_text("Connected")


async def test_several_on_a_page(visits: Visits) -> None:
    """Each opens for itself; a tag without options adds none of its own."""
    page = await visits("several")
    chats = page.locator("makeroom-chat")
    await expect(chats).to_have_count(2)
    await chats.nth(1).locator("button").click()
    await expect(chats.nth(1).locator("iframe")).to_be_visible()
    await expect(chats.nth(0).locator("iframe")).to_have_count(0)


async def test_inline_stands_where_the_script_stands(visits: Visits) -> None:
    """Between the two headings, in the flow of the page."""
    page = await opened(visits, "inline")
    assert await page.evaluate("document.querySelector('h2').previousElementSibling.localName") == (
        "makeroom-chat"
    )
    position = "e => getComputedStyle(e).position"
    assert await page.locator("makeroom-chat").evaluate(position) == "static"


async def test_page_mode_fills_the_window(visits: Visits) -> None:
    """All of it, and Escape gives it back."""
    page = await opened(visits, "pagemode")
    box = await page.locator("makeroom-chat iframe").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (390, 844)


async def test_a_site_that_is_not_on_the_list_gets_a_sentence(visits: Visits) -> None:
    """No talk in its frame, a way to the talk and to help lines, and the button still closes it."""
    page = await visits("plain", site="localhost")
    await page.locator("makeroom-chat button").click()
    frame = talk(page)
    await expect(frame.locator("main")).to_contain_text("can’t be shown inside this site")
    await expect(frame.get_by_role("link", name="Help lines by country")).to_be_visible()
    assert await frame.locator("script").count() == 0
    await page.locator("makeroom-chat button").click()
    await expect(page.locator("makeroom-chat iframe")).to_be_hidden()


async def test_messages_of_others_are_ignored(visits: Visits) -> None:
    """Only our frame, from our origin, with one of four words."""
    page = await opened(visits, "plain")
    await page.evaluate("""async () => {
        for (const data of ['close', {makeroom: 'close'}, {makeroom: {}}, null, [1]])
            postMessage(data, '*');
        await new Promise((done) => { addEventListener('message', ({data}) => data === 'last' && done());
            postMessage('last', '*'); });
    }""")
    await expect(page.locator("makeroom-chat iframe")).to_be_visible()


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_quick_exit_takes_the_whole_page_away(
    way: str, visits: Visits, context: BrowserContext, guide: FakeGuide
) -> None:
    """Not only the frame: the site around it goes too."""
    site = "https://www.wikipedia.org/"
    await context.route(site, lambda route: route.fulfill(body="<title>elsewhere</title>"))
    page = await opened(visits, "plain")
    if way == "button":
        await talk(page).locator("#exit").click()
    else:
        await talk(page).locator("#words").focus()
        for _ in range(3):
            await page.keyboard.press("Shift")
    await page.wait_for_url(site)


async def test_the_demo_is_a_page_with_the_tag(context: BrowserContext, server: TestServer) -> None:
    """It opens the talk like any other site's page."""
    page = await context.new_page()
    await page.goto(str(server.make_url("/demo")))
    await page.locator("makeroom-chat button").click()
    await expect(talk(page).locator("#state")).to_have_text("Connected")


async def test_the_check_gives_a_snippet_that_runs(
    context: BrowserContext, server: TestServer, visits: Visits
) -> None:
    """What is missing is said; the hash is that of the script as other sites get it."""
    page = await context.new_page()
    await page.goto(str(server.make_url("/embed/check?site=https://www.example.org")))
    found = page.locator("#found")
    await expect(found).to_have_text("https://www.example.org can’t show the talk yet")
    await expect(page.locator("main")).to_contain_text("--embed-on https://www.example.org")
    snippet = await page.locator("pre").first.inner_text()
    source = re.search(r'src="([^"]+)"', snippet)
    integrity = re.search(r'integrity="([^"]+)"', snippet)
    assert source
    assert integrity
    other = await visits("plain")
    run = """([src, integrity]) => new Promise((done) => {
        const script = Object.assign(document.createElement('script'),
            {src, integrity, crossOrigin: 'anonymous', onload: () => done('ran'), onerror: () => done('refused')});
        document.body.append(script);
    })"""
    assert await other.evaluate(run, [source[1], integrity[1]]) == "ran"
    assert await other.evaluate(run, [source[1], "sha384-" + "A" * 64]) == "refused"


async def test_without_javascript_the_frame_leads_out_of_itself(
    browser: Browser, server: TestServer
) -> None:
    """The talk by forms may not be framed, so its link opens beside the site."""
    async with await browser.new_context(java_script_enabled=False) as bare:
        page = await bare.new_page()
        await page.goto(str(server.make_url("/embed")))
        async with bare.expect_page() as opening:
            await page.get_by_role("link", name="The same talk works without it").click()
        beside = await opening.value
        assert beside.url.endswith("/plain?lang=en")
