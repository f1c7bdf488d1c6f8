"""Throws broken frames at the parser: `python -m tests.hostile.fuzz [--frames 1000000] [--seed 1]`.

Frames of every kind are cut, spliced, repeated, filled with what parsers stumble over, and nested.
Each must become a frame or a documented refusal, in time, and a frame that was taken must hold what
its types say. Writes one JSON object; stops with the frame at the first other thing.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from time import thread_time
from typing import get_args

import click
import msgspec

from bot.errors import FrameRefused
from web import wire

CODES = {"bad_frame", "bad_text", "too_long", "unknown_type"}
"""What the parser refuses with, as docs/protocol.md has it."""
SLOW_S = 0.05
"""Seconds that no frame may take, a hundred times what the largest needs."""
CID = "abcdefghij_-0123"
GOOD = tuple(
    json.dumps(frame)
    for frame in (
        {"t": "hello", "v": 1, "have": 0, "token": "A" * 32, "lang": "en", "region": "NZ"},
        {"t": "say", "cid": CID, "re": 1, "text": "a letter"},
        {"t": "say", "cid": CID, "re": 1, "choice": "go"},
        {"t": "say", "cid": CID, "re": 1, "choices": ["a", "b"]},
        {"t": "say", "cid": CID, "re": 1, "rating": 5},
        {"t": "say", "cid": CID, "re": 1, "feelings": ["fear"]},
        {"t": "say", "cid": CID, "re": 1, "cards": {"a": "very"}},
        {"t": "say", "cid": CID, "re": 1, "exercise": {"outcome": "okay", "seconds": 9}},
        {"t": "say", "cid": CID, "re": 1, "approve": {"a": True, "b": "changed"}},
        {"t": "step", "cid": CID, "re": 1, "kind": "why"},
        {"t": "page", "from": 1, "n": 50},
        {"t": "forget", "cid": CID},
        {"t": "ping", "n": 7},
    )
)
ODD = (
    *'{}[]",:\\ \n\t\r\0\x1f\x7f\ufeff\u2028\U0001f469\u202e',
    *("\\ud800", "\\udc00\\ud800", "\\u0000", '\\"', "\\x", "null", "true", "NaN", "-Infinity"),
    *("1e999", "-0", "0.1", "9" * 400, str(2**53), str(2**63), "-1", '""', "[]", "{}"),
    *('"__proto__"', '"t"', '"say"', '"cid"', '"' + "a" * 4_001 + '"', "[" * 50, '{"a":' * 20),
)


def mutated(chance: random.Random) -> str:
    """Make a frame that is nearly right."""
    text = chance.choice(GOOD)
    for _ in range(chance.randrange(1, 5)):
        text = chance.choice(WAYS)(text, chance)
    return text


def _filled(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(ODD) + text[at + chance.randrange(4) :]


def _cut(text: str, chance: random.Random) -> str:
    first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:first] + text[last:]


def _spliced(text: str, chance: random.Random) -> str:
    other = chance.choice(GOOD)
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other)) :]


def _repeated(text: str, chance: random.Random) -> str:
    first, last = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:last] + text[first:last] * chance.randrange(1, 40) + text[last:]


def _replaced(text: str, chance: random.Random) -> str:
    """Put another value where one is, so that the JSON stays right."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(fields, dict) and fields:
        odd = (None, True, -1, 2**53, 1.5, "", "\ud800", [], {}, ["a"] * 99, {"a": {"b": [1]}})
        fields[chance.choice(list(fields))] = chance.choice(odd)
    return json.dumps(fields)


Way = Callable[[str, random.Random], str]
WAYS: tuple[Way, ...] = (_filled, _filled, _cut, _spliced, _repeated, _replaced)


def taken(text: str) -> str:
    """Parse a frame; give its kind or the code of its refusal.

    Raises:
        AssertionError: it became something that isn't documented, or took too long.
    """
    started = thread_time()
    frame, refused = _parsed(text)
    assert thread_time() - started < SLOW_S, "too slow"
    if refused is not None:
        assert refused.code in CODES, refused.code
        assert len(text) < 20 or text not in str(refused), "a refusal quotes what was sent"
        return refused.code
    assert isinstance(frame, get_args(wire.Frame))
    again = msgspec.convert(msgspec.to_builtins(frame), type(frame))
    assert again == frame, "it doesn't hold what its types say"
    return type(frame).__name__


def _parsed(text: str) -> tuple[wire.Frame | None, FrameRefused | None]:
    try:
        return wire.parse(text), None
    except FrameRefused as error:
        return None, error


def fuzzed(frames: int, seed: int) -> Counter[str]:
    """Throw so many frames; count what became of them."""
    chance, found = random.Random(seed), Counter[str]()
    for _ in range(frames):
        text = mutated(chance)
        try:
            found[taken(text)] += 1
        except Exception as error:
            raise AssertionError(f"{error!r} from {text[:500]!r}") from error
    return found


@click.command()
@click.option("--frames", default=1_000_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(frames: int, seed: int) -> None:
    """Throw frames and count."""
    print(json.dumps(dict(fuzzed(frames, seed).most_common())))


if __name__ == "__main__":
    main()
