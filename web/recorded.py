"""A stored talk as a test: what was done in it, and what its script says to that."""

from collections.abc import Iterable, Iterator

from bot.guide import take_turn
from bot.script import Script
from bot.values import Ask, Session
from bot.workshop.chat import Head
from bot.workshop.record import Spoken, record
from web.talk import Act


def written(script: Script, acts: Iterable[Act], title: str) -> str:
    """Write stored acts as a conversation, with what the script says to them."""
    talk = list(_spoken(script, acts))
    first = talk[0].given
    head = Head(
        dialog=script.id,
        title=f"talk {title}",
        seed=first.seed,
        clock=first.at,
        lang=first.lang,
        region=first.region,
    )
    return record(head, talk)


def _spoken(script: Script, acts: Iterable[Act]) -> Iterator[Spoken]:
    session: Session | None = None
    ask: Ask | None = None
    for act in acts:
        turn = take_turn(script, session, act.given)
        yield Spoken(act.given, session.step if session is not None else "", ask, turn)
        session, ask = turn.session, turn.reply.ask
