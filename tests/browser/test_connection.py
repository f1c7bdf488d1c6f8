"""Nothing that is said is lost or shown twice, whatever the connection does."""

import asyncio
import os
from random import Random

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.conftest import Opens, answers, bubbles
from tests.browser.fake_guide import FakeGuide


async def type_and_send(page: Page, text: str) -> None:
    await page.locator("#words").fill(text)
    await page.keyboard.press("Enter")


async def said(page: Page) -> list[str]:
    """What the person said, as the page shows it."""
    return await page.locator("#lines .you p").all_inner_texts()


def stored(guide: FakeGuide) -> list[str]:
    """What the person typed, as the guide stored it."""
    return [event["text"] for event in guide.talk.events if event["who"] == "you"]


async def test_a_reload_in_the_middle_brings_everything_back(opens: Opens) -> None:
    """The same lines, the same open prompt, and only the newest lines are spoken."""
    page = await opens()
    await page.get_by_role("button", name="Start").click()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    before = await bubbles(page)
    await page.reload()
    await expect(page.locator("#lines .guide")).to_have_count(2)
    assert await bubbles(page) == before
    await expect(page.locator("#panel select")).to_be_visible()
    await expect(page.locator("#note")).to_have_text("You are back where you were.")
    assert await page.evaluate("window.spoken") == [
        "You are back where you were.",
        "Which country are you in? Then I can show the right numbers.",
    ]


async def test_a_draft_survives_a_reload(opens: Opens) -> None:
    """Half a sentence is still there."""
    page = await opens("text")
    await page.locator("#words").fill("it began when")
    await page.reload()
    await expect(page.locator("#words")).to_have_value("it began when")


@pytest.mark.parametrize("knob", ["cut_before", "cut_after"])
async def test_a_cut_while_sending_loses_and_doubles_nothing(
    knob: str, opens: Opens, guide: FakeGuide
) -> None:
    """Lost before it was stored, or stored but never acked: it stands there once."""
    page = await opens("text")
    setattr(guide, knob, 2)
    await type_and_send(page, "one thing")
    await expect(page.locator("#lines .done")).to_have_text("Sent", timeout=10_000)
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await type_and_send(page, "another")
    await expect(page.locator("#lines .guide")).to_have_count(3, timeout=10_000)
    assert await said(page) == stored(guide) == ["one thing", "another"]


async def test_what_is_written_offline_is_kept_and_says_so(opens: Opens, guide: FakeGuide) -> None:
    """Not connected is shown, the bubble says it isn't sent, and later it is, once."""
    page = await opens("text")
    guide.closed = True
    guide.cut()
    await expect(page.locator("#state")).to_have_text("Not connected")
    await expect(page.locator("#note")).to_contain_text("kept in this tab")
    await type_and_send(page, "said into the void")
    await expect(page.locator("#lines .fate")).to_have_text("Kept here, not sent yet")
    guide.closed = False
    await expect(page.locator("#lines .done")).to_have_text("Sent", timeout=10_000)
    await expect(page.locator("#state")).to_have_text("Connected")
    assert "Back again. Nothing was lost." in await page.evaluate("window.spoken")
    assert await said(page) == stored(guide) == ["said into the void"]


async def test_what_is_kept_survives_a_reload(opens: Opens, guide: FakeGuide) -> None:
    """The outbox is this tab's storage, not the page's memory."""
    page = await opens("text")
    guide.cut_before = 1
    guide.close_code = 4003
    await type_and_send(page, "before the reload")
    await expect(page.locator("#lines .fate")).to_be_visible()
    await page.reload()
    await expect(page.locator("#lines .guide")).to_have_count(2, timeout=10_000)
    assert await said(page) == stored(guide) == ["before the reload"]


async def test_events_that_come_twice_are_shown_once(opens: Opens, guide: FakeGuide) -> None:
    """`seq` decides."""
    guide.twice = True
    page = await opens("text")
    for n, text in enumerate(("one", "two", "three"), 1):
        await type_and_send(page, text)
        await expect(page.locator("#lines > li")).to_have_count(1 + 2 * n)
    assert len(await page.evaluate("window.spoken")) == 5


async def test_a_gap_is_asked_for(opens: Opens, guide: FakeGuide) -> None:
    """Events that never came are fetched, and stand in order."""
    page = await opens("text")
    guide.skip_events = 1
    await type_and_send(page, "into a gap")
    await expect(page.locator("#lines .fate")).to_have_text("Sent")
    guide.talk.place = 4
    guide.say(guide.talk, "rating")
    await guide.publish(guide.talk, guide.talk.events[-1:])
    await expect(page.locator("#lines .guide")).to_have_count(3)
    assert await said(page) == ["into a gap"]


