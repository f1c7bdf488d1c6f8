"""Short names for what a script keeps to itself: a third of its bytes are names.

A name is left alone wherever it might be more than a name: where it is a property anywhere, stands
in braces as a key, or is something that browsers have. What is left long costs bytes, never sense.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, pairwise, product
from string import ascii_letters

from msgspec import Struct

QUOTED = r"""(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
PATTERN = r"(?:/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*)"
"""A regular expression, where one may stand: behind one of the signs of `BEFORE`."""
BEFORE = r"(?<=[(,=:&|!?])"
TOKEN = re.compile(
    rf"""
    (?P<text>{QUOTED})
  | (?P<pattern>{BEFORE}{PATTERN})
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<other>[\w#]+|\s+|=>|[=!]==?|\?\.|\.\.\.|.)
    """,
    re.DOTALL | re.VERBOSE,
)
TEMPLATE = re.compile(r"(?:\\.|(?!\$\{)[^`\\])*(?:(?P<end>`)|(?P<code>\$\{))", re.DOTALL)
"""What stands in a template, to its end or to the code in it."""
KEYWORDS = re.compile(
    r"""as|async|await|break|case|catch|class|const|constructor|continue|default|do|else|export
    |extends|false|finally|for|from|function|get|if|import|in|instanceof|let|new|null|of|return
    |set|static|super|switch|this|throw|true|try|typeof|undefined|void|while|yield""",
    re.VERBOSE,
)
BROWSERS = frozenset(
    {"alert", "blur", "caches", "close", "closed", "confirm", "crypto", "device", "document"}
    | {"event", "external", "fetch", "find", "focus", "frames", "history", "length", "location"}
    | {"name", "navigator", "open", "opener", "origin", "parent", "performance", "print", "prompt"}
    | {"reset", "screen", "scroll", "self", "status", "stop", "top", "window"}
)
"""Names of a browser's own that ours may hide; a name of ours among them stays as it is."""
CLOSING = (")", "]", "}")
CONTROL = ("if", "for", "while", "switch", "catch")
BEFORE_BLOCKS = ("", ")", "=>", ";", "{", "}", "else", "try", "finally", "do")
"""What stands before the brace of a block; before a class's body stands its name."""


class Token(Struct, frozen=True):
    """A piece of code, and what it stands in.

    Attributes:
        text: as written.
        is_name: it may be a variable's name.
        inside: the bracket around it; `{;` is a block's, `{` an object's or a pattern's.
    """

    text: str = ""
    is_name: bool = False
    inside: str = ""


def shortened(codes: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Shorten the names in scripts that share them; comments must be gone.

    Returns:
        the short names by the long ones, and the scripts with them.
    """
    read = [list(_tokens(code)) for code in codes]
    counts = Counter(token.text for tokens in read for token in tokens if token.is_name)
    own = set[str]().union(*map(_own, read)) - set[str]().union(*map(_kept, read))
    left = counts.keys() - own
    free = (name for name in _names() if name not in left and not KEYWORDS.fullmatch(name))
    often = sorted(own, key=lambda name: (-counts[name], name))
    short = dict(zip(often, free, strict=False))
    return short, ["".join(_renamed(tokens, short)) for tokens in read]


def _renamed(tokens: Iterable[Token], short: Mapping[str, str]) -> Iterator[str]:
    return (short.get(it.text, it.text) if it.is_name else it.text for it in tokens)


def _names() -> Iterator[str]:
    for length in count(1):
        yield from map("".join, product(ascii_letters, repeat=length))


def _tokens(code: str) -> Iterator[Token]:
    """Read code; in a template, what stands between `${` and `}` is code too."""
    around = [""]
    at, before = 0, ""
    while found := (TEMPLATE if around[-1] == "`" else TOKEN).match(code, at):
        text, at = found[0], found.end()
        if text in CLOSING or found.lastgroup == "end":
            around.pop()
        is_name = found.lastgroup == "name" and not KEYWORDS.fullmatch(text)
        yield Token(text, is_name, around[-1])
        if text in ("(", "[", "`") and found.lastgroup != "end":
            around.append(text)
        elif text == "{":
            around.append("{;" if before in BEFORE_BLOCKS or before[:1].isupper() else "{")
        elif found.lastgroup == "code":
            around.append("${")
        before = before if text.isspace() else text


def _own(tokens: Iterable[Token]) -> set[str]:
    """Name what the script declares: variables, functions, classes and parameters."""
    told = _told(tokens)
    found = set[str]()
    for at, (before, it, after) in enumerate(zip(told, told[1:], told[2:], strict=False), 1):
        if it.is_name and (
            before.text in ("const", "let", "class", "function")
            or after.text == "=>"
            or (after.text == "=" and before.text not in (".", "?."))
        ):
            found.add(it.text)
        if it.text == ")" and after.text in ("=>", "{"):
            found |= _parameters(told[:at])
    return found


def _parameters(told: Sequence[Token]) -> set[str]:
    """Name the parameters in the bracket that the last token stands in, if it is a function's."""
    depth, start = 1, len(told)
    while depth and start:
        start -= 1
        depth += {")": 1, "(": -1}.get(told[start].text, 0)
    if start and told[start - 1].text in CONTROL:
        return set()
    inside = [*told[start:], Token(")")]
    return {
        it.text
        for before, it in pairwise(inside)
        if it.is_name and it.inside == "(" and before.text in ("(", ",", "...")
    }


def _kept(tokens: Iterable[Token]) -> set[str]:
    """Name what may be a property somewhere, or a browser's."""
    told = _told(tokens)
    found = set(BROWSERS)
    for before, it in pairwise(told):
        is_key = it.inside == "{" and before.text in ("{", ",")
        if it.is_name and (before.text in (".", "?.") or is_key):
            found.add(it.text)
    return found


def _told(tokens: Iterable[Token]) -> list[Token]:
    """Leave out spaces; nothing stands before the first and after the last."""
    edge = Token()
    return [edge, *(token for token in tokens if not token.text.isspace()), edge]
