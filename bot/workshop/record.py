"""Writes what happened as a `.chat` file would have it: for recording, updating and comparing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from bot.values import Ask, Input, Line, Turn
from bot.workshop.acts import written_answer
from bot.workshop.chat import Head
from bot.workshop.judge import Got, shown
from bot.workshop.reading import offered
from bot.workshop.wants import UNITS, WantedState, Wants

INDENT = " " * 5
EXCERPT = 60  # characters of a line: enough to recognise it, and a changed ending breaks no test
QUIET = 5 * UNITS["minute"]  # a pause shorter than this is part of typing, not worth a `wait:`


class Spoken(Struct, frozen=True):
    """One act and what it led to.

    Attributes:
        given: the act.
        step: where the talk was; empty before it began.
        ask: the prompt that was open.
        turn: what came of it.
    """

    given: Input
    step: str
    ask: Ask | None
    turn: Turn


def record(head: Head, talk: Sequence[Spoken]) -> str:
    """Write a whole talk as a `.chat` file that passes.

    Args:
        head: what stands above the `---`.
        talk: every act in order, the opening first.
    """
    parts = [head_lines(head), "---"]
    before = head.clock
    for act in talk:
        parts += act_lines(act, before)
        parts += bot_lines(act.turn.reply.lines)
        parts += [
            f"{INDENT}now at {act.turn.session.step}{_ended(ended=act.turn.session.ended)}",
            "",
        ]
        before = act.given.at
    return "\n".join(parts)


def bot_lines(lines: Iterable[Line], length: int = EXCERPT) -> list[str]:
    """Write lines with their id and the first words of their text."""
    found = [f'#{line.id}  "{excerpt(line.text, length)}"' for line in lines]
    return [f"bot: {found[0]}", *(INDENT + line for line in found[1:])] if found else []


def expectations(wants: Wants, got: Got) -> list[str]:
    """Write what happened, about the same things that are expected."""
    lines = bot_lines(got.lines) if wants.lines else []
    lines += [INDENT + state_line(state, got) for state in wants.states]
    lines += [INDENT + choices_line(got)] if wants.choices else []
    lines += [INDENT + path_line(got)] if wants.paths else []
    lines += [INDENT + card_line(got)] if wants.cards else []
    return lines


def state_line(want: WantedState, got: Got, guards: Iterable[str] = ()) -> str:
    """Write where the talk is, with the same variables and these guards."""
    values = [f"{name} = {shown(got.session.values.get(name))}" for name, _ in want.values]
    place = f"at {got.session.step}" if want.place is not None else ""
    ended = "" if want.ended is None else "ended" if got.session.ended else "not ended"
    return "now " + ", ".join(part for part in (place, *values, *guards, ended) if part)


def choices_line(got: Got) -> str:
    """Write what is offered."""
    return f"choices: {' | '.join(choice.label for choice in offered(got.ask)) or '…'}"


def path_line(got: Got) -> str:
    """Write the way of the turn."""
    return f"via: {', '.join(got.path)}"


def card_line(got: Got) -> str:
    """Write whose help lines are shown."""
    return f"card: {got.card.region if got.card else 'none'}"


def head_lines(head: Head) -> str:
    """Write what stands above the `---`."""
    moment = datetime.fromtimestamp(head.clock / 1000, UTC)
    fields = {
        "title": head.title,
        "dialog": head.dialog,
        "seed": str(head.seed),
        "clock": moment.isoformat(" ", "seconds").removesuffix("+00:00"),
        "lang": head.lang if head.lang != "en" else "",
        "region": head.region or "",
        "tags": ", ".join(head.tags),
    }
    return "\n".join(f"{name + ':':8}{value}" for name, value in fields.items() if value)


def act_lines(act: Spoken, before: int) -> list[str]:
    """Write an act, and the pause before it if it was a long one."""
    given = act.given
    wait = given.at - before
    pause = [f"wait: {_time(wait // UNITS['minute'])}"] if wait >= QUIET else []
    if given.kind == "begin":
        return []
    if given.answer is not None:
        return [*pause, f"you: {written_answer(given.answer, act.ask)}"]
    name = "too much" if given.kind == "toomuch" else given.kind
    return [*pause, f"you: [{'' if name == 'return' else '/'}{name}]"]


def _time(minutes: int) -> str:
    """Write a time in the largest unit that it is a whole number of."""
    for unit in ("day", "hour"):
        whole, rest = divmod(minutes, UNITS[unit] // UNITS["minute"])
        if whole and not rest:
            return f"{whole} {unit}{'s' if whole > 1 else ''}"
    return f"{minutes} minutes" if minutes < 10_000 else f"{minutes // 60} hours"


def _ended(*, ended: bool) -> str:
    return ", ended" if ended else ""


def excerpt(text: str, length: int) -> str:
    """Take the first whole words; quotation marks and backslashes are escaped."""
    line = " ".join(text.split())
    if len(line) > length:
        line = line[: length + 1].rpartition(" ")[0] or line[:length]
    return line.replace("\\", "\\\\").replace('"', r"\"")
