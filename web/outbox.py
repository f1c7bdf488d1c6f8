"""What waits to be sent on one connection: bounded, in order, and with an end."""

import asyncio
from collections.abc import Callable

from aiohttp import WSMsgType, web

from web.closing import SLOW_READER, Closing

MAX_FRAMES = 64
"""Frames that may wait: many turns; who is further behind comes back."""
MAX_BYTES = 256 * 1024
"""Bytes that may wait, so that a connection that never reads can't fill the memory."""
TOGETHER = 64 * 1024
"""Bytes that are written with one call: what a line takes at once, whole turns of it."""
EASY = 16
"""Frames below which more of the connection's own requests are read; others' turns always come."""


class Outbox:
    """Sends frames in order: those of a turn with one write, which costs the most of sending.

    A task runs only while the line takes no more, so idle costs nothing.

    Args:
        request: whose line it is.
        socket: the same, as a websocket.
        flushed: called when the last frame before the end is sent.
    """

    __slots__ = (
        "_bytes",
        "_closing",
        "_due",
        "_flushed",
        "_frames",
        "_request",
        "_sender",
        "_socket",
    )

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, flushed: Callable[[], None]
    ) -> None:
        self._request, self._socket, self._flushed = request, socket, flushed
        self._frames: list[
            tuple[bytes, WSMsgType]
        ] = []  # a deque takes 600 bytes of everybody idle
        self._bytes = 0
        self._closing: Closing | None = None
        self._due: asyncio.Handle | None = None  # a write that comes with the loop's next round
        self._sender: asyncio.Task[None] | None = None

    @property
    def is_closing(self) -> bool:
        """Tell whether the connection is on its way out."""
        return self._closing is not None

    def send(self, frame: bytes, kind: WSMsgType = WSMsgType.TEXT) -> None:
        """Send a frame behind those before it; who doesn't read is sent away."""
        if self._closing is not None:
            return
        self._frames.append((frame, kind))
        self._bytes += len(frame)
        if len(self._frames) > MAX_FRAMES or self._bytes > MAX_BYTES + len(frame):
            self._stop_sending()
            self.leave(SLOW_READER)
        else:
            self._wake()

    def leave(self, closing: Closing) -> None:
        """Send what is left, say why, and close; when that takes too long the line is cut."""
        if self._closing is not None:
            return
        self._closing = closing
        self._frames.append((closing.bye(), WSMsgType.TEXT))
        asyncio.get_running_loop().call_later(closing.patience_s, self._cut)
        self._wake()

    async def ready(self) -> None:
        """Return when so little waits that another request may be read."""
        if len(self._frames) > EASY:
            await self.done()

    async def done(self) -> None:
        """Return when nothing waits any more."""
        if self._due is not None:
            self._due.cancel()
            self._flush()
        if self._sender is not None:
            await asyncio.wait([self._sender])

    async def close(self) -> None:
        """Close the websocket with the reason, once nobody reads it any more.

        The peer's own close is waited for: a line that is cut with something unread in it may take
        the last frames with it (RFC 9293, section 3.10.4: a reset).
        """
        await self.done()
        if self._closing is not None:
            reason = self._closing.name.encode()
            await self._socket.close(code=self._closing.code, message=reason)

    def _wake(self) -> None:
        if self._due is None and (self._sender is None or self._sender.done()):
            self._due = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Write what waits, if the line takes it; if not, begin to wait for that."""
        self._due = None
        if self._is_clear():
            self._write()
        if self._frames:
            self._sender = asyncio.create_task(self._run())
        elif self._closing is not None:
            self._flushed()

    def _is_clear(self) -> bool:
        """Tell whether the line has taken all that was written so far, and may be written to."""
        transport = self._request.transport
        if transport is None or transport.is_closing() or self._socket.closed:
            return False
        return transport.get_write_buffer_size() == 0

    def _write(self) -> None:
        """Write what waits, at most `TOGETHER`, without waiting: the line is clear."""
        parts, size = list[bytes](), 0
        while self._frames and size + len(self._frames[0][0]) <= TOGETHER:
            frame, kind = self._frames.pop(0)
            size += len(frame)
            parts += (_head(kind, len(frame)), frame)
        self._bytes -= size
        if self._request.transport is not None:
            self._request.transport.write(b"".join(parts))

    def _stop_sending(self) -> None:
        if self._sender is not None:
            self._sender.cancel()
            self._sender = None
        self._clear()

    def _clear(self) -> None:
        self._frames.clear()
        self._bytes = 0

    async def _run(self) -> None:
        try:
            while self._frames:
                frame, kind = self._frames.pop(0)
                self._bytes -= len(frame)
                await self._socket.send_frame(frame, kind)
        except (ConnectionError, RuntimeError):
            self._clear()  # the peer is gone; whoever reads the connection notices, too
        if self._closing is not None:
            self._flushed()

    def _cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


def _head(kind: WSMsgType, size: int) -> bytes:
    """Write what stands before a server's whole frame (RFC 6455, section 5.2)."""
    first = 0x80 | kind
    if size < 126:
        return bytes((first, size))
    if size < 1 << 16:
        return bytes((first, 126)) + size.to_bytes(2)
    return bytes((first, 127)) + size.to_bytes(8)
