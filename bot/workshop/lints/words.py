"""Checks of each wording: plain, short, calm, and nothing that hurts or claims too much."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct, convert
from ruamel.yaml import YAML

from bot.errors import Finding
from bot.workshop.lints.manuscript import Manuscript, Spoken, fault, warning
from bot.workshop.lints.reading import count_words, grade

PHRASES = Path(__file__).with_name("phrases.yaml")
HARD, TOO_HARD, CRISIS = 6.0, 8.0, 5.0
"""Grades: many adults read below grade 8, and distress takes away more of that."""
FEWEST = 6  # words; the formula says nothing of shorter texts
NUMBER = re.compile(
    r"(?<![\w.])(?<!\d in )(?<!\d de cada )(?:\+?\d[\d\s()-]{4,}\d|\d{3,})(?![\w%])"
)
"""What could be dialled; “2 in 100” and “2 de cada 100” are shares."""
ADDRESS = re.compile(
    r"https?://|www\.|\b[a-z0-9-]+\.(?:org|com|net|gov|info|uk|de)\b", re.IGNORECASE
)
SHOUT = re.compile(r"\b[A-Z]{4,}\b")
PICTURE = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")
PULLS = re.compile(
    r"\b(?:you(?:'|’)?re not|you are not|you aren(?:'|’)t|you don(?:'|’)t|you haven(?:'|’)t"
    r"|you wouldn(?:'|’)t|you won(?:'|’)t|aren(?:'|’)t you|don(?:'|’)t you|haven(?:'|’)t you"
    r"|no (?:thoughts|plans) of|nothing (?:silly|stupid)|not thinking (?:of|about))\b[^.?!]*\?",
    re.IGNORECASE,
)


class Phrase(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that must not be said: a pattern, why not, and what to write instead."""

    says: str
    why: str
    instead: str


@cache
def banned() -> tuple[tuple[re.Pattern[str], Phrase], ...]:
    """Read the list of what is never said; the patterns are for text in small letters."""
    raw = YAML(typ="safe", pure=False).load(PHRASES.read_text(encoding="utf-8"))
    phrases = convert(raw, tuple[Phrase, ...])
    return tuple((_whole(phrase.says), phrase) for phrase in phrases)


@cache
def _any_banned() -> re.Pattern[str]:
    """Give one pattern for all, because almost every line has none of them."""
    return _whole("|".join(phrase.says for _, phrase in banned()))


def _whole(says: str) -> re.Pattern[str]:
    """Match whole words; letters of one case let the search skip ten times faster."""
    return re.compile(rf"\b(?:{says})\b")


def check_words(script: Manuscript) -> Iterator[Finding]:
    """Check every wording by itself."""
    return check_lines(script.spoken)


def check_manners(script: Manuscript) -> Iterator[Finding]:
    """Check every wording for what holds in any language."""
    for spoken in script.spoken:
        yield from _manners(spoken)


def check_lines(lines: Iterable[Spoken]) -> Iterator[Finding]:
    """Check some wordings, each by itself."""
    for spoken in lines:
        yield from _reading(spoken)
        yield from _manners(spoken)
        yield from _banned(spoken)


def _reading(spoken: Spoken) -> Iterator[Finding]:
    if count_words(spoken.text) < FEWEST or spoken.part == "glue":
        return
    found = grade(spoken.text)
    says = f"reads at grade {found:.1f}"
    hint = "shorter sentences, shorter words"
    if found > TOO_HARD:
        yield fault(spoken.node, "MR161", f"the line {says}; {TOO_HARD:g} is the most", hint)
    elif spoken.is_crisis and found > CRISIS:
        yield warning(spoken.node, "MR162", f"a crisis line {says}; {CRISIS:g} is plenty", hint)
    elif found > HARD:
        yield warning(spoken.node, "MR160", f"the line {says}; {HARD:g} is plenty", hint)


def _manners(spoken: Spoken) -> Iterator[Finding]:
    own = unquoted(spoken.text)
    if "!" in own:
        yield fault(
            spoken.node, "MR163", "an exclamation mark", "end the sentence with a full stop"
        )
    if found := PULLS.search(own):
        hint = "ask plainly and openly, so that a yes is as easy as a no"
        yield fault(spoken.node, "MR165", f"“{found[0]}” pulls for a no", hint)
    if found := NUMBER.search(spoken.text):
        hint = "put numbers into helplines.yaml and show them with `card:`"
        yield warning(spoken.node, "MR168", f"the number “{found[0]}” stands in a line", hint)
    if found := ADDRESS.search(spoken.text):
        hint = "put addresses into helplines.yaml and show them with `card:`"
        yield fault(spoken.node, "MR169", f"the address “{found[0]}” stands in a line", hint)
    if found := SHOUT.search(own):
        yield warning(spoken.node, "MR170", f"“{found[0]}” is shouted", "write it in small letters")
    if spoken.text.count("“") != spoken.text.count("”") or spoken.text.count('"') % 2:
        hint = "close it, so that it is clear whose words these are"
        yield warning(spoken.node, "MR178", "a quotation mark without its other half", hint)
    if PICTURE.search(own):
        hint = "say it in words; a screen reader reads out what the picture is called"
        yield warning(spoken.node, "MR171", "a picture or arrow in a line", hint)


def _banned(spoken: Spoken) -> Iterator[Finding]:
    own = unquoted(spoken.text).lower().replace("’", "'")
    for pattern, phrase in banned() if _any_banned().search(own) else ():
        if found := pattern.search(own):
            message = f"“{found[0]}” is never said: {phrase.why}"
            yield fault(spoken.node, "MR164", message, phrase.instead)


def unquoted(text: str) -> str:
    """Leave out what stands in quotation marks: words for the person to say, or theirs."""
    return re.sub(r"“[^”]*”|\"[^\"]*\"", "it", text)
