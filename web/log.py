"""What the server says about itself: one line for a turn or a fault, and no word of a person.

No ids, no addresses, nothing that came over the wire. Libraries log requests, payloads and
tracebacks; their records are reduced to where and what kind.
"""

import asyncio
import logging
import sys
import time
from contextlib import nullcontext, suppress
from types import TracebackType
from typing import TextIO, TypeAlias

import msgspec

from bot.values import Input
from web.metrics import Metrics

_Trouble: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)
OURS = "makeroom"
TURN, FAULT = "turn %s%s %s %s %d ms", "fault %s"


class Log:
    """Writes the lines, and counts them."""

    def __init__(
        self, logger: logging.Logger | None = None, metrics: Metrics | None = None
    ) -> None:
        self._logger = logger or logging.getLogger(OURS)
        self._metrics = metrics or Metrics()

    def turn(self, given: Input, now: int, place: tuple[str, str]) -> None:
        """Note that a turn was taken.

        Args:
            given: what it was led by, of which its kind is told.
            now: when it was stored; how long it took is told.
            place: the version of the dialogue, and the step that the talk stands at.
        """
        late, took = " late" if given.late else "", max(0, now - given.at)
        self._metrics.turn(given.kind, took)
        self._logger.info(TURN, given.kind, late, *place, took)

    def fault(self, error: BaseException) -> None:
        """Note an error that nobody expected, by its kind and place; its text may hold words."""
        self._metrics.fault()
        self._logger.error(FAULT, _where(error))

    def note(self, sentence: str) -> None:
        """Note something about the server itself, such as that it stops."""
        self._logger.info("%s", sentence)


class SafeFormatter(logging.Formatter):
    """Formats our own records as they are, and of all others only who says them and what kind."""

    def __init__(self) -> None:
        super().__init__()
        self._second, self._shown = 0, ""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """Give the time of a record; that of a second is made once, most lines share it."""
        second = int(record.created)
        if second != self._second:
            self._second = second
            self._shown = time.strftime(datefmt or "%Y-%m-%d %H:%M:%S", time.localtime(second))
        return f"{self._shown},{int(record.msecs):03d}"

    def format(self, record: logging.LogRecord) -> str:
        """Give one line."""
        start = f"{self.formatTime(record)} {record.levelname.lower()}"
        if record.name.split(".")[0] == OURS:
            return f"{start} {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return f"{start} {record.name} {_where(error) if error else 'said something'}"


class JsonFormatter(SafeFormatter):
    """Writes the same for programs, as one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Give one line."""
        start = {"time": int(record.created * 1000), "level": record.levelname.lower()}
        if record.name.split(".")[0] == OURS:
            return _json(start | _fields(record))
        error = record.exc_info[1] if record.exc_info else None
        where = {"where": _where(error)} if error else {}
        return _json(start | {"event": "other", "from": record.name} | where)


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines to a stream: those of one round of the event loop at once.

    Turns end in groups, and a write for each would cost them more than all else about the log.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._waiting = list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line; a fault, or one from where no loop runs, is written now."""
        self._waiting.append(self.format(record) + self.terminator)
        if len(self._waiting) > 1 and record.levelno < logging.ERROR:
            return  # it goes with those before it
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        if loop is None or record.levelno >= logging.ERROR:
            self.flush()
        else:
            loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write what waits; what the stream can't take is lost, and no turn with it."""
        with self.lock or nullcontext():
            waiting, self._waiting = self._waiting, []
            with suppress(OSError, ValueError):
                self.stream.write("".join(waiting))
                self.stream.flush()


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Give what a record of ours says, by name."""
    given = record.args if isinstance(record.args, tuple) else ()
    if record.msg == TURN and len(given) == 5:
        kind, late, version, step, took = given
        place = {"version": version, "step": step}
        return {"event": "turn", "kind": kind, "late": bool(late), **place, "ms": took}
    event = "fault" if record.msg == FAULT else "note"
    return {"event": event, "where" if event == "fault" else "says": str(given[0]) if given else ""}


def _json(fields: dict[str, object]) -> str:
    return msgspec.json.encode(fields).decode()


def set_up(*, to_stderr: bool = True, as_json: bool = False) -> None:
    """Send all logging of the process through a formatter, and nowhere else."""
    handler = Lines(sys.stderr) if to_stderr else logging.NullHandler()
    handler.setFormatter(JsonFormatter() if as_json else SafeFormatter())
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # not shown
    logging._srcfile = None  # noqa: SLF001 - as logging's own pages say; who calls isn't shown either, and looking for it costs microseconds
    logging.raiseExceptions = False  # a full disk under the log must not stop a talk
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(OURS).setLevel(logging.INFO)


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, "nowhere"
    while trace is not None:
        code = trace.tb_frame.f_code
        place, trace = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}", trace.tb_next
    return f"{type(error).__name__} at {place}"