async def test_a_long_talk_comes_in_pages(opens: Opens, guide: FakeGuide) -> None:
    """More events than fit a welcome are paged through, none is missing."""
    page = await opens("text")
    for n, text in enumerate(("a", "b", "c", "d"), 1):
        await type_and_send(page, text)
        await expect(page.locator("#lines > li")).to_have_count(1 + 2 * n)
    before = await bubbles(page)
    guide.page = 2
    await page.reload()
    await expect(page.locator("#lines > li")).to_have_count(9)
    assert await bubbles(page) == before


async def test_a_slow_ack_shows_sending_and_holds_the_next_answer(
    opens: Opens, guide: FakeGuide
) -> None:
    """A second press is not a second answer."""
    guide.ack_delay = 0.5
    page = await opens("choice")
    await page.get_by_role("button", name="Start").dblclick()
    await expect(page.locator("#lines .fate")).to_have_text("Sending")
    await expect(page.locator("#lines .done")).to_have_text("Sent")
    assert answers(guide) == [{"choice": "start"}]


async def test_a_server_that_cant_just_now_gets_it_later(opens: Opens, guide: FakeGuide) -> None:
    """The act is sent again after the time that the server asks for."""
    guide.refuse = ["too_fast", "busy", "store_unavailable"]
    page = await opens("text")
    await type_and_send(page, "again and again")
    await expect(page.locator("#lines .done")).to_have_text("Sent")
    assert stored(guide) == ["again and again"]


async def test_danger_that_cannot_be_stored_brings_the_help_lines(
    opens: Opens, guide: FakeGuide
) -> None:
    """They come with the refusal, at once, and once only however often it is sent again; what was
    written gets its place when it can."""  # noqa: D205, D209
    page = await opens("text")
    guide.refuse = ["store_unavailable card"] * 1_000
    await type_and_send(page, "I want to die")
    await expect(page.locator("#near")).to_be_focused()
    await expect(page.locator("#near a[href='tel:999']")).to_be_visible()
    await page.locator("#near-close").click()
    closed = len(guide.refuse)
    while len(guide.refuse) > closed - 3:  # noqa: ASYNC110 - it is sent again by the page
        await asyncio.sleep(0.01)
    guide.refuse = []
    await expect(page.locator("#lines .done")).to_have_text("Sent")
    await expect(page.locator("#near")).to_be_hidden()
    guide.refuse = ["not_allowed card"]
    await type_and_send(page, "I want to die")
    await expect(page.locator("#near a[href='tel:999']")).to_be_visible()
    await expect(page.locator("#words")).to_have_value("I want to die")


async def test_a_refused_text_goes_back_into_the_box(opens: Opens, guide: FakeGuide) -> None:
    """Not one typed word is lost, and a sentence says what happened."""
    page = await opens("text")
    for code in ("too_long", "bad_text", "not_allowed", "stale"):
        guide.refuse = [code]
        await type_and_send(page, f"{code} words")
        await expect(page.locator("#words")).to_have_value(f"{code} words")
        await expect(page.locator("#note")).to_contain_text("box")
        await expect(page.locator("#lines .you")).to_have_count(0)


async def test_two_tabs_share_a_talk_and_the_later_one_keeps_its_draft(
    opens: Opens, guide: FakeGuide, context: BrowserContext
) -> None:
    """Both show what one says; a text for a prompt that is gone comes back into its box."""
    first = await opens("text")
    await first.locator("#talk summary").click()
    await first.get_by_label("Keep the key on this device").check()
    second = await opens("text")
    await expect(second.locator("#lines .guide")).to_have_count(1)
    await second.locator("#words").fill("typed meanwhile")
    await first.keyboard.press("Escape")
    await type_and_send(first, "said first")
    await expect(second.locator("#lines .guide")).to_have_count(2)
    assert await said(second) == await said(first) == ["said first"]
    await expect(second.locator("#words")).to_have_value("typed meanwhile")
    await expect(second.locator("#note")).to_contain_text("another window")
    assert len(guide.talks) == 1


async def test_an_answer_to_a_prompt_that_is_gone_is_given_back(
    opens: Opens, guide: FakeGuide
) -> None:
    """Stale: the newer prompt is shown, the words are in the box."""
    page = await opens("text")
    guide.skip_events = 1
    guide.say(guide.talk, "rating")
    await type_and_send(page, "too late")
    await expect(page.locator("#words")).to_have_value("too late")
    await expect(page.locator("#lines .guide")).to_have_count(2)
    await expect(page.locator("#note")).to_contain_text("moved on")


