"""Where one talk stands, as far as this process knows: its script, its position, when it moved."""

from bot.errors import AnswerRefused, FrameRefused, SpeechError
from bot.guide import take_turn
from bot.script import Script
from bot.values import Heard, Input, Turn
from web import talk
from web.closing import EXPIRED, FORGOTTEN, Closing
from web.house import House
from web.ledger import Ledger
from web.store.base import Committed, Outcome
from web.talk import Position, Recorded
from web.vault import Vault, new_talk_id, seed_of
from web.wire import Hello, Say, Step

UNKNOWN, ASIDE = "-", "aside"
"""What the log says for a talk that is gone, and for any step of the flows of safety."""


class Standing:
    """What is known of a talk between two turns; nothing is sure while the store hasn't answered.

    Attributes:
        ledger: the talk's book.
        region: the country that was last named in it.
        talk_id: its public name, once it was looked up.
    """

    __slots__ = ("_house", "_position", "_script", "_touched", "ledger", "region", "talk_id")

    def __init__(self, house: House, vault: Vault) -> None:
        self._house, self.ledger = house, Ledger(house.store, vault)
        self._position: Position | None = None  # None: to be looked up
        self._script: Script | None = None
        self._touched = 0  # when the last turn was taken, in milliseconds
        self.region: str | None = None
        self.talk_id = ""

    @property
    def position(self) -> Position | None:
        """Give where the talk stands, where that is known."""
        return self._position

    @property
    def head(self) -> int | None:
        """Give the seq of its last event, where that is known."""
        return self._position.head if self._position else None

    @property
    def lang(self) -> str:
        """Give the language it is held in, where that is known."""
        return self._position.session.lang if self._position else "en"

    @property
    def place(self) -> tuple[str, str]:
        """Name the version that guides the talk, and the step, for the log; of who is in a crisis
        flow, or at another one for help, nobody is told that."""  # noqa: D205, D209 - one sentence
        if self._script is None or self._position is None:
            return UNKNOWN, UNKNOWN
        script, step = self._script, self._position.session.step
        is_own = not script.stages[script.steps[step].stage].is_safety
        return f"{script.id}@{script.digest[:8]}", step if is_own else ASIDE

    async def begin(self, hello: Hello) -> None:
        """Make the talk: the guide says its first words, and they are stored.

        Raises:
            FrameRefused: `not_allowed`, there is no such dialogue.
            StoreUnavailable: nothing was stored.
        """
        script = await self._house.shelf.today(hello.script, hello.lang)
        talk_id = new_talk_id()
        at, seed, counting = self._house.now(), seed_of(talk_id), self._house.counts
        given = talk.beginning(at, seed, hello.region, lang=script.lang, counting=counting)
        made = talk.recorded(None, "~begin", given, take_turn(script, None, given))
        with self._house.metrics.store("create"):
            await self.ledger.create(talk_id, script.id, script.digest, made)
        self._script, self.talk_id, self._position = script, talk_id, made.position
        self._touched = given.at

    async def found(self) -> tuple[Script, Position]:
        """Give the script and the position, looked up if need be.

        Raises:
            NoSuchTalk: there is none, or none any more.
            StoreUnavailable: not now.
            TalkDamaged: what is stored isn't what was written.
        """
        if self._position is None or self._script is None:
            with self._house.metrics.store("load"):
                found = await self.ledger.open()
            self._script = await self._house.shelf.held(found.bundle, found.position.session)
            self.talk_id, self._position = found.talk_id, found.position
            self._touched = found.position.session.at
        self.region = _country(self._position)
        return self._script, self._position

    async def move(self, before: Position, made: Recorded, payload: bytes) -> Outcome:
        """Store a turn, or learn why not; where it wasn't stored, look again.

        Raises:
            NoSuchTalk: there is no such talk any more.
            StoreUnavailable: not now.
        """
        self.lose()
        with self._house.metrics.store("commit"):
            outcome = await self.ledger.commit(before.head, made, payload)
        if isinstance(outcome, Committed):
            self._position, self._touched = made.position, made.act.given.at
        return outcome

    def lose(self) -> None:
        """Know nothing for sure any more: the next who asks looks it up."""
        self._position = None

    def end(self) -> Closing:
        """Tell why the talk isn't there any more: its time was over, or somebody forgot it."""
        age = self._house.now() - self._touched
        return EXPIRED if 0 < self._house.keep_ms <= age else FORGOTTEN


def led(
    house: House,
    lookup: bytes,
    at: tuple[Script, Position],
    frame: Say | Step,
    heard: Heard,
) -> tuple[Turn, Input]:
    """Lead a talk on by an act, if it can be taken now; nothing is stored yet.

    Args:
        house: has the limits, and the time.
        lookup: whose talk it is, for the limits.
        at: the script, and where it stands.
        frame: the act.
        heard: what was heard in it.

    Raises:
        FrameRefused: `not_allowed`, it is full; `stale`; `too_fast`; `bad_text`, it names something
            that isn't offered.
    """
    script, position = at
    if talk.is_full(position, frame, heard):
        raise FrameRefused("not_allowed", "This talk is full.", cid=frame.cid)
    given = talk.admitted(position, frame, heard, house.now())
    if not talk.is_urgent(frame, heard) and (wait := house.limits.take("act", lookup)):
        raise FrameRefused("too_fast", "One at a time.", cid=frame.cid, retry_ms=wait)
    try:
        turn = take_turn(script, position.session, given)
        if not talk.is_confided(position.ask, given, turn.reply):
            return turn, given
        given = talk.unkept(given)
        return take_turn(script, position.session, given), given  # what is stored leads to it
    except AnswerRefused as error:
        raise FrameRefused("bad_text", str(error), cid=frame.cid) from None


def greeted(house: House, script: Script, position: Position) -> tuple[Recorded, Turn] | None:
    """Make the guide's greeting of who comes back after a while; None where none is due."""
    visit = talk.homecoming(position, house.now())
    if visit is None:
        return None
    cid, given = visit
    try:
        turn = take_turn(script, position.session, given)
    except SpeechError as error:
        house.log.fault(error)  # the talk can go on without a greeting
        return None
    return talk.recorded(position, cid, given, turn), turn


def _country(position: Position) -> str | None:
    region = position.session.values.get("region")
    return region if isinstance(region, str) else None
