"""Servers under load, each in a process of its own, and what they use of the machine."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")
KIB = 1024


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
        return sum(int(line.split()[1]) * KIB for line in lines if line.startswith("Private_"))

    @property
    def resident(self) -> int:
        """Bytes that it has in memory, libraries that others use as well among them."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * KIB


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
        process.wait(60)


@contextmanager
def makeroom(*options: str, data: Path | None = None, **environment: str) -> Iterator[Running]:
    """Serve the real dialogue, from a folder that goes away unless another is given."""
    with tempfile.TemporaryDirectory() as folder:
        serve = ("-c", "from web.cli import main; main()", "serve", "--port", "0")
        kept = ("--data", str(data or folder), "--limits", "off")
        with running(*serve, *kept, *options, **environment) as server:
            yield server


def allow_files() -> None:
    """Let this process, and those it starts, open as many files as the system allows it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def tail(waits: list[float]) -> float:
    """Give the milliseconds that 99 of 100 wait at most."""
    return sorted(waits)[int(len(waits) * 0.99)] * 1e3
