"""Counts the steps of one talk as it goes, where that is on and its person said yes."""

from bot.errors import MakeroomError
from bot.guide import take_turn
from bot.script import Script
from bot.values import Turn
from web.house import House
from web.ledger import Ledger
from web.store.counts import Tallied
from web.talk import Position, Recorded
from web.tally import Tally

DAY_MS = 86_400_000


class Counting:
    """Counts for one talk while somebody is connected to it.

    Args:
        house: says whether anything is counted, and has the store for it.
        ledger: of the talk; what it did before is read again when we weren't there.
    """

    __slots__ = ("_head", "_house", "_ledger", "_tally")

    def __init__(self, house: House, ledger: Ledger) -> None:
        self._house, self._ledger = house, ledger
        self._tally: Tally | None = None
        self._head = 0  # where the talk stood after the last turn that we counted

    async def turn(self, script: Script, before: Position, made: Recorded, turn: Turn) -> None:
        """Count what a stored turn adds. What can't be counted isn't: no talk fails for it."""
        tally, self._tally = self._tally, None
        if not self._house.counts or turn.session.values.get("counted") is not True:
            return
        try:
            if tally is None or self._head != before.head:
                tally = await self._caught_up(script, before.head)
            facts = tally.add(before.session, made.act.given, turn)
            if facts:
                day = made.act.given.at // DAY_MS
                tallied = Tallied(script.id, script.digest, tuple(facts), day)
                await self._house.store.tally(tallied)
        except MakeroomError:
            return
        self._tally, self._head = tally, made.position.head

    async def _caught_up(self, script: Script, head: int) -> Tally:
        """Go through the talk up to a head again; what was counted then isn't counted twice."""
        tally, session = Tally(script), None
        for act in await self._ledger.acts():
            if act.seq > head:
                break
            turn = take_turn(script, session, act.given)
            tally.add(session, act.given, turn)
            session = turn.session
        return tally
