"""Which talks are in memory: those that somebody is connected to, and no others."""

import asyncio

from bot.errors import FrameRefused, NoSuchTalk
from web.closing import RESTART
from web.house import House, Seat
from web.pulse import LOOK_S
from web.room import Room
from web.vault import Vault, new_token
from web.wire import Hello

LOOKS = 100
"""Connections that are looked at without a break: ten thousand at once would keep turns waiting."""
DRAIN_S = 8.0
"""Seconds that running turns get to finish when the server stops; a commit takes at most five."""


class Hub:
    """Brings connections to their talks.

    Attributes:
        house: what all talks share.
        is_draining: the server stops; nobody new is let in.
    """

    def __init__(self, house: House) -> None:
        self.house = house
        self.is_draining = False
        self._rooms: dict[bytes, Room] = {}
        self._seats: set[Seat] = set()
        self._waking: set[asyncio.Task[None]] = set()

    @property
    def rooms(self) -> int:
        """Count the talks in memory."""
        return len(self._rooms)

    @property
    def connections(self) -> int:
        """Count the connections, those without a talk included."""
        return len(self._seats)

    def connect(self, seat: Seat) -> None:
        """Know a connection before it says which talk it wants; who is too late goes again."""
        self._seats.add(seat)
        if self.is_draining:
            seat.leave(RESTART)

    def disconnect(self, seat: Seat) -> None:
        """Forget a connection."""
        self._seats.discard(seat)

    async def enter(self, hello: Hello, seat: Seat, address: str) -> Room:
        """Bring a connection to its talk, or begin one.

        Raises:
            NoSuchTalk: the token opens nothing.
            FrameRefused: `too_fast` or `not_allowed`; another hello may do better.
            StoreUnavailable: not now.
            TalkDamaged: what is stored isn't what was written.
        """
        if hello.token is None:
            return await self._begin(hello, seat, address)
        if wait := self.house.limits.wait("guess", address):  # it may have connected before that
            raise FrameRefused("too_fast", "Too many wrong tokens.", retry_ms=wait)
        room = self._hold(Vault(hello.token))
        try:
            await room.welcome(hello, seat)
        except NoSuchTalk:
            self.house.limits.take("guess", address)
            self.leave(room, seat)
            raise
        except BaseException:
            self.leave(room, seat)
            raise
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """Let a connection go, and the talk with the last of them."""
        room.stand_up(seat)
        room.holders -= 1
        if room.holders == 0:
            self._rooms.pop(room.lookup, None)

    def wake(self, lookup: bytes | None, head: int) -> None:
        """Let a talk look what another process has done to it; None for all talks."""
        rooms = self._rooms.values() if lookup is None else [self._rooms.get(lookup)]
        for room in rooms:
            if room is not None and (lookup is None or room.head != head):
                task = asyncio.ensure_future(room.catch_up())
                self._waking.add(task)
                task.add_done_callback(self._waking.discard)

    async def watch(self) -> None:
        """Look after the connections for ever: who is gone goes, who is quiet is asked."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_S)
            for number, seat in enumerate(tuple(self._seats), 1):
                seat.look(loop.time())
                if number % LOOKS == 0:
                    await asyncio.sleep(0)

    async def drain(self) -> None:
        """Let running turns finish, then send everybody away to come back in a moment."""
        self.is_draining = True
        running = [asyncio.ensure_future(room.quiet()) for room in self._rooms.values()]
        if running:
            _, late = await asyncio.wait(running, timeout=DRAIN_S)
            for task in late:
                task.cancel()
        for seat in tuple(self._seats):
            seat.leave(RESTART)

    async def _begin(self, hello: Hello, seat: Seat, address: str) -> Room:
        if wait := self.house.limits.take("begin", address):
            raise FrameRefused("too_fast", "Too many new talks at once.", retry_ms=wait)
        token = new_token()
        room = self._hold(Vault(token))
        try:
            await room.begin(hello)
            await room.welcome(hello, seat, token)
        except BaseException:
            self.leave(room, seat)
            raise
        return room

    def _hold(self, vault: Vault) -> Room:
        room = self._rooms.setdefault(vault.lookup, Room(self.house, vault))
        room.holders += 1
        return room
