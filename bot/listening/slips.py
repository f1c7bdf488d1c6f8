"""How people mistype words that matter: letters off, letters masked, and words typed apart."""

import re
from collections.abc import Iterator

_SELVES = re.compile(r"(?<!\S)(my|her|him|your|them|our) self(?![\w-])")
_TWO = re.compile(r"(?<!\S)(wann?a|wants?|wanted|need|going|ready|trying|love|like) 2(?: |$)")


def typed_together(plain: str) -> str:
    """Put together what is often typed apart, and read a 2 that stands for "to"."""
    if " self" in plain:
        plain = _SELVES.sub(r"\1self", plain)
    return _TWO.sub(r"\1 to ", plain) if " 2" in plain else plain


_BEHIND = frozenset(
    ("<", ">", ",", "i", "and", "but", "because", "so", "it", "this", "my", "when", "if")
)


def anymore(words: list[str]) -> list[str]:
    """Read "any more" as one word where nothing follows of which there could be more."""
    joined: list[str] = []
    for word, behind in zip(words, (*words[1:], ">"), strict=True):
        if word == "more" and joined[-1:] == ["any"] and behind in _BEHIND:
            joined[-1] = "anymore"
        else:
            joined.append(word)
    return joined


_NEAR = {"a": "eo", "e": "ai", "i": "eyou", "o": "aiu", "u": "oiy", "y": "i", "s": "cz", "c": "s"}


def misspellings(key: str) -> Iterator[str]:
    """Write a key word in the ways people mistype or mask it: one letter off, or starred.

    Words under six letters are too close to other words: only their masked forms are given.
    """
    for i, letter in enumerate(key):
        if i:
            yield f"{key[:i]}*{key[i + 1 :]}"
            yield f"{key[:i]}**{key[i + 2 :]}" if i + 2 < len(key) else f"{key[:i]}*"
        if len(key) < 6:
            continue
        yield key[:i] + key[i + 1 :]
        yield key[:i] + letter + key[i:]
        yield key[:i] + key[i + 1 : i + 2] + letter + key[i + 2 :]
        for near in _NEAR.get(letter, ""):
            yield key[:i] + near + key[i + 1 :]
    yield re.sub("[aeiou]", "*", key)
    yield key[0] + "*" * (len(key) - 2) + key[-1]
