"""The page itself: for any eyes, ears and hands, in a hurry, and with nothing left behind."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.asks import ASKS, SAYS
from tests.browser.conftest import Opens, answers
from tests.browser.fake_guide import WEB, FakeGuide

PAGES = ["/", "/help", "/chat?script=choice"]
NAMED = {
    "button", "link", "checkbox", "radio", "slider", "textbox", "combobox", "progressbar",
    "DisclosureTriangle", "dialog", "region",
}  # fmt: skip
CONTRASTS = """() => {
  const rgba = (text) => { const p = text.match(/[\\d.]+/g).map(Number); return p.length < 4 ? [...p, 1] : p; };
  const lum = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255; return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const c = rgba(getComputedStyle(node).backgroundColor);
      if (c[3] === 1) return c;
    }
    return rgba(getComputedStyle(document.documentElement).backgroundColor);
  };
  const low = [];
  const check = (node, colour, what) => {
    const [a, b] = [lum(rgba(colour)), lum(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 7) low.push(`${ratio.toFixed(2)} ${what}`);
  };
  for (const node of document.body.querySelectorAll('*')) {
    if (!node.checkVisibility({visibilityProperty: true}) || node.matches('svg, svg *, option')) continue;
    const own = [...node.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join('');
    if (own || node.matches('textarea, select')) check(node, getComputedStyle(node).color, own || node.id);
    if (node.matches('textarea')) check(node, getComputedStyle(node, '::placeholder').color, 'placeholder');
  }
  return low;
}"""
SMALL = """() => [...document.querySelectorAll(`button, summary, select, textarea, .box, .help-card a, .button,
    footer a, .index a, .menu a`)]
  .filter((node) => node.checkVisibility())
  .map((node) => [node.getBoundingClientRect(), node.innerText || node.id])
  .filter(([box]) => box.width < 43.9 || box.height < 43.9)
  .map(([box, name]) => `${name}: ${box.width} × ${box.height}`)"""
WIDER = """() => [...document.querySelectorAll('body *')]
  .filter((node) => node.checkVisibility() && !node.closest('.sr, option, .long'))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
  .map((node) => `${node.tagName} ${node.className}`)
  .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])"""


STILL = """() => {
  window.frames_still = window.at_last === scrollY ? (window.frames_still ?? 0) + 1 : 0;
  window.at_last = scrollY;
  return window.frames_still > 20;
}"""  # asked once a frame: a third of a second without a move
BETWEEN = """() => {
  const box = (what) => [...document.querySelectorAll(what)].at(-1).getBoundingClientRect();
  return [box('#lines > .guide').top >= box('.top').bottom, box('#panel .firm, #panel .main').bottom <= box('.dock').top];
}"""


async def opened(kind: str, opens: Opens) -> Page:
    """The chat at an ask, with everything folded out that the ask can show."""
    page = await opens(kind)
    if kind == "feelings":
        await page.get_by_label("Fear").check()
    if kind == "approve":
        await page.get_by_label("Change").first.check()
    if kind == "exercise":
        await page.locator("#panel summary").click()
    await page.locator("#help").click()
    await expect(page.locator(".help-card")).to_be_visible()
    return page


async def letters(page: Page, size: int) -> None:
    """Set the size of text as people do, in the browser, so that the sheets know."""
    session = await page.context.new_cdp_session(page)
    await session.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size}})


async def nameless(page: Page) -> list[str]:
    """Roles in Chromium's own accessibility tree that have no name."""
    session = await page.context.new_cdp_session(page)
    tree: list[dict[str, Any]] = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    seen = [node for node in tree if not node["ignored"] and node["role"]["value"] in NAMED]
    return [node["role"]["value"] for node in seen if not node.get("name", {}).get("value")]


