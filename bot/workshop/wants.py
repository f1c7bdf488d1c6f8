"""What a `.chat` file expects of a turn: the values, and reading one line into them."""

import re
from typing import TypeAlias

from msgspec import Struct

MINUTE = 60_000
UNITS = {"second": 1000, "minute": MINUTE, "hour": 60 * MINUTE, "day": 1440 * MINUTE,
         "week": 7 * 1440 * MINUTE}  # fmt: skip
ELLIPSES = {"...", "…"}

_NAME = r"[A-Za-z_][\w-]*"
_PLACE = re.compile(r"[\w*?-]+(?:\.[\w*?-]+)*")
_TIME = re.compile(r"(\d{1,4})\s+(second|minute|hour|day|week)s?")
_SETTING = re.compile(rf"({_NAME})\s*=(?!=)\s*(.+)")
_LINE_PART = re.compile(
    r"""\s*(?: \#(?P<id>[\w*-]+(?:\.[\w*-]+)*)
             | "(?P<text>(?:[^"\\]|\\.)*)"
             | /(?P<pattern>(?:[^/\\]|\\.)+)/ )""",
    re.VERBOSE,
)


class Span(Struct, frozen=True):
    """A length of time in milliseconds, as a lock's value is given."""

    ms: int


Literal: TypeAlias = bool | int | str | tuple[str, ...] | Span | None


class WantedLine(Struct, frozen=True):
    """One bubble that is expected; `rest` stands for any number of further ones."""

    line: int
    id: str | None = None
    texts: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    rest: bool = False


class WantedState(Struct, frozen=True):
    """Where the talk is expected to be: `now at place, name = value, guard, ended`."""

    line: int
    place: str | None
    values: tuple[tuple[str, Literal], ...] = ()
    guards: tuple[str, ...] = ()
    ended: bool | None = None


class WantedChoices(Struct, frozen=True):
    """The labels that are expected under the prompt, in order."""

    line: int
    labels: tuple[str, ...]


class WantedPath(Struct, frozen=True):
    """Steps, flows or rules that the turn is expected to pass, in order."""

    line: int
    ids: tuple[str, ...]


class WantedCard(Struct, frozen=True):
    """Whether help lines are shown with the reply: `any`, `none`, or a country's two letters."""

    line: int
    region: str


class Wants(Struct, frozen=True):
    """Everything expected of one turn. Without `lines`, what is said isn't looked at."""

    lines: tuple[WantedLine, ...] = ()
    states: tuple[WantedState, ...] = ()
    choices: tuple[WantedChoices, ...] = ()
    paths: tuple[WantedPath, ...] = ()
    cards: tuple[WantedCard, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is expected at all."""
        return bool(self.lines or self.states or self.choices or self.paths or self.cards)


def pieces(text: str, by: str = ",") -> list[str]:
    """Split at a sign that isn't inside quotes or brackets; the pieces are stripped."""
    found, depth, quoted, start = [], 0, "", 0
    for n, sign in enumerate(text):
        if quoted:
            quoted = "" if sign == quoted else quoted
        elif sign in "\"'":
            # an apostrophe inside a word ("I'd") opens nothing
            quoted = sign if not (sign == "'" and n and text[n - 1].isalnum()) else ""
        elif sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == by and depth == 0:
            found.append(text[start:n].strip())
            start = n + 1
    return [*found, text[start:].strip()]


def read_lines(text: str, line: int) -> list[WantedLine]:
    """Read what follows `bot:`.

    Raises:
        ValueError: with a sentence.
    """
    if text in ELLIPSES:
        return [WantedLine(line, rest=True)]
    tail = next((dots for dots in ELLIPSES if text.endswith(" " + dots)), "")
    wanted = _read_line(text.removesuffix(tail).strip(), line)
    return [wanted, WantedLine(line, rest=True)] if tail else [wanted]


def _read_line(text: str, line: int) -> WantedLine:
    at, parts = 0, []
    while at < len(text) and (found := _LINE_PART.match(text, at)):
        parts.append(found)
        at = found.end()
    if at < len(text) or not parts:
        raise ValueError('a line is expected by #id, "part of its text", /pattern/ or ...')
    ids = [part["id"] for part in parts if part["id"]]
    if len(ids) > 1:
        raise ValueError("one line has one id: begin a line of its own for the next")
    patterns = tuple(part["pattern"].replace(r"\/", "/") for part in parts if part["pattern"])
    for pattern in patterns:
        _compiled(pattern)
    texts = tuple(re.sub(r"\\(.)", r"\1", part["text"]) for part in parts if part["text"])
    return WantedLine(line, ids[0] if ids else None, texts, patterns)


def _compiled(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"/{pattern}/ is no pattern: {error}") from None


def read_state(text: str, line: int) -> WantedState:
    """Read what follows `now`: `at place, name = value, guard` or `ended`.

    Raises:
        ValueError: with a sentence.
    """
    place, values, guards, ended = None, [], [], None
    for piece in pieces(text):
        if piece.startswith("at "):
            place = read_place(piece[3:].strip())
        elif piece in {"ended", "not ended"}:
            ended = piece == "ended"
        elif setting := _SETTING.fullmatch(piece):
            values.append((setting[1], read_literal(setting[2])))
        elif piece:
            guards.append(piece)
        else:
            raise ValueError("there is a comma with nothing beside it")
    return WantedState(line, place, tuple(values), tuple(guards), ended)


def read_place(text: str) -> str:
    """Read `stage.step`, where `*` stands for anything.

    Raises:
        ValueError: with a sentence.
    """
    if not _PLACE.fullmatch(text):
        raise ValueError(f"“{text}” is no place: write stage.step, or stage.* for any step of it")
    return text


def read_literal(text: str) -> Literal:
    """Read a value: `7`, `yes`, `~`, `gentle`, `"own words"`, `[fear.dread, worry]`, `12 hours`.

    Raises:
        ValueError: with a sentence.
    """
    plain = {"yes": True, "no": False, "true": True, "false": False}
    if text in plain:
        return plain[text]
    if text in {"~", "not given"}:
        return None
    if re.fullmatch(r"\d{1,6}", text):
        return int(text)
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError(f"“{text}” opens a list and doesn't close it")
        return tuple(unquoted(piece) for piece in pieces(text[1:-1]) if piece)
    return Span(read_time(text)) if _TIME.fullmatch(text) else unquoted(text)


def unquoted(text: str) -> str:
    """Take a pair of quotation marks off, if there is one."""
    pairs = {'"': '"', "'": "'", "“": "”"}
    return text[1:-1] if len(text) >= 2 and pairs.get(text[0]) == text[-1] else text


def read_time(text: str) -> int:
    """Read `2 days` as milliseconds.

    Raises:
        ValueError: with a sentence.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"“{text}” is no time: write for example 20 minutes, 3 hours or 2 days")
    return int(found[1]) * UNITS[found[2]]
