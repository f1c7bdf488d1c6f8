"""Cuts a cleaned text into sentences of words, and reads each word through its disguise.

A word that no rule knows is tried again as a short form ("dont"), a common misspelling, a word
with stretched, doubled or starred letters, with digits or signs for letters, with look-alike
letters, and as several words glued together. What it becomes is always a word that some rule
knows; otherwise it stays as it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from bot.listening.normalise import LOOKALIKES, clean
from bot.listening.patterns import BEGIN, COMMA, END, MARKS

Sentence: TypeAlias = tuple[str, ...]
"""Words between `<` and `>`; commas stay as `,`, laughter signs as `haha`."""

LAUGH = "haha"
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # one sign at a time where no spaces are written
    r"|[$@]?[\w\u0900-\u0dff]+(?:[@$*|+!'€]+[\w\u0900-\u0dff]+)*"
    r"|[.!?…]+(?=[\s\"')]|$)|[。！？।؟\r\n]+"
    r"|[,،、，()—–\";:]|[.!?]"
    r"|[😂🤣😆😹💀☠😜🤪]"
)
_SPACED = re.compile(r"(?<![\w'])\w(?:[ .\-*~/|]{1,3}\w(?![\w'])){2,}")
_STRETCHED = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_KEYLIKE = re.compile(r"kill|suicid|myself|die|dead|hurt|alive|life")
_LEET = (
    str.maketrans("0134567890$@!|+€*", "oieastbgoosaiitex"[:0] + "oieasgtbg" + "osaiite" + "x"),
    str.maketrans("0134567890$@!|+€*", "oleasgtbg" + "osailte" + "x"),
)
_LONGEST = 14  # letters of the longest word worth gluing


class Words:
    """Reads texts as sentences of the words that rules know. Immutable after it is made."""

    def __init__(
        self,
        known: Iterable[str],
        spellings: Mapping[str, tuple[str, ...]],
        keys: Iterable[str] = (),
    ) -> None:
        """Learn the words of all rules, the short forms and misspellings, and the key words.

        Args:
            known: every word of every rule.
            spellings: what a written word stands for, such as "dont" for "do not".
            keys: words whose misspellings and starred forms must be heard.
        """
        vocabulary = frozenset(known) | {part for words in spellings.values() for part in words}
        table = {word: (word,) for word in vocabulary if word not in MARKS}
        for key in keys:
            for variant in misspellings(key):
                table.setdefault(variant, (key,))
        table.update(spellings)
        self._table = table
        self._keys = frozenset(keys)

    def spell(self, phrase: str) -> tuple[str, ...]:
        """Read an author's phrase as it will be heard: one row of words, without marks."""
        return tuple(w for s in self.sentences(phrase) for w in s if w not in MARKS)

    def sentences(self, text: str) -> list[Sentence]:
        """Read a text. Time is linear in its length."""
        plain = clean(text).replace(" my self", " myself")
        plain = _SPACED.sub(self._unspaced, plain)
        done: list[Sentence] = []
        now: list[str] = [BEGIN]
        table = self._table
        for token in _TOKEN.findall(plain):
            words = table.get(token)
            if words is not None:
                now.extend(words)
            elif token[0] in ".!?;:…。！？।؟\r\n,،、，()—–\"":
                now = self._ended(now, token, done)
            else:
                self._read(token, now)
        self._close(now, done)
        return done

    def _ended(self, now: list[str], mark: str, done: list[Sentence]) -> list[str]:
        if mark[:2] == ".." or mark in ",،、，()—–\";:…\n" or (len(now) < 3 and mark != "\n\n"):
            now.append(COMMA)
            return now
        self._close(now, done)
        return [BEGIN]

    @staticmethod
    def _close(now: list[str], done: list[Sentence]) -> None:
        if len(now) > 1:
            done.append((*now, END))

    def _read(self, token: str, now: list[str]) -> None:
        """Add what an unknown token stands for."""
        if token in "😂🤣😆😹💀☠😜🤪":
            now.append(LAUGH)
            return
        if len(token) > 2:
            for guess in _guesses(token):
                words = self._table.get(guess)
                if words is not None:
                    now.extend(words)
                    return
            if self._joined(token, now):
                return
            if len(token) >= 8 and _KEYLIKE.search(token):
                parts = self._parted(token)
                if parts:
                    now.extend(parts)
                    return
        now.extend(part for part in re.split(r"[^\w\u0900-\u0dff]+", token) if part)

    def _joined(self, token: str, now: list[str]) -> bool:
        """Put a key word together that was typed in two halves ("sui cide")."""
        whole = self._table.get(now[-1] + token)
        if whole is None or len(whole) != 1 or whole[0] not in self._keys:
            return False
        now[-1:] = whole
        return True

    def _unspaced(self, found: re.Match[str]) -> str:
        """Join letters that were typed apart, when they make words that rules know."""
        run = found.group()
        gaps = re.split(r"[ .\-*~/|]{2,}", run)
        letters = ["".join(re.findall(r"\w", part)) for part in gaps]
        if len(gaps) > 1 and all(self._word(part) for part in letters):
            return " ".join(letters)
        parts = self._parted("".join(letters))
        return " ".join(parts) if parts else run

    def _word(self, letters: str) -> tuple[str, ...] | None:
        for guess in (letters, *_guesses(letters)):
            if guess in self._table:
                return self._table[guess]
        return None

    def _parted(self, letters: str) -> list[str]:
        """Part glued letters into the fewest known words, at least one of them a key word."""
        letters = letters.translate(LOOKALIKES)
        for variant in (letters, *(letters.translate(way) for way in _LEET)):
            parts = self._fewest(variant)
            if parts and not self._keys.isdisjoint(w for p in parts for w in self._table[p]):
                return parts
        return []

    def _fewest(self, letters: str) -> list[str]:
        best: list[tuple[int, int]] = [(0, 0)]  # words so far, where the last one begins
        for end in range(1, len(letters) + 1):
            ways = [
                (best[start][0] + 1, start)
                for start in range(max(0, end - _LONGEST), end)
                if best[start][0] < 10_000 and self._may_part(letters[start:end])
            ]
            best.append(min(ways, default=(10_000, 0)))
        if best[-1][0] >= 10_000:
            return []
        parts: list[str] = []
        end = len(letters)
        while end:
            start = best[end][1]
            parts.append(letters[start:end])
            end = start
        return parts[::-1]

    def _may_part(self, word: str) -> bool:
        return word in self._table and (len(word) > 1 or word in "iau")


def _guesses(token: str) -> Iterator[str]:
    """Guess what a token was before it was stretched, starred, coded or drawn."""
    if not token.isascii():
        token = token.translate(LOOKALIKES)
        yield token
    if "'" in token:
        yield token.replace("'", "")
        if token.endswith("'s"):
            yield token[:-2]
    stretched = _STRETCHED.search(token)
    if stretched:
        yield _STRETCHED.sub(r"\1\1", token)
        yield _STRETCHED.sub(r"\1", token)
        yield _DOUBLED.sub(r"\1", token)
    if token.isalpha():
        return
    for way in _LEET:
        decoded = token.translate(way)
        yield decoded
        yield _STRETCHED.sub(r"\1\1", decoded) if stretched else _DOUBLED.sub(r"\1", decoded)
    if not token.isalnum():
        yield re.sub(r"[^\w]", "", token)


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
