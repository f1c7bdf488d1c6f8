"""A script that notes how its guards come out while conversations are played again."""

from collections.abc import Iterable, Mapping

from bot.guide import take_turn
from bot.scope import Scope
from bot.script import Effect, Env, Guard, Script
from bot.values import Input, Session, Turn, Value
from bot.workshop.places import Place
from bot.workshop.remade import Remaker
from bot.workshop.replay import Result
from bot.workshop.thresholds import lower_guard


class Watched:
    """Guards under watch.

    Attributes:
        guards: every guard there is.
        came_out: guards with how they came out; unknown counts as not true.
        would_show: faults that would have changed something: `flip`, `lower` or `drop` and a place.
        prompts: a talk at each prompt that conversations came by.

    Args:
        script: the dialogue.
        where: its places, for the limits in its guards; without them no limit is lowered.
    """

    def __init__(self, script: Script, where: Mapping[str, Place] | None = None) -> None:
        self.guards: set[str] = set()
        self.came_out: set[tuple[str, bool]] = set()
        self.would_show: set[str] = set()
        self.prompts: dict[str, Session] = {}
        self._where, self._scope = where or {}, Scope(script.variables, script.bands)
        self._script = Remaker(guard=self._watch, effect=self._heed).script(script)

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
        self.would_show.clear()
        turn = take_turn(self._script, session, given)
        return turn, tuple(f"{name} {'yes' if ok else 'no'}" for name, ok in self.came_out)

    def _watch(self, place: str, guard: Guard) -> Guard:
        self.guards.add(place)
        yes, no = (place, True), (place, False)
        source = self._where[place].when if place in self._where else ""
        less = lower_guard(source, self._scope)

        def noted(env: Env) -> bool | None:
            found = guard(env)
            self.came_out.add(yes if found is True else no)
            self.would_show.add(f"flip {place}")
            if less is not None and (less[1](env) is True) != (found is True):
                self.would_show.add(f"lower {place}")
            return found

        return noted

    def _heed(self, place: str, effect: Effect) -> Effect:
        def noted(env: Env) -> Value:
            value = effect.value(env)
            if value != env.get(effect.name):
                self.would_show.add(f"drop {place}")
            return value

        return Effect(effect.name, noted)
