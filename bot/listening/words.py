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
from bot.listening.numbers import NUMBER_WORDS
from bot.listening.patterns import BEGIN, COMMA, END, MARKS
from bot.listening.slips import anymore, misspellings, typed_together

Sentence: TypeAlias = tuple[str, ...]
"""Words between `<` and `>`; commas stay as `,`, laughter signs as `haha`."""

LAUGH = "haha"
_PLAIN = re.compile(
    r"[a-z0-9]++(?![@$*|+!'])"  # nearly all words
    r"|[.!?]++(?=[\s\"')]|$)|,"  # nearly all marks
    r"|[$@!]{0,3}[a-z0-9]+(?:[@$*|+!']+[a-z0-9]+)*(?:['!$@]*[$@])?"
    r"|[!@$]*[@$][!@$]*(?=\s|$)"
    r"|[\r\n]+"
    r"|[()\";:]|[.!?]"
)
_TOKEN = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff]"  # one sign at a time where no spaces are written
    r"|[$@!]{0,3}[\w\u0900-\u0dff]+(?:[@$*|+!'€]+[\w\u0900-\u0dff]+)*(?:['!$@]*[$@])?"
    r"|[.!?…]+(?=[\s\"')]|$)|[。！？।؟\r\n]+"
    r"|[,،、，()—–\";:]|[.!?]"
    r"|[😂🤣😆😹💀☠😜🤪]+"
)
_SPACED = re.compile(r"(?<![\w'])[\w'](?:[ .\-*~/|]{1,3}[\w'](?![\w'])){2,}")
_CODE = re.compile(r"[0-9@$!|+*]")
_FIGURE = re.compile(r"[$€£]?\d+(?:[.,]\d+)*(?:'?s|st|nd|rd|th|k)?")  # $500, 5th, the 70's
_NUMBER = re.compile(r"(?<!\S)\d{1,3}(?!\S)")
_LONE = re.compile(r"(?<!\S)[1!@](?=['\s]|$)")
_STRETCHED = re.compile(r"(.)\1{2,}")
_AMOUNT = re.compile(r"([1-9]\d{0,5})([a-z]{2,4})|(1[0-7])(f)")
_DOUBLED = re.compile(r"(.)\1+")
_KEYLIKE = re.compile(r"killm|killin|suicid|myself|(?:wanna|want|to|gonna)die|unalive")
_LEET = (
    str.maketrans("0134567890$@!|+€*", "oieastbgoosaiitex"[:0] + "oieasgtbg" + "osaiite" + "x"),
    str.maketrans("0134567890$@!|+€*", "oleasgtbg" + "osailte" + "x"),
)
_STOPS = frozenset('.!?;:…。！？।؟\r\n,،、，()—–"')
_COMMAS = frozenset(',،、，()—–";:…\n')
_LAUGHS = frozenset("😂🤣😆😹💀☠😜🤪")
_NO_WORD = re.compile(r"[^\w\u0900-\u0dff]+")
_LONGEST = 14  # letters of the longest word worth gluing

