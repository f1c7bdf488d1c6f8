"""A verdict: one thing that was looked at, how it is, and what to do about it."""

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


def good(topic: str, says: str) -> Verdict:
    """Say that all is well with it."""
    return Verdict(topic, "good", says)
