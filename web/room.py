"""One talk while somebody is connected to it: takes its turns, one after the other."""

import asyncio

from bot.errors import FrameRefused, NoSuchTalk, StoreUnavailable, TalkDamaged
from bot.script import Script
from bot.values import NOTHING_HEARD, Card, Heard
from web import talk, wire
from web.apology import apology, danger_in, sorry
from web.closing import DAMAGED, FORGOTTEN, MOVED, TOO_MANY_CONNECTIONS
from web.counting import Counting
from web.house import House, Seat, Seats
from web.standing import Standing, greeted, led
from web.store.base import Committed, Known, Moved
from web.talk import Position, Recorded
from web.vault import Vault
from web.wire import Forget, Hello, Page, Say, Step

MAX_WAITING = 8
"""Acts that wait while one is taken; nobody types so fast in so many tabs."""


class Room:
    """A talk that is held in memory for those who are connected to it.

    Attributes:
        lookup: the talk's name in the store.
        holders: how many connections hold it; the hub lets it go after the last.
    """

    __slots__ = (
        "_counting",
        "_house",
        "_lock",
        "_seats",
        "_standing",
        "_told",
        "_waiting",
        "holders",
        "lookup",
    )

    def __init__(self, house: House, vault: Vault) -> None:
        self._house, self._standing = house, Standing(house, vault)
        self._counting = Counting(house, self._standing.ledger)
        self._lock, self._waiting = asyncio.Lock(), 0
        self._seats = Seats()
        self._told = 0  # seq of the last event that everybody here was sent
        self.holders = 0
        self.lookup = vault.lookup

    @property
    def head(self) -> int | None:
        """Give the seq of the last event, where it is known."""
        return self._standing.head

    # ------------------------------------------------------------------ coming and going

    async def begin(self, hello: Hello) -> None:
        """Make the talk: the guide says its first words, and they are stored.

        Raises:
            FrameRefused: `not_allowed`, there is no such dialogue.
            StoreUnavailable: nothing was stored.
        """
        await self._standing.begin(hello)

    async def welcome(self, hello: Hello, seat: Seat, token: str | None = None) -> None:
        """Give a connection a seat and all it has missed.

        Args:
            hello: says what it has.
            seat: the connection.
            token: for who has just made the talk.

        Raises:
            NoSuchTalk: the token opens nothing.
            StoreUnavailable: not now.
            TalkDamaged: what is stored isn't what was written.
        """
        async with self._lock:
            script, position = await self._located()
            reset = hello.have > position.head  # before a greeting takes the place of what it had
            if token is None:
                position = await self._greeted(script, position)
            if self._seats.are_full:
                return seat.leave(TOO_MANY_CONNECTIONS)
            first = 1 if reset else hello.have + 1
            bodies = await self._standing.ledger.page(first, wire.MAX_PAGE)
            self._seats.take(seat)
            self._told = position.head
            frame = wire.welcome(
                talk=self._standing.talk_id,
                head=position.head,
                resumed=token is None,
                reset=reset,
                token=token,
                script=script.id,
                lang=position.session.lang,
                events=bodies,
                more=first + len(bodies) <= position.head,
            )
            return seat.send(frame)

    def stand_up(self, seat: Seat) -> None:
        """Take a connection's seat away."""
        self._seats.give_up(seat)

    async def quiet(self) -> None:
        """Return when the turn that is running is over."""
        async with self._lock:
            return

    async def take(self, frame: Say | Step, seat: Seat) -> None:
        """Take an act: store it, acknowledge it to who sent it, and tell everybody.

        Raises:
            FrameRefused: it can't be taken; nothing has changed.
            TalkDamaged: what is stored isn't what was written.
        """
        if self._waiting >= MAX_WAITING and not talk.is_urgent(frame, self._heard(frame)):
            return self._apologise("busy", frame, NOTHING_HEARD, seat)
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
        try:
            return await self._take(frame, seat)
        finally:
            self._lock.release()

    async def _take(self, frame: Say | Step, seat: Seat) -> None:
        heard = self._heard(frame)  # first of all: nothing that fails later may hide danger
        try:
            await self._settle(frame, heard, seat)
        except FrameRefused as error:
            if not heard.risk:
                raise
            seat.send(apology(self._house, self._standing, error, heard))
        except (NoSuchTalk, TalkDamaged) as error:
            if heard.risk or talk.is_cry(frame, heard):
                self._apologise("not_allowed", frame, heard, seat)  # no talk, but help
            if isinstance(error, TalkDamaged):
                raise
            self._seats.close(self._standing.end())
        except StoreUnavailable:
            self._apologise("store_unavailable", frame, heard, seat)
        except Exception as error:
            self._house.log.fault(error)  # a bug of ours: this talk's turn, and no more
            self._apologise("busy", frame, heard, seat)

    def help_for(self, refused: FrameRefused) -> Card | None:
        """Hear what was too long to be taken; give who can be called, if danger is in it."""
        answer, lang = refused.answer, self._standing.lang
        risk = danger_in(answer, self._house, lang) if answer else None
        return self._house.shelf.card(self._standing.region, risk.category, lang) if risk else None

    async def page(self, frame: Page, seat: Seat) -> None:
        """Send stored events, if the talk is still there."""
        async with self._lock:
            self._standing.lose()
            try:
                _, position = await self._located()
            except NoSuchTalk:
                return self._seats.close(self._standing.end())
            first = max(frame.first, 1)
            bodies = await self._standing.ledger.page(first, frame.n)
            more = first + len(bodies) <= position.head
            return seat.send(wire.events(frame.first, bodies, more=more))

    async def catch_up(self) -> None:
        """Look what was done to the talk or its script elsewhere; send all away when it is gone."""
        async with self._lock:
            self._standing.lose()
            try:
                await self._located()
            except NoSuchTalk:
                self._seats.close(self._standing.end())
            except StoreUnavailable:
                return  # the next turn looks again, and so do we once the others are heard again
            except TalkDamaged as error:
                self._house.log.fault(error)
                self._seats.close(DAMAGED)

    async def forget(self, frame: Forget) -> None:
        """Delete the talk for good, and tell everybody.

        Raises:
            StoreUnavailable: asking again finishes it.
        """
        async with self._lock:
            self._standing.lose()
            await self._standing.ledger.forget()
            self._go(frame.cid)

    async def _settle(self, frame: Say | Step, heard: Heard, seat: Seat) -> None:
        was_known = self._standing.position is not None
        script, position = await self._located()
        if not was_known:
            heard = self._heard(frame)  # now against the prompt that is open
        payload = talk.payload(frame)
        if frame.re != position.head and await self._was_done(frame, payload, seat):
            return None
        try:
            turn, given = led(self._house, self.lookup, (script, position), frame, heard)
        except FrameRefused as error:
            if await self._was_done(frame, payload, seat):  # it fitted when it came first
                return None
            if error.code == "not_allowed":
                return self._apologise(error.code, frame, heard, seat)
            raise
        made = talk.recorded(position, frame.cid, given, turn)
        if turn.forget:
            return await self._part(frame, made, payload, seat)
        outcome = await self._commit(position, made, payload)
        if isinstance(outcome, Known):
            return seat.send(self._again(frame, outcome, payload))
        if outcome is not None:
            self._tell(made, seat)
            self._house.alarms.turn(self.lookup, heard, script, turn)
            if turn.reply.card:
                self._house.metrics.help_card()
            await self._counting.turn(script, position, made, turn)
        return None

    async def _commit(
        self, position: Position, made: Recorded, payload: bytes
    ) -> Committed | Known | None:
        """Store a turn. None: the talk went on elsewhere, so everybody is sent to look again."""
        outcome = await self._standing.move(position, made, payload)
        if not isinstance(outcome, Moved):
            return outcome
        self._seats.close(MOVED)
        return None

    async def _part(self, frame: Say | Step, made: Recorded, payload: bytes, seat: Seat) -> None:
        """Do what was asked for in the talk itself: say goodbye, and delete it."""
        if await self._was_done(frame, payload, seat):
            return
        await self._standing.ledger.forget()
        self._tell(made, seat)
        self._go()

    async def _was_done(self, frame: Say | Step, payload: bytes, seat: Seat) -> bool:
        """Acknowledge an act again that was stored before; False when it wasn't."""
        known = await self._standing.ledger.known(frame.cid)
        if known is None:
            return False
        seat.send(self._again(frame, known, payload))
        return True

    def _go(self, cid: str | None = None) -> None:
        self._standing.lose()
        self._house.alarms.forget(self.lookup)
        self._seats.send([wire.gone(cid)])
        self._seats.close(FORGOTTEN)

    def _again(self, frame: Say | Step, known: Known, payload: bytes) -> bytes:
        if not self._standing.ledger.says(known, payload):
            raise FrameRefused("cid_conflict", "This id belongs to another act.", cid=frame.cid)
        return wire.ack(frame.cid, known.seq, dup=True)

    def _heard(self, frame: Say | Step) -> Heard:
        if isinstance(frame, Step):
            return NOTHING_HEARD
        position, lang = self._standing.position, self._standing.lang
        return self._house.ear.hear_answer(frame.answer, position.ask if position else None, lang)

    def _apologise(self, code: str, frame: Say | Step, heard: Heard, seat: Seat) -> None:
        refused, is_cry = sorry(code, frame.cid), talk.is_cry(frame, heard)
        seat.send(apology(self._house, self._standing, refused, heard, is_cry=is_cry))

    def _tell(self, made: Recorded, seat: Seat | None = None) -> None:
        """Acknowledge to who sent it, and send the events to everybody."""
        if seat is not None:
            seat.send(wire.ack(made.act.cid, made.act.seq))
        self._seats.send(wire.event(event.body) for event in made.events)
        self._told = made.position.head
        self._house.log.turn(made.act.given, self._house.now(), self._standing.place)

    async def _located(self) -> tuple[Script, Position]:
        was_known = self._standing.position is not None
        script, position = await self._standing.found()
        if not was_known:
            await self._tell_news(position.head)
        return script, position

    async def _tell_news(self, head: int) -> None:
        """Send what everybody here has missed because it was done elsewhere."""
        if head < self._told:
            self._seats.close(MOVED)  # an older copy of the store: who comes back starts over
        while self._seats.are_taken and self._told < head:
            news = await self._standing.ledger.events(self._told + 1, wire.MAX_PAGE)
            self._seats.send(wire.event(event.body) for event in news)
            self._told += len(news) or head

    async def _greeted(self, script: Script, position: Position) -> Position:
        """Let the guide greet a person who comes back after a while, once."""
        greeting = greeted(self._house, script, position)
        if greeting is None:
            return position
        made, turn = greeting
        if isinstance(await self._commit(position, made, b"return"), Committed):
            self._tell(made)
            await self._counting.turn(script, position, made, turn)
        return (await self._located())[1]
