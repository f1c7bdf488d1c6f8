"""What waits for one connection: so many frames and bytes, and then the end."""

import asyncio
import json

import pytest
from aiohttp import WSMsgType

from web.closing import Closing
from web.outbox import MAX_BYTES, MAX_FRAMES, Outbox


class Line:
    """A line of aiohttp's that takes nothing, and keeps what it was given before that."""

    closed = False

    def __init__(self, *, takes: bool) -> None:
        self.takes, self.sent, self.is_cut = takes, b"", False
        self.transport = self

    def is_closing(self) -> bool:
        return self.is_cut

    def get_write_buffer_size(self) -> int:
        return 0 if self.takes else 1

    def write(self, data: bytes) -> None:
        self.sent += data

    def abort(self) -> None:
        self.is_cut = True

    async def send_frame(self, data: bytes, kind: WSMsgType) -> None:
        if not self.takes:
            await asyncio.Event().wait()
        self.sent += data


def box(*, takes: bool = False) -> tuple[Outbox, Line]:
    """Make an outbox and its line."""
    line = Line(takes=takes)
    return Outbox(line, line, lambda: None), line  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("size", "most"), [(10, MAX_FRAMES), (MAX_BYTES // 4, 5), (MAX_BYTES, 2), (2 * MAX_BYTES, 1)]
)
async def test_who_does_not_read_has_only_so_much_waiting(size: int, most: int) -> None:
    """Sixty-four frames, or 256 KiB and the frame that goes beyond; then nothing but the goodbye."""
    outbox, _ = box()
    for _ in range(most):
        outbox.send(b"x" * size)
    assert not outbox.is_closing
    outbox.send(b"x" * size)
    assert outbox.is_closing
    assert [json.loads(frame)["code"] for frame, _ in outbox._frames] == ["slow_reader"]
    outbox.send(b"x" * size)
    assert len(outbox._frames) == 1


async def test_what_is_read_never_ends_it() -> None:
    """However much it is, and in order; the length of a frame is in its head (RFC 6455, 5.2)."""
    outbox, line = box(takes=True)
    sizes = (1, 125, 126, 65_535, 65_536, 300_000) * 3
    for size in sizes:
        outbox.send(b"x" * size)
        await outbox.done()
    assert not outbox.is_closing
    assert line.sent.count(b"x") == sum(sizes)
    assert line.sent.startswith(b"\x81\x01x\x81\x7d" + b"x" * 125 + b"\x81\x7e\x00\x7e")


async def test_a_deaf_line_is_cut_in_the_end() -> None:
    """The goodbye isn't waited for without end."""
    outbox, line = box()
    outbox.leave(Closing(4001, "no_pong", patience_s=0.05))
    async with asyncio.timeout(10):
        while not line.is_cut:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
