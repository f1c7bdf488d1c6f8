"""A small server that serves the real pages and speaks makeroom.v1 with canned asks.

Tests turn its knobs to make a bad connection. By hand: `python -m tests.browser.fake_guide 8081`,
then open `/chat` (every kind in turn) or `/chat?script=rating` (beginning with one kind).
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from secrets import token_urlsafe

from aiohttp import WSMsgType, web
from msgspec import convert

from bot.values import Card
from tests.browser.asks import ASKS, CARD, SAYS, Frame
from web.access import Access
from web.forms import Forms
from web.headers import SECURITY
from web.pages import Pages
from web.socket import ACCESS
from web.visit import Seen

WEB = Path(__file__).parents[2] / "web"
STAGES = ["safety", "approaching", "mindfulness", "values", "narrative"]


@dataclass
class Talk:
    """One talk: its events, its acts by `cid`, and who watches it."""

    token: str
    kinds: list[str]
    id: str = field(default_factory=lambda: token_urlsafe(8))
    place: int = 0
    events: list[Frame] = field(default_factory=list)
    acts: dict[str, tuple[str, int]] = field(default_factory=dict)
    watchers: set[web.WebSocketResponse] = field(default_factory=set)

    @property
    def prompt(self) -> int:
        """The seq of the open prompt."""
        return max(event["seq"] for event in self.events if event["who"] == "guide")


@dataclass
class FakeGuide:
    """The knobs: what goes wrong next.

    Attributes:
        ack_delay: seconds between taking an act and answering it.
        cut_before: so many acts are lost together with their connection.
        cut_after: so many acts are taken, but the connection dies before the ack.
        skip_events: so many turns are not sent to anybody, which leaves a gap.
        twice: every event is sent two times.
        refuse: codes to answer the next acts with; `busy card` brings help lines, too.
        closed: connections are refused while this is set.
        close_code: the next hello is answered by closing with this code.
        page: how many events a welcome carries.
        received: every act that came in, in order.
    """

    ack_delay: float = 0
    cut_before: int = 0
    cut_after: int = 0
    skip_events: int = 0
    twice: bool = False
    refuse: list[str] = field(default_factory=list)
    closed: bool = False
    close_code: int = 0
    page: int = 200
    received: list[Frame] = field(default_factory=list)
    talks: dict[str, Talk] = field(default_factory=dict)

    def app(self) -> web.Application:
        """Wire the pages, the static files and the socket."""
        app = web.Application()
        app.router.add_get("/ws", self.socket)
        app[ACCESS] = Access()
        app.router.add_get("/embed", pages().embedding.embed)
        app.router.add_get("/embed/check", pages().embedding.check)
        app.router.add_get("/plain/{kind}", plain)
        app.router.add_get("/{path:.*}", pages().serve)
        app.on_response_prepare.append(add_headers)
        return app

    @property
    def talk(self) -> Talk:
        """The talk that was begun last."""
        return list(self.talks.values())[-1]

    def cut(self) -> None:
        """Every connection dies without a word."""
        for talk in self.talks.values():
            for watcher in list(talk.watchers):
                kill(watcher)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it dies."""
        if self.closed:
            return web.Response(status=503)
        socket = web.WebSocketResponse(protocols=["makeroom.v1"], compress=False)
        await socket.prepare(request)
        talk: Talk | None = None
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            frame = json.loads(message.data)
            if frame["t"] == "hello":
                talk = await self.hello(socket, frame)
            elif talk is not None:
                await self.take(socket, talk, frame)
        if talk is not None:
            talk.watchers.discard(socket)
        return socket

    async def hello(self, socket: web.WebSocketResponse, frame: Frame) -> Talk | None:
        """Begin a talk or come back to one."""
        assert frame["v"] == 1
        if self.close_code or ("token" in frame and frame["token"] not in self.talks):
            code, self.close_code = self.close_code or 4503, 0
            await socket.send_json({"t": "bye", "code": code, "retry_ms": 50})
            await socket.close(code=code)
            return None
        resumed = "token" in frame
        talk = self.talks[frame["token"]] if resumed else self.begin(frame.get("script", "all"))
        talk.watchers.add(socket)
        head, have = len(talk.events), frame["have"]
        reset = have > head
        events = talk.events[0 if reset else have :]
        welcome = {
            "t": "welcome",
            "talk": talk.id,
            "head": head,
            "resumed": resumed,
            "reset": reset,
            "script": "fake",
            "lang": "en",
            "limits": {"text": 4000},
            "events": events[: self.page],
            "more": len(events) > self.page,
        }
        await socket.send_json(welcome if resumed else {**welcome, "token": talk.token})
        return talk

    def begin(self, script: str) -> Talk:
        """Open a talk that starts with the asks `script`, such as "body,rating"; the others follow."""
        first = [kind for kind in script.split(",") if kind in ASKS]
        kinds = [*first, *[kind for kind in ASKS if kind not in first]]
        talk = Talk(token_urlsafe(24), [*kinds, "end"])
        self.talks[talk.token] = talk
        self.say(talk, kinds[0])
        return talk

    def say(self, talk: Talk, said: str, was: Frame | None = None) -> None:
        """Add a guide event; the ask is always the one at the talk's place."""
        kind = talk.kinds[talk.place]
        texts = [*SAYS[said], *(SAYS[kind] if said != kind else [])]
        event: Frame = {
            "seq": len(talk.events) + 1,
            "at": 1_700_000_000_000,
            "who": "guide",
            "lines": [{"id": f"fake.{said}.{n}", "text": text} for n, text in enumerate(texts)],
            "stage": STAGES[min(talk.place // 2, 4)],
            "step": f"fake.{kind}",
            "progress": {"part": min(talk.place // 2, 4) + 1, "of": 5},
        }
        if kind == "end":
            event["ended"] = True
        else:
            event["ask"] = ASKS[kind] | ({"was": was} if was else {})
            event["ask"].update(self.same(talk) if kind == "rating" else {})
        if said == "help":
            event["card"] = CARD
        talk.events.append(event)

    async def take(self, socket: web.WebSocketResponse, talk: Talk, frame: Frame) -> None:
        """Answer any frame after the hello."""
        match frame["t"]:
            case "ping":
                await socket.send_json({"t": "pong", "n": frame["n"]})
            case "page":
                first = frame["from"]
                events = talk.events[first - 1 :][: frame["n"]]
                await socket.send_json({"t": "events", "from": first, "events": events})
            case "forget":
                del self.talks[talk.token]
                for watcher in list(talk.watchers - {socket}):
                    await watcher.close(code=4504)
                await socket.send_json({"t": "gone"})
                await socket.close(code=4504)
            case _:
                await self.act(socket, talk, frame)

    async def act(self, socket: web.WebSocketResponse, talk: Talk, frame: Frame) -> None:
        """Take a `say` or a `step`, exactly once."""
        if self.cut_before:
            self.cut_before -= 1
            kill(socket)
            return
        self.received.append(frame)
        if error := self.error(talk, frame):
            await socket.send_json({"t": "error", "cid": frame["cid"], "retry_ms": 100} | error)
            return
        payload = json.dumps(frame, sort_keys=True)
        dup = frame["cid"] in talk.acts
        before = len(talk.events)
        if not dup:
            talk.acts[frame["cid"]] = (payload, before + 1)
            self.commit(talk, frame)
        if self.cut_after:
            self.cut_after -= 1
            kill(socket)
            return
        await asyncio.sleep(self.ack_delay)
        ack = {"t": "ack", "cid": frame["cid"], "seq": talk.acts[frame["cid"]][1], "dup": dup}
        await socket.send_json(ack)
        await self.publish(talk, talk.events[before:])

    def error(self, talk: Talk, frame: Frame) -> Frame | None:
        """The refusal this act gets, if any."""
        if frame["cid"] in talk.acts:
            same = talk.acts[frame["cid"]][0] == json.dumps(frame, sort_keys=True)
            return None if same else {"code": "cid_conflict"}
        if self.refuse:
            code, _, card = self.refuse.pop(0).partition(" ")
            return {"code": code, **({"card": CARD, "retry_ms": 50} if card else {})}
        urgent = frame.get("kind") in {"help", "stop", "toomuch", "pause"}
        if frame["re"] != talk.prompt and not urgent:
            return {"code": "stale", "head": len(talk.events)}
        return None

    def commit(self, talk: Talk, frame: Frame) -> None:
        """Store the act and the guide's turn after it."""
        kept = {key: value for key, value in frame.items() if key not in {"t", "re"}}
        seq = len(talk.events) + 1
        talk.events.append({"seq": seq, "at": 1_700_000_000_000, "who": "you", **kept})
        match frame.get("kind"):
            case "help" | "toomuch" | "pause":
                self.say(talk, "help")
            case "why":
                self.say(talk, "why")
            case "back":
                talk.place = max(0, talk.place - 1)
                self.say(talk, talk.kinds[talk.place], self.was(talk))
            case "stop":
                talk.place = len(talk.kinds) - 1
                self.say(talk, "end")
            case _:
                talk.place = min(talk.place + 1, len(talk.kinds) - 1)
                self.say(talk, talk.kinds[talk.place])

    def same(self, talk: Talk) -> Frame:
        """The last rating, as `ask.same` carries it."""
        given = [event["rating"] for event in talk.events if "rating" in event]
        return {"same": given[-1]} if given else {}

    def was(self, talk: Talk) -> Frame | None:
        """The last answer that was given, as `ask.was` carries it."""
        plain = {"seq", "at", "who", "cid", "kind"}
        answers = [
            {key: value for key, value in event.items() if key not in plain}
            for event in talk.events
            if event["who"] == "you"
        ]
        return next((answer for answer in reversed(answers) if answer), None)

    async def publish(self, talk: Talk, events: list[Frame]) -> None:
        """Send new events to every socket of the talk."""
        if events and self.skip_events:
            self.skip_events -= 1
            return
        for watcher in list(talk.watchers):
            for event in events * (2 if self.twice else 1):
                if not watcher.closed:
                    await watcher.send_json({"t": "event", **event})


def kill(socket: web.WebSocketResponse) -> None:
    """Cut a connection without a closing handshake."""
    transport = socket._req.transport if socket._req else None
    if transport is not None:
        transport.abort()


@cache
def pages() -> Pages:
    """The product's pages and files, with one country; sites on this machine may embed."""
    return Pages(lambda _lang: [convert(CARD, Card)], "0.1.0", ["http://127.0.0.1:*"])


async def plain(request: web.Request) -> web.Response:
    """Show how one kind of ask looks as a form, with the help card above it."""
    talk = Talk("token", [request.match_info["kind"], "end"])
    talk.events = [{"seq": 1, "at": 0, "who": "you", "text": "hello"}]
    FakeGuide().say(talk, "help")
    return Forms(lambda: pages().makers)._shown(Seen("token", tuple(talk.events), code="stale"), {})


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer the product's security headers."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)


if __name__ == "__main__":
    web.run_app(FakeGuide().app(), host="127.0.0.1", port=int(sys.argv[1]), print=None)
