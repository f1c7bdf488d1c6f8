"""Small detours from a played conversation that must not change its way.

`digress` asks why, for help or for a pause before each answer and comes back; `undo` goes back
after each answer and gives it again. Each detour leaves the conversation at one place and is
compared with the way it went without; the conversation itself goes on as it was played.
"""

from collections import deque
from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import structs
from msgspec.json import encode

from bot.errors import AnswerRefused
from bot.guide import take_turn
from bot.script import Script
from bot.values import Answer, Ask, Input, InputKind, Outcome, Session, Turn, Value
from bot.workshop.record import Spoken
from bot.workshop.replay import Result

Detour: TypeAlias = Literal["digress", "undo"]
DETOURS: tuple[Detour, ...] = ("digress", "undo")
ASIDES: tuple[InputKind, ...] = ("why", "help", "pause")
MOST_ACTS = 3  # answers within which a side flow must lead back to the prompt it was called from
PASSING = "answer"  # what was answered last: a detour gives answers of its own


class Tried:
    """Detours that were made: the same place and answer give the same one, in any conversation."""

    def __init__(self) -> None:
        self._acts: set[bytes] = set()
        self._asides: dict[bytes, Session | None] = {}

    def is_new(self, script: Script, before: Session, given: Input) -> bool:
        """Tell whether an act was not met yet, and remember it."""
        key = encode((script.digest, before, given))
        is_new = key not in self._acts
        self._acts.add(key)
        return is_new

    def aside(self, script: Script, before: Session, kind: InputKind) -> Session | None:
        """Give the talk after a side flow was visited and left by the shortest way."""
        key = encode((script.digest, before, kind))
        if key not in self._asides:
            self._asides[key] = _aside(script, before, kind)
        return self._asides[key]


def differences(
    result: Result, script: Script, detour: Detour, tried: Tried | None = None
) -> Iterator[str]:
    """Tell where a detour leads somewhere else, as `file:line: sentence`.

    Args:
        result: a conversation as the engine played it.
        script: its dialogue.
        detour: which detours to make.
        tried: those of other conversations, which aren't made again.
    """
    tried = tried or Tried()
    before: Session | None = None
    for played in result.played:
        for spoken in played.turns:
            if before is None or before.ended or not tried.is_new(script, before, spoken.given):
                continue
            line = max(played.exchange.line, 1)
            if detour == "digress":
                found = _digressions(script, before, spoken, tried)
            else:
                found = _undone(script, before, spoken)
            yield from (f"{result.chat.file}:{line}: {says}" for says in found)
        before = played.got.session if played.got is not None else None


# Asking aside


def _digressions(script: Script, before: Session, spoken: Spoken, tried: Tried) -> Iterator[str]:
    if spoken.given.kind == "return":
        return
    for kind in ASIDES if _is_plain(before, spoken.given) else ("why",):
        if kind != "why" and script.commands[kind].call.partition(".")[0] in _open(script, before):
            continue
        back = tried.aside(script, before, kind)
        if back is None:
            yield f"after “{kind}” at {before.step} nothing leads back there"
            continue
        says = _unlike(_retaken(script, back, spoken), spoken.turn.session)
        if says:
            yield f"after “{kind}” at {before.step} the same answer leads elsewhere: {says}"


def _is_plain(before: Session, given: Input) -> bool:
    """Tell whether this is an answer, and nothing is counted that a detour would forget."""
    is_answer = given.kind == "say" and given.heard.command is None
    return is_answer and before.tries == before.skips == before.asides == 0


def _open(script: Script, session: Session) -> set[str]:
    steps = (session.step, *(frame.step for frame in session.stack))
    return {script.steps[step].stage for step in steps}


def _aside(script: Script, before: Session, kind: InputKind) -> Session | None:
    """Give the talk after a side flow was visited and left by the shortest way."""
    first = take_turn(script, before, Input(at=before.at + 1, kind=kind))
    waiting = deque([(first, 0)])
    while waiting:
        turn, count = waiting.popleft()
        session = turn.session
        is_there = session.step == before.step and session.stack == before.stack
        if is_there and (kind == "why" or f"return.{before.step}" in turn.path):
            return session
        if count < MOST_ACTS and not session.ended:
            waiting += [(further, count + 1) for further in _plain_acts(script, turn)]
    return None


def _plain_acts(script: Script, turn: Turn) -> Iterator[Turn]:
    """Take every tap that the prompt of a side flow offers."""
    ask, at = turn.reply.ask, turn.session.at + 1
    for answer in _taps(ask) if ask is not None else ():
        try:
            yield take_turn(script, turn.session, Input(at=at, kind="say", answer=answer))
        except AnswerRefused:
            continue
    yield take_turn(script, turn.session, Input(at=at, kind="skip"))


def _taps(ask: Ask) -> Iterator[Answer]:
    for choice in (*ask.choices, *ask.chips):
        yield Answer(choices=(choice.id,)) if ask.kind == "choices" else Answer(choice=choice.id)
    if ask.kind == "exercise":
        yield Answer(exercise=Outcome("okay", sum(frame.seconds for frame in ask.frames)))


# Going back


def _undone(script: Script, before: Session, spoken: Spoken) -> Iterator[str]:
    after = spoken.turn.session
    if after.ended or not _is_plain(before, spoken.given) or not _goes_back_to(before, after):
        return
    back = take_turn(script, after, Input(at=after.at + 1, kind="back"))
    if f"back.{before.step}" not in back.path:
        yield f"“back” after {before.step} doesn't go back there"
        return
    if back.session.step != before.step:
        if not any(part.startswith("barred.") for part in back.path):
            yield f"“back” after {before.step} leads to {back.session.step}"
        return
    says = _unlike(back.session, _kept(script, before, after))
    if says:
        yield f"“back” after {before.step} leaves something behind: {says}"
    if _sticking(script, before, after):
        return  # what protects a person isn't taken back, so the same answer may lead elsewhere
    says = _unlike(_retaken(script, back.session, spoken), after)
    if says:
        yield f"after “back” at {before.step} the same answer leads elsewhere: {says}"


def _goes_back_to(before: Session, after: Session) -> bool:
    """Tell whether the last place that "back" knows is the prompt that was just answered."""
    is_marked = bool(after.trail) and after.trail[-1].step == before.step
    is_new = len(after.trail) > len(before.trail) or after.trail != before.trail
    return is_marked and is_new and not after.taken_back


def _kept(script: Script, before: Session, after: Session) -> Session:
    """Give the talk before an answer, with what "back" doesn't undo."""
    sticking = {name: after.values.get(name) for name in _sticking(script, before, after)}
    return structs.replace(before, values={**before.values, **sticking})


def _sticking(script: Script, before: Session, after: Session) -> set[str]:
    names = before.values.keys() | after.values.keys()
    return {
        name
        for name in names
        if before.values.get(name) != after.values.get(name) and script.variables[name].sticky
    }


# Comparing


def _retaken(script: Script, session: Session, spoken: Spoken) -> Session:
    return take_turn(script, session, spoken.given).session


def _unlike(one: Session, other: Session) -> str:
    """Say in what two talks differ; what was said in them doesn't count."""
    if one.step != other.step:
        return f"{one.step} instead of {other.step}"
    if one.stack != other.stack:
        return "another way back"
    return ", ".join(
        f"{name} is {_shown(one.values.get(name))} instead of {_shown(other.values.get(name))}"
        for name in sorted(one.values.keys() | other.values.keys())
        if name != PASSING and one.values.get(name) != other.values.get(name)
    )


def _shown(value: Value) -> str:
    return "not given" if value is None else repr(value)
