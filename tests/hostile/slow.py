"""Holds connections as slowly as possible: `python -m tests.hostile.slow [--each 400]`.

So many connections each say nothing, drip a header, drip a form, drip a hello, drip a frame after
the welcome, and read nothing of what they asked for. Meanwhile somebody honest talks. Writes one
JSON object: after how many seconds the last of each kind was let go, and the longest that the
honest one waited. Exit code 1 when a kind stays longer than promised, or the honest one waits.
"""

import asyncio
import json
import select
import socket
import sys
import tempfile
from pathlib import Path
from time import monotonic

import click
from aiohttp import ClientSession

from tests.clients import Client
from tests.process import Served
from tests.protocol.raw import HANDSHAKE, frame

PROMISED = {"silent": 16, "header": 16, "form": 10, "hello": 10, "frame": 36, "deaf": 36}
"""Seconds until each kind is let go, one for a busy machine among them."""
PATIENCE_S = 2.0
"""Seconds that the honest one may wait for an answer."""
PAUSE_MS = 500
FEW = 40
"""Of so many one is deaf: the system keeps megabytes for each of them."""
ENDED = select.POLLRDHUP | select.POLLHUP | select.POLLERR
UPGRADE = HANDSHAKE.format(key="AAAAAAAAAAAAAAAAAAAAAA==", more="").encode()
FORM = (
    b"POST /plain HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 9000\r\n\r\n"
)
FIRST = {
    "silent": b"",
    "header": b"GET / HTTP/1.1\r\nX: ",
    "form": FORM,
    "hello": UPGRADE + frame(b"x" * 9_000)[:8],
    "frame": UPGRADE + frame(b'{"t":"hello","v":1}') + frame(b"x" * 9_000)[:8],
    "deaf": b"GET /chat HTTP/1.1\r\nHost: a\r\n\r\n" * 1_000,
}
"""What is sent at once; then a letter comes every half second, but of the silent ones."""


class Slow:
    """Many connections of one kind each, and when they ended."""

    def __init__(self, port: int, each: int) -> None:
        self.until = dict.fromkeys(FIRST, 0.0)
        self._poll = select.poll()
        self._open: dict[int, tuple[socket.socket, str, float]] = {}
        for number in range(each):
            for kind, first in FIRST.items():
                if kind != "deaf" or number % FEW == 0:
                    self._begin(port, kind, first)

    def run(self) -> None:
        """Drip until everybody was let go, or twice as long as promised."""
        started = monotonic()
        while self._open and monotonic() - started < 2 * max(PROMISED.values()):
            for number, _ in self._poll.poll(PAUSE_MS):
                self._end(number)
            for number, (line, kind, _) in tuple(self._open.items()):
                self._drip(number, line, kind)
        for _, kind, _ in self._open.values():
            self.until[kind] = float("inf")

    def _begin(self, port: int, kind: str, first: bytes) -> None:
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.connect(("127.0.0.1", port))
        line.settimeout(0)
        line.send(first)
        self._open[line.fileno()] = line, kind, monotonic()
        self._poll.register(line, ENDED)

    def _drip(self, number: int, line: socket.socket, kind: str) -> None:
        try:
            if kind != "silent":
                line.send(b"x")
        except OSError:
            self._end(number)

    def _end(self, number: int) -> None:
        line, kind, began = self._open.pop(number)
        self._poll.unregister(line)
        line.close()
        self.until[kind] = max(self.until[kind], round(monotonic() - began, 1))


async def patience(client: Client, slow: "asyncio.Task[None]") -> float:
    """Talk for as long as the slow ones are there; give the longest wait in seconds."""
    longest = 0.0
    while not slow.done():
        started = monotonic()
        await client.step("why")
        longest = max(longest, monotonic() - started)
        await asyncio.wait([slow], timeout=0.2)
    return round(longest, 3)


async def campaign(folder: Path, each: int) -> dict[str, float]:
    """Hold so many of each kind; give when they were let go, and what `honest` waited."""
    served = Served(folder / "data", "--limits", "off")
    await served.start()
    async with ClientSession() as http:
        client = await served.connect(http)
        await client.hello()
        port = int(served.url.rpartition(":")[2])
        slow = await asyncio.to_thread(Slow, port, each)
        running = asyncio.create_task(asyncio.to_thread(slow.run))
        waited = await patience(client, running)
    await served.stop()
    return {**slow.until, "honest": waited}


@click.command()
@click.option("--each", default=400, show_default=True, help="Connections of each kind.")
def main(each: int) -> None:
    """Hold connections, and say for how long that went well."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(campaign(Path(folder), each))
    print(json.dumps(found))
    sys.exit(any(found[it] > most for it, most in (PROMISED | {"honest": PATIENCE_S}).items()))


if __name__ == "__main__":
    main()
