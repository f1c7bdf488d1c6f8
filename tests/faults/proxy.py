"""A line between a client and the server that does what lines do: delay, cut into pieces, break."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Way:
    """One direction of the line.

    Attributes:
        delay_s: seconds that everything is on its way.
        jitter: by how much of it the delay differs, 0 to 1.
        piece: bytes that arrive at a time; None for all.
        left: bytes that still come through; then the line is cut. None for all.
        is_dead: nothing comes through any more, and nobody is told.
    """

    delay_s: float = 0.0
    jitter: float = 0.0
    piece: int | None = None
    left: int | None = None
    is_dead: bool = False


@dataclass
class Proxy:
    """Stands before a server.

    Attributes:
        port: of the server.
        up: the way to the server.
        down: the way from it.
    """

    port: int
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_server(self._joined, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    @property
    def url(self) -> str:
        """Give the address that clients use."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._join(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far, there = await asyncio.open_connection("127.0.0.1", self.port)
        ways = (self._carry(reader, there, "up"), self._carry(far, writer, "down"))
        tasks = [asyncio.create_task(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            for end in (there, writer):
                end.transport.abort()  # type: ignore[attr-defined]

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, name: str
    ) -> None:
        with suppress(ConnectionError):
            while data := await source.read(getattr(self, name).piece or 65_536):
                way: Way = getattr(self, name)  # it may have changed by now
                await asyncio.sleep(way.delay_s * (1 + way.jitter * self.chance.uniform(-1, 1)))
                if way.is_dead:
                    continue
                target.write(data if way.left is None else data[: way.left])
                await target.drain()
                if way.left is not None:
                    way.left -= len(data)
                    if way.left <= 0:
                        return
