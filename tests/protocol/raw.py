"""A websocket client that can say everything wrong: it writes bytes, not frames."""

import asyncio
import base64
import os
import ssl
import struct

HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: makeroom.v1\r\n{more}\r\n"
)
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(
    body: bytes, opcode: int = TEXT, *, fin: bool = True, rsv: int = 0, masked: bool = True
) -> bytes:
    """Write a frame, right or wrong."""
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if len(body) < 126:
        head += bytes([mask_bit | len(body)])
    elif len(body) < 65_536:
        head += bytes([mask_bit | 126]) + struct.pack(">H", len(body))
    else:
        head += bytes([mask_bit | 127]) + struct.pack(">Q", len(body))
    if not masked:
        return head + body
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(body))


class Raw:
    """One TCP connection that has been upgraded, or was refused."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.status = 0
        self.head = ""

    @classmethod
    async def connect(
        cls,
        port: int,
        more: str = "",
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> "Raw":
        """Connect and upgrade; `more` are further header lines."""
        raw = cls(*await asyncio.open_connection(host, port, ssl=tls))
        key = base64.b64encode(os.urandom(16)).decode()
        await raw.ask(HANDSHAKE.format(key=key, more=more))
        return raw

    @classmethod
    async def request(cls, port: int, text: str) -> "Raw":
        """Connect and send any request."""
        raw = cls(*await asyncio.open_connection("127.0.0.1", port))
        await raw.ask(text)
        return raw

    async def ask(self, text: str) -> None:
        """Send a request and read the head of the answer."""
        self.writer.write(text.encode())
        self.head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)).decode()
        self.status = int(self.head.split()[1])

    async def send(self, data: bytes) -> None:
        """Send bytes; a peer that has hung up already is fine."""
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError:
            pass

    async def read(self) -> tuple[int, bytes]:
        """Give opcode and body of the next frame; (-1, b"") at the end."""
        try:
            first, second = await asyncio.wait_for(self.reader.readexactly(2), 10)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return -1, b""

    async def close_code(self) -> int:
        """Read to the end; give the code of the close frame, or 0 when the line was just cut."""
        while True:
            opcode, body = await self.read()
            if opcode == CLOSE:
                return int.from_bytes(body[:2])
            if opcode == -1:
                return 0

    def hang_up(self) -> None:
        """End the connection without a word."""
        self.writer.close()