# A disguise is short. These bound the work on texts that are nothing but disguise.
SHORTEST_GLUED = 7
MOST_GLUED = 20
LONGEST_GLUED = 60
MOST_SPACED = 12
LONGEST_SPACED = 400
LONGEST_GUESSED = 40


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
        vocabulary |= NUMBER_WORDS.keys()
        table: dict[str, tuple[str, ...]] = {w: (w,) for w in vocabulary if w not in MARKS}
        for key in keys:
            for variant in misspellings(key):
                table.setdefault(variant, (key,))
        table.update(spellings)
        self._table = table
        self._keys = frozenset(keys)
        self._squeezed = {_DOUBLED.sub(r"\1", word): said for word, said in table.items()}

    def spell(self, phrase: str) -> tuple[str, ...]:
        """Read an author's phrase as it will be heard: one row of words, without marks."""
        if phrase.isascii() and phrase.replace(" ", "").isalpha():  # nearly all are: no detours
            table = self._table
            words = [w for word in phrase.lower().split() for w in table.get(word) or (word,)]
            return tuple(anymore(words) if "any" in words else words)
        return tuple(w for s in self.sentences(phrase) for w in s if w not in MARKS)

    def sentences(self, text: str) -> list[Sentence]:
        """Read a text. Time is linear in its length."""
        plain = typed_together(clean(text)).replace(".,", ",")
        plain = _SPACED.sub(self._unspaced, plain, count=MOST_SPACED)
        done, coded = self._cut(plain)
        if coded:  # letters were written as digits: then a lone 1 is an I, and m3 is me
            plain = _LONE.sub(_lone, plain)
            done, _ = self._cut(plain, shortest=1)
            if _NUMBER.search(plain):  # and 15 is a number, or "is"
                known = set(done)
                done.extend(s for s in self._cut(plain, shortest=2)[0] if s not in known)
        return done

    def _cut(self, plain: str, shortest: int = 3) -> tuple[list[Sentence], bool]:
        """Cut a clean text, and tell whether digits or signs stood for letters in it."""
        done: list[Sentence] = []
        now: list[str] = [BEGIN]
        table = self._table
        glued = MOST_GLUED
        read: dict[str, tuple[str, ...]] = {}
        for token in (_PLAIN if plain.isascii() else _TOKEN).findall(plain):
            words = table.get(token)
            if words is not None and not (shortest == 1 and token.isdecimal()):
                now.extend(words)
            elif token[-1] in _STOPS:
                now = self._ended(now, token, done)
            elif token[0] > "\u0530" or (
                token.isdecimal() and shortest > 1
            ):  # scripts without look-alikes of ours
                now.append(LAUGH if token[0] in _LAUGHS else token)
            elif token.isalpha() and token.isascii() and not _STRETCHED.search(token):
                if len(token) >= SHORTEST_GLUED and glued and _KEYLIKE.search(token):
                    glued -= 1
                    now.extend(self._parted(token) or (token,))
                else:
                    self._join(token, now)
            else:
                if token not in read:
                    read[token] = self._read(token, shortest)
                now.extend(read[token])
        self._close(now, done)
        coded = any(
            _CODE.search(token) and "".join(words).isalpha() and not _FIGURE.fullmatch(token)
            for token, words in read.items()
        )
        return done, coded

    @staticmethod
    def _ended(now: list[str], mark: str, done: list[Sentence]) -> list[str]:
        """End the sentence at a mark, or note a comma where it hardly began or only pauses."""
        if mark in _COMMAS or mark[:2] == ".." or (len(now) < 3 and mark != "\n\n"):
            if now[-1] not in MARKS:
                now.append(COMMA)
            return now
        Words._close(now, done)
        return [BEGIN]

    @staticmethod
    def _close(now: list[str], done: list[Sentence]) -> None:
        if len(now) > 1:
            if "ill" in now:
                now = _not_sick(now)
            if "any" in now:
                now = anymore(now)
            done.append((*now, END))

    def _read(self, token: str, shortest: int) -> tuple[str, ...]:
        """Read a token that has unusual signs in it."""
        amount = _AMOUNT.fullmatch(token)
        if amount and (amount[2] or amount[4]) in self._table:
            return (amount[1] or amount[3], *self._table[amount[2] or amount[4]])
        tries = len(token) >= shortest or not token.isascii()
        for guess in _guesses(token[:LONGEST_GUESSED]) if tries else ():
            words = self._table.get(guess)
            if words is not None:
                return words
        if _STRETCHED.search(token):
            for guess in (token, *(token.translate(way) for way in _LEET)):
                words = self._squeezed.get(_DOUBLED.sub(r"\1", guess.replace("'", "")))
                if words is not None:
                    return words
        return tuple(part for part in _NO_WORD.split(token) if part)

    def _join(self, token: str, now: list[str]) -> None:
        """Add an unknown word, or put a key word together that was typed in halves ("sui cide")."""
        whole = self._table.get(now[-1] + token)
        if whole is not None and len(whole) == 1 and whole[0] in self._keys:
            now[-1:] = whole
        else:
            now.append(token)

    def _unspaced(self, found: re.Match[str]) -> str:
        """Join letters that were typed apart, when they make words that rules know."""
        run, rest = found.group()[:LONGEST_SPACED], found.group()[LONGEST_SPACED:]
        if not any(letter.isalpha() for letter in run):
            return found.group()
        apart = r"\s+" if re.search(r"[.\-*~/|]", run) else r"\s{2,}"
        letters = ["".join(re.findall(r"[\w']", part)) for part in re.split(apart, run)]
        if len(letters) > 1:
            return " ".join(letters) + rest
        parts = self._parted("".join(letters))
        return " ".join(parts) + rest if parts else run + rest

    def _parted(self, letters: str) -> list[str]:
        """Part glued letters into the fewest known words, at least one of them a key word."""
        letters = letters.translate(LOOKALIKES)
        ways = () if letters.isalpha() else (letters.translate(way) for way in _LEET)
        for variant in (letters, *ways):
            parts = self._fewest(variant)
            if parts and not self._keys.isdisjoint(w for p in parts for w in self._table[p]):
                return parts
        return []

    def _fewest(self, letters: str) -> list[str]:
        if len(letters) > LONGEST_GLUED:
            return []
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


_SICK = frozenset((
    "am", "is", "are", "was", "were", "be", "been", "feel", "feeling", "felt", "so", "very",
    "really", "mentally", "seriously", "critically", "get", "got", "getting", "fell", "fall",
    "a", "the", "my", "terminally", "chronically", "physically", "being", "become", "too",
    "of",
))  # fmt: skip


def _not_sick(words: list[str]) -> list[str]:
    """Read "ill" as "I will" where it can't be the adjective: after nothing like "is" or "so"."""
    read: list[str] = []
    for place, word in enumerate(words):
        sick = word != "ill" or words[place - 1] in _SICK or place + 1 == len(words)
        read.extend((word,) if sick else ("i", "will"))
    return read


def _lone(found: re.Match[str]) -> str:
    return "a" if found.group() == "@" else "i"


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
        double, single = _STRETCHED.sub(r"\1\1", token), _STRETCHED.sub(r"\1", token)
        yield from (double, single) if len(double) > 3 else (single, double)  # soon, but to
        yield _DOUBLED.sub(r"\1", token)
    if token.isalpha():
        return
    for way in _LEET:
        decoded = token.translate(way)
        yield decoded
        if decoded.endswith("'s"):
            yield decoded[:-2]
        yield _STRETCHED.sub(r"\1\1", decoded) if stretched else _DOUBLED.sub(r"\1", decoded)
    if not token.isalnum():
        yield re.sub(r"[^\w]", "", token)
