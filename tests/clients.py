"""A client of `makeroom.v1` for the tests: small, real, without any of the server's code."""

import itertools
from collections.abc import Callable
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

Frame = dict[str, Any]
_numbers = itertools.count(1)


def new_cid() -> str:
    """Make an id that no other act has."""
    return f"test-{next(_numbers):011d}"


class Client:
    """One connection to a talk, keeping what it has seen.

    Attributes:
        events: by seq.
        talk: its public name.
        closed: the close code once the connection is over.
    """

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.token: str | None = None
        self.talk = ""
        self.events: dict[int, Frame] = {}
        self.closed: int | None = None
        self.head = 0

    async def hello(self, token: str | None = None, have: int = 0, **more: Any) -> Frame:
        """Say hello and take the welcome, or whatever comes instead."""
        fields = {"t": "hello", "v": 1, "have": have, **more}
        await self.send(fields if token is None else {**fields, "token": token})
        frame = await self.next()
        if frame["t"] == "welcome":
            self.token = frame.get("token") or token
            self.talk = frame["talk"]
            self.head = frame["head"]
            self.events |= {event["seq"]: event for event in frame["events"]}
        return frame

    async def send(self, frame: Frame) -> None:
        """Send a frame as it is."""
        await self.socket.send_json(frame)

    async def next(self) -> Frame:
        """Give the next frame; `{"t": "closed"}` when there is none any more."""
        message = await self.socket.receive(timeout=10)
        if message.type is not WSMsgType.TEXT:
            self.closed = self.socket.close_code
            return {"t": "closed", "code": self.closed}
        frame: Frame = message.json()
        if frame["t"] == "event":
            self.events[frame["seq"]] = {k: v for k, v in frame.items() if k != "t"}
            self.head = max(self.head, frame["seq"])
        return frame

    async def until(self, wanted: str | Callable[[Frame], bool]) -> Frame:
        """Give the next frame of a kind (or for which a test holds), taking those before it."""
        while True:
            frame = await self.next()
            if frame["t"] == wanted or (callable(wanted) and wanted(frame)):
                return frame
            assert frame["t"] != "closed", f"closed with {frame['code']} before {wanted}"

    async def say(self, re: int | None = None, cid: str | None = None, **answer: Any) -> Frame:
        """Answer; give the acknowledgement or the error."""
        return await self._act({"t": "say", **answer}, re, cid)

    async def step(self, kind: str, re: int | None = None, cid: str | None = None) -> Frame:
        """Ask the guide itself for something; give the acknowledgement or the error."""
        return await self._act({"t": "step", "kind": kind}, re, cid)

    async def turn(self, **answer: Any) -> Frame:
        """Answer the open prompt and give the guide's next event."""
        acked = await self.say(**answer)
        assert acked["t"] == "ack", acked
        return await self.event(acked["seq"] + 1)

    async def event(self, seq: int) -> Frame:
        """Give an event, whether it has come already or is yet to come."""
        if seq not in self.events:
            await self.until(lambda frame: frame["t"] == "event" and frame["seq"] == seq)
        return self.events[seq]

    async def leave(self) -> None:
        """Go, politely."""
        await self.socket.close()

    async def ending(self) -> tuple[Frame, int | None]:
        """Take all that comes until the end; give the `bye` and the close code."""
        bye: Frame = {}
        while (frame := await self.next())["t"] != "closed":
            bye = frame if frame["t"] == "bye" else bye
        return bye, self.closed

    async def _act(self, frame: Frame, re: int | None, cid: str | None) -> Frame:
        cid = cid or new_cid()
        await self.send({**frame, "cid": cid, "re": self.head if re is None else re})
        return await self.until(
            lambda back: back["t"] in ("ack", "error", "closed") and back.get("cid", cid) == cid
        )