@pytest.mark.parametrize("kind", ASKS)
async def test_every_ask_is_named_legible_and_narrow(kind: str, opens: Opens) -> None:
    """Each control has a name; text is 7:1 in light and dark; 320 px and 200 % text fit; targets are 44 px."""
    page = await opened(kind, opens)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate(WIDER) == []
    assert await page.evaluate(SMALL) == []
    await page.locator("#talk summary").click()
    await expect(page.locator("#talk a")).to_be_visible()
    assert await page.evaluate(WIDER) == []
    assert await page.evaluate(SMALL) == []
    assert await nameless(page) == []
    assert await page.evaluate(CONTRASTS) == []
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate(CONTRASTS) == []
    await page.set_viewport_size({"width": 640, "height": 640})
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate(WIDER) == []


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_letters_of_twice_the_size_fit_a_phone(
    lang: str, server: TestServer, context: BrowserContext
) -> None:
    """Set in the browser itself, so that the sheets know: nothing runs wide, the head moves away."""
    page = await context.new_page()
    await page.set_viewport_size({"width": 360, "height": 740})
    await letters(page, 32)
    for kind in ASKS:
        await page.goto(str(server.make_url(f"/chat?script={kind}&lang={lang}")))
        await expect(page.locator("#panel > *")).to_be_visible()
        assert await page.evaluate(WIDER) == [], kind
        await page.evaluate("sessionStorage.clear()")
    size = "node => [getComputedStyle(node).fontSize, getComputedStyle(node).position]"
    assert await page.locator(".chat > .top").evaluate(size) == ["32px", "static"]


