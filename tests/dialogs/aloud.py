"""Reads whole talks aloud: what somebody would see, from the door to the end.

python -m tests.dialogs.aloud grief --way long --seed 3
"""

import argparse
from random import Random

from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.values import Answer, Ask, Reply
from tests.conftest import ROOT, Talk
from tests.dialogs.people import PEOPLE, step

WAYS = {"short": "start", "long": "slow", "minutes": "short"}
LIMIT = 200


def shown(ask: Ask) -> str:
    """Give what an ask offers, in one line."""
    options = (*ask.choices, *ask.chips, *ask.live)
    labels = " | ".join(option.label for option in options)
    rating = f"0 {ask.low} … 10 {ask.high}" if ask.kind == "rating" else ""
    frames = " / ".join(frame.text for frame in ask.frames)
    return " ".join(part for part in (f"[{ask.kind}]", rating, frames, labels) if part)


def told(reply: Reply) -> str:
    """Give a turn of the guide's as text."""
    lines = [f"  {line.text}" for line in reply.lines]
    return "\n".join(
        [f"-- {reply.step}", *lines, *([f"    {shown(reply.ask)}"] if reply.ask else [])]
    )


def said(answer: Answer | None, kind: str) -> str:
    """Give an act of the person's as text."""
    given = [
        f"{name}: {value}"
        for name in Answer.__struct_fields__
        if (value := getattr(answer, name, None))
    ]
    return f"> {kind if answer is None else ', '.join(given)}"


def main() -> None:
    """Lead one of the simulated people through a talk and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("person", choices=[person.name for person in PEOPLE])
    parser.add_argument("--way", choices=WAYS, default="short")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    person = next(person for person in PEOPLE if person.name == asked.person)
    script = load_dialog(ROOT / "dialogs" / "anxiety", ROOT / "dialogs" / "safety")
    ear, talk, random = (
        Ear.load(ROOT / "dialogs"),
        Talk(script, asked.seed).begin("GB"),
        Random(asked.seed),
    )
    print(told(talk.reply))
    talk.pick(WAYS[asked.way])
    print(told(talk.reply))
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        step(person, talk, ear, random)
        print(said(talk.inputs[-1].answer, talk.inputs[-1].kind))
        print(told(talk.reply))


if __name__ == "__main__":
    main()
