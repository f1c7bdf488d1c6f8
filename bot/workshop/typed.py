"""What a line typed at a terminal means at the open prompt.

Numbers pick what is numbered, `7` answers a rating; what a `.chat` file would have, such as
`[Not now]` or `(7)`, means the same here. Everything else is typed words.
"""

import re

from bot.errors import AnswerRefused
from bot.values import Answer, Ask, Outcome
from bot.workshop.acts import Typed, read_act
from bot.workshop.reading import Said, folded, said
from bot.workshop.rendering import numbered

ENDINGS = {"": "okay", "okay": "okay", "ok": "okay", "done": "okay", "stop": "stop"}
SEVERAL = {"choices", "feelings", "body", "cards"}

_NUMBERS = re.compile(r"\d{1,3}(?:[\s,;+&]+\d{1,3})*")
_EDIT = re.compile(r"(?:drop\s+(\d{1,2})|(\d{1,2})\s*=\s*(.+))")


def meant(line: str, ask: Ask, seconds: int = 0) -> Said:
    """Say what a typed line means.

    Args:
        line: what was typed, without its end.
        ask: the prompt that is open.
        seconds: how long the exercise took that was just shown.

    Raises:
        AnswerRefused: a number or label that isn't there.
    """
    line = line.strip()
    answer = _by_number(line, ask) or _by_kind(line, ask, seconds)
    if answer is not None:
        return Said("say", answer)
    try:
        act = read_act(line)
    except ValueError:
        act = Typed(line)
    return said(act, ask)


def _by_number(line: str, ask: Ask) -> Answer | None:
    if not _NUMBERS.fullmatch(line) or ask.kind in {"rating", "approve"}:
        return None
    choices = numbered(ask)
    if not choices:
        return None
    numbers = [int(number) for number in re.findall(r"\d+", line)]
    if any(not 1 <= number <= len(choices) for number in numbers):
        if ask.kind == "text":
            return None  # a number may well be the person's own words
        raise AnswerRefused(f"the numbers here are 1 to {len(choices)}")
    ids = tuple(choices[number - 1].id for number in numbers)
    if ask.kind == "feelings":
        return Answer(feelings=ids)
    if ask.kind in SEVERAL:
        return Answer(choices=ids)
    return Answer(choice=ids[0]) if len(ids) == 1 else None


def _by_kind(line: str, ask: Ask, seconds: int) -> Answer | None:
    if ask.kind == "rating" and re.fullmatch(r"10|\d", line):
        return Answer(rating=int(line))
    if ask.kind == "exercise":
        return _exercise(folded(line), seconds)
    if ask.kind == "approve":
        return _approve(line, ask)
    return None


def _exercise(line: str, seconds: int) -> Answer | None:
    if line in {"too much", "toomuch"}:
        return Answer(exercise=Outcome("toomuch", seconds))
    ending = ENDINGS.get(line)
    if ending is None:
        return None
    return Answer(exercise=Outcome("okay" if ending == "okay" else "stop", seconds))


def _approve(line: str, ask: Ask) -> Answer | None:
    """Read `drop 2 | 1 = in other words`; nothing typed keeps all."""
    kept: dict[str, bool | str] = {one.id: True for one in ask.lines}
    if folded(line) in {"", "keep all", "all"}:
        return Answer(approve=kept)
    for part in line.split("|"):
        found = _EDIT.fullmatch(part.strip())
        if found is None:
            return None
        number = int(found[1] or found[2])
        if not 1 <= number <= len(ask.lines):
            raise AnswerRefused(f"the lines here are 1 to {len(ask.lines)}")
        kept[ask.lines[number - 1].id] = found[3].strip() if found[3] else False
    return Answer(approve=kept)
