"""What of one talk may be counted: facts without a word in them, each once, and only after a yes.

A fact is a name made of the script's own ids: `reached/safety.rate`, `before/7`. What somebody
typed can't become one. Crisis flows make none: who was there is nobody's number.
"""

from collections.abc import Iterator

from bot.script import Script
from bot.values import Input, Session, Turn

BEFORE, AFTER = "distress_first", "distress"
"""Ratings whose first and last value are counted, where a script declares them."""
CHOSEN = ("way", "part", "anchor", "practice")
"""Choices that are counted, where a script declares them."""
OFF = "felt_off"
"""Asked for in words, of which only this is counted: that somebody wanted to say it."""
COMMANDS = frozenset(("command.help", "command.stop", "command.pause", "command.toomuch"))


class Tally:
    """The facts of one talk, as its turns come by.

    Args:
        script: what guides the talk.
    """

    def __init__(self, script: Script) -> None:
        self._script = script
        self._known: set[str] = set()
        self._told: set[str] = set()

    def add(self, before: Session | None, given: Input, turn: Turn) -> list[str]:
        """Take a turn; give the facts that are new and may be counted.

        Until somebody says yes nothing may, and then also what was before; when the yes is taken
        back, nothing more.
        """
        self._known.update(facts(self._script, before, given, turn))
        if turn.session.values.get("counted") is not True:
            return []
        new = sorted(self._known - self._told)
        self._told.update(new)
        return new


def facts(script: Script, before: Session | None, given: Input, turn: Turn) -> Iterator[str]:
    """Give the facts of one turn.

    Args:
        script: what guides the talk.
        before: where it stood; None for the first turn.
        given: what the person did.
        turn: what came of it.
    """
    yield "talk"
    after = turn.session
    if _is_own(script, after.step):
        yield f"stage/{script.steps[after.step].stage}"
        yield f"reached/{after.step}"
        spec = script.steps[after.step].ask
        if spec is not None and spec.into == OFF:
            yield "off"
    if before is not None and _is_own(script, before.step) and given.heard.risk is None:
        yield from _moves(before.step, given, turn)
    yield from _numbers(after)
    for name in CHOSEN:
        value = after.values.get(name)
        if name in script.variables and value in script.variables[name].ids:
            yield f"chose/{name}/{value}"
    if after.ended:
        yield "ended"


def _moves(step: str, given: Input, turn: Turn) -> Iterator[str]:
    """Tell what was done at a step: gone on, skipped, come back to, or said to the guide itself."""
    path = set(turn.path)
    if given.kind == "return" or "command.return" in path:
        yield f"returned/{step}"
        return
    for part in sorted(path):
        if part in COMMANDS or part.startswith("watch."):
            yield part.replace(".", "/", 1)
    is_command = any(part.startswith(("command.", "back.")) for part in path)
    if "skip" in (given.kind, given.heard.command):
        yield f"skipped/{step}"
        yield f"went/{step}"
    elif path and given.kind == "say" and not is_command:
        yield f"went/{step}"


def _numbers(after: Session) -> Iterator[str]:
    first, last = after.values.get(BEFORE), after.values.get(AFTER)
    if isinstance(first, int):
        yield f"before/{first}"
    if isinstance(last, int) and after.ended:
        yield f"after/{last}"


def _is_own(script: Script, step: str) -> bool:
    return not script.stages[script.steps[step].stage].is_safety
