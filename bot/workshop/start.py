"""Starts a talk in the middle: the state that `given:` describes."""

from bot.lines import Speaker
from bot.present import presented
from bot.script import Script
from bot.values import Ask, Frame, Session, Value
from bot.workshop.chat import Given, Head
from bot.workshop.wants import Literal, Span


def opened(script: Script, head: Head, given: Given) -> tuple[Session, Ask | None]:
    """Give a talk whose prompt is open at the given step, as if it had just been asked.

    Args:
        script: the dialogue.
        head: seed, clock, language and country.
        given: the step, the values that differ from a talk's first ones, and the way back.
    """
    values: dict[str, Value] = {
        variable.name: variable.start
        for variable in script.variables.values()
        if variable.start is not None
    }
    if head.region is not None:
        values["region"] = head.region
    kinds = {name: variable.kind for name, variable in script.variables.items()}
    for name, literal in given.state.values:
        values[name] = _value(kinds[name], literal, head.clock)
    place = given.state.place or script.start
    session = Session(
        step=place,
        seed=head.seed,
        lang=head.lang,
        started=head.clock,
        at=head.clock,
        values={name: value for name, value in values.items() if value is not None},
        stack=tuple(Frame(caller, "ask") for caller in given.stack),
        ended=script.steps[place].ends,
    )
    return session, prompt(script, session)


def _value(kind: str, literal: Literal, clock: int) -> Value:
    if isinstance(literal, Span):
        return clock + literal.ms
    if kind == "lock":
        return clock + 3_600_000 if literal else None
    if kind == "picks" and isinstance(literal, str):
        return (literal,)
    return literal


def prompt(script: Script, session: Session) -> Ask | None:
    """Give what a talk asks where it stands."""
    spec = script.steps[session.step].ask
    if spec is None:
        return None
    env = {**session.values, "now": session.at, "away": "moments"}
    return presented(Speaker(script, session.seed, 0), spec, env)
