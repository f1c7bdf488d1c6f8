"""A verdict: one thing that was looked at, how it is, and what to do about it."""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

Grade: TypeAlias = Literal["good", "note", "warning", "error"]


LACKING = (
    "talks without their last event",
    "talks with a missing event",
    "talks without a beginning",
)


class Verdict(Struct, frozen=True):
    """What the doctor says about one thing.

    Attributes:
        topic: what was looked at: one word, stable, for programs.
        grade: `error` must be mended before anybody talks, a `warning` should be; a `note` says
            what can't be known here.
        says: how it is.
        do: what to do now; empty when there is nothing to do.
    """

    topic: str
    grade: Grade
    says: str
    do: str = ""

    def __str__(self) -> str:
        """Give one line for a person."""
        advice = f" → {self.do}" if self.do else ""
        return f"{self.grade:<8}{self.topic}: {self.says}{advice}"


class Looked(Struct, frozen=True):
    """What was seen in a store.

    Attributes:
        verdicts: how it is.
        talks: how many talks began with each script version; empty when it can't be used.
        bundles: these versions, as they are kept.
        touched_ms: the time of the newest turn, in milliseconds.
    """

    verdicts: list[Verdict]
    talks: dict[str, int] = {}
    bundles: dict[str, bytes | None] = {}
    touched_ms: int | None = None


def whole(talks: int, found: Iterable[int], advice: str) -> Iterator[Verdict]:
    """Tell whether every talk is in one piece, as far as anyone can without its key.

    Args:
        talks: how many there are.
        found: how many of them have turns; among those how many lack their last event, an event
            or their beginning; and how many turns belong to none.
        advice: what to do about damage.
    """
    made, *lacking, alone = map(int, found)
    wrong = dict(zip(LACKING, (count + talks - made for count in lacking), strict=True))
    for what, count in {**wrong, "turns of no talk": alone}.items():
        if count:
            yield Verdict("talks", "error", f"{count} {what}.", advice)
    if not any(wrong.values()) and not alone:
        yield good("talks", f"{talks:,} talks; every head and event is in its place.")
    yield Verdict(
        "replay",
        "note",
        "whether a talk equals the replay of its inputs can't be told without its person's"
        " key, and nobody else has that; with a return code, `--talk` can. Each talk is checked"
        " when it is opened.",
    )


def good(topic: str, says: str) -> Verdict:
    """Say that all is well with it."""
    return Verdict(topic, "good", says)
