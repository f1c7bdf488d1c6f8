"""Rewrites what a `.chat` file expects to what happened; its acts, notes and order stay."""

from collections.abc import Iterable

from bot.workshop.record import bot_lines, card_line, choices_line, path_line, state_line
from bot.workshop.replay import Played, Result
from bot.workshop.wants import WantedState

PROTECTED = "safety"  # files with this tag say what must hold: only a person changes them


def updated(results: Iterable[Result]) -> str | None:
    """Give the new text of one file, or None when nothing is to be changed.

    Only lines that didn't hold are rewritten; of the bubbles of a turn, all or none.

    Args:
        results: the ways through one file, each played to its end. Where several ways went wrong at
            the same place, the first one counts.
    """
    found = list(results)
    if not found or PROTECTED in found[0].chat.head.tags:
        return None
    lines: dict[int, list[str]] = {}
    for played in (one for result in found for one in result.played):
        if played.misses and played.exchange.span and played.got is not None:
            lines = _rewritten(played, found[0].chat.source) | lines
    if not lines:
        return None
    text = [new for n, line in enumerate(found[0].chat.source, 1) for new in lines.get(n, [line])]
    return "\n".join(text) + "\n"


def _rewritten(played: Played, source: tuple[str, ...]) -> dict[int, list[str]]:
    """Give new lines by the number of the line they replace."""
    wrong, wants, got = {miss.line for miss in played.misses}, played.exchange.wants, played.got
    if got is None:
        return {}
    new: dict[int, list[str]] = {}
    bubbles = [want.line for want in wants.lines]
    if wrong & set(bubbles):
        new = {line: [] for line in bubbles} | {bubbles[0]: bot_lines(got.lines)}
    for state in wants.states:
        new[state.line] = [state_line(state, got, _holding(state, played))]
    new |= {want.line: [choices_line(got)] for want in wants.choices}
    new |= {want.line: [path_line(got)] for want in wants.paths}
    new |= {want.line: [card_line(got)] for want in wants.cards}
    kept = wrong | set(bubbles)
    return {n: _indented(lines, source[n - 1]) for n, lines in new.items() if n in kept}


def _holding(state: WantedState, played: Played) -> list[str]:
    says = [miss.says for miss in played.misses if miss.line == state.line]
    return [guard for guard in state.guards if not any(one.startswith(guard) for one in says)]


def _indented(lines: list[str], was: str) -> list[str]:
    """Give a lone line the indentation of the one it replaces."""
    indent = was[: len(was) - len(was.lstrip())]
    is_bubble = bool(lines) and lines[0].startswith("bot:")
    return lines if is_bubble else [indent + line for line in lines]
