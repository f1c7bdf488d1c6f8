"""A verdict: one thing that was looked at, how it is, and what to do about it."""

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

Grade: TypeAlias = Literal["good", "note", "warning", "error"]


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


def whole(wrong: Mapping[str, int], talks: int, advice: str) -> Iterator[Verdict]:
    """Tell whether every talk is in one piece, as far as anyone can without its key.

    Args:
        wrong: how many there are of each kind of damage.
        talks: how many talks there are.
        advice: what to do about damage.
    """
    for what, count in wrong.items():
        if count:
            yield Verdict("talks", "error", f"{count} {what}.", advice)
    if not any(wrong.values()):
        yield good("talks", f"{talks:,} talks; every head and event is in its place.")
    yield Verdict(
        "replay",
        "note",
        "whether a talk equals the replay of its inputs can't be told without its person's"
        " key, and nobody else has that. Each talk is checked when it is opened.",
    )


def good(topic: str, says: str) -> Verdict:
    """Say that all is well with it."""
    return Verdict(topic, "good", says)
