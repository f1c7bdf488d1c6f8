"""How much of a script some conversations reach, and which lines they don't."""

from collections.abc import Iterable

from msgspec import Struct

from bot.script import Script
from bot.workshop.census import choice_ids, line_ids
from bot.workshop.replay import Played, Result


class Share(Struct, frozen=True):
    """What was reached of what there is, by id."""

    reached: frozenset[str]
    all: frozenset[str]

    @property
    def missed(self) -> tuple[str, ...]:
        """Give what was not reached, in order of its name."""
        return tuple(sorted(self.all - self.reached))

    def __str__(self) -> str:
        """Give it as `12 of 40 (30 %)`."""
        count, whole = len(self.reached & self.all), len(self.all)
        return f"{count} of {whole} ({100 * count // whole if whole else 100} %)"


class Coverage(Struct, frozen=True):
    """What the conversations about one dialogue reached."""

    dialog: str
    states: Share
    choices: Share
    lines: Share


def coverage(script: Script, results: Iterable[Result]) -> Coverage:
    """Count what was reached.

    Args:
        script: the dialogue.
        results: conversations about this dialogue; those that failed count as far as they went.
    """
    states, choices, lines = set[str](), set[str](), set[str]()
    for played in (one for result in results for one in result.played):
        states |= _states(played)
        choices |= _choices(played)
        lines |= {line.id for spoken in played.turns for line in spoken.turn.reply.lines}
    return Coverage(
        script.id,
        Share(frozenset(states), frozenset(script.steps)),
        Share(frozenset(choices), choice_ids(script)),
        Share(frozenset(lines), line_ids(script)),
    )


def _states(played: Played) -> set[str]:
    there = {played.got.session.step} if played.got is not None else set()
    for spoken in played.turns:
        there |= {spoken.turn.session.step, *spoken.turn.path}
    return there


def _choices(played: Played) -> set[str]:
    picked = set()
    for spoken in played.turns:
        answer = spoken.given.answer
        if answer is not None:
            outcome = answer.exercise.outcome if answer.exercise else None
            ids = (answer.choice, outcome, *(answer.choices or ()), *spoken.given.heard.choices)
            picked |= {f"{spoken.step}.{one}" for one in ids if one is not None}
    return picked
