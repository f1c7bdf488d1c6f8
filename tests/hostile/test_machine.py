"""Any order of anything that clients do: the protocol as a machine that Hypothesis drives.

Tabs come, answer, send again, answer late, swap the order, ask at the same time, vanish; the server
restarts, with another version of the dialogue too; the talk is forgotten. After each step every tab
has a transcript without a gap and each act one place; at the end what is stored is the replay of
what was acknowledged. `MAKEROOM_TEST_WALKS` asks for more examples.
"""

import asyncio
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.errors import FrameRefused, NoSuchTalk
from tests.clients import new_cid
from tests.faults.test_store_faults import changed_library
from tests.process import SERVED
from web import wire
from web.alarms import Alarms
from web.closing import Closing
from web.house import House
from web.hub import Hub
from web.ledger import Ledger
from web.limits import Limits
from web.log import Log
from web.metrics import Metrics
from web.oracle import is_replay, stored
from web.room import Room
from web.shelf import Library, Shelf, read_library
from web.store.sqlite import SqliteStore
from web.vault import Vault

WALKS = int(os.environ.get("MAKEROOM_TEST_WALKS", "12"))
TEXTS = ("a letter", "hm", "about a six", "I want to die", "help", "", "später")
LIBRARIES: list[Library] = []
Frame = dict[str, Any]


def libraries() -> list[Library]:
    """Give two versions of the little dialogue, read once."""
    if not LIBRARIES:
        LIBRARIES.append(read_library(SERVED))
        with tempfile.TemporaryDirectory() as folder:
            LIBRARIES.append(changed_library(Path(folder)))
    return LIBRARIES


class Tab:
    """A connection as a talk sees it, and what it was told."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.events: dict[int, Frame] = {}
        self.closed: Closing | None = None
        self.room: Room | None = None

    def send(self, frame: bytes) -> None:
        """Take a frame."""
        told: Frame = json.loads(frame)
        self.frames.append(told)
        for event in told.get("events", [told] if told["t"] == "event" else []):
            body = {name: it for name, it in event.items() if name != "t"}
            assert self.events.setdefault(event["seq"], body) == body
        if told["t"] == "welcome" and told["reset"]:
            self.events = {event["seq"]: event for event in told["events"]}

    def leave(self, closing: Closing) -> None:
        """Be sent away."""
        self.closed = closing

    @property
    def head(self) -> int:
        """Give the newest event's seq."""
        return max(self.events, default=0)


