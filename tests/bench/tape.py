"""What a person of the benchmark says: recorded once in a live talk, then said by all of them."""

import json
from typing import Any

from tests.bench.line import Line, body, masked

HELLO = masked(b'{"t":"hello","v":1}')
SENTENCES = (
    "I keep thinking about the meeting on Monday and that I'll mess it up in front of everybody",
    "my chest gets tight and my hands are cold, it started this morning on the bus",
    "it feels like there is too much of everything and I can't keep up with any of it",
    "mostly worry I guess, and a bit of shame about how small the thing is",
)
Frame = dict[str, Any]


async def recorded(port: int, *, typed: bool, turns: int) -> list[Frame]:
    """Give the answers of a whole talk, at most `turns` of them.

    Args:
        port: where the server is.
        typed: answer by sentences wherever words are asked for; else by what can be picked.
        turns: how many.
    """
    line = await Line.open(port)
    await line.play([HELLO], 1)
    ask = json.loads(body(line.last))["events"][-1].get("ask")
    answers: list[Frame] = []
    while ask is not None and len(answers) < turns:
        answers.append(_typed(len(answers)) if typed else picked(ask))
        await line.play(acts([answers[-1]], f"record{len(answers):06d}", len(answers) * 2 - 1), 3)
        ask = json.loads(body(line.last)).get("ask")
    line.close()
    return answers


def acts(answers: list[Frame], name: str, head: int = 1) -> list[bytes]:
    """Write answers as frames of one talk, from its seq `head` on."""
    return [
        masked(
            json.dumps(
                {"t": "say", "cid": f"{name}-{number:06d}", "re": head + 2 * number, **answer}
                if answer != {"kind": "skip"}
                else {"t": "step", "cid": f"{name}-{number:06d}", "re": head + 2 * number, **answer}
            ).encode()
        )
        for number, answer in enumerate(answers)
    ]


def _typed(number: int) -> Frame:
    return {"text": SENTENCES[number % len(SENTENCES)]}


def picked(ask: Frame) -> Frame:
    match ask["kind"]:
        case "choice":
            return {"choice": ask["choices"][0]["id"]}
        case "choices":
            alone = [choice for choice in ask["choices"] if choice.get("alone")]
            return {"choices": [(alone or ask["choices"])[0]["id"]]}
        case "rating":
            return {"rating": 5}
        case "feelings":
            return {"feelings": [ask["families"][0]["shades"][0]["id"]]}
        case "body":
            return {"choices": [ask["areas"][0]["id"]]}
        case "exercise":
            return {"exercise": {"outcome": "okay", "seconds": 60}}
        case "approve":
            return {"approve": {line["id"]: True for line in ask["lines"]}}
        case "text" if ask.get("chips"):
            return {"choice": ask["chips"][0]["id"]}
        case _:
            return {"kind": "skip"}
