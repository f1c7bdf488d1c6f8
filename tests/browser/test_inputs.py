"""Every kind of ask can be answered by keyboard alone, by typing, and again after a step back."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.asks import ASKS
from tests.browser.conftest import Opens, answers
from tests.browser.fake_guide import FakeGuide

FOCUSED = """() => {
  const node = document.activeElement;
  const label = node.closest('label')?.innerText ?? node.innerText ?? '';
  return (node.ariaLabel || label || node.id).trim();
}"""


async def focus(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if (await page.evaluate(FOCUSED)).startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name!r}")


async def press(page: Page, name: str, key: str = "Enter") -> None:
    """Reach a control by Tab and press a key on it."""
    await focus(page, name)
    await page.keyboard.press(key)


async def by_choice(page: Page) -> None:
    await press(page, "What is this?")


async def by_list(page: Page) -> None:
    await focus(page, "Choose from the list")
    await page.keyboard.type("Den")
    await press(page, "Choose this")


async def by_choices(page: Page) -> None:
    await press(page, "Sleep", "Space")
    await press(page, "People", "Space")
    await press(page, "Done choosing")


async def by_rating(page: Page) -> None:
    await focus(page, "From 0, calm")
    await page.keyboard.type("7")
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("Enter")


async def by_chip(page: Page) -> None:
    await press(page, "Home")


async def by_feelings(page: Page) -> None:
    await press(page, "Fear", "Space")
    await press(page, "Calm", "Space")
    await press(page, "dread", "Space")
    await press(page, "Send these")


async def by_body(page: Page) -> None:
    await press(page, "Throat", "Space")
    await press(page, "Done choosing")


async def by_cards(page: Page) -> None:
    await press(page, "Kindness", "Space")
    await press(page, "Play", "Space")
    await press(page, "Done choosing")


async def by_piles(page: Page) -> None:
    await press(page, "Matters a lot")
    await page.keyboard.press("Enter")
    await press(page, "Undo")
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")


async def by_exercise(page: Page) -> None:
    await press(page, "Start")
    await focus(page, "Next")
    for _ in range(3):
        await page.keyboard.press("Enter")
    await press(page, "This is okay")


async def by_approve(page: Page) -> None:
    await focus(page, "Keep")
    await focus(page, "Keep")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("End")
    await page.keyboard.type(" And time.")
    await focus(page, "Keep")
    await page.keyboard.press("ArrowLeft")
    await press(page, "These are my lines")


KEYBOARD: dict[str, tuple[Callable[[Page], Awaitable[None]], dict[str, Any]]] = {
    "choice": (by_choice, {"choice": "what"}),
    "countries": (by_list, {"choice": "DK"}),
    "choices": (by_choices, {"choices": ["sleep", "people"]}),
    "rating": (by_rating, {"rating": 6}),
    "text": (by_chip, {"choice": "home"}),
    "feelings": (by_feelings, {"feelings": ["fear.dread", "calm"]}),
    "body": (by_body, {"choices": ["throat"]}),
    "cards": (by_cards, {"choices": ["kindness", "play"]}),
    "piles": (by_piles, {"cards": {"kindness": "much", "courage": "little", "play": "little"}}),
    "exercise": (by_exercise, {"exercise": "okay"}),
    "approve": (
        by_approve,
        {"approve": {"told": True, "took": "That took patience. And time.", "matters": False}},
    ),
}


@pytest.mark.parametrize("kind", ASKS)
async def test_keyboard_alone_answers_and_answers_again(
    kind: str, opens: Opens, guide: FakeGuide
) -> None:
    """Tab, Space, Enter, arrows and digits are enough; "back" shows what was given, to be sent again."""
    page = await opens(kind)
    act, expected = KEYBOARD[kind]
    await act(page)
    await expect(page.locator("#lines .you .done")).to_have_text("Sent")
    assert answers(guide) == [expected]
    assert await page.evaluate("document.activeElement !== document.body")
    await page.get_by_role("button", name="Back", exact=True).press("Enter")
    await expect(page.locator("#lines .guide")).to_have_count(3)
    if kind == "exercise":
        return  # a practice is done anew, not edited
    if kind in {"choice", "text"}:
        await page.get_by_role("button", name="your answer before").press("Enter")
    else:
        await page.locator("#panel .main").press("Enter")
    await expect(page.locator("#lines .guide")).to_have_count(4)
    assert answers(guide) == [expected, {"kind": "back"}, expected]


async def test_any_ask_can_be_answered_by_typing(opens: Opens, guide: FakeGuide) -> None:
    """The box is always there, Enter sends, and the focus stays in it through the whole talk."""
    page = await opens("all")
    await page.locator("#words").focus()
    for turn, kind in enumerate(ASKS, start=1):
        await page.keyboard.type(kind)
        await page.keyboard.press("Enter")
        await expect(page.locator("#lines .guide")).to_have_count(turn + 1)
        await expect(page.locator("#words")).to_be_focused()
        await expect(page.locator("#words")).to_have_value("")
    assert answers(guide) == [{"text": kind} for kind in ASKS]
    await expect(page.locator("#part")).to_have_text("The talk has ended")


async def test_text_given_before_comes_back_into_the_box(opens: Opens) -> None:
    """A text is edited where it was written."""
    page = await opens("text")
    await page.locator("#words").fill("the exam\nand my sister")
    await page.keyboard.press("Enter")
    await expect(page.locator("#lines .done")).to_be_visible()
    await page.get_by_role("button", name="Back", exact=True).click()
    await expect(page.locator("#words")).to_have_value("the exam\nand my sister")


async def test_the_tools_send_their_step(opens: Opens, guide: FakeGuide) -> None:
    """Back, Skip, Pause, Stop and "Why do you ask?" are there at every prompt."""
    page = await opens("rating")
    kinds = ["back", "skip", "pause", "why", "stop"]
    for turn, kind in enumerate(kinds, start=2):
        await page.locator(f"[data-step={kind}]").click()
        await expect(page.locator("#lines .guide")).to_have_count(turn)
    assert answers(guide) == [{"kind": kind} for kind in kinds]


async def test_a_rating_is_never_answered_by_its_start_value(opens: Opens) -> None:
    """Until the slider is touched there is nothing to send."""
    page = await opens("rating")
    send = page.get_by_role("button", name="Send this number")
    await expect(send).to_be_disabled()
    await page.get_by_role("slider").press("5")
    await expect(send).to_be_enabled()
    await expect(page.locator("#panel output")).to_have_text("5")


async def test_a_number_can_be_typed_as_soon_as_it_is_asked(opens: Opens) -> None:
    """After an answer by keyboard the slider has the focus, not the button before it."""
    page = await opens("choice,rating")
    await press(page, "What is this?")
    await expect(page.get_by_role("slider")).to_be_focused()
    await page.keyboard.press("7")
    await expect(page.locator("#panel output")).to_have_text("7")


async def test_the_same_as_before_sends_the_last_number_of_that_scale(
    opens: Opens, guide: FakeGuide
) -> None:
    """One press repeats a rating; without an earlier one there is no such button."""
    page = await opens("rating")
    await expect(page.get_by_role("button", name="Same as before")).to_have_count(0)
    await page.get_by_role("slider").press("3")
    await page.get_by_role("slider").press("Enter")
    await expect(page.locator("#lines .done")).to_be_visible()
    await page.get_by_role("button", name="Back", exact=True).click()
    await page.get_by_role("button", name="Same as before: 3").click()
    await expect(page.locator("#lines .you")).to_have_count(3)
    assert answers(guide)[-1] == {"rating": 3}


async def test_no_more_than_the_most_can_be_ticked(opens: Opens) -> None:
    """At the most, the others are closed until one is let go."""
    page = await opens("choices")
    await page.get_by_label("Sleep").check()
    await page.get_by_label("Work").check()
    await expect(page.get_by_label("People")).to_be_disabled()
    await page.get_by_label("Work").uncheck()
    await expect(page.get_by_label("People")).to_be_enabled()


async def test_none_of_these_goes_alone(opens: Opens) -> None:
    """Picking it lets the others go, and the other way round."""
    page = await opens("choices")
    await page.get_by_label("Sleep").check()
    await page.get_by_label("None of these").check()
    await expect(page.get_by_label("Sleep")).not_to_be_checked()
    await page.get_by_label("Work").check()
    await expect(page.get_by_label("None of these")).not_to_be_checked()


async def test_a_practice_runs_holds_and_ends_by_itself_only_on_the_last_line(
    opens: Opens, guide: FakeGuide
) -> None:
    """Nothing moves before Start; Hold stops the clock; after the last frame one press ends it."""
    page = await opens("exercise")
    await expect(page.locator(".frame")).to_contain_text("Nothing moves until you start")
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Hold").click()
    await expect(page.locator(".frame")).to_have_text("Let your feet be heavy on the floor.")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".frame")).to_contain_text("That was all of it")
    await page.locator(".practice .main").click()
    await expect(page.locator("#lines .done")).to_be_visible()
    taken = guide.received[0]["exercise"]
    assert taken["outcome"] == "okay"
    assert 3 <= taken["seconds"] <= 6


async def test_a_practice_can_be_left_at_once(opens: Opens, guide: FakeGuide) -> None:
    """Stop and "too much" work in the middle of a frame."""
    page = await opens("exercise")
    names = ["Too much", "Stop here"]
    for turn, name in enumerate(names, start=2):
        guide.talk.place = 0
        await page.get_by_role("button", name="Start").click()
        guide.talk.kinds[1] = "exercise"
        await page.get_by_role("button", name=name).click()
        await expect(page.locator("#lines .guide")).to_have_count(turn)
    assert answers(guide) == [
        {"kind": "toomuch"},
        {"exercise": "stop"},
    ]


async def test_the_figure_ticks_the_list(opens: Opens, guide: FakeGuide) -> None:
    """A tap on the figure is a tick in the list, lit on both; places without a shape stay listed."""
    page = await opens("body")
    shapes = page.locator(".place")
    await expect(shapes).to_have_count(4)
    await shapes.first.click()
    await expect(page.get_by_label("Chest")).to_be_checked()
    await expect(shapes.first).to_have_class("place on")
    await page.get_by_label("Chest").uncheck()
    await expect(shapes.first).to_have_class("place")
    await shapes.nth(2).click()
    await page.get_by_role("button", name="Done choosing").click()
    await expect(page.locator("#lines .done")).to_be_visible()
    assert answers(guide) == [{"choices": ["belly"]}]


async def test_a_practice_can_go_slower_and_says_the_breath_in_words(opens: Opens) -> None:
    """Where nothing may move there is a count instead of the picture; each press slows it down."""
    page = await opens("exercise")
    await expect(page.locator(".breath")).to_be_hidden()
    slower = page.get_by_role("button", name="Slower")
    for _ in range(3):
        await slower.click()
    await expect(slower).to_be_disabled()
    await page.get_by_role("button", name="Start").click()
    await page.get_by_role("button", name="Next").click()
    await expect(page.locator(".practice > .hint")).to_have_text("In · 3")
    await expect(page.locator(".practice > .hint")).to_have_text("In · 1")
    await page.emulate_media(reduced_motion="no-preference")
    await page.reload()
    await expect(page.locator(".breath")).to_be_visible()