class Conversation(RuleBasedStateMachine):
    """One talk, its tabs, and everything that may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.token: str | None = None
        self.is_gone = False
        self.tabs: list[Tab] = []
        self.sent: list[Frame] = []
        self.acked: dict[str, int] = {}
        self.now = 1_772_355_600_000

    @initialize()
    def begin(self) -> None:
        """Start, and begin a talk."""
        self._start(0)
        tab = self._enter({})
        self.token = tab.frames[0]["token"]

    # ------------------------------------------------------------------ what may happen

    @precondition(lambda self: not self.is_gone and len(self.tabs) < 4)
    @rule(back=st.integers(0, 3), minutes=st.sampled_from((0, 0, 0, 25)))
    def come_back(self, back: int, minutes: int) -> None:
        """Open another tab, which may know a part already; perhaps after a while."""
        self.now += minutes * 60_000
        known = dict(self.tabs[-1].events) if self.tabs else {}
        have = max(0, max(known, default=0) - back)
        known = {seq: event for seq, event in known.items() if seq <= have}
        self._enter({"have": have, "token": self.token}, known)

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 9), text=st.sampled_from(TEXTS), late=st.integers(0, 4))
    def say(self, which: int, text: str, late: int) -> None:
        """Type something, perhaps to a prompt that isn't open any more."""
        tab = self._tab(which)
        self._act(tab, {"t": "say", "re": max(0, tab.head - late), "text": text})

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 9), choice=st.sampled_from(("go", "later", "on", "nowhere")))
    def choose(self, which: int, choice: str) -> None:
        """Pick something, offered or not."""
        tab = self._tab(which)
        self._act(tab, {"t": "say", "re": tab.head, "choice": choice})

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 9), kind=st.sampled_from(("back", "skip", "help", "stop", "why")))
    def step(self, which: int, kind: str) -> None:
        """Ask the guide for something."""
        tab = self._tab(which)
        self._act(tab, {"t": "step", "re": tab.head, "kind": kind})

    @precondition(lambda self: self.tabs and self.sent)
    @rule(which=st.integers(0, 9), old=st.integers(0, 99))
    def send_again(self, which: int, old: int) -> None:
        """Repeat an act, acknowledged or not, from any tab."""
        self._do(self._tab(which), self.sent[old % len(self.sent)])

    @precondition(lambda self: self.tabs and self.acked)
    @rule(which=st.integers(0, 9), old=st.integers(0, 99))
    def use_an_id_again(self, which: int, old: int) -> None:
        """Say something else under an id that is taken: a conflict, and nothing more."""
        cid, tab = list(self.acked)[old % len(self.acked)], self._tab(which)
        before = len(tab.frames)
        self._do(tab, {"t": "say", "cid": cid, "re": tab.head, "text": "quite another thing"})
        assert tab.frames[before]["code"] == "cid_conflict"

    @precondition(lambda self: len(self.tabs) > 1)
    @rule(texts=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=5))
    def say_at_once(self, texts: list[str]) -> None:
        """Let several tabs answer in the same instant, in no order."""
        acts = [
            (self._tab(number), self._new({"t": "say", "re": self._tab(number).head, "text": text}))
            for number, text in enumerate(texts)
        ]
        self.runner.run(self._together(acts))

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 9))
    def vanish(self, which: int) -> None:
        """Cut a tab's line."""
        tab = self._tab(which)
        self.tabs.remove(tab)
        assert tab.room is not None
        self.hub.leave(tab.room, tab)

    @rule(version=st.integers(0, 1))
    def restart(self, version: int) -> None:
        """Stop and start, with a version of the dialogue."""
        self.runner.run(self.store.close())
        self.tabs = []
        self._start(version)

    @precondition(lambda self: self.tabs)
    @rule(which=st.integers(0, 9), luck=st.integers(0, 5))
    def forget(self, which: int, luck: int) -> None:
        """Delete it all, now and then."""
        if luck:
            return
        tab = self._tab(which)
        self._do(tab, {"t": "forget", "cid": new_cid()})
        assert all(it.closed and it.closed.code == 4504 for it in self.tabs)
        assert tab.frames[-1]["t"] == "gone"
        self.is_gone, self.tabs, self.acked = True, [], {}

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def no_transcript_has_a_gap(self) -> None:
        """Every tab that is still here has seen all, and the same as all others."""
        for tab in self.tabs:
            assert sorted(tab.events) == list(range(1, tab.head + 1))
            assert tab.events == self.tabs[0].events

    def teardown(self) -> None:
        """Compare what is stored with what was acknowledged, and with its replay."""
        if self.token is not None:
            self.runner.run(self._check(self.token))
            self.runner.run(self.store.close())
        self.runner.close()
        self.folder.cleanup()

    async def _check(self, token: str) -> None:
        ledger = Ledger(self.store, Vault(token))
        try:
            found = await ledger.open()
        except NoSuchTalk:
            assert self.is_gone
            return
        assert not self.is_gone
        script = await self.shelf.pinned(found.bundle, found.position.session.lang)
        assert await is_replay(ledger, script)
        acts = {act.cid: act.seq for act in await ledger.acts() if act.cid[0] != "~"}
        assert acts == self.acked
        for tab in self.tabs:
            assert [json.loads(event.body) for event in await stored(ledger)] == [
                tab.events[seq] for seq in sorted(tab.events)
            ]

    # ------------------------------------------------------------------ how it is done

    def _start(self, version: int) -> None:
        library = libraries()[version]
        self.store = SqliteStore(Path(self.folder.name) / "a.sqlite3")
        self.shelf, metrics = Shelf(self.store, library), Metrics()
        self.hub = Hub(
            House(
                store=self.store,
                shelf=self.shelf,
                limits=Limits(is_on=False),
                log=Log(metrics=metrics),
                metrics=metrics,
                alarms=Alarms(metrics),
                now=lambda: self.now,
            )
        )
        self.runner.run(self.shelf.keep())

    def _enter(self, fields: Frame, known: dict[int, Frame] | None = None) -> Tab:
        tab = Tab()
        tab.events = known or {}
        hello = wire.parse(json.dumps({"t": "hello", "v": 1, **fields}))
        assert isinstance(hello, wire.Hello)
        tab.room = self.runner.run(self.hub.enter(hello, tab, "here"))
        self.tabs.append(tab)
        return tab

    def _tab(self, which: int) -> Tab:
        return self.tabs[which % len(self.tabs)]

    def _new(self, fields: Frame) -> Frame:
        self.sent.append({**fields, "cid": new_cid()})
        return self.sent[-1]

    def _act(self, tab: Tab, fields: Frame) -> None:
        self._do(tab, self._new(fields))

    def _do(self, tab: Tab, frame: Frame) -> None:
        self.runner.run(self._together([(tab, frame)]))

    async def _together(self, acts: list[tuple[Tab, Frame]]) -> None:
        before = {id(tab): len(tab.frames) for tab, _ in acts}
        await asyncio.gather(*(take(tab, frame) for tab, frame in acts))
        for tab in {id(tab): tab for tab, _ in acts}.values():
            for told in tab.frames[before[id(tab)] :]:
                if told["t"] == "ack":
                    assert self.acked.setdefault(told["cid"], told["seq"]) == told["seq"]


async def take(tab: Tab, frame: Frame) -> None:
    """Do what the socket does with a frame."""
    parsed, room = wire.parse(json.dumps(frame)), tab.room
    assert room is not None
    try:
        if isinstance(parsed, wire.Forget):
            await room.forget(parsed)
        elif isinstance(parsed, wire.Say | wire.Step):
            await room.take(parsed, tab)
    except FrameRefused as error:
        tab.send(wire.refusal(error, room.head))


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=WALKS,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
