"""A key as twenty words, the same in both places that write and read them."""

import random
from base64 import urlsafe_b64encode

import pytest

from tests.browser.test_code import words_of
from web.twenty import Read, decode, encode

TOKEN = urlsafe_b64encode(random.Random(7).randbytes(24)).decode()


def test_words_lead_back_to_the_key() -> None:
    """They are the words of `static/code.js`; capitals, numbering and four letters are enough."""
    words = encode(TOKEN)
    assert words == words_of(TOKEN)
    for typed in (
        " ".join(words),
        "\n".join(f"{n}. {word.title()}," for n, word in enumerate(words, 1)),
        " ".join(word[:4] for word in words),
    ):
        assert decode(typed) == Read(TOKEN)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ([], Read(wrong="code_count", n=0)),
        (encode(TOKEN)[:19], Read(wrong="code_count", n=19)),
        ([*encode(TOKEN)[:6], "qqqq", *encode(TOKEN)[7:]], Read(wrong="code_wrong", n=7)),
        ([encode(TOKEN)[1], encode(TOKEN)[0], *encode(TOKEN)[2:]], Read(wrong="code_sum")),
    ],
)
def test_what_is_wrong_is_said(typed: list[str], wrong: Read) -> None:
    """How many there were, which one isn't known, or that they don't belong together."""
    assert decode(" ".join(typed)) == wrong


@pytest.mark.parametrize("token", ["", "token", "x" * 31, "x" * 40])
def test_other_keys_have_no_words(token: str) -> None:
    """Keys of another length can't be written; nothing is shown then."""
    assert encode(token) == []
