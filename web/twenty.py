"""A talk's key in twenty plain words, without scripts; with them `static/code.js` does it.

192 bits of key and 8 of check are 20 words of 1,024. No two of the words begin with the same four
letters, so four are enough. Slips beyond that are read by the page with scripts only.
"""

import base64
import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

WORDS = 20
FULL, SHORT = 32, 4
"""Signs of a key, and letters that tell a word."""
LIST = Path(__file__).parent / "static" / "code.json"


class Read(NamedTuple):
    """What was read: a token, or the words' key that says what is wrong, with a number."""

    token: str = ""
    wrong: str = ""
    n: int = 0


def encode(token: str) -> list[str]:
    """Write a key as words; none for what isn't a key of today."""
    if len(token) != FULL:
        return []
    key = base64.urlsafe_b64decode(token)
    number = int.from_bytes(key) << 8 | _check(key)
    return [_words()[number >> 10 * place & 1023] for place in range(WORDS - 1, -1, -1)]


def decode(text: str) -> Read:
    """Read words; capitals, commas and numbering don't matter."""
    typed = re.findall("[a-z]+", unicodedata.normalize("NFKC", text).lower())
    if len(typed) != WORDS:
        return Read(wrong="code_count", n=len(typed))
    places = [_places().get(word[:SHORT], -1) for word in typed]
    if -1 in places:
        return Read(wrong="code_wrong", n=places.index(-1) + 1)
    number = 0
    for place in places:
        number = number << 10 | place
    key = (number >> 8).to_bytes(FULL * 6 // 8)
    if _check(key) != number & 255:
        return Read(wrong="code_sum")
    return Read(token=base64.urlsafe_b64encode(key).decode())


@cache
def _words() -> list[str]:
    found: list[str] = json.loads(LIST.read_text(encoding="utf-8"))
    return found


@cache
def _places() -> dict[str, int]:
    return {word[:SHORT]: place for place, word in enumerate(_words())}


def _check(key: bytes) -> int:
    """CRC-8, polynomial 0x07 (ITU-T I.432.1, without the last step)."""
    rest = 0
    for byte in key:
        rest ^= byte
        for _ in range(8):
            rest = (rest << 1 ^ 0x07) & 0xFF if rest & 0x80 else rest << 1
    return rest
