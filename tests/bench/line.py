"""A websocket client that costs as little as can be, so that what is measured is the server."""

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, cast

HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: makeroom.v1\r\n\r\n"
)


class Refused(Exception):
    """The server answered with something that a benchmark doesn't expect."""


class Line(asyncio.Protocol):
    """One connection. Sends frames one after the other, each when the one before is answered."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._rest = b""
        self._transport: asyncio.Transport | None = None
        self._frames: Sequence[bytes] = ()
        self._answers = self._missing = 0
        self._sent = 0.0
        self._next = 0
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_open = False
        self._heard: Callable[[bytes], None] | None = None
        self.last = self.answer = b""
        self.waits: list[float] = []

    @classmethod
    async def open(cls, port: int) -> "Line":
        """Connect and upgrade."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: cls(port), "127.0.0.1", port)
        await line._done
        return line

    async def play(self, frames: Sequence[bytes], answers: int) -> None:
        """Send frames, each once `answers` frames have come back for the one before."""
        self._frames, self._answers, self._next = frames, answers, 0
        self._done = asyncio.get_running_loop().create_future()
        self._send()
        await self._done

    async def ask(self, frame: bytes) -> dict[str, Any]:
        """Send one frame and give the one that answers it."""
        await self.play([masked(frame)], 1)
        answer: dict[str, Any] = json.loads(body(self.answer))
        return answer

    def tell(self, frame: bytes, heard: Callable[[bytes], None]) -> None:
        """Send one frame as it is and wait for nothing; what comes back is given to `heard`."""
        assert self._transport is not None
        self._heard = heard
        self._transport.write(frame)

    def close(self) -> None:
        """Cut the line."""
        if self._transport is not None:
            self._transport.abort()

    # ------------------------------------------------------------------ called by the loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(HANDSHAKE.format(port=self._port).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(Refused(f"closed after {self.last[:200]!r}"))

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._done.set_exception(Refused(head[:100].decode(errors="replace")))
                return
            self._is_open = True
            self._finish()
        at = 0
        while (end_at := _end(data, at)) is not None:
            self.last = data[at:end_at]
            at = end_at
            self._took()
        self._rest = data[at:]

    def _took(self) -> None:
        if self._heard is not None:
            self._heard(self.last)
            return
        if b'"t":"e' not in self.last[:14] or b'"error"' not in self.last[:20]:
            self._missing -= 1
        else:
            self._done.set_exception(Refused(repr(self.last[:300])))
            return
        if self._missing == 0:
            self.answer = self.last
            self.waits.append(perf_counter() - self._sent)
            self._send()

    def _finish(self) -> None:
        if not self._done.done():  # else who waited has lost patience
            self._done.set_result(None)

    def _send(self) -> None:
        if self._next == len(self._frames):
            self._finish()
            return
        assert self._transport is not None
        self._missing, self._sent = self._answers, perf_counter()
        self._transport.write(self._frames[self._next])
        self._next += 1


def _end(data: bytes, at: int) -> int | None:
    """Give where the frame that begins at `at` ends, if it is there whole."""
    if len(data) - at < 2:
        return None
    size, start = data[at + 1] & 127, at + 2
    if size > 125:
        wide = 2 if size == 126 else 8
        size, start = int.from_bytes(data[start : start + wide]), start + wide
        if len(data) < start:
            return None
    return start + size if len(data) >= start + size else None


def body(frame: bytes) -> bytes:
    """Give what a server's frame holds."""
    size = frame[1] & 127
    return frame[2 if size < 126 else 4 if size == 126 else 10 :]


def masked(text: bytes) -> bytes:
    """Write a client's text frame (RFC 6455, section 5.3)."""
    size, key = len(text), os.urandom(4)
    head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2)
    return head + key + bytes(byte ^ key[n & 3] for n, byte in enumerate(text))