async def test_a_close_that_may_pass_is_come_back_from(opens: Opens, guide: FakeGuide) -> None:
    """4000–4499: the page comes back on its own."""
    page = await opens("text")
    for turn, code in enumerate((4000, 4003, 4005), start=2):
        guide.talk.place = 4
        guide.close_code = code
        guide.cut()
        await type_and_send(page, f"still here after {code}")
        await expect(page.locator("#lines .guide")).to_have_count(turn, timeout=10_000)


async def test_a_close_for_good_says_so_and_offers_a_new_talk(
    opens: Opens, guide: FakeGuide
) -> None:
    """4500–4999: no more tries, one plain sentence, and a way on."""
    page = await opens("text")
    for code in (4500, 4503, 4505, 4508):
        guide.close_code = code
        guide.cut()
        await expect(page.locator("#state")).to_have_text("Closed")
        await expect(page.locator("#note")).not_to_be_empty()
        await page.locator("#panel").get_by_role("button", name="Start a new talk").click()
        await expect(page.locator("#state")).to_have_text("Connected")
        await expect(page.locator("#lines .guide")).to_have_count(1)
    assert len(guide.talks) == 5


async def test_a_talk_that_shrank_is_shown_anew(opens: Opens, guide: FakeGuide) -> None:
    """`reset` replaces the transcript."""
    page = await opens("text")
    await type_and_send(page, "lost with the server's disk")
    await expect(page.locator("#lines .guide")).to_have_count(2)
    del guide.talk.events[1:]
    guide.cut()
    await expect(page.locator("#lines > li")).to_have_count(1)


async def test_the_key_is_in_this_tab_until_asked_otherwise(
    opens: Opens, context: BrowserContext
) -> None:
    """A second tab begins its own talk; with the key on the device it joins the first."""
    page = await opens("text")
    assert await page.evaluate("localStorage.length") == 0
    assert await page.evaluate("sessionStorage.getItem('makeroom.token')")
    await page.locator("#talk summary").click()
    await page.get_by_label("Keep the key on this device").check()
    assert await page.evaluate("sessionStorage.getItem('makeroom.token')") is None
    assert await page.evaluate("localStorage.length") == 1
    await page.get_by_label("Keep the key on this device").uncheck()
    assert await page.evaluate("localStorage.length") == 0
    assert await context.cookies() == []


async def test_forget_asks_first_and_leaves_nothing(opens: Opens, guide: FakeGuide) -> None:
    """After a yes the talk is gone from the service, the page and the storage."""
    page = await opens("text")
    await type_and_send(page, "forget this")
    await expect(page.locator("#lines .done")).to_be_visible()
    await page.locator("#talk summary").click()
    await page.locator("#forget").click()
    await page.get_by_role("button", name="No, go back").click()
    assert len(guide.talks) == 1
    await page.locator("#forget").click()
    await page.locator("#sure-yes").click()
    await expect(page.locator("#note")).to_contain_text("It’s gone")
    assert guide.talks == {}
    assert await bubbles(page) == []
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert "forget this" not in await page.content()


CUTS = int(os.environ.get("MAKEROOM_CUTS", "50"))
"""Random cuts in one talk; `MAKEROOM_CUTS=200` for a long look."""


async def test_many_cuts_in_a_talk(opens: Opens, guide: FakeGuide) -> None:
    """At random moments, before and after the store has it: every text stands once, in order."""
    chance = Random(CUTS)
    page = await opens("text")
    await page.evaluate(
        "setInterval(() => dispatchEvent(new Event('online')), 40)"
    )  # no long waits
    texts = [f"text {n}" for n in range(CUTS)]
    guided = page.locator("#lines .guide")
    for turn, text in enumerate(texts, start=2):
        guide.talk.place = 4
        way = chance.choice(["after", "before", "now", "soon"])
        if way in {"after", "before"}:
            setattr(guide, f"cut_{way}", 1)
        if way == "now":
            guide.cut()
        await page.locator("#words").fill(text)
        await page.keyboard.press("Enter")
        if way == "soon":
            await asyncio.sleep(chance.uniform(0, 0.02))
            guide.cut()
        await expect(guided).to_have_count(turn, timeout=15_000)
    assert await said(page) == stored(guide) == texts
