"""Writes conversations that were found, not held: short lines that hold whatever the words are."""

from collections.abc import Iterable, Iterator, Sequence

from bot.errors import ReplayError
from bot.listening.ear import Ear
from bot.script import Script, Variable
from bot.values import Line, Session, Value
from bot.workshop.census import sayings
from bot.workshop.chat import Head, each_way
from bot.workshop.chatfile import read_chat
from bot.workshop.judge import shown
from bot.workshop.midway import is_midway
from bot.workshop.record import INDENT, Spoken, act_lines, excerpt, head_lines
from bot.workshop.replay import play

TAG = "filled"  # in the head of each: these were found, and may be found anew
BEGINNING = 28  # characters of a line: enough to tell the texts of one line apart
MOST_STAGES = 4  # named in a title


def filled(script: Script, ear: Ear, talks: Iterable[Sequence[Spoken]]) -> Iterator[str]:
    """Write each talk as a `.chat` file; one that wouldn't pass as it is written is left out."""
    for number, talk in enumerate(talks, 1):
        text = _written(script, talk, number)
        if _passes(text, script, ear):
            yield text


def _passes(text: str, script: Script, ear: Ear) -> bool:
    try:
        ways = each_way(read_chat(text, "filled.chat"))
        return all(play(way, script, ear).has_passed for way in ways)
    except ReplayError:
        return False


def _written(script: Script, talk: Sequence[Spoken], number: int) -> str:
    first = talk[0].given
    head = Head(
        dialog=script.id,
        title=_title(script, talk, number),
        seed=first.seed,
        clock=first.at,
        region=first.region,
        tags=(TAG,),
    )
    given = [_given(script, talk[0].turn.session)] if is_midway(talk[0]) else []
    parts, before, session = [head_lines(head), *given, "---"], head.clock, None
    several = _alternatives(script)
    for act in talk:
        parts += act_lines(act, before)
        parts += _lines(act, several)
        parts += [f"{INDENT}{_state(script, session, act.turn.session)}", ""]
        before, session = act.given.at, act.turn.session
    return "\n".join(parts)


def _given(script: Script, session: Session) -> str:
    """Write the state that a talk begins in: what differs from a talk's first values."""
    values = [
        f"{name} = {_literal(script.variables[name], session.values.get(name))}"
        for name in sorted(script.variables)
        if session.values.get(name) != script.variables[name].start and name != "answer"
    ]
    callers = [f" called from {frame.step}" for frame in reversed(session.stack)]
    return f"given:  at {', '.join([session.step + ''.join(callers), *values])}"


def _literal(variable: Variable, value: Value) -> str:
    if variable.kind == "lock":
        return "yes" if value else "no"
    text = shown(value)
    return f'"{text}"' if variable.kind == "words" and value and text[0] != '"' else text


def _title(script: Script, talk: Sequence[Spoken], number: int) -> str:
    """Name the stages that the second half comes through: the first half often leads there."""
    steps = [act.turn.session.step for act in talk]
    stages = list(dict.fromkeys(script.steps[step].stage for step in steps[len(steps) // 2 :]))
    more = " and more" if len(stages) > MOST_STAGES else ""
    return f"Way {number}: {', '.join(stages[:MOST_STAGES])}{more}"


def _lines(act: Spoken, several: frozenset[str]) -> list[str]:
    """Name the lines that are said, and how they begin where guards choose among texts."""
    lines = [f"#{line.id}{_begins(line, several)}" for line in act.turn.reply.lines]
    return [f"bot: {lines[0]}", *(INDENT + one for one in lines[1:])] if lines else []


def _begins(line: Line, several: frozenset[str]) -> str:
    if line.id not in several:
        return ""
    return f'  "{excerpt(line.text, BEGINNING)}"'


def _alternatives(script: Script) -> frozenset[str]:
    """Name the lines of which guards choose one of several texts."""
    seen, several = set[str](), set[str]()
    for saying in sayings(script):
        (several if saying.id in seen else seen).add(saying.id)
    return frozenset(several)


def _state(script: Script, before: Session | None, after: Session) -> str:
    """Write where the talk is and what the turn has changed; the beginning is the script's."""
    old = before.values if before is not None else after.values
    names = sorted(old.keys() | after.values.keys())
    changed = [name for name in names if old.get(name) != after.values.get(name)]
    values = [
        _value(script.variables[name], after.values.get(name))
        for name in changed
        if name in script.variables and name != "answer"
    ]
    return ", ".join([f"now at {after.step}", *values, *(["ended"] if after.ended else [])])


def _value(variable: Variable, value: Value) -> str:
    """Write a variable's value; of words only that they are given, they stand in the act."""
    name = variable.name
    if variable.kind == "lock":
        return f"{name} = {'yes' if value else 'no'}"
    if variable.kind in {"words", "picks"}:
        return f"{name} is {'given' if value is not None else 'not given'}"
    return f"{name} = {shown(value)}"
