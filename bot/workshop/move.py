"""One way that an act, or a step within a turn, can go: an edge of what is explored."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.values import Frame
from bot.workshop.domains import Held, Known

Then: TypeAlias = Literal["stay", "rest", "arrive", "return"]
SAME, CLEARED, CALM, CRISIS, BENEATH = "same", "cleared", "(calm)", "(crisis)", "beneath "
UNDER = "under "  # as `beneath`, but crisis flows may be left on the way; also the fact for it
INNER, OPEN, GRAVE, STORY = "inner ", "open ", "is grave", "a story"


class Move(Struct, frozen=True, eq=False):  # each is itself: they are many, and compared by place
    """One way that one act, or one step within a turn, can go.

    Attributes:
        act: what was done; empty within a turn.
        sort: the act's sort; `within` within a turn.
        known: what had to hold: variables, and facts about the way back.
        writes: what the variables hold afterwards, as far as they were written.
        base: what became of the way back: kept, cleared, or cut to what is beneath a flow, to the
            nearest crisis flow, or to what was before the crisis flows.
        pushed: frames on top of it.
        state: where the talk is then.
        then: what comes next there: it stays, `rest`s if it may be there, `arrive`s or `return`s.
        way: how it returns.
        is_marked: "back" can undo it.
        is_final: it can't be gone back from, nor past it.
        path: steps, routes and commands that were walked.
        error: the promise that was broken, if one was.
    """

    act: str
    sort: str
    known: Known
    writes: Mapping[str, Held]
    base: str
    pushed: tuple[Frame, ...]
    state: str
    then: Then
    way: str = ""
    is_marked: bool = False
    is_final: bool = False
    path: tuple[str, ...] = ()
    error: str = ""
