"""How fast the server is beside a bare echo, and how much memory an idle person takes.

    python -m tests.bench.load [--connections 100] [--rounds 5] [--idle 1000] [--json]

Both servers run at once and are loaded in turn, by the same client, so ratios hold on a busy
machine where the figures themselves don't. A choice and a typed sentence each go through the real
dialogue, durable and sealed. A turn ends when its last frame has come.
"""

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

import click
import uvloop

from tests.bench.line import Line, masked
from tests.bench.tape import HELLO, acts, recorded

ROOT = Path(__file__).parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")
TURNS = 16
"""Turns of a talk in one wave: before anybody's talk ends."""
WAVES = 4
"""Waves in a round; new talks are made between them, which isn't measured."""
_names = itertools.count(1)


@dataclass
class Running:
    """A server under load."""

    process: "subprocess.Popen[str]"
    port: int
    started: float

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def memory(self) -> int:
        """Bytes that are its own."""
        lines = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


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
        self.p99.append(sorted(waits)[int(len(waits) * 0.99)] * 1e3)

    def summary(self, echo: "Measured") -> dict[str, str | float]:
        """Give medians, and the share of what the echo did in the same rounds."""
        shares = [mine / its for mine, its in zip(self.rates, echo.rates, strict=True)]
        return {
            "what": self.name,
            "turns_s": round(median(self.rates)),
            "p99_ms": round(median(self.p99), 1),
            "cpu_us": round(median(self.cpu), 1),
            "of_echo": round(median(shares), 3),
        }


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Running]:
    """Run a server; it says where it listens."""
    started = perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if "MAKEROOM_BENCH_LOG" not in os.environ else None,
        text=True,
    )
    assert process.stdout is not None
    said = process.stdout.readline()
    try:
        yield Running(process, int(said.rpartition(":")[2]), started)
    finally:
        process.terminate()
        process.wait(15)


@contextmanager
def makeroom(*options: str) -> Iterator[Running]:
    """Serve the real dialogue from a folder that goes away."""
    with tempfile.TemporaryDirectory() as data:
        serve = ("-c", "from web.cli import main; main()", "serve", "--port", "0")
        with running(*serve, "--data", data, "--limits", "off", *options) as server:
            yield server


async def gather(lines: list[Line], frames: list[list[bytes]], answers: int) -> None:
    """Let all lines play at once."""
    await asyncio.gather(*(it.play(fs, answers) for it, fs in zip(lines, frames, strict=True)))


async def measure(
    server: Running, measured: Measured, tape: list[dict[str, object]], n: int
) -> None:
    """Play waves of talks; an empty tape plays to the echo."""
    seconds = cpu = 0.0
    waits: list[float] = []
    for _ in range(WAVES):
        lines = [await Line.open(server.port) for _ in range(n)]
        if tape:
            await gather(lines, [[HELLO]] * n, 1)
            frames = [acts(tape, f"bench{next(_names):07d}") for _ in lines]
        else:
            said = b'{"t":"say","cid":"bench0000001-000001","re":17,"choice":"something_else"}'
            frames = [[masked(said)] * TURNS * 4] * n
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


async def turns(
    connections: int, rounds: int, options: tuple[str, ...]
) -> list[dict[str, str | float]]:
    """Measure both kinds of turn and the echo in turn."""
    echo, picked, typed = Measured("echo"), Measured("choice"), Measured("typed")
    with running("-m", "tests.bench.echo") as bare, makeroom(*options) as ours:
        tapes = {
            picked.name: await recorded(ours.port, typed=False, turns=TURNS),
            typed.name: await recorded(ours.port, typed=True, turns=TURNS),
        }
        for _ in range(rounds):
            await measure(bare, echo, [], connections)
            await measure(ours, picked, tapes[picked.name], connections)
            await measure(ours, typed, tapes[typed.name], connections)
    return [it.summary(echo) for it in (echo, picked, typed)]


async def idle(people: int, options: tuple[str, ...]) -> dict[str, str | float]:
    """Measure the memory of a person who is connected and does nothing."""
    with makeroom(*options) as server:
        first = [await Line.open(server.port) for _ in range(50)]
        await gather(first, [[HELLO]] * len(first), 1)
        cold = perf_counter()
        before = server.memory
        lines = []
        for _ in range(people):
            lines.append(await Line.open(server.port))
            await lines[-1].play([HELLO], 1)
        await asyncio.sleep(0.5)
        each = (server.memory - before) / people
        for line in lines:
            line.close()
        await asyncio.sleep(1)
        left = (server.memory - before) / people
    assert cold
    return {"what": "idle", "KiB_each": round(each / 1024, 1), "KiB_left": round(left / 1024, 1)}


async def cold(options: tuple[str, ...]) -> dict[str, str | float]:
    """Measure the seconds from starting the program to the guide's first words."""
    seconds = []
    for _ in range(5):
        with makeroom(*options) as server:
            line = await Line.open(server.port)
            await line.play([HELLO], 1)
            seconds.append(perf_counter() - server.started)
    return {"what": "cold", "seconds": round(median(seconds), 2), "least": round(min(seconds), 2)}


@click.command()
@click.option("--connections", default=100, show_default=True, help="People at once.")
@click.option("--rounds", default=5, show_default=True, help="Times that all are loaded in turn.")
@click.option("--idle", "people", default=1000, show_default=True, help="Idle people; 0 for none.")
@click.option("--store", help="As given to serve.")
def main(connections: int, rounds: int, people: int, store: str | None) -> None:
    """Load the server and a bare echo in turn; print one JSON object a line."""
    options = ("--store", store) if store else ()

    async def all_of_it() -> None:
        if rounds:
            for line in await turns(connections, rounds, options):
                print(json.dumps(line), flush=True)
        print(json.dumps(await cold(options)), flush=True)
        if people:
            print(json.dumps(await idle(people, options)), flush=True)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(all_of_it())


if __name__ == "__main__":
    main()
