"""Rewrites what a `.chat` file expects to what happened; its acts, notes and order stay."""

from collections.abc import Iterable

from bot.workshop.record import expectations
from bot.workshop.replay import Played, Result

PROTECTED = "safety"  # files with this tag say what must hold: only a person changes them


def updated(results: Iterable[Result]) -> str | None:
    """Give the new text of one file, or None when nothing is to be changed.

    Args:
        results: the ways through one file, each played to its end. Where several ways went wrong at
            the same place, the first one counts.
    """
    found = list(results)
    if not found or PROTECTED in found[0].chat.head.tags:
        return None
    wrong: dict[int, Played] = {}
    for played in (one for result in found for one in result.played):
        if played.misses and played.got is not None and played.exchange.span is not None:
            wrong.setdefault(played.exchange.line, played)
    return _rewritten(list(found[0].chat.source), wrong) if wrong else None


def _rewritten(lines: list[str], wrong: dict[int, Played]) -> str:
    for _, played in sorted(wrong.items(), reverse=True):
        if played.exchange.span is None or played.got is None:
            continue
        first, last = played.exchange.span
        lines[first - 1 : last] = expectations(played.exchange.wants, played.got)
    return "\n".join(lines) + "\n"
