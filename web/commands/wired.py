"""Plays conversations over a real socket: a server on loopback, in this process, and a client.

The server's clock is the conversation's. What the server says must be, word for word, what the
engine says to the same inputs with the talk's own seed.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from msgspec import structs

from bot.bundle import read_folder
from bot.guide import take_turn
from bot.script import Script
from bot.values import Input, Reply, Session, Turn
from bot.workshop.library import Libraries
from bot.workshop.library import Library as Folder
from bot.workshop.replay import Result
from bot.workshop.suite import Outcome
from web.app import init_app
from web.commands.storing import opening_turn, passing_folder
from web.config import read_config
from web.ledger import Ledger
from web.shelf import Library
from web.store.base import Store
from web.store.sqlite import SqliteStore
from web.talk import Position, homecoming, recorded
from web.vault import Vault, new_talk_id, new_token, seed_of

Frame: TypeAlias = dict[str, Any]

PATIENCE_S = 30.0
"""Seconds for one conversation, far more than the longest takes: a lost frame must not hang."""
LANES = 4
"""Servers at once: while one waits for its disk, another answers."""
OWN_FIELDS = ("t", "seq", "at", "who")
"""What an event has besides the guide's reply."""


class Lost(Exception):
    """The conversation can't go on; the sentence says why."""


class Service:
    """A server for one folder of dialogues.

    Attributes:
        clock: the time in milliseconds that the server reads.
    """

    def __init__(self, url: str, store: Store, client: ClientSession, clock: list[int]) -> None:
        self.url, self.store, self.client, self.clock = url, store, client, clock

    async def connect(self) -> ClientWebSocketResponse:
        """Open a connection without saying hello."""
        return await self.client.ws_connect(self.url, protocols=("makeroom.v1",))


@asynccontextmanager
async def serving(library: Library) -> AsyncIterator[Service]:
    """Serve dialogues on a free port, until the block ends."""
    clock = [0]
    with passing_folder() as data:
        store = SqliteStore(Path(data) / "talks.db")
        config = read_config(limits="off", data=data)
        app = init_app(config, store, library, now=lambda: clock[0])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        try:
            async with ClientSession() as client:
                yield Service(f"http://127.0.0.1:{port}/ws", store, client, clock)
        finally:
            await runner.cleanup()


def _library(folder: Folder, dialogs: Iterable[str]) -> Library:
    names = sorted(set(dialogs))
    return Library(
        safety=read_folder(folder.safety),
        bundles={name: read_folder(folder.folder / name) for name in names},
        scripts={name: folder.script(name) for name in names},
        ear=folder.ear,
    )


async def over_sockets(
    outcomes: Iterable[Outcome], libraries: Libraries, *, cut: bool
) -> list[Outcome]:
    """Play again over a socket what the engine has played.

    Args:
        outcomes: what the engine made of the conversations.
        libraries: where their dialogues are.
        cut: break the connection after each act, before its answer can arrive; come back, and
            send the act again. Where conversations begin alike, it breaks in the first of them.
    """
    played = list(outcomes)
    broken: set[int] | None = set() if cut else None
    by_folder: dict[Path, dict[int, str]] = {}
    for n, outcome in enumerate(played):
        if outcome.result is not None and outcome.has_passed:
            chat = outcome.result.chat
            folder = libraries.for_chat(Path(outcome.file), chat).folder
            by_folder.setdefault(folder, {})[n] = chat.head.dialog
    for path, numbers in by_folder.items():
        library = _library(libraries.of(path), numbers.values())
        lanes = [list(numbers)[lane::LANES] for lane in range(LANES)]
        for lane in await asyncio.gather(*(_lane(n, played, library, broken) for n in lanes)):
            for n, outcome in lane.items():
                played[n] = outcome
    return played


async def _lane(
    numbers: Iterable[int], played: Sequence[Outcome], library: Library, broken: set[int] | None
) -> dict[int, Outcome]:
    """Play some conversations one after the other: they share a server, and its clock."""
    async with serving(library) as service:
        return {n: await _again(played[n], service, broken) for n in numbers}


async def _again(outcome: Outcome, service: Service, broken: set[int] | None) -> Outcome:
    if outcome.result is None or outcome.script is None:
        return outcome
    talk = _Wired(outcome.result, outcome.script, service, broken)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await talk.play()
    except TimeoutError:
        return structs.replace(outcome, result=None, problem=f"{talk.place}: nothing comes back")
    except Lost as lost:
        return structs.replace(outcome, result=None, problem=f"{talk.place}: {lost}")
    finally:
        await talk.leave()
    return outcome


