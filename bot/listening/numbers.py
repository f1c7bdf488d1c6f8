"""Numbers in digits and in English words, as far as people use them in a talk."""

from collections.abc import Iterator

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_WORDS = {word: value for value, word in enumerate(_SMALL)} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "thousand": 1000,
}  # fmt: skip
_NAMES = {value: word for word, value in _WORDS.items()}
MOST_DIGITS = 6  # longer ones are no age, rating or count


def number_of(word: str) -> int | None:
    """Read a word as a whole number, or None when it isn't one."""
    if word.isdecimal():
        return int(word) if len(word) <= MOST_DIGITS else None
    return _WORDS.get(word)


def words_for(low: int, high: int) -> Iterator[str]:
    """Name every way of writing the numbers from `low` to `high`, in digits and in words."""
    for value in range(low, min(high, low + 200) + 1):
        yield str(value)
        if value in _NAMES:
            yield _NAMES[value]
