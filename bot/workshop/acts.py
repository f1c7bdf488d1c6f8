"""What a `you:` line of a `.chat` file can say, read and written.

Reading doesn't look at a script: whether `[Not now]` is offered is only known when the talk is
there. `bot.workshop.reading` then turns an act into an answer to the prompt that is open.
"""

import re
from itertools import product
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.values import Answer, Ask, Command

COMMAND_LABELS: dict[str, Command] = {
    "help": "help",
    "back": "back",
    "skip": "skip",
    "stop": "stop",
    "pause": "pause",
    "too much": "toomuch",
    "toomuch": "toomuch",
    "why": "why",
}
Ending: TypeAlias = Literal["okay", "stop", "toomuch"]
ENDINGS: dict[str, Ending] = {"okay": "okay", "stop": "stop", "toomuch": "toomuch"}
MOST_VARIANTS = 64  # of one file: more would be a generator of tests, not a conversation to read

_VARIANTS = re.compile(r"(?<!\\)\{((?:[^{}\\]|\\.)*)\}")
_EXERCISE = re.compile(r"<\s*(okay|stop|too ?much)(?:\s+(\d{1,5}))?\s*(?:s|seconds)?\s*>")


class Typed(Struct, frozen=True, tag=True):
    """Words that were typed; they are heard as they would be in a chat."""

    text: str


class Pressed(Struct, frozen=True, tag=True):
    """What stands in `[…]`: a choice, several choices, a command, or what is kept of the lines."""

    label: str


class Rated(Struct, frozen=True, tag=True):
    """A number on the slider."""

    number: int


class Exercised(Struct, frozen=True, tag=True):
    """How an exercise ended, after how many seconds; without a number: all of its frames."""

    outcome: Ending
    seconds: int | None = None


class Returned(Struct, frozen=True, tag=True):
    """The page was opened again: `[return]`, or a `wait:` that is followed by `bot:`."""


Act: TypeAlias = Typed | Pressed | Rated | Exercised | Returned


def variants(said: str) -> list[str]:
    r"""Spell out `{hi|hello} there`: one text for each way through. `\{` stays a brace.

    Raises:
        ValueError: there are more than `MOST_VARIANTS`.
    """
    pieces = _VARIANTS.split(said)
    options = [[piece] if n % 2 == 0 else piece.split("|") for n, piece in enumerate(pieces)]
    count = 1
    for option in options:
        count *= len(option)
    if count > MOST_VARIANTS:
        raise ValueError(f"{count} variants are too many, {MOST_VARIANTS} is the most")
    return ["".join(way).replace(r"\{", "{").replace(r"\}", "}") for way in product(*options)]


def read_act(said: str) -> Act:
    """Read one variant of what follows `you:`.

    Raises:
        ValueError: with a sentence, when a bracket opens but what follows can't be meant.
    """
    said = said.strip()
    if len(said) >= 2 and said[0] == said[-1] == '"':
        return Typed(said[1:-1].replace(r"\n", "\n"))
    if said.startswith("["):
        return _pressed(said)
    if re.fullmatch(r"\(.*\)", said):
        return _rated(said)
    if said.startswith("<"):
        return _exercised(said)
    return Typed(said)


def _pressed(said: str) -> Act:
    label = said[1:-1].strip()
    if not said.endswith("]") or not label:
        raise ValueError(f"“{said}” is no choice: write [label], or put typed words in quotes")
    return Returned() if label.casefold() == "return" else Pressed(label)


def _rated(said: str) -> Rated:
    if not re.fullmatch(r"\(\s*(10|\d)\s*\)", said):
        raise ValueError(f"“{said}” is no rating: write (0) to (10), or put typed words in quotes")
    return Rated(int(said[1:-1]))


def _exercised(said: str) -> Exercised:
    found = _EXERCISE.fullmatch(said)
    if found is None:
        raise ValueError(f"“{said}” is no exercise: write <okay 60>, <stop 20> or <toomuch 20>")
    outcome, seconds = found.groups()
    number = None if seconds is None else int(seconds)
    return Exercised(ENDINGS[outcome.replace(" ", "")], number)


def written(text: str) -> str:
    r"""Write typed words so that `variants` and `read_act` give the same words back."""
    plain = text.replace("{", r"\{").replace("}", r"\}")
    risky = text != text.strip() or not text or text[0] in '[(<"' or "\n" in text
    return '"' + plain.replace("\n", r"\n") + '"' if risky else plain


def written_answer(answer: Answer, ask: Ask | None) -> str:
    """Write an answer to a prompt the way an author would: labels rather than ids.

    Args:
        answer: what was said.
        ask: the prompt that was open, for its labels.
    """
    if answer.text is not None:
        return written(answer.text)
    if answer.rating is not None:
        return f"({answer.rating})"
    if answer.exercise is not None:
        return f"<{answer.exercise.outcome} {answer.exercise.seconds}>"
    return f"[{_inside(answer, labels_of(ask))}]"


def _inside(answer: Answer, labels: dict[str, str]) -> str:
    if answer.choice is not None:
        return labels.get(answer.choice, f"#{answer.choice}")
    if answer.approve is not None:
        return " | ".join(f"{key}: {_kept(value)}" for key, value in answer.approve.items())
    if answer.cards is not None:
        return " | ".join(f"{key}: {pile}" for key, pile in answer.cards.items())
    several = answer.choices or answer.feelings or ()
    return " | ".join(labels.get(one, f"#{one}") for one in several) or "none"


def _kept(value: bool | str) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "keep" if value else "drop"


def labels_of(ask: Ask | None) -> dict[str, str]:
    """Give everything a prompt offers by id, with the label a person reads."""
    if ask is None:
        return {}
    offered = [*ask.choices, *ask.chips, *ask.areas, *ask.cards, *ask.live]
    for family in ask.families:
        offered += family.shades
    labels = {family.id: family.label for family in ask.families}
    return labels | {choice.id: choice.label for choice in offered}
