"""Checks that somebody has looked at every help line not too long ago."""

from collections.abc import Iterator
from datetime import date

from bot.errors import Finding
from bot.helplines import HelpLines

WARN_DAYS = 180
"""Help lines change their numbers and hours; half a year without a look is too long to be sure."""
FAIL_DAYS = 365
"""A number that nobody looked at for a year must not be given to a person in danger."""


def looks(lines: HelpLines) -> Iterator[tuple[str, date, int]]:
    """Name all that somebody looked at, each with the day and its line in the file."""
    yield "the emergency numbers", lines.seen, 1
    for region in lines.records:
        for line in region.lines:
            yield f"“{line.name}” ({region.name})", line.seen, line.at
        if (silent := region.silent) is not None:
            yield f"calling without speaking ({region.name})", silent.seen, silent.at


def old_records(lines: HelpLines, today: date, file: str) -> list[Finding]:
    """Find what nobody has looked at for too long."""
    return [
        _finding(what, (today - seen).days, file, at)
        for what, seen, at in looks(lines)
        if (today - seen).days > WARN_DAYS or seen > today
    ]


def _finding(what: str, days: int, file: str, at: int) -> Finding:
    hint = "open the provider's own page, correct the record, then set `seen` to today"
    if days < 0:
        message = f"{what}: the day we looked at it is still to come"
        return Finding(file, at, 1, "MR073", message, hint)
    severity = "error" if days > FAIL_DAYS else "warning"
    message = f"{what}: last looked at {days} days ago"
    return Finding(file, at, 1, "MR072", message, hint, severity)
