"""Turns: how many beside a bare echo, and how long one waits."""

import asyncio
import itertools
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from tests.bench.figures import Figure
from tests.bench.line import Line, masked
from tests.bench.serving import Running, makeroom, running, tail
from tests.bench.tape import HELLO, Frame, acts, recorded

TURNS = 16
"""Turns of a talk in one wave: before anybody's talk ends."""
WAVES = 4
"""Waves in a round; new talks are made between them, which isn't measured."""
PER_S = 500
"""Turns a second of the measurement at an even pace."""
ECHOED = b'{"t":"say","cid":"bench0000001-000001","re":17,"choice":"something_else"}'
_names = itertools.count(1)


@dataclass
class Measured:
    """One kind of turn, over all rounds."""

    name: str
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)

    def add(self, turns: int, seconds: float, cpu: float, waits: list[float]) -> None:
        """Add a round."""
        self.rates.append(turns / seconds)
        self.cpu.append(cpu / turns * 1e6)
        self.p99.append(tail(waits))

    def share(self, echo: "Measured") -> float:
        """Give the share of what the echo did in the same rounds."""
        return median(mine / its for mine, its in zip(self.rates, echo.rates, strict=True))

    @property
    def rate(self) -> str:
        """Say how many a second, and with how much CPU each."""
        return f"{median(self.rates):,.0f}/s at {median(self.cpu):.0f} µs of CPU"


async def gather(lines: list[Line], frames: list[list[bytes]], answers: int) -> None:
    """Let all lines play at once."""
    await asyncio.gather(*(it.play(fs, answers) for it, fs in zip(lines, frames, strict=True)))


async def talking(port: int, n: int) -> list[Line]:
    """Begin so many talks."""
    lines = [await Line.open(port) for _ in range(n)]
    await gather(lines, [[HELLO]] * n, 1)
    return lines


async def measure(server: Running, measured: Measured, tape: list[Frame], n: int) -> None:
    """Play waves of talks; an empty tape plays to the echo."""
    seconds = cpu = 0.0
    waits: list[float] = []
    for _ in range(WAVES):
        if tape:
            lines = await talking(server.port, n)
            frames = [acts(tape, f"bench{next(_names):07d}") for _ in lines]
        else:
            lines = [await Line.open(server.port) for _ in range(n)]
            frames = [[masked(ECHOED)] * TURNS * 4] * n
        for line in lines:
            line.waits.clear()
        before, started = server.cpu, perf_counter()
        await gather(lines, frames, 3 if tape else 1)
        seconds += perf_counter() - started
        await asyncio.sleep(0.02)  # a tick of the CPU's clock, which the count below goes by
        cpu += server.cpu - before
        for line in lines:
            waits += line.waits
            line.close()
    measured.add(len(waits), seconds, cpu, waits)


async def beside_an_echo(connections: int, rounds: int, options: tuple[str, ...]) -> list[Figure]:
    """Load the server and a bare echo in turn, by the same client: ratios hold on a busy machine."""
    echo, picked, typed = Measured("echo"), Measured("a choice"), Measured("a typed sentence")
    with running("-m", "tests.bench.echo") as bare, makeroom(*options) as ours:
        tapes = [await recorded(ours.port, typed=is_typed, turns=TURNS) for is_typed in (0, 1)]
        for _ in range(rounds):
            await measure(bare, echo, [], connections)
            for kind, tape in zip((picked, typed), tapes, strict=True):
                await measure(ours, kind, tape, connections)
    slower = f"beside a bare echo ({echo.rate})"
    return [
        *(
            Figure(f"{it.name}, {slower}: {it.rate}", it.share(echo), goal, at_least=True)
            for it, goal in ((picked, 0.25), (typed, 0.12))
        ),
        Figure(f"p99 at {connections} flat out", median(picked.p99), 50, "ms"),
    ]


async def at_a_pace(rounds: int, options: tuple[str, ...]) -> list[Figure]:
    """Measure what one waits while 500 turns are taken each second, evenly."""
    with makeroom(*options) as server:
        tape = await recorded(server.port, typed=False, turns=TURNS)
        found = [tail(await paced(server.port, tape, PER_S, 5.0)) for _ in range(rounds)]
    return [Figure(f"p99 at {PER_S} turns/s", median(found), 10, "ms")]


async def paced(
    port: int, tape: list[Frame], per_s: int, seconds: float, lines: list[Line] | None = None
) -> list[float]:
    """Take turns at an even pace, each by another person; give what each waited from its due time.

    Args:
        port: where the server is.
        tape: what each person does.
        per_s: turns a second.
        seconds: for how long.
        lines: people whose talk has just begun; new ones when None.
    """
    count = int(per_s * seconds)
    lines = lines or await talking(port, -(-count // len(tape)))
    frames = [acts(tape, f"pace{next(_names):08d}") for _ in lines]
    locks = [asyncio.Lock() for _ in lines]  # nobody speaks before they are answered
    waits = list[float]()
    begun = perf_counter() + 0.05  # uvloop's own clock counts whole milliseconds

    async def turn(number: int) -> None:
        who, due = number % len(lines), begun + number / per_s
        await asyncio.sleep(due - perf_counter())
        async with locks[who]:
            await lines[who].play([frames[who][number // len(lines)]], 3)
        waits.append(perf_counter() - due)

    await asyncio.gather(*(turn(number) for number in range(count)))
    for line in lines:
        line.close()
    return waits
