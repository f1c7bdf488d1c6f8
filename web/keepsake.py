"""Files that a person takes along without scripts; with them `static/saving.js` makes the same."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from bot.values import Card
from web.bubbles import Page

MARKUP = re.compile(r"^(\s*)([#>+*=-]|\d+[.)])|[\\`*_[\]<>|~]", re.MULTILINE)
QUARTER = "PT15M"
DAYS = {"return_1": 1, "return_3": 3, "return_7": 7}
KINDS = frozenset(("save", "save_md", *DAYS))
"""What may be asked for."""

Words = Mapping[str, str]


class Keepsake(Struct, frozen=True):
    """A file to take along.

    Attributes:
        name: what it is called.
        type: for browsers.
        text: all of it.
    """

    name: str
    type: str
    text: str


def keepsake(kind: str, page: Page, words: Words, now: int, chat: str) -> Keepsake:
    """Make one of the files that may be asked for.

    Args:
        kind: one of `KINDS`.
        page: the talk as it stands.
        words: what the page calls things.
        now: in milliseconds.
        chat: the address of the talk, for the calendar.
    """
    if kind == "save":
        return Keepsake(f"{words['file']}.txt", "text/plain", written(page, words, str, str))
    if kind == "save_md":
        text = "# " + written(page, words, lambda head: f"## {head}", _signs)
        return Keepsake(f"{words['file']}.md", "text/markdown", text)
    text = _calendar(DAYS[kind], words, now, chat)
    return Keepsake(f"{words['return_file']}.ics", "text/calendar", text)


def written(
    page: Page, words: Words, head: Callable[[str], str], plain: Callable[[str], str]
) -> str:
    """Write the approved lines and the whole talk."""
    story = [head(words["story"]), plain("\n".join(page.story))] if page.story else []
    said = [
        f"{words[one.who]} " + "\n".join(map(plain, (*one.texts, *_card(one.card, words))))
        for one in page.bubbles
    ]
    return "\n\n".join((words["saved"], *story, head(words["talk"]), *said)) + "\n"


def _card(card: Card | None, words: Words) -> list[str]:
    if card is None:
        return []
    where = words["emergency_in"].format(place=card.name)
    head = words["emergency"] if card.region == "XX" else where
    lines = [[line.name, line.call, line.text, line.chat] for line in card.lines]
    return [
        f"{head}: {words['or'].join(card.emergency)}",
        *([f"{words['silent']} {card.silence.how}"] if card.silence else []),
        *(", ".join(filter(None, line)) for line in lines),
    ]


def _signs(text: str) -> str:
    """Keep every sign that was typed a sign, in Markdown."""

    def kept(found: re.Match[str]) -> str:
        space, sign = found[1] or "", found[2]
        return f"{space}{sign[:-1]}\\{sign[-1]}" if sign else f"\\{found[0]}"

    return MARKUP.sub(kept, text).replace("\n", "  \n")


def _calendar(days: int, words: Words, now: int, chat: str) -> str:
    """Write an appointment with oneself at this time of day, as calendars read it (RFC 5545)."""
    at = datetime.fromtimestamp(now / 1000, UTC)
    stamps = [f"{time:%Y%m%dT%H%M%SZ}" for time in (at, at + timedelta(days=days))]
    event = {
        "UID": secrets.token_hex(16),
        "DTSTAMP": stamps[0],
        "DTSTART": stamps[1],
        "DURATION": QUARTER,
        "SUMMARY": words["return_title"],
        "DESCRIPTION": chat,
    }
    around = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Makeroom//EN", "BEGIN:VEVENT")
    lines = [f"{name}:{value}" for name, value in event.items()]
    return "\r\n".join((*around, *lines, "END:VEVENT", "END:VCALENDAR", ""))
