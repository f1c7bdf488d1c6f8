"""The site's own file: whether it can be used, and whether its help lines were looked at."""

from collections.abc import Iterator
from datetime import date

from bot.errors import ConfigError, ScriptError
from bot.workshop.lints.records import FAIL_DAYS, WARN_DAYS
from web.checkup.verdict import Grade, Verdict, good
from web.config import Config
from web.shelf import read_library


def site(config: Config, today: date) -> Iterator[Verdict]:
    """Look at `--site`, where there is one."""
    if config.site is None:
        says = "nobody is named as who runs this."
        yield Verdict("site", "note", says, "write a file with `name: …` and give it with --site")
        return
    try:
        found = read_library(config.dialogs, config.site).site
    except ConfigError as error:
        yield Verdict("site", "error", str(error), "write what it says")
        return
    except ScriptError:
        return  # the scripts themselves are at fault, and that is told elsewhere
    yield good("site", f"{config.site} says who runs this: {found.name}.")
    for country, line in found.lines.items():
        days = (today - date.fromisoformat(line.seen)).days
        if days > WARN_DAYS or days < 0:
            grade: Grade = "error" if days > FAIL_DAYS else "warning"
            says = f"“{line.name}” ({country}) was looked at {days} days ago."
            yield Verdict("site", grade, says, "try it, then set `seen` to today")
