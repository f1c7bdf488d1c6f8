"""Numbers in digits and in English words, as far as people use them in a talk."""

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
NUMBER_WORDS = {word: value for value, word in enumerate(_SMALL)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_ORDER = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_LAST = frozenset(("last", "bottom", "final"))
MOST_DIGITS = 6  # longer ones are no age, rating or count


def number_of(word: str) -> int | None:
    """Read a word as a whole number, or None when it isn't one."""
    if word.isdecimal():
        return int(word) if len(word) <= MOST_DIGITS else None
    return NUMBER_WORDS.get(word)


def order_of(word: str, count: int) -> int | None:
    """Read a word as a place in a row of `count` ("second", "last"), or None."""
    return count if word in _LAST else _ORDER.get(word)
