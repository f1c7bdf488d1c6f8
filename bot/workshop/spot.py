"""A prompt that a search for missing conversations has come to."""

from msgspec import Struct

from bot.values import Ask, Session
from bot.workshop.record import Spoken


class Spot(Struct, frozen=True):
    """A prompt that was reached.

    Attributes:
        talk: every act that led there.
        reaches: what the last of them reached.
    """

    talk: tuple[Spoken, ...]
    session: Session
    ask: Ask | None
    at: int
    reaches: frozenset[str]

    @property
    def key(self) -> tuple[object, ...]:
        """Tell situations apart by all that can decide a way."""
        session = self.session
        values = frozenset(session.values.items() - {("answer", session.values.get("answer"))})
        return session.step, session.stack, min(session.tries, 2), min(session.skips, 2), values
