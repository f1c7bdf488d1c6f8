"""What conversations can reach, each behind its kind: ways, choices, lines and guard outcomes."""

from collections.abc import Iterable, Iterator

from bot.script import Script
from bot.workshop.census import choice_ids, line_ids, transition_ids
from bot.workshop.coverage import both_ways, picked
from bot.workshop.record import Spoken


def stage_of(item: str) -> str:
    """Give the stage that something missing is in, or its own name."""
    words = item.split()
    return next((word for word in words if "." in word), words[1]).partition(".")[0]


def reachable(script: Script, guards: Iterable[str]) -> frozenset[str]:
    """Give all that conversations can reach of a script, and both outcomes of its guards."""
    return frozenset(
        {
            *(f"way {one}" for one in transition_ids(script) | script.steps.keys()),
            *(f"choice {one}" for one in choice_ids(script)),
            *(f"line {one}" for one in line_ids(script)),
            *(f"guard {one}" for one in both_ways(guards)),
        }
    )


def reached_by(spoken: Spoken) -> Iterator[str]:
    """Give what a turn reaches."""
    turn, risk = spoken.turn, spoken.given.heard.risk
    yield f"way {turn.session.step}"
    yield from (f"way {one}" for one in turn.path)
    yield from (f"line {line.id}" for line in turn.reply.lines)
    yield from (f"choice {one}" for one in picked(spoken))
    if risk is not None:
        yield f"way danger.{risk.category}.{risk.tier}"
