"""Return codes: a talk's key as twenty words, read back from what a person types elsewhere."""

import json
import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import combinations
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext

from tests.browser.fake_guide import WEB

LIST = json.loads((WEB / "static" / "code.json").read_text(encoding="utf-8"))
READ = """async ([token, typed]) => {
    const words = await (await fetch("/static/code.json")).json();
    const { encode, decode } = await import("/static/code.js");
    return { code: encode(token, words), read: typed.map((text) => decode(text, words)) };
}"""


def words_of(token: str) -> list[str]:
    """Write a token as words, by arithmetic instead of by bits."""
    key = urlsafe_b64decode(token)
    number = int.from_bytes(key) * 256 + crc8(key)
    return [LIST[number // 1024**place % 1024] for place in range(19, -1, -1)]


def crc8(key: bytes) -> int:
    """Divide by x⁸ + x² + x + 1; what is left."""
    rest = int.from_bytes(key) << 8
    for bit in range(len(key) * 8 + 7, 7, -1):
        if rest >> bit & 1:
            rest ^= 0x107 << (bit - 8)
    return rest


def test_the_words_are_told_apart() -> None:
    """1,024 plain words; no two begin with the same four letters, or differ by one slip."""
    assert len(LIST) == len(set(LIST)) == 1024
    assert sorted(LIST) == LIST
    assert all(word.isascii() and word.isalpha() and word.islower() for word in LIST)
    assert all(3 <= len(word) <= 9 for word in LIST)
    assert len({word[:4] for word in LIST}) == 1024
    slips: dict[str, list[str]] = {}
    for word in LIST:
        for left in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
            slips.setdefault(left, []).append(word)
    near = [pair for some in slips.values() for pair in combinations(some, 2)]
    assert not [pair for pair in near if is_one_slip(*pair)]


def is_one_slip(one: str, two: str) -> bool:
    """Tell whether a letter too many, too few, wrong or swapped makes one of the other."""
    if len(one) != len(two):
        long, short = sorted((one, two), key=len, reverse=True)
        return short in {long[:at] + long[at + 1 :] for at in range(len(long))}
    other = [at for at in range(len(one)) if one[at] != two[at]]
    if len(other) == 2 and other[1] == other[0] + 1:
        return one[other[0]] == two[other[1]] and one[other[1]] == two[other[0]]
    return len(other) == 1


def slip(word: str, chance: random.Random) -> str:
    """Make one mistake of those that fingers make."""
    at = chance.randrange(len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        [
            word[:at] + letter + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + word[at + 1 :],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            word[:4],
        ]
    )


@pytest.fixture
def typed() -> tuple[str, list[str], list[str], list[str]]:
    """A token, its words, ways to type them that are understood, and some that aren't."""
    chance = random.Random(7)
    token = urlsafe_b64encode(chance.randbytes(24)).decode()
    words = words_of(token)
    good = [
        " ".join(words),
        ", ".join(words).upper(),
        "\n".join(f"{n}. {word.title()}" for n, word in enumerate(words, 1)),
        " ".join(word[:4] for word in words),
    ]
    for _ in range(20):
        places = chance.sample(range(20), 2)
        good.append(
            " ".join(slip(word, chance) if at in places else word for at, word in enumerate(words))
        )
    swapped = next(
        [*words[:a], words[b], *words[a + 1 : b], words[a], *words[b + 1 :]]
        for a, b in combinations(range(20), 2)
        if words[a] != words[b]
    )
    bad = [
        "",
        " ".join(words[:-1]),
        " ".join([*words[:6], "qqqqqqq", *words[7:]]),
        " ".join(swapped),
    ]
    return token, words, good, bad


async def test_what_was_written_is_read(
    server: TestServer, context: BrowserContext, typed: tuple[str, list[str], list[str], list[str]]
) -> None:
    """The words lead back to the key, also with slips; what doesn't fit together is said."""
    token, words, good, bad = typed
    page = await context.new_page()
    await page.goto(str(server.make_url("/help")))
    found: dict[str, Any] = await page.evaluate(READ, [token, [*good, *bad]])
    assert found["code"] == words
    read = found["read"]
    understood = sum(it == {"token": token} for it in read[: len(good)])
    assert all(it in ({"token": token}, {"sum": True}) or "wrong" in it for it in read[: len(good)])
    assert read[:4] == [{"token": token}] * 4
    assert understood >= len(good) - 3  # a slip may make another word, or one that is two slips off
    assert read[len(good) :] == [{"count": 0}, {"count": 19}, {"wrong": 7}, {"sum": True}]