class _Wired:
    """One conversation over a socket, beside the same one in the engine.

    Attributes:
        broken: the ways to acts at which the connection broke already; None keeps it whole.
        way: all inputs so far, as one number.
    """

    def __init__(
        self, result: Result, script: Script, service: Service, broken: set[int] | None
    ) -> None:
        self.result, self.script, self.service, self.broken = result, script, service, broken
        head = result.chat.head
        self.way = hash((script.digest, head.lang, head.region, repr(head.given)))
        self.session: Session | None = None
        self.socket: ClientWebSocketResponse | None = None
        self.token = ""
        self.head = self.count = 0
        self.line = 1

    @property
    def place(self) -> str:
        """Name the file and the line of the act that is played."""
        return f"{self.result.chat.file}:{self.line}"

    async def play(self) -> None:
        """Play every act.

        Raises:
            Lost: the server does something else than the engine.
        """
        if self.result.chat.head.given is not None:
            await self._put()
        for line, given in self.inputs():
            self.line = max(line, 1)
            self.service.clock[0] = given.at
            if given.kind == "begin":
                await self._begin(given)
            elif given.kind == "return":
                await self._return(given)
            elif await self._act(given):
                return

    async def leave(self) -> None:
        """Close the connection politely."""
        if self.socket is not None:
            await self.socket.close()

    def inputs(self) -> Iterator[tuple[int, Input]]:
        """Give every act with its line."""
        for played in self.result.played:
            for spoken in played.turns:
                yield played.exchange.line, spoken.given

    # ------------------------------------------------------------------ what can be done

    async def _put(self) -> None:
        """Put a talk into the store that stands where the file begins, and open it."""
        opening = self.result.played[0].got
        if opening is None:
            raise Lost("it has no beginning")
        self.token = new_token()
        made = recorded(None, "replay-0000000000000000", *opening_turn(opening, self.script))
        ledger = Ledger(self.service.store, Vault(self.token))
        await ledger.create(new_talk_id(), self.script.id, self.script.digest, made)
        self.session, self.head = opening.session, made.position.head
        self.service.clock[0] = opening.session.at
        await self._hello()

    async def _begin(self, given: Input) -> None:
        head = self.result.chat.head
        welcome = await self._hello(script=self.script.id, lang=head.lang, region=head.region)
        self.token = str(welcome["token"])
        mine = structs.replace(given, seed=seed_of(welcome["talk"]), lang=welcome["lang"])
        self._compare(welcome["events"][0], mine, take_turn(self.script, None, mine))

    async def _return(self, given: Input) -> None:
        """Come back: the server greets after a while, and otherwise says nothing."""
        if self.session is None:
            raise Lost("nobody comes back before the beginning")
        visit = homecoming(Position(self.head, self.head, self.session), given.at)
        await self.leave()
        welcome = await self._hello()
        if visit is not None:
            turn = take_turn(self.script, self.session, given)
            self._compare(self._event(welcome["events"], self.head + 1), given, turn)

    async def _act(self, given: Input) -> bool:
        """Send an act and compare what comes; True when the talk is deleted."""
        self.count += 1
        frame = {"cid": f"replay-{self.count:016}", "re": self.head, **_said(given)}
        missed: list[Frame] = []
        await self._send(frame)
        turn = take_turn(self.script, self.session, given)
        if self.breaks(given) and not turn.forget:  # nobody comes back to a deleted talk
            missed = await self._come_back(frame)
        acked = await self._until("ack", missed)
        wanted = int(acked["seq"]) + 1
        there = [event for event in missed if event.get("seq") == wanted]
        self._compare(there[0] if there else await self._until(wanted, missed), given, turn)
        return turn.forget

    def breaks(self, given: Input) -> bool:
        """Tell whether the connection is to break here: at each way to an act once."""
        if self.broken is None:
            return False
        self.way = hash((self.way, msgspec.json.encode(given)))
        is_new = self.way not in self.broken
        self.broken.add(self.way)
        return is_new

    async def _come_back(self, frame: Frame) -> list[Frame]:
        """Break the connection, come back and send the act again; give what was missed."""
        if self.socket is not None:
            number = self.socket.get_extra_info("socket").fileno()
            with socket.fromfd(number, socket.AF_INET, socket.SOCK_STREAM) as line:
                line.shutdown(socket.SHUT_RDWR)
            await self.socket.close()
        welcome = await self._hello()
        await self._send(frame)
        return list(welcome["events"])

    # ------------------------------------------------------------------ frames

    async def _hello(self, **fields: object) -> Frame:
        self.socket = await self.service.connect()
        more = {"token": self.token} if self.token else fields
        await self._send({"t": "hello", "v": 1, "have": self.head, **more})
        return await self._until("welcome", [])

    async def _send(self, frame: Frame) -> None:
        if self.socket is None:
            raise Lost("there is no connection")
        await self.socket.send_json(frame)

    async def _until(self, wanted: str | int, missed: list[Frame]) -> Frame:
        """Give the next frame of a kind, or the event with a number; keep the events before."""
        while self.socket is not None:
            message = await self.socket.receive()
            if message.type is not WSMsgType.TEXT:
                break
            frame: Frame = json.loads(message.data)
            if wanted in (frame["t"], frame.get("seq") if frame["t"] == "event" else None):
                return frame
            if frame["t"] == "error":
                raise Lost(f"the server refuses it: {frame['code']}")
            if frame["t"] == "event":
                missed.append(frame)
        raise Lost("the server has closed the connection")

    @staticmethod
    def _event(events: list[Frame], seq: int) -> Frame:
        found = next((event for event in events if event["seq"] == seq), None)
        if found is None:
            raise Lost(f"the event {seq} is missing")
        return found

    # ------------------------------------------------------------------ comparing

    def _compare(self, event: Frame, given: Input, turn: Turn) -> None:
        said = {name: value for name, value in event.items() if name not in OWN_FIELDS}
        if said != _plain(turn.reply):
            raise Lost(f"the server says {_lines(said)}, the engine {_lines(_plain(turn.reply))}")
        is_own = given.kind not in ("begin", "return")
        if event["at"] != given.at or event["seq"] != self.head + 1 + is_own:
            raise Lost("the server's events don't follow one another")
        self.session, self.head = turn.session, int(event["seq"])


def _said(given: Input) -> Frame:
    if given.answer is None:
        return {"t": "step", "kind": given.kind}
    answer: Frame = msgspec.to_builtins(given.answer)
    return {"t": "say", **answer}


def _plain(reply: Reply) -> Frame:
    plain: Frame = json.loads(msgspec.json.encode(reply))
    return plain


def _lines(reply: Frame) -> str:
    ids = ", ".join(f"#{line['id']}" for line in reply.get("lines", ()))
    return f"{ids or 'nothing'} at {reply.get('step')}"
