"""Checks that somebody has looked at every help line not too long ago."""

from datetime import date

from bot.errors import Finding
from bot.helplines import HelpLines

WARN_DAYS = 180
"""Help lines change their numbers and hours; half a year without a look is too long to be sure."""
FAIL_DAYS = 365
"""A number that nobody looked at for a year must not be given to a person in danger."""


def old_records(lines: HelpLines, today: date, file: str) -> list[Finding]:
    """Find what nobody has looked at for too long."""
    looks = [("the emergency numbers", lines.seen, 1)]
    looks += [
        (f"“{line.name}” ({region.name})", line.seen, line.at)
        for region in lines.records
        for line in region.lines
    ]
    looks += [
        (f"calling without speaking ({region.name})", region.silent.seen, region.silent.at)
        for region in lines.records
        if region.silent is not None
    ]
    return [
        _finding(what, (today - seen).days, file, at)
        for what, seen, at in looks
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
