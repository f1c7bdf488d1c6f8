"""Somebody who answers whatever is asked, by what the page offers, steadily."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

SHOWN = """() => {
  const panel = document.querySelector('#panel'), has = (what) => panel.querySelector(what);
  if (has('.practice')) return 'exercise';
  if (has('input[type=range]')) return 'rating';
  if (has('.verdict')) return 'approve';
  if (has('select')) return 'list';
  if (has('input[type=checkbox]')) return 'boxes';
  if (has('.card')) return 'piles';
  return has('.choice') ? 'choice' : 'text';
}"""
WORDS = "the exam on Monday, and what my sister said"


async def practise(panel: Locator) -> None:
    """Walk through the frames at one's own pace."""
    await panel.get_by_role("button", name="Start").click()
    following = panel.get_by_role("button", name="Next")
    while await following.is_enabled():
        await following.click()
    await panel.locator(".main").click()


async def rate(panel: Locator) -> None:
    """Four: strong enough to notice, and one can still think."""
    await panel.get_by_role("slider").press("4")
    await panel.locator(".main").click()


async def approve(panel: Locator) -> None:
    """Keep every line."""
    await panel.locator(".main").click()


async def pick_from_list(panel: Locator) -> None:
    """Take the third of a long list."""
    await panel.locator("select").select_option(index=3)
    await panel.locator(".main").click()


async def tick(panel: Locator) -> None:
    """Tick "none" where there is one, else the first."""
    labels = [label.lower() for label in await panel.locator("label").all_inner_texts()]
    place = next((i for i, label in enumerate(labels) if label.startswith("none")), 0)
    await panel.get_by_role("checkbox").nth(place).check()
    await panel.locator(".main").click()


async def sort(panel: Locator) -> None:
    """Put every card on the first pile."""
    while await panel.locator(".choice").first.is_visible():
        await panel.locator(".choice").first.click()
    await panel.locator(".main").click()


async def choose(panel: Locator) -> None:
    """Take the first choice."""
    await panel.locator(".choice").first.click()


BY_KIND: dict[str, Callable[[Locator], Awaitable[None]]] = {
    "exercise": practise,
    "rating": rate,
    "approve": approve,
    "list": pick_from_list,
    "boxes": tick,
    "piles": sort,
    "choice": choose,
}


async def type_words(page: Page, text: str) -> None:
    """Say something in the free-text box."""
    await page.locator("#words").fill(text)
    await page.keyboard.press("Enter")


async def answer(page: Page) -> None:
    """Answer the open prompt, and wait until the guide has said the next thing."""
    guide = page.locator("#lines .guide")
    before = await guide.count()
    act = BY_KIND.get(await page.evaluate(SHOWN))
    if act is None:
        await type_words(page, WORDS)
    else:
        await act(page.locator("#panel"))
    await expect(guide).to_have_count(before + 1, timeout=10_000)


async def is_over(page: Page) -> bool:
    """Tell whether the guide has said goodbye."""
    return await page.locator("#part").inner_text() == "The talk has ended"
