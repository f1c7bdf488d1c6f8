"""“Your talk”: how to come back to it, to be rid of it for sure, and to take it along."""

import json
import re
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import Opens, bubbles
from tests.browser.fake_guide import FakeGuide

VOICES = """
const voice = (name, lang, localService) => ({name, lang, localService, voiceURI: name, default: false});
window.spoke = [];
Object.defineProperty(window, 'speechSynthesis', {value: {
    getVoices: () => [voice('far', 'en-GB', false), ...(window.ownVoices ?? [voice('near', 'en-GB', true)])],
    speak: ({text, voice}) => spoke.push(`${voice.name}: ${text}`), cancel: () => spoke.push('hush')}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


async def menu(page: Page) -> None:
    await page.locator("#talk summary").click()
    await expect(page.locator("#own .box").first).to_be_visible()


async def typed(page: Page, text: str) -> None:
    turn = await page.locator("#lines .guide").count()
    await page.locator("#words").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#lines .guide")).to_have_count(turn + 1)


async def test_a_return_code_opens_the_talk_elsewhere(
    opens: Opens, context: BrowserContext, guide: FakeGuide
) -> None:
    """Twenty words, made and read in the page: no request carries one, and slips are told."""
    page = await opens("text")
    await typed(page, "to be found again")
    sent: list[str] = []
    context.on("request", lambda request: sent.append(f"{request.url} {request.post_data}"))
    await menu(page)
    await page.locator("#code").click()
    await expect(page.locator(".twenty li")).to_have_count(20)
    words = await page.locator(".twenty li").all_inner_texts()
    other = await opens("text")
    await menu(other)
    await other.locator("#have").click()
    box = other.get_by_label("Your twenty words")
    await expect(box).to_be_focused()
    await box.fill(" ".join(words[:19]))
    await other.get_by_role("button", name="Open that talk").click()
    await expect(other.locator(".code .hint")).to_contain_text("These are 19")
    await box.fill(", ".join([*words[:19], "zzzzzz"]))
    await other.get_by_role("button", name="Open that talk").click()
    await expect(other.locator(".code .hint")).to_contain_text("Word 20")
    await box.fill(" ".join(words).upper())
    await other.get_by_role("button", name="Open that talk").click()
    await expect(other.locator("#lines .you p")).to_have_text("to be found again")
    assert await bubbles(other) == await bubbles(page)
    bodies = [request.partition(" ")[2] for request in sent]
    assert set(bodies) == {"None"}
    assert not any(word in request for request in sent for word in words if len(word) > 5)


async def test_forgetting_is_proved_by_the_key_itself(opens: Opens, guide: FakeGuide) -> None:
    """After the deletion the page tries its own key: it opens nothing, and that is said."""
    page = await opens("text")
    await typed(page, "forget this")
    await menu(page)
    await page.locator("#forget").click()
    await page.locator("#sure-yes").click()
    await expect(page.locator("#note")).to_contain_text("its key opens nothing any more")
    assert guide.talks == {}


async def test_a_calendar_file_says_nothing_of_the_talk(opens: Opens) -> None:
    """An appointment at this time of day, in words that a lock screen may show."""
    page = await opens("text")
    await typed(page, "work")
    await page.locator("[data-step=stop]").click()
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="In three days").click()
    download = await waiting.value
    text = Path(await download.path()).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file
    assert download.suggested_filename == "coming-back.ics"
    lines = dict(line.split(":", 1) for line in text.splitlines() if line)
    assert lines["SUMMARY"] == "A quiet quarter of an hour"
    assert re.fullmatch(r"\d{8}T\d{6}Z", lines["DTSTART"])
    assert int(lines["DTSTART"][:8]) > int(lines["DTSTAMP"][:8])
    assert "anxiety" not in text.lower()


async def test_reading_aloud_takes_a_voice_of_this_device_only(
    opens: Opens, context: BrowserContext
) -> None:
    """Only after it was asked for, only new lines, and hushed at once when it is switched off."""
    await context.add_init_script(VOICES)
    page = await opens("text")
    await typed(page, "before")
    assert await page.evaluate("spoke") == []
    await menu(page)
    await page.get_by_label("Read aloud").check()
    await page.keyboard.press("Escape")
    await typed(page, "after")
    spoken = await page.evaluate("spoke")
    assert spoken
    assert all(said.startswith("near: ") for said in spoken)
    await menu(page)
    await expect(page.get_by_label("Read aloud")).to_be_checked()
    await page.get_by_label("Read aloud").uncheck()
    assert (await page.evaluate("spoke"))[-1] == "hush"


async def test_without_a_voice_of_its_own_a_device_reads_nothing(
    opens: Opens, context: BrowserContext
) -> None:
    """A voice that is somebody else's server would hear the words: it isn't offered."""
    await context.add_init_script("window.ownVoices = [];" + VOICES)
    page = await opens("text")
    await menu(page)
    await expect(page.get_by_label("Keep the key")).to_be_visible()
    await expect(page.get_by_label("Read aloud")).to_have_count(0)


async def test_the_menu_is_honest_without_a_connection(
    opens: Opens, context: BrowserContext
) -> None:
    """What hasn't come yet can't be shown: one sentence instead, and it comes later."""
    await context.route("**/more.en.js*", lambda route: route.abort())
    page = await opens("choice")
    await page.locator("#talk summary").click()
    await expect(page.locator("#own")).to_contain_text("The connection is gone")
    await context.unroute("**/more.en.js*")
    await page.locator("#talk summary").click()
    await page.locator("#talk summary").click()
    await expect(page.get_by_label("Keep the key")).to_be_visible()


async def test_a_refusal_of_a_full_talk_gives_the_words_back(
    opens: Opens, guide: FakeGuide
) -> None:
    """The longest a talk can be: said plainly, with what is left to do."""
    page = await opens("text")
    guide.refuse = ["not_allowed"]
    await page.locator("#words").fill("one more")
    await page.keyboard.press("Enter")
    await expect(page.locator("#note")).to_contain_text("as long as one can be")
    await expect(page.locator("#words")).to_have_value("one more")


async def test_a_secret_answer_is_no_draft(opens: Opens, guide: FakeGuide) -> None:
    """What the talk promises not to keep isn't kept in the tab either."""
    page = await opens("choice")
    guide.talk.place = guide.talk.kinds.index("text")
    guide.say(guide.talk, "text")
    guide.talk.events[-1]["ask"] = {"kind": "text", "keep": False}
    await guide.publish(guide.talk, guide.talk.events[-1:])
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await page.locator("#words").press_sequentially("not for keeping")
    kept = json.dumps(await page.evaluate("({...sessionStorage, ...localStorage})"))
    assert "not for keeping" not in kept
