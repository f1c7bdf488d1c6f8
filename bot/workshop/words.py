"""Guards and effects as a reader who doesn't program would say them."""

import re

SAID = (
    (r"\bis not given\b", "isn't known"),
    (r"\bis given\b", "is known"),
    (r"\bnot in \[([^\]]*)\]", r"is none of \1"),
    (r"\bin \[([^\]]*)\]", r"is one of \1"),
    (r"\s*>=\s*(\d+)", r" is \1 or more"),
    (r"\s*<=\s*(\d+)", r" is \1 or less"),
    (r"\s*==\s*", " is "),
    (r"\s*!=\s*", " isn't "),
    (r"\s*>\s*", " is above "),
    (r"\s*<\s*", " is below "),
    (r"\bnot (\w+)", r"not “\1”"),
    (r"'([\w.-]+)'", r"“\1”"),
    (r"(?<=\w)_(?=\w)", " "),
)  # fmt: skip


def in_words(guard: str) -> str:
    """Say a guard in words: `distress >= 7 and not locked` is "distress is 7 or more and not …"."""
    for pattern, said in SAID:
        guard = re.sub(pattern, said, guard)
    return guard
