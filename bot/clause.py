"""Which clause of a longer text is most worth quoting. Never a word is changed."""

import re
from collections.abc import Set as AbstractSet

MOST = 90  # characters; what fits two lines of a phone
# every way begins with a space, so that the search can leap from one space to the next
SPLIT = re.compile(
    r"\s(?:(?<=[.!?;]\s)\s*|(?<=\n)\n*|\s*(?=(?:but|because|and then|and i)\s))", re.IGNORECASE
)
SELF = re.compile(r"\b(?:i|im|me|my)\b", re.IGNORECASE)
FEELS = re.compile(r"\bi (?:just |still |really )?(?:feel|felt)\b|\b(?:me siento|siento que)\b")
NEGATION = frozenset({"not", "never", "no", "don't", "don’t", "dont", "can't", "can’t", "cant"})
ADDRESSES = ("http://", "https://", "www.")
FIGURE = re.compile(r"\d{5}")
WORD = re.compile(r"[^\s,.;:!?…“”\"]+")
CONTROL = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


def words_of(text: str) -> list[str]:
    """Give the words of a text in small letters, without signs."""
    return [word.strip("'()") for word in WORD.findall(text.lower().replace("’", "'"))]


def clause(
    text: str, felt: AbstractSet[str] = frozenset(), bodily: AbstractSet[str] = frozenset()
) -> str:
    """Give a short text whole; of a longer one, the clause that says most about the person.

    The first clause wins a tie. A cut comes at a word, never just after a negation, and shows
    an ellipsis. The scores are those of a reflective listener's rule of thumb: a feeling first,
    about oneself before about others, a whole thought before a fragment, a statement before a
    question.

    Args:
        felt: words that name a feeling.
        bodily: words that name a part of the body.
    """
    clean = (text if text.isascii() and text.isprintable() else CONTROL.sub("", text)).strip()
    if 0 < len(clean) <= MOST and "\n" not in clean and _is_quotable(clean):
        return " ".join(clean.split()).rstrip(" .,;") or clean
    parts = [part.strip() for part in SPLIT.split(clean) if part and part.strip()]
    usable = [part for part in parts if _is_quotable(part)] or parts
    if not usable:
        return ""
    best = max(usable, key=lambda part: _score(part, felt, bodily)) if usable[1:] else usable[0]
    return _cut(" ".join(best.split()).rstrip(" .,;"))


def _is_quotable(part: str) -> bool:
    """Tell whether no address and no long figure is in what would be quoted."""
    return not FIGURE.search(part) and not any(address in part for address in ADDRESSES)


def _score(part: str, felt: AbstractSet[str], bodily: AbstractSet[str]) -> int:
    words = part.lower().split()
    score = 2 if SELF.search(part) else 0
    if felt or bodily:
        said = words_of(part)
        score += 3 if not felt.isdisjoint(said) or FEELS.search(part.lower()) else 0
        score += 1 if not bodily.isdisjoint(said) else 0
    score += 2 if 4 <= len(words) <= 14 else 0
    score += 1 if not NEGATION.isdisjoint(words) else 0
    return score - (1 if part.endswith("?") else 0)


def _cut(part: str) -> str:
    if len(part) <= MOST:
        return part
    words = part[: MOST - 1].split(" ")[:-1] or [part[: MOST - 1]]
    while len(words) > 1 and words[-1].lower() in NEGATION:
        words.pop()
    return " ".join(words) + "…"
