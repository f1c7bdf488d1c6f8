"""A script that notes how its guards come out while conversations are played again."""

from collections.abc import Iterable

from bot.guide import take_turn
from bot.script import Env, Guard, Script
from bot.values import Input, Session, Turn
from bot.workshop.remade import Remaker
from bot.workshop.replay import Result


class Watched:
    """Guards under watch.

    Attributes:
        guards: every guard there is.
        came_out: guards with how they came out; unknown counts as not true.
        prompts: a talk at each prompt that conversations came by.
    """

    def __init__(self, script: Script) -> None:
        self.guards: set[str] = set()
        self.came_out: set[tuple[str, bool]] = set()
        self.prompts: dict[str, Session] = {}
        self._script = Remaker(guard=self._watch).script(script)

    def play(self, results: Iterable[Result]) -> None:
        """Take the turns of conversations again."""
        for result in results:
            before: Session | None = None
            for played in result.played:
                for spoken in played.turns:
                    before = take_turn(self._script, before, spoken.given).session
                    self.prompts.setdefault(before.step, before)
                if before is None and played.got is not None:
                    before = played.got.session
                    self.prompts.setdefault(before.step, before)

    def turn(self, session: Session | None, given: Input) -> tuple[Turn, tuple[str, ...]]:
        """Take a turn, and give how the guards came out in it: `… yes`, `… no`.

        Raises:
            AnswerRefused: the answer names something that isn't offered.
        """
        self.came_out.clear()
        turn = take_turn(self._script, session, given)
        return turn, tuple(f"{name} {'yes' if ok else 'no'}" for name, ok in self.came_out)

    def _watch(self, place: str, guard: Guard) -> Guard:
        self.guards.add(place)
        yes, no = (place, True), (place, False)

        def noted(env: Env) -> bool | None:
            found = guard(env)
            self.came_out.add(yes if found is True else no)
            return found

        return noted
