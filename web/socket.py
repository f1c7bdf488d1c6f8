"""The websocket: a thin shell that reads frames, hands them to the talk, and ends politely."""

import asyncio

from aiohttp import HttpVersion11, WSMessage, WSMsgType, web

from bot.errors import FrameRefused, NoSuchTalk, StoreUnavailable, TalkDamaged
from bot.values import Card
from web import wire
from web.access import Access
from web.apology import RETRY_MS
from web.closing import (
    DAMAGED,
    FORGOTTEN,
    NO_HELLO,
    NO_PONG,
    NO_STORE,
    NO_SUCH_TALK,
    PROTOCOL,
    TOO_MANY_ERRORS,
    UNSUPPORTED,
    Closing,
)
from web.hub import Hub
from web.limits import Bucket, Rate
from web.outbox import Outbox
from web.pulse import Pulse
from web.room import Room
from web.wire import MAX_FRAME, Forget, Frame, Hello, Page, Ping
from web.wire import PROTOCOL as SUBPROTOCOL

HUB = web.AppKey("hub", Hub)
ACCESS = web.AppKey("access", Access)

HELLO_S = 5.0
"""Seconds until the first frame: a person's page sends it at once."""
ERRORS = Rate(50, 50 / 60)
"""Refused frames in a minute; our page makes none, and a broken client must not spin."""
GOES_ON = frozenset({WSMsgType.TEXT, WSMsgType.PING, WSMsgType.PONG})
HARMLESS = frozenset({"stale", "busy", "store_unavailable", "too_fast"})
"""Refusals that are nobody's mistake."""


async def talk_socket(request: web.Request) -> web.StreamResponse:
    """Answer `GET /ws`."""
    hub, access = request.app[HUB], request.app[ACCESS]
    if not access.is_same_origin(request):
        raise web.HTTPForbidden(text="This page may not open a talk here.")
    if request.version < HttpVersion11:  # RFC 6455, section 4.1
        raise web.HTTPUpgradeRequired(headers={"Upgrade": "HTTP/1.1, websocket"})
    address, limits = access.address(request), hub.house.limits
    if hub.is_draining:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
    if limits.take("connect", address) or limits.wait("guess", address):
        raise web.HTTPTooManyRequests(headers={"Retry-After": "60"})
    socket = web.WebSocketResponse(
        protocols=(SUBPROTOCOL,),
        compress=False,  # costs 100 KiB a connection, and lengths would tell about words
        max_msg_size=MAX_FRAME + 1,  # aiohttp refuses frames that reach it
        autoping=False,  # see web/pulse.py
    )
    await socket.prepare(request)
    await Connection(hub, request, socket, address).run()
    return socket


