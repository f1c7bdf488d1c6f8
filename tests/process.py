"""A server in a process of its own, which can be stopped, killed and started again."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from aiohttp import ClientSession

from tests.clients import Client

Before: TypeAlias = Callable[[], object] | None

ROOT = Path(__file__).parent.parent
SERVED = Path(__file__).parent / "data" / "served"
LISTENING = "Makeroom is listening on "
COMPILED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(ROOT / ".pytest_cache" / "compiled"),
}
"""Servers find their modules compiled, as pip leaves them: a start in two thirds of the time."""


async def run(*options: str, before: Before = None, **environment: str) -> tuple[int, str, str]:
    """Run `makeroom serve` to its end; give the exit code and what it printed."""
    process = await _start(options, environment, PIPE, before)
    out, err = await asyncio.wait_for(process.communicate(), 10)
    return process.returncode or 0, out.decode(), err.decode()


class Served:
    """`makeroom serve` on a folder of data; starting again uses the same port.

    Attributes:
        log: where what it writes to standard error goes; nowhere when None.
        environment: for the process, besides ours.
        before: called in the process before it becomes the server, to take something from it.
    """

    def __init__(self, data: Path, *options: str, log: Path | None = None) -> None:
        self.log, self.environment = log, dict[str, str]()
        self.before: Before = None
        self._options = ("--data", str(data), "--dialogs", str(SERVED), *options)
        self._process: Process | None = None
        self.url = "http://127.0.0.1:0"

    async def start(self) -> None:
        """Start, and return when it listens."""
        port = self.url.rpartition(":")[2]
        options = ("--port", port, *self._options)
        with (self.log or Path(os.devnull)).open("ab") as err:
            self._process = await _start(options, self.environment, err.fileno(), self.before)
        assert self._process.stdout is not None
        line = (await asyncio.wait_for(self._process.stdout.readline(), 20)).decode()
        assert line.startswith(LISTENING), line
        self.url = line.removeprefix(LISTENING).strip()

    @property
    def pid(self) -> int:
        """Give the id of the process."""
        assert self._process is not None
        return self._process.pid

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop; give the exit code."""
        return await self._end(signal.SIGTERM)

    async def connect(self, http: ClientSession) -> Client:
        """Connect without saying hello."""
        return Client(await http.ws_connect(f"{self.url}/ws", protocols=("makeroom.v1",)))

    async def _end(self, number: int) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        code = await asyncio.wait_for(self._process.wait(), 15)
        self._process = None
        return code


async def _start(
    options: tuple[str, ...], environment: dict[str, str], err: int, before: Before = None
) -> Process:
    command = ("-c", "from web.cli import main; main()", "serve", *options)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT,
        env={**os.environ, **COMPILED, **environment},
        stdout=PIPE,
        stderr=err,
        preexec_fn=before,
    )
