"""Why a turn went its way: every guard that was asked in it, how it came out, and on what."""

from collections.abc import Iterator, Mapping

from bot.guide import take_turn
from bot.script import Env, Guard, Script
from bot.values import Input, Session
from bot.workshop.judge import shown
from bot.workshop.lints.guards import names_in
from bot.workshop.places import Place
from bot.workshop.remade import Remaker
from bot.workshop.replay import Result

MOST = 24  # of one turn: more is no explanation
NO_NAMES = ("now", "away")  # these are no variables
CAME_OUT = {True: "yes", False: "no", None: "unknown"}


class Reasons:
    """Asks guards again and tells what they said.

    Args:
        script: the dialogue.
        where: its places, for how its guards are written.
    """

    def __init__(self, script: Script, where: Mapping[str, Place]) -> None:
        self._where = where
        self._told: dict[str, str] = {}
        self._script = Remaker(guard=self._telling).script(script)

    def of(self, result: Result) -> list[str]:
        """Tell what chose the way of the last exchange that was played, a line for each guard."""
        before: Session | None = None
        for played in result.played[:-1]:
            if played.got is not None:
                before = played.got.session
        lines: list[str] = []
        for spoken in result.played[-1].turns if result.played else ():
            lines += self._turn(before, spoken.given)
            before = spoken.turn.session
        more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
        return lines[:MOST] + more

    def _turn(self, before: Session | None, given: Input) -> list[str]:
        self._told = {}
        take_turn(self._script, before, given)
        return list(self._told.values())

    def _telling(self, place: str, guard: Guard) -> Guard:
        source = self._where[place].when if place in self._where else ""

        def told(env: Env) -> bool | None:
            found = guard(env)
            values = ", ".join(_values(source, env))
            because = f"  ({values})" if values else ""
            self._told[place] = f"{CAME_OUT[found]:8}{place}: {source}{because}"
            return found

        return told


def _values(source: str, env: Env) -> Iterator[str]:
    if source:
        for name in sorted(names_in(source)):
            if name not in NO_NAMES:
                yield f"{name} = {shown(env.get(name))}"
