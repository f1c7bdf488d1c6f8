"""The same acts in another language, or with other wordings, must lead the same way.

Rules never look at words that we wrote. So whatever the seed and the language, the same taps,
numbers and hearings come by the same steps and lines, and leave the same values.
"""

from collections.abc import Iterator

from msgspec import Struct, structs

from bot.errors import AnswerRefused, SpeechError
from bot.guide import take_turn
from bot.script import Script
from bot.values import Input, Session, Turn, Value
from bot.workshop.judge import shown
from bot.workshop.reading import offered
from bot.workshop.replay import Result


class Telling(Struct, frozen=True):
    """How a conversation is told: a dialogue in some language, and what chooses its wordings."""

    script: Script
    seed: int

    def __str__(self) -> str:
        """Name it as a failure does."""
        return f"in {self.script.lang}, with seed {self.seed}"


def differences(result: Result, telling: Telling) -> Iterator[str]:
    """Tell where a conversation goes another way, as `file:line: sentence`; then no further."""
    session: Session | None = None
    for played in result.played:
        for spoken in played.turns:
            says, session = _taken(telling, session, spoken.given, spoken.turn)
            if says:
                yield f"{result.chat.file}:{max(played.exchange.line, 1)}: {telling}, {says}"
                return
        if session is None and played.got is not None:  # it starts in the middle
            session = structs.replace(
                played.got.session, seed=telling.seed, lang=telling.script.lang
            )


def _taken(
    telling: Telling, session: Session | None, given: Input, first: Turn
) -> tuple[str, Session | None]:
    if session is None:
        given = structs.replace(given, seed=telling.seed, lang=telling.script.lang)
    try:
        turn = take_turn(telling.script, session, given)
    except (AnswerRefused, SpeechError) as error:
        return str(error), session
    return _unlike(telling.script, turn, first), turn.session


def _unlike(script: Script, turn: Turn, first: Turn) -> str:
    """Say in what two turns differ, beyond their words."""
    if turn.path != first.path or turn.session.step != first.session.step:
        return f"the way is {' → '.join(turn.path)} instead of {' → '.join(first.path)}"
    lines, firsts = ([line.id for line in one.reply.lines] for one in (turn, first))
    if lines != firsts:
        return f"what is said is #{', #'.join(lines)} instead of #{', #'.join(firsts)}"
    if _picks(turn) != _picks(first):
        return "something else can be picked"
    return _other_values(script, turn.session.values, first.session.values)


def _picks(turn: Turn) -> list[str]:
    return [choice.id for choice in offered(turn.reply.ask)]


def _other_values(script: Script, ours: dict[str, Value], firsts: dict[str, Value]) -> str:
    """Compare values; of words only whether they are given, as a chip's own are translated."""
    for name in sorted(ours.keys() | firsts.keys()):
        one, other = ours.get(name), firsts.get(name)
        is_words = name in script.variables and script.variables[name].kind == "words"
        if (one is None) != (other is None) if is_words else one != other:
            return f"{name} is {shown(one)} instead of {shown(other)}"
    return ""
