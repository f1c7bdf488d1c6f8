"""axe-core, fetched by npm into a folder outside this one when it isn't there yet."""

from functools import cache

from tests.browser.npm import package

VERSION = "4.10.3"


@cache
def source() -> str | None:
    """Give the script; None where there is no npm or no way to its registry."""
    folder = package("axe-core", VERSION)
    return folder and (folder / "axe.min.js").read_text(encoding="utf-8")
