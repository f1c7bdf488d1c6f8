"""A server that is forked from a process in which the program's modules are imported already.

All else of a start is done anew, in a process of its own: options, dialogues, store, listening. So a
cycle of a campaign costs a tenth of what it does with a fresh interpreter, and a kill in the middle
of a start meets the store rather than the imports.
"""

import asyncio
import multiprocessing
import os
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from aiohttp import ClientSession

from tests.clients import Client
from tests.process import LISTENING, SERVED

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(
    ["uvloop", "web.app", "web.commands.serve", "web.store.sqlite", "web.store.postgres"]
)
PATIENCE_S = 20.0


class Forked:
    """`makeroom serve` on a folder of data; starting again uses the same port."""

    def __init__(self, data: Path, *options: str) -> None:
        self._options = ("--data", str(data), "--dialogs", str(SERVED), *options)
        self._process: ForkServerProcess | None = None
        self._said: Connection | None = None
        self.url = "http://127.0.0.1:0"

    async def start(self) -> None:
        """Start, and return when it listens."""
        self.begin()
        assert self._said is not None
        said = asyncio.to_thread(os.read, self._said.fileno(), 200)
        line = (await asyncio.wait_for(said, PATIENCE_S)).decode()
        assert line.startswith(LISTENING), line
        self.url = line.removeprefix(LISTENING).strip()

    def begin(self) -> None:
        """Begin to start, and return before it listens."""
        options = ("--port", self.url.rpartition(":")[2], *self._options)
        self._said, says = FORKING.Pipe(duplex=False)
        self._process = FORKING.Process(target=_serve, args=(says, options), daemon=True)
        self._process.start()
        says.close()

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        assert self._process is not None
        assert self._said is not None
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._process.close()
        self._said.close()

    async def connect(self, http: ClientSession) -> Client:
        """Connect without saying hello."""
        return Client(await http.ws_connect(f"{self.url}/ws", protocols=("makeroom.v1",)))


def _serve(says: Connection, options: tuple[str, ...]) -> None:
    """Be the server."""
    from web.commands.serve import serve

    os.dup2(says.fileno(), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    serve.main(list(options), standalone_mode=False)
