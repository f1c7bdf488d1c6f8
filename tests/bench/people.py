"""People who are there and do nothing, who come back, and who come back all at once."""

import asyncio
import json
import random
import tempfile
from statistics import median
from time import perf_counter

from tests.bench.figures import Figure
from tests.bench.line import Line, Refused, body, masked
from tests.bench.serving import KIB, makeroom, tail
from tests.bench.tape import HELLO, recorded
from tests.bench.turns import TURNS, paced, talking

CROWD = 10_000
AT_ONCE = 250
"""Of a crowd that comes, how many are on their way at a time."""
PATIENCE_S = 20.0
"""Seconds after which a try to come back has failed."""
RESUMES = 300
STARTS = 6
"""Of which the first isn't counted."""
PAGES_S = 3.0
"""Seconds after a start until all pages are made."""


async def starting(options: tuple[str, ...]) -> list[Figure]:
    """Measure the seconds from starting the program to the guide's first words, and its memory.

    Our modules are compiled before, as they are where pip has installed them. The memory is that
    of a server that has made all its pages.
    """
    seconds = list[float]()
    with tempfile.TemporaryDirectory() as compiled:
        there = {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        for _ in range(STARTS):
            with makeroom(*options, **there) as server:
                line = await Line.open(server.port)
                await line.play([HELLO], 1)
                seconds.append(perf_counter() - server.started)
                line.close()
                if len(seconds) == STARTS:
                    await asyncio.sleep(PAGES_S)
                    resident = server.resident / KIB**2
    return [
        Figure("cold start to the first reply", median(seconds[1:]), 0.9, "s"),
        Figure("memory at the start (RSS)", resident, 64, "MiB"),
    ]


async def idle(people: int, options: tuple[str, ...]) -> list[Figure]:
    """Measure the memory of a person who is connected and does nothing."""
    with makeroom(*options) as server:
        first = await talking(server.port, 50)
        await asyncio.sleep(PAGES_S)
        before = server.memory
        lines = []
        for _ in range(people):
            lines.append(await Line.open(server.port))
            await lines[-1].play([HELLO], 1)
        await asyncio.sleep(0.5)
        each = (server.memory - before) / people / KIB
        for line in [*first, *lines]:
            line.close()
    return [Figure("an idle person who is connected", each, 20, "KiB")]


async def resumes(options: tuple[str, ...]) -> list[Figure]:
    """Measure how long a page waits that comes back to a talk of 200 events."""
    with makeroom(*options) as server:
        line = await Line.open(server.port)
        token = (await line.ask(b'{"t":"hello","v":1}'))["token"]
        for number in range(100):
            frame = {"t": "step", "cid": f"long-{number:015d}", "re": 2 * number + 1, "kind": "why"}
            await line.play([masked(json.dumps(frame).encode())], 3)
        line.close()
        waits = list[float]()
        for _ in range(RESUMES):
            line = await Line.open(server.port)
            welcome = await line.ask(_hello(token, have=1))
            assert len(welcome["events"]) == 200, len(welcome["events"])
            waits += line.waits[-1:]
            line.close()
    return [Figure("resume of 200 events, p99", tail(waits), 20, "ms")]


async def crowd(people: int, options: tuple[str, ...]) -> list[Figure]:
    """Let a crowd come, talk among it, then cut every line at once and let all come back."""
    with makeroom(*options) as server:
        tape = await recorded(server.port, typed=False, turns=TURNS)
        await asyncio.sleep(PAGES_S)
        before, lines, tokens = server.memory, list[Line](), list[str]()
        for _ in range(0, people, AT_ONCE):
            come = await talking(server.port, AT_ONCE)
            tokens += [json.loads(body(line.last))["token"] for line in come]
            lines += come
        each = (server.memory - before) / people / KIB
        among = tail(await paced(server.port, tape, 100, 5.0))
        for line in lines:
            line.close()
        started = perf_counter()
        tries = await asyncio.gather(*(back(server.port, token) for token in tokens))
        seconds = perf_counter() - started
    return [
        Figure(f"p99 at 100 turns/s beside {people:,} who are connected", among, 50, "ms"),
        Figure(f"memory for each of {people:,} who are connected", each, 20, "KiB"),
        Figure(f"{people:,} cut at once: all are back after", seconds, 60, "s"),
        Figure(f"{people:,} cut at once: tries of the unluckiest", max(tries), 3),
    ]


async def back(port: int, token: str) -> int:
    """Come back as our page does: after half a second or so, and after a failure twice as long.

    Returns:
        how many tries it took.
    """
    for number in range(1, 20):
        await asyncio.sleep(0.5 * 2 ** (number - 1) * (0.5 + random.random()))
        line: Line | None = None
        try:
            async with asyncio.timeout(PATIENCE_S):
                line = await Line.open(port)
                welcome = await line.ask(_hello(token, have=1))
        except (OSError, Refused, TimeoutError):
            if line is not None:
                line.close()
            continue
        assert welcome["t"] == "welcome", welcome
        return number
    return 99


def _hello(token: str, have: int) -> bytes:
    return json.dumps({"t": "hello", "v": 1, "token": token, "have": have}).encode()