@pytest.mark.parametrize(("path", "width"), [("/chat", 320), ("/embed", 296)])
@pytest.mark.parametrize("lang", ["en", "es"])
async def test_help_exit_and_menu_share_a_row(
    path: str, width: int, lang: str, server: TestServer, context: BrowserContext
) -> None:
    """On the narrowest phone, on our page and in a frame on another; each has its full name."""
    page = await context.new_page()
    await page.set_viewport_size({"width": width, "height": 640})
    await page.goto(str(server.make_url(f"{path}?script=choice&lang={lang}")))
    await expect(page.locator("#panel .choice").first).to_be_visible()
    rows = "(all) => [...new Set(all.map((one) => one.getBoundingClientRect().top))]"
    assert len(await page.locator(".top button, .top summary").evaluate_all(rows)) == 1
    assert len(await page.locator(".tools button").evaluate_all(rows)) == 1
    assert await page.evaluate(SMALL) == []
    assert await nameless(page) == []
    name = {"en": "Get help now", "es": "Ayuda ahora"}[lang]
    await expect(page.get_by_role("button", name=name)).to_have_count(1)


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_headed_in_order(
    path: str, server: TestServer, context: BrowserContext
) -> None:
    """One h1 first, no level skipped, a language, one main."""
    page = await context.new_page()
    await page.goto(str(server.make_url(path)))
    levels = [
        int((await h.evaluate("node => node.tagName"))[1])
        for h in await page.locator("h1, h2, h3").all()
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert await page.locator("html").get_attribute("lang") == "en"
    await expect(page.locator("main")).to_have_count(1)


@pytest.mark.parametrize("path", ["/", "/help"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_still_pages_need_no_script(
    path: str, scheme: Any, server: TestServer, browser: Browser
) -> None:
    """Start page and help lines are whole, legible and narrow without JavaScript."""
    size: Any = {"width": 320, "height": 640}
    async with await browser.new_context(viewport=size, color_scheme=scheme) as bare:
        page = await bare.new_page()
        await page.goto(str(server.make_url(path)))
        assert await page.evaluate(CONTRASTS) == []
        assert await page.evaluate(WIDER) == []
        assert await page.evaluate(SMALL) == []
        assert await page.locator("script").count() == 0


async def test_help_lines_are_printed_as_their_source_prints_them(
    server: TestServer, context: BrowserContext
) -> None:
    """Links dial what is printed; nothing becomes an international number."""
    page = await context.new_page()
    await page.goto(str(server.make_url("/help")))
    assert await links(page) == [
        ("999", "tel:999"),
        ("112", "tel:112"),
        ("116 123", "tel:116123"),
        ("SHOUT to 85258", "sms:85258?body=SHOUT"),
        ("giveusashout.org", "https://giveusashout.org"),
        ("findahelpline.com", "https://findahelpline.com"),
        ("befrienders.org", "https://befrienders.org"),
    ]


async def links(page: Page) -> list[tuple[str, str | None]]:
    found = await page.locator(".help-card a").all()
    return [(await link.inner_text(), await link.get_attribute("href")) for link in found]


async def test_the_card_in_the_talk_is_the_card_on_the_help_page(
    opens: Opens, server: TestServer
) -> None:
    """Same numbers, same links, the day somebody looked, and that nobody has checked."""
    page = await opened("text", opens)
    shown, words = await links(page), await page.locator(".help-card").inner_text()
    assert "last looked at on 2026-11-22, not yet checked with the line itself" in words
    silent = page.locator(".help-card p", has_text="If you can’t speak:")
    assert "Call 999 and press 55." in await silent.inner_text()
    assert "last looked at on 2026-11-23" in await silent.inner_text()
    size = "node => parseFloat(getComputedStyle(node).fontSize)"
    assert await page.locator(".emergency").evaluate(size) >= 28
    await page.goto(str(server.make_url("/help")))
    assert await links(page) == shown


async def test_help_works_without_a_connection(opens: Opens, guide: FakeGuide) -> None:
    """The last card and a way to the help lines, at once; the call for help is sent later."""
    page = await opened("text", opens)
    guide.closed = True
    guide.cut()
    await expect(page.locator("#state")).to_have_text("Not connected")
    await page.locator("#help").click()
    await expect(page.locator("#near")).to_be_focused()
    await expect(page.locator("#near a[href='tel:999']")).to_be_visible()
    await expect(page.locator("#near a[href='/help?lang=en']")).to_be_visible()
    guide.closed = False
    await expect(page.locator("#lines .guide")).to_have_count(3, timeout=10_000)
    assert answers(guide) == [{"kind": "help"}, {"kind": "help"}]


async def test_help_is_there_before_any_connection(opens: Opens, guide: FakeGuide) -> None:
    """A page that never reached the server has the emergency advice and a way to the lines."""
    page = await opens("text")
    guide.closed = True
    guide.cut()
    await page.evaluate("sessionStorage.clear()")
    await page.reload()
    await expect(page.locator("#state")).to_have_text("Connecting")
    await page.locator("#help").click()
    await expect(page.locator("#near")).to_be_focused()
    await expect(page.locator("#near")).to_contain_text("call your local emergency number")
    await page.locator("#near-close").press("Enter")
    await expect(page.locator("#near")).to_be_hidden()
    await expect(page.locator("#words")).to_be_focused()


async def test_escape_gives_the_focus_back(opens: Opens) -> None:
    """What was opened closes, a question before the menu beneath it, and nobody is lost in between."""
    page = await opens("text")
    summary = page.locator("#talk summary")
    await summary.press("Enter")
    await page.locator("#forget").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#sure")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#sure")).to_have_count(0)
    await expect(page.locator("#forget")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#forget")).to_be_hidden()
    await expect(summary).to_be_focused()
    await page.locator("#words").focus()
    await page.keyboard.press("Escape")
    await expect(page.locator("#words")).to_be_focused()


async def test_each_line_of_the_guide_is_spoken_once(opens: Opens) -> None:
    """There is one polite live region, and it says every new line one time."""
    page = await opens("choice")
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    assert await page.evaluate("window.spoken") == [*SAYS["choice"], *SAYS["countries"]]
    live = page.locator("[aria-live], [role=log], [role=status], [role=alert], output")
    assert await live.count() == 1


async def test_focus_is_not_taken_from_someone_who_writes(opens: Opens, guide: FakeGuide) -> None:
    """A prompt that changes elsewhere leaves the cursor where it is."""
    page = await opens("text")
    await page.locator("#words").fill("half a sen")
    guide.talk.place = 3
    guide.say(guide.talk, "rating")
    await guide.publish(guide.talk, guide.talk.events[-1:])
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("tence")
    await expect(page.locator("#words")).to_have_value("half a sentence")


async def test_the_newest_question_is_whole_on_a_small_phone(
    server: TestServer, browser: Browser
) -> None:
    """With its input, also after a long one was scrolled through: nothing of it is under the dock."""
    size: Any = {"width": 360, "height": 640}
    async with await browser.new_context(viewport=size, has_touch=True) as context:
        page = await context.new_page()
        await page.goto(str(server.make_url("/chat?script=approve,rating")))
        await page.locator("#panel .main").tap()
        await expect(page.get_by_role("slider")).to_be_visible()
        await page.wait_for_function(STILL)
        assert await page.evaluate(BETWEEN) == [True, True]


async def test_a_talk_begins_with_the_way_to_help_in_sight(opens: Opens) -> None:
    """Where the head is too high to stay, as on a phone that lies on its side; anew, too."""
    page = await opens("choice")
    await page.set_viewport_size({"width": 640, "height": 300})
    await page.reload()
    await expect(page.locator("#panel button").first).to_be_enabled()
    await expect(page.get_by_role("button", name="Get help now")).to_be_in_viewport()
    await page.locator("#panel button").last.click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await expect(page.get_by_role("button", name="Get help now")).not_to_be_in_viewport()
    await page.locator("#talk summary").click()
    await page.locator("#new").click()
    await page.locator("dialog .main").click()
    await expect(page.locator("#lines .guide")).to_have_count(1)
    await expect(page.get_by_role("button", name="Get help now")).to_be_in_viewport()


async def test_opening_the_page_moves_no_focus(opens: Opens) -> None:
    """Somebody who is reading goes on reading."""
    page = await opens("choice")
    assert await page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("way", ["button", "shift"])
async def test_quick_exit_leaves_nothing_to_come_back_to(
    way: str, opens: Opens, server: TestServer, context: BrowserContext
) -> None:
    """The tab's storage is empty, the chat's place in the history is the other page's."""
    site = "https://www.wikipedia.org/"
    await context.route(site, lambda route: route.fulfill(body="<title>elsewhere</title>"))
    page = await context.new_page()
    await page.goto(str(server.make_url("/help")))
    await page.goto(str(server.make_url("/chat?script=text")))
    await page.locator("#words").fill("Not For Other Eyes")
    if way == "button":
        await page.locator("#exit").click()
    else:
        await page.locator("#words").press_sequentially("ABC")
        for _ in range(3):
            await page.keyboard.press("Shift")
    await page.wait_for_url(site)
    assert await page.title() == "elsewhere"
    await page.go_back()
    assert page.url == str(server.make_url("/help"))
    assert await page.evaluate("sessionStorage.length") == 0


async def test_capitals_are_not_a_wish_to_leave(opens: Opens) -> None:
    """Only Shift alone, three times in a row, counts."""
    page = await opens("text")
    for letter in "SHOUTING":
        await page.locator("#words").press(f"Shift+{letter}")
    await expect(page.locator("#words")).to_have_value("SHOUTING")


async def test_the_end_gives_the_words_to_take_along(opens: Opens, guide: FakeGuide) -> None:
    """The file is plain text, made here: the approved lines first, then the whole talk."""
    page = await opens("approve")
    await page.get_by_role("button", name="These are my lines").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await page.locator("[data-step=stop]").click()
    await expect(page.locator("#part")).to_have_text("The talk has ended")
    async with page.expect_download() as waiting:
        await page.locator("#panel").get_by_role("button", name="Save my words").click()
    download = await waiting.value
    text = Path(await download.path()).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file
    assert download.suggested_filename == "my-words.txt"
    assert "That took patience.\nWhat matters to me is my sister.\n" in text.partition("Guide:")[0]
    assert f"Guide: {SAYS['approve'][0]}" in text
    for name in ("Start a new talk", "Forget this talk"):
        await expect(page.locator("#panel").get_by_role("button", name=name)).to_be_visible()


async def test_the_end_shows_the_narrative_and_the_numbers(opens: Opens, guide: FakeGuide) -> None:
    """The approved lines stand there to be printed; a scale that was used twice has its table."""
    page = await opens("approve")
    await page.get_by_role("button", name="These are my lines").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    for number in ("7", "4"):
        guide.talk.place = guide.talk.kinds.index("rating")
        guide.say(guide.talk, "rating")
        await guide.publish(guide.talk, guide.talk.events[-1:])
        await page.get_by_role("slider").press(number)
        await page.get_by_role("slider").press("Enter")
        await expect(page.locator("#lines .you p").last).to_have_text(number)
        await expect(page.get_by_role("slider")).to_have_count(0)
    await page.locator("[data-step=stop]").click()
    story = page.locator(".story")
    await expect(story.locator(".paper p").first).to_contain_text("The worry kept telling me")
    assert await story.locator("tr").all_inner_texts() == ["Part 3\t\t7", "Part 3\t\t4"]
    await page.emulate_media(media="print")
    await expect(story.locator(".paper")).to_be_visible()
    for hidden in ("#lines", "#say", ".top", ".tools"):
        await expect(page.locator(hidden)).to_be_hidden()


async def test_markdown_keeps_every_sign_that_was_typed(opens: Opens, guide: FakeGuide) -> None:
    """Stars, hashes and brackets are words here, not form."""
    page = await opens("text")
    await page.locator("#words").fill("# not a *title* [no](link) <b>\n1. first\n- dash")
    await page.keyboard.press("Enter")
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await page.locator("[data-step=stop]").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Save as Markdown").click()
    download = await waiting.value
    text = Path(await download.path()).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file
    assert download.suggested_filename == "my-words.md"
    assert text.startswith("# My words\n\n## The whole talk\n")
    kept = "You: \\# not a \\*title\\* \\[no\\](link) \\<b\\>  \n1\\. first  \n\\- dash"
    assert kept in text


async def test_only_the_newest_help_card_is_open(opens: Opens) -> None:
    """The same card again folds the one before into a line that says what it is."""
    page = await opened("text", opens)
    await page.locator("#help").click()
    await expect(page.locator(".help-card")).to_have_count(2)
    await expect(page.locator(".folded summary")).to_have_text("Help lines, United Kingdom")
    await expect(page.locator(".folded .emergency")).to_be_hidden()
    await expect(page.locator("li > .help-card .emergency")).to_be_visible()


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "{{7*7}} {% raw %} ${1} {n}",
    "</textarea><script>alert(1)</script>",
    "\u202eevil\u202c ok",
    "שלום עולם",
    "👩‍👩‍👧‍👦 z̸̢͘a̶l̷g̸o̶",
    "line one\n\nline two",
    "x" * 3_000,
]


async def test_any_text_is_shown_as_it_was_typed(opens: Opens, guide: FakeGuide) -> None:
    """Markup is text, lines stay lines, nothing runs wide."""
    page = await opens("text")
    for turn, text in enumerate(HOSTILE, start=2):
        guide.talk.place = 4
        await page.locator("#words").fill(text)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("#lines .guide")).to_have_count(turn)
    shown = page.locator("#lines .you p")
    assert await shown.evaluate_all("nodes => nodes.map((node) => node.textContent)") == HOSTILE
    assert await shown.evaluate_all("nodes => nodes.every((node) => node.dir === 'auto')")
    assert await page.evaluate(WIDER) == []


async def test_nothing_is_asked_of_anybody_else(
    context: BrowserContext, server: TestServer
) -> None:
    """Every request of a page goes to its own origin."""
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        await page.goto(str(server.make_url(path)), wait_until="networkidle")
    assert all(url.startswith(str(server.make_url("/"))) for url in asked)


def test_every_phrase_is_there_and_used() -> None:
    """Scripts find all their words in the two lists, and the lists have no others."""
    lists = [WEB / "templates" / f"{name}.words" for name in ("chat", "more")]
    lines = "".join(file.read_text(encoding="utf-8") for file in lists).splitlines()
    known = [line.partition(":")[0] for line in lines]
    assert len(known) == len(set(known))
    code = "\n".join(file.read_text(encoding="utf-8") for file in (WEB / "static").glob("*.js"))
    asked = set(re.findall(r'word\("(\w+)"', code))
    assert asked <= set(known)
    built = ("did_", "breath_", "over_", "code_", "return_")
    unused = {key for key in known if not key.startswith(built) and f'"{key}"' not in code}
    assert {key for key in unused if not key.endswith(("_text", "_sure"))} == set()


def test_pages_speak_calmly() -> None:
    """No exclamation marks, no emoji, no markup that a strict policy forbids."""
    for file in (WEB / "templates").glob("*.html"):
        text = file.read_text(encoding="utf-8")
        words = re.sub(r"<!doctype html>|{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
        assert "!" not in words, file.name
        assert not re.search("[\U0001f000-\U0001faff\u2600-\u27bf]", text), file.name
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?!( type=\"module\")? src)", text)
