"""What a site may narrow, and how it gets into the files that a talk is pinned to."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from bot.bundle import Bundle
from bot.helplines import as_written
from bot.loader import HELP_LINES, SITE_BANDS

Bands: TypeAlias = Mapping[str, tuple[int, int]]

WINDOW = "window"
"""The band in which a dialogue may go near what hurts."""
NUMBERS = range(11)
OWN = ("the site's own file", "whoever runs the site")
"""Where a site's own line comes from; other lines need two sources that agree."""


def weaker(ours: Bands, given: Bands) -> str:
    """Say why some bands would protect less than ours; empty when they don't.

    They have the same names in the same order and leave no number out. A number may leave the
    window, or come into a higher band than before; no number may come into the window.
    """
    if list(ours) != list(given):
        return f"the bands are {', '.join(ours)}, in this order"
    if any(sum(low <= n <= high for low, high in given.values()) != 1 for n in NUMBERS):
        return "each number from 0 to 10 belongs to one band"
    names = list(ours)
    for number in NUMBERS:
        old, new = _band(ours, number), _band(given, number)
        if new == WINDOW and old != WINDOW:
            return f"{number} would come into the window"
        if old != WINDOW and names.index(new) < names.index(old):
            return f"{number} would count as less than it does"
    return ""


def _band(bands: Bands, number: int) -> str:
    return next(name for name, (low, high) in bands.items() if low <= number <= high)


def narrowed(bundle: Bundle, bands: Mapping[str, Bands]) -> Bundle:
    """Give a dialogue's files with a site's bands; another digest, so each talk keeps its own."""
    return Bundle({**bundle.files, SITE_BANDS: json.dumps(bands)}) if bands else bundle


def with_lines(safety: Bundle, lines: Mapping[str, Any]) -> Bundle:
    """Give the safety files with a site's own help lines, each first in its country."""
    if not lines:
        return safety
    found: Any = as_written(safety.files[HELP_LINES])
    for region in found["regions"]:
        if own := lines.get(region["id"]):
            region["lines"].insert(0, {**own, "sources": OWN, "confirmed": True})
    return Bundle({**safety.files, HELP_LINES: json.dumps(found, ensure_ascii=False)})
