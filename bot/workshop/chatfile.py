"""A `.chat` file: a conversation as a person would write it down, which is also a test.

The format is described in `docs/chat-files.md`. Reading needs no script; what only a script can
tell (is there such a step?) is checked by `bot.workshop.replay` before it plays.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from bot.errors import ReplayError
from bot.workshop.acts import Act, Returned, read_act, variants
from bot.workshop.chat import Chat, Exchange, Given, Head, Never, nearest
from bot.workshop.wants import (
    ELLIPSES,
    WantedCard,
    WantedChoices,
    WantedPath,
    Wants,
    pieces,
    read_lines,
    read_place,
    read_state,
    read_time,
)

FIELDS = ("title", "dialog", "seed", "clock", "lang", "region", "given", "never", "tags")
WORDS = ("you:", "bot:", "now at", "now ended", "via", "choices:", "card:", "wait:")

_LINE_END = re.compile(r"\r\n|[\r\n]")  # as editors count lines; other signs may be typed words
_FIELD = re.compile(r"([A-Za-z][\w-]*)\s*:\s*(.*)")
_WORD = re.compile(r"(you|bot|via|choices|card|wait)\s*:\s*(.*)|(now|via)\s+(\S.*)")


def read_file(path: Path, name: str = "") -> Chat:
    """Read a file from disk.

    Args:
        path: where it is.
        name: how messages call it; the path when not given.

    Raises:
        ReplayError: there is no such file, it isn't UTF-8, or it can't be read as a conversation.
    """
    name = name or str(path)
    try:
        return read_chat(path.read_text(encoding="utf-8"), name)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReplayError(name, line, "this isn't UTF-8", "save the file as UTF-8") from None
    except OSError as error:
        reason = (error.strerror or "it can't be opened").lower()
        raise ReplayError(name, 1, reason, "check the path") from None


def read_chat(text: str, file: str = "<chat>") -> Chat:
    """Read a whole file.

    Args:
        text: what stands in it.
        file: its path, for messages.

    Raises:
        ReplayError: with the line and what to write instead.
    """
    lines = _LINE_END.split(text.removeprefix("\ufeff").rstrip("\r\n"))
    end = next((n for n, line in enumerate(lines) if line.strip() == "---"), None)
    if end is None:
        raise ReplayError(file, max(len(lines), 1), "nothing separates head and talk",
                          "write a line with --- under the head")  # fmt: skip
    head = _read_head(lines[:end], file)
    talk = tuple(_read_body(lines[end + 1 :], end + 2, file))
    return Chat(file, head, talk, tuple(lines))


def _ignored(line: str) -> bool:
    bare = line.strip()
    return not bare or bare == "#" or bare.startswith("# ")


# The head


def _read_head(lines: list[str], file: str) -> Head:
    fields: dict[str, object] = {}
    never: list[Never] = []
    for n, line in enumerate(lines, 1):
        if _ignored(line):
            continue
        name, value = _field(line, n, file)
        if name in fields:
            raise ReplayError(file, n, f"{name} stands twice", "keep one of the two")
        with _Place(file, n):
            if name == "never":
                never.append(_read_never(value, n))
            else:
                fields[name] = _HEAD[name](value, n)
    if "dialog" not in fields:
        raise ReplayError(file, 1, "the head doesn't name a dialogue", "write dialog: anxiety")
    return msgspec.convert(fields | {"never": tuple(never)}, Head, strict=False)


def _field(line: str, n: int, file: str) -> tuple[str, str]:
    found = _FIELD.fullmatch(line.strip())
    if found is None:
        raise ReplayError(file, n, f"“{line.strip()}” is no field", "write for example seed: 7")
    if found[1] not in FIELDS:
        known = ", ".join(FIELDS)
        hint = nearest(found[1], FIELDS) or f"the fields are {known}"
        raise ReplayError(file, n, f"there is no field {found[1]}", hint)
    if not found[2]:
        raise ReplayError(file, n, f"{found[1]} says nothing", "give a value or leave it out")
    return found[1], found[2].strip()


class _Place:
    """Gives a ValueError raised inside it the file and line."""

    def __init__(self, file: str, line: int) -> None:
        self.file, self.line = file, line

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        """Say where it was."""
        if isinstance(error, ValueError):
            raise ReplayError(self.file, self.line, str(error)) from None


def _seed(value: str, _: int) -> int:
    if not re.fullmatch(r"\d{1,18}", value):
        raise ValueError(f"“{value}” is no seed: write a whole number from 0")
    return int(value)


def _clock(value: str, _: int) -> int:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"“{value}” is no time: write 2026-03-01 09:00 (it is UTC)") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _region(value: str, _: int) -> str:
    if not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError(f"“{value}” is no country: write its two letters, such as NZ")
    return value.upper()


def _given(value: str, n: int) -> Given:
    first, *rest = pieces(value)
    at, *callers = [part.strip() for part in first.split(" called from ")]
    state = read_state(", ".join([at, *rest]), n)
    if state.place is None or "*" in state.place or "." not in state.place:
        raise ValueError("a talk starts at one step: write given: at stage.step, name = value")
    if state.guards or state.ended is not None:
        raise ValueError("given sets values: write name = value")
    return Given(n, state, tuple(read_place(caller) for caller in reversed(callers)))


def _read_never(value: str, n: int) -> Never:
    found = re.fullmatch(r"(?:at\s+(\S+))?\s*(?:while\s+(.+))?", value)
    if found is None or not any(found.groups()):
        raise ValueError("write never: at stage.* while distress > 6")
    return Never(n, read_place(found[1]) if found[1] else None, found[2])


def _word(value: str, _: int) -> str:
    if not re.fullmatch(r"[\w-]+", value):
        raise ValueError(f"“{value}” is no name: letters, digits, - and _ only")
    return value


_HEAD: dict[str, Callable[[str, int], object]] = {
    "title": lambda value, _: value,
    "dialog": _word,
    "seed": _seed,
    "clock": _clock,
    "lang": _word,
    "region": _region,
    "given": _given,
    "tags": lambda value, _: tuple(re.split(r"[,\s]+", value)),
}


# The talk


class _Block(Struct):
    """The lines of one exchange while they are gathered: `(line, word, rest)`."""

    is_opening: bool = False
    waits: list[tuple[int, str]] = []
    you: tuple[int, str] | None = None
    wants: list[tuple[int, str, str]] = []

    def takes_act(self) -> bool:
        """Whether a `you:` or `wait:` still belongs to this exchange."""
        return not (self.is_opening or self.wants or self.you)


def _read_body(lines: list[str], first: int, file: str) -> Iterator[Exchange]:
    block, after_bot = _Block(is_opening=True), False
    for n, line in enumerate(lines, first):
        if _ignored(line):
            continue
        word, rest = _word_of(line.strip(), n, file, after_bot=after_bot)
        if word in {"you", "wait"} and not block.takes_act():
            yield _exchange(block, file)
            block = _Block()
        after_bot = word not in {"you", "wait"}
        if word == "you":
            block.you = (n, rest)
        elif word == "wait":
            block.waits.append((n, rest))
        else:
            block.wants.append((n, word, rest))
    yield _exchange(block, file)


def _word_of(line: str, n: int, file: str, *, after_bot: bool) -> tuple[str, str]:
    if after_bot and (line[0] in '#"/' or line in ELLIPSES):
        return "bot", line
    if line in ELLIPSES:
        raise ReplayError(file, n, "... stands after nothing", "write bot: ... to allow any lines")
    found = _WORD.fullmatch(line)
    if found is None:
        start = re.match(r"\S*", line)
        hint = nearest(start[0] if start else "", WORDS) or f"lines begin with {', '.join(WORDS)}"
        raise ReplayError(file, n, f"“{line}” can't be read", hint)
    word, rest = (found[1], found[2]) if found[1] else (found[3], found[4])
    if not rest:
        raise ReplayError(
            file, n, f"{word}: says nothing", f"write something after it, such as {_SAMPLE[word]}"
        )
    return word, rest.strip()


_SAMPLE = {
    "you": 'hello, [Not now] or (7); nothing typed is you: ""',
    "bot": "bot: ...",
    "via": "via: ground.over",
    "choices": "choices: Yes | No",
    "card": "card: any",
    "wait": "wait: 2 days",
}


def _exchange(block: _Block, file: str) -> Exchange:
    line, said, wait = 0, "", 0
    acts: tuple[Act, ...] = ()
    for n, rest in block.waits:
        with _Place(file, n):
            line, acts, wait = n, (Returned(),), wait + read_time(rest)
    if block.you:
        line, said = block.you
        with _Place(file, line):
            acts = tuple(read_act(way) for way in variants(said))
    wants = Wants()
    for n, word, rest in block.wants:
        with _Place(file, n):
            wants = _WANT[word](wants, rest, n)
    span = (block.wants[0][0], block.wants[-1][0]) if block.wants else None
    return Exchange(line=line, said=said, acts=acts, wait=wait, wants=wants, span=span)


def _want_lines(wants: Wants, rest: str, n: int) -> Wants:
    return structs.replace(wants, lines=(*wants.lines, *read_lines(rest, n)))


def _want_state(wants: Wants, rest: str, n: int) -> Wants:
    return structs.replace(wants, states=(*wants.states, read_state(rest, n)))


def _want_choices(wants: Wants, rest: str, n: int) -> Wants:
    labels = tuple(label for label in pieces(rest, "|") if label)
    return structs.replace(wants, choices=(*wants.choices, WantedChoices(n, labels)))


def _want_path(wants: Wants, rest: str, n: int) -> Wants:
    return structs.replace(wants, paths=(*wants.paths, WantedPath(n, tuple(pieces(rest)))))


def _want_card(wants: Wants, rest: str, n: int) -> Wants:
    region = rest if rest in {"any", "none"} else _region(rest, n)
    return structs.replace(wants, cards=(*wants.cards, WantedCard(n, region)))


_WANT: dict[str, Callable[[Wants, str, int], Wants]] = {
    "bot": _want_lines,
    "now": _want_state,
    "choices": _want_choices,
    "via": _want_path,
    "card": _want_card,
}