class Connection:
    """One websocket from its first frame to its last; a `Seat` in its talk."""

    __slots__ = (
        "_address",
        "_errors",
        "_frames",
        "_hub",
        "_outbox",
        "_pulse",
        "_reading",
        "_socket",
    )

    def __init__(
        self, hub: Hub, request: web.Request, socket: web.WebSocketResponse, address: str
    ) -> None:
        self._hub, self._socket, self._address = hub, socket, address
        self._outbox = Outbox(request, socket, self._read_no_more)
        self._reading: asyncio.Task[None] | None = None  # who waits for a frame just now
        self._pulse = Pulse()
        self._frames = hub.house.limits.own("frame")
        self._errors = Bucket(ERRORS, self._time())

    def send(self, frame: bytes) -> None:
        """Send a frame behind those before it."""
        self._outbox.send(frame)

    def leave(self, closing: Closing) -> None:
        """Send what is left, say why, and close."""
        self._outbox.leave(closing)

    def look(self, now: float) -> None:
        """Ask who has been quiet for a while whether they are there, and give up who isn't."""
        match self._pulse.due(now):
            case "ping":
                self._outbox.send(b"", WSMsgType.PING)
            case "end":
                self.leave(NO_PONG)

    async def run(self) -> None:
        """Serve the connection to its end."""
        self._hub.connect(self)
        try:
            room = await self._greeted()
            if room is not None:
                await self._serve(room)
        finally:
            self._hub.disconnect(self)
            await self._outbox.close()

    async def _serve(self, room: Room) -> None:
        try:
            while (frame := await self._next(room)) is not None:
                await self._answer(room, frame)
        finally:
            self._hub.leave(room, self)

    async def _greeted(self) -> Room | None:
        """Wait for a hello that opens a talk; None when the connection is over before."""
        try:
            async with asyncio.timeout(HELLO_S) as patience:
                while (frame := await self._next()) is not None:
                    due = patience.when()
                    patience.reschedule(None)  # the store has its own patience
                    if room := await self._entered(frame):
                        return room
                    is_try = isinstance(frame, Hello)  # which may be said better; all else is none
                    patience.reschedule(self._time() + HELLO_S if is_try else due)
        except TimeoutError:
            self.leave(NO_HELLO)
        return None

    async def _entered(self, frame: Frame) -> Room | None:
        if not isinstance(frame, Hello):
            cid = getattr(frame, "cid", None)
            self._refuse(FrameRefused("not_ready", "The first frame is a hello.", cid=cid))
            return None
        if frame.v != 1:
            self.leave(PROTOCOL)
            return None
        try:
            return await self._hub.enter(frame, self, self._address)
        except FrameRefused as error:
            self._refuse(error)
        except NoSuchTalk:
            self.leave(NO_SUCH_TALK)
        except StoreUnavailable:
            self.leave(NO_STORE)
        except TalkDamaged as error:
            self._hub.house.log.fault(error)
            self.leave(DAMAGED)
        except Exception as error:
            self._hub.house.log.fault(error)
            self.leave(DAMAGED)
        return None

    async def _answer(self, room: Room, frame: Frame) -> None:
        try:
            await self._do(room, frame)
        except FrameRefused as error:
            self._refuse(error, room.head)
        except StoreUnavailable as error:
            cid = getattr(frame, "cid", None)
            refused = FrameRefused("store_unavailable", str(error), cid=cid, retry_ms=RETRY_MS)
            self._refuse(refused, room.head)
        except NoSuchTalk:
            self.leave(FORGOTTEN)
        except TalkDamaged as error:
            self._hub.house.log.fault(error)
            self.leave(DAMAGED)
        except Exception as error:
            self._hub.house.log.fault(error)
            cid = getattr(frame, "cid", None)
            busy = FrameRefused("busy", "Something went wrong here.", cid=cid, retry_ms=RETRY_MS)
            self._refuse(busy, room.head)

    async def _do(self, room: Room, frame: Frame) -> None:
        match frame:
            case Page():
                await room.page(frame, self)
            case Forget():
                await room.forget(frame)
            case Ping():
                self.send(wire.pong(frame.n))
            case Hello():
                raise FrameRefused("not_allowed", "This connection has its talk already.")
            case _:
                await room.take(frame, self)

    async def _next(self, room: Room | None = None) -> Frame | None:
        """Give the next frame that can be read; None when the connection is over."""
        while not self._outbox.is_closing:
            self._pulse.wait(self._time())
            await self._outbox.ready()  # who doesn't read answers isn't asked for more requests
            message = await self._received()
            self._pulse.heard()
            if message is None or not self._is_readable(message):
                return None
            while wait := self._frames.take(self._time()):  # noqa: ASYNC110 - time fills it
                await asyncio.sleep(wait / 1000)  # nobody is silenced, only slowed down
            try:
                if message.type is WSMsgType.TEXT:
                    return wire.parse(message.data)
            except FrameRefused as error:
                card = room.help_for(error) if room else None
                self._refuse(error, room.head if room else None, card)
        return None

    def _is_readable(self, message: WSMessage) -> bool:
        """Tell whether the connection goes on with this; a ping is answered."""
        if message.type is WSMsgType.BINARY:
            self.leave(UNSUPPORTED)
        if message.type is WSMsgType.PING:
            self._outbox.send(message.data, WSMsgType.PONG)
        return message.type in GOES_ON

    async def _received(self) -> WSMessage | None:
        """Wait for a frame; None when the end was decided meanwhile."""
        self._reading = asyncio.current_task()
        try:
            return await self._socket.receive()
        except asyncio.CancelledError:
            if self._reading is not None:
                raise
            current = asyncio.current_task()
            assert current is not None
            current.uncancel()
            return None
        finally:
            self._reading = None

    def _read_no_more(self) -> None:
        """Wake who waits for a frame, so that the connection can be closed from there."""
        if self._reading is not None:
            reading, self._reading = self._reading, None
            reading.cancel()

    def _refuse(
        self, error: FrameRefused, head: int | None = None, card: Card | None = None
    ) -> None:
        self._hub.house.metrics.refusal(error.code)
        self.send(wire.refusal(error, head, card))
        if error.code not in HARMLESS and self._errors.take(self._time()):
            self.leave(TOO_MANY_ERRORS)

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()
