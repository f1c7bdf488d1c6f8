"""Two transcripts side by side: what a file expects, and what happened."""

import textwrap
from collections.abc import Iterable

WIDTH = 52  # of each column; two of them fit a terminal of 110


def side_by_side(rows: Iterable[tuple[list[str], list[str]]], marked: frozenset[str]) -> str:
    """Lay expected and actual lines beside each other.

    Args:
        rows: for each exchange, its lines on the left and on the right.
        marked: lines on the left that didn't hold; they begin with `>`.
    """
    found = [_row("expected", "what happened", " "), _row("-" * WIDTH, "-" * WIDTH, " ")]
    for left, right in rows:
        found += _exchange(left, right, marked)
        found.append(_row("", "", " "))
    return "\n".join(line.rstrip() for line in found)


def _exchange(left: list[str], right: list[str], marked: frozenset[str]) -> list[str]:
    lefts = [(part, ">" if line in marked and part == _wrap(line)[0] else " ")
             for line in left for part in _wrap(line)]  # fmt: skip
    rights = [part for line in right for part in _wrap(line)]
    height = max(len(lefts), len(rights))
    lefts += [("", " ")] * (height - len(lefts))
    rights += [""] * (height - len(rights))
    return [_row(text, here, mark) for (text, mark), here in zip(lefts, rights, strict=True)]


def _wrap(line: str) -> list[str]:
    indent = " " * min(len(line) - len(line.lstrip()) + 2, 7)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent) or [""]


def _row(left: str, right: str, mark: str) -> str:
    return f"{mark} {left:{WIDTH}} | {right}"
