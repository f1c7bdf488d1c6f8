"""The log: one line each, and nothing that came over the wire."""

import asyncio
import io
import json
import logging

from bot.values import Answer, Input
from web.log import OURS, JsonFormatter, Lines, Log, SafeFormatter

AT = ("little@1a2b3c4d", "talk.more")
EVIL = 'canary\n2026 info fake line\x1b[31m {"a":1} %n\u2028'


class Kept(logging.Handler):
    """Keeps formatted lines."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(SafeFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


def logger(name: str) -> tuple[logging.Logger, Kept]:
    """Make a logger of its own that keeps what it is told."""
    made, kept = logging.Logger(name), Kept()
    made.addHandler(kept)
    return made, kept


def test_a_turn_is_a_line_without_words() -> None:
    """Kind, version of the dialogue, step and duration; no text, no id."""
    ours, kept = logger(OURS)
    Log(ours).turn(Input(at=5, kind="say", answer=Answer(text=EVIL), late=True), 8, AT)
    assert kept.lines[0].endswith("info turn say late little@1a2b3c4d talk.more 3 ms")


def test_programs_read_the_same_as_json() -> None:
    """One object a line, whatever is thrown at it, and no more in it than in the text."""
    ours, kept = logger(OURS)
    kept.setFormatter(JsonFormatter())
    log = Log(ours)
    log.turn(Input(at=5, kind="say", answer=Answer(text=EVIL), late=True), 8, AT)
    log.note("It stops.")
    theirs, heard = logger("aiohttp.server")
    heard.setFormatter(JsonFormatter())
    try:
        {}[EVIL]
    except KeyError as error:
        log.fault(error)
        theirs.exception("request %s", EVIL)
    found = [json.loads(line) for line in kept.lines + heard.lines]
    for line in found:
        assert line.pop("time") > 0
        assert line.pop("level") in ("info", "error")
    place = {"version": "little@1a2b3c4d", "step": "talk.more"}
    assert found[0] == {"event": "turn", "kind": "say", "late": True, **place, "ms": 3}
    assert found[1] == {"event": "note", "says": "It stops."}
    assert found[2]["event"] == "fault"
    assert found[2]["where"].startswith("KeyError at test_log.py:")
    assert found[3].keys() == {"event", "from", "where"}
    assert "canary" not in "".join(kept.lines + heard.lines)


def test_a_fault_tells_where_and_not_what() -> None:
    """The text of an error may hold a person's words; its kind and place don't."""
    ours, kept = logger(OURS)
    try:
        {}[EVIL]
    except KeyError as error:
        Log(ours).fault(error)
    assert "fault KeyError at test_log.py:" in kept.lines[0]
    assert "canary" not in kept.lines[0]


def test_libraries_are_quoted_by_name_only() -> None:
    """Aiohttp and asyncio log requests and tracebacks; here they can't."""
    theirs, kept = logger("aiohttp.server")
    theirs.error("Error handling %s", EVIL)
    try:
        int(EVIL)
    except ValueError:
        theirs.exception("bad %s", EVIL)
    assert len(kept.lines) == 2
    assert all("canary" not in line and "\n" not in line for line in kept.lines)
    assert "aiohttp.server ValueError at test_log.py:" in kept.lines[1]


async def test_lines_of_one_round_are_written_at_once() -> None:
    """Turns that end together are one write; a fault doesn't wait, and nothing changes places."""
    stream = io.StringIO()
    ours = logging.Logger(OURS)
    lines = Lines(stream)
    lines.setFormatter(SafeFormatter())
    ours.addHandler(lines)
    log = Log(ours)
    for number in range(3):
        log.turn(Input(at=number, kind="say"), number, AT)
    assert stream.getvalue() == ""
    await asyncio.sleep(0)
    assert stream.getvalue().count("turn say") == 3
    log.turn(Input(at=0, kind="say"), 7, AT)
    log.fault(ValueError())
    written = stream.getvalue().splitlines()
    assert ["7 ms" in written[-2], "fault ValueError" in written[-1]] == [True, True]
    await asyncio.to_thread(log.note, "from where no loop runs")
    assert stream.getvalue().endswith("from where no loop runs\n")
    stream.close()
    log.note("lost, and nobody minds")
    await asyncio.sleep(0)
