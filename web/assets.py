"""What the browser loads, made once at the start: modules joined, comments left out, compressed.

The sources stay readable at `/static/…`. There is no build step: this is plain text work on our
own files, which keep to the few forms that it knows (see `joined`).
"""

import gzip
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase

from msgspec import Struct

from web.shortening import BEFORE, PATTERN, QUOTED, shortened
from web.words import Words

TOKEN = re.compile(
    rf"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<text>{QUOTED}|`(?:\\.|[^`\\])*`)
  | (?P<pattern>{BEFORE}\s*{PATTERN})
  | (?P<name>[\w$#]+)
  | (?P<space>\s+)
  | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=const|function|class|async)", re.MULTILINE)
OWN = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
ALONE = ("framed", "makeroom")
"""Scripts that import nothing."""
SMALLEST = 200
"""Bytes below which compressing gains nothing worth a header."""


class Joined(Struct, frozen=True):
    """Some modules as one.

    Attributes:
        code: without comments.
        modules: the names of those it holds.
    """

    code: str
    modules: frozenset[str]


def compressed(body: bytes) -> bytes:
    """Compress as small as the standard library can; the same bytes every time."""
    return gzip.compress(body, 9, mtime=0) if len(body) >= SMALLEST else b""


def made(folder: Path, spoken: Sequence[Words]) -> dict[str, str]:
    """Make every joined file, by its name.

    Args:
        folder: holds `static`.
        spoken: the words that come with scripts, in every language.
    """
    static = folder / "static"
    files = scripts(static)
    more = files.pop("more.js")
    for words in spoken:
        said = {"%more.words%": words.listed("more"), "%more.css%": style(static, ["more"])}
        files[f"more.{words.lang}.js"] = _filled(more, said)
    labels = {words.lang: words.named["tag"]["label"] for words in spoken}
    tag: dict[str, str | dict[str, str]] = {
        "%tag.labels%": labels,
        "%tag.css%": style(static, ["tag"]),
    }
    files["makeroom.js"] = _filled(files["makeroom.js"], tag)
    return files | {
        "chat.css": style(static, ["base", "chat"]),
        "demo.css": style(static, ["demo"]),
        "plain.css": style(static, ["base", "chat", "more", "plain"]),
        "insights.css": style(static, ["base", "sheet", "insights"]),
        "page.css": style(static, ["base", "sheet"]),
    }


def scripts(folder: Path) -> dict[str, str]:
    """Join the chat's modules: `chat.js` to begin with, `more.js` for what a talk needs later.

    A module of the first isn't repeated in the second, which imports from it.
    """
    sources = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.js")}
    first = joined(sources, "chat")
    later = joined(sources, "more", first.modules)
    shared = sorted(
        {
            name
            for module in later.modules
            for names, source in IMPORT.findall(sources[module])
            if source in first.modules
            for name in _names(names)
        }
    )
    short, (chat, more) = shortened((first.code, later.code))
    names = ",".join(short.get(name, name) for name in shared)
    alone = {name: shortened([lean(sources[name])])[1][0] for name in ALONE}
    return {
        "chat.js": f"{chat}\nexport{{{names}}};\n",
        "more.js": f'import{{{names}}}from"./chat.js";{more}\n',
        **{f"{name}.js": f"{code}\n" for name, code in alone.items()},
    }


def joined(
    sources: Mapping[str, str], entry: str, elsewhere: frozenset[str] = frozenset()
) -> Joined:
    """Put a module and all it imports into one, the imported first.

    Known forms: `import { a, b } from "./name.js";` on a line of its own, and `export` before a
    declaration; only the entry's exports stay exports, of the second bundle alone.

    Raises:
        ValueError: two modules use one name at their top level.
    """
    order = _order(sources, entry, elsewhere)
    seen: dict[str, str] = {}
    parts: list[str] = []
    for module in order:
        for name in OWN.findall(sources[module]):
            if name in seen:
                raise ValueError(f"{module}.js and {seen[name]}.js both declare {name}")
            seen[name] = module
        code = IMPORT.sub("", sources[module])
        keeps = bool(elsewhere) and module == entry
        parts.append(lean(code if keeps else EXPORT.sub("", code)))
    return Joined("\n".join(parts), frozenset(order))


def lean(code: str) -> str:
    """Leave out comments and whatever else means nothing; private names become short.

    Known forms: every statement ends with a semicolon or a brace, and none is empty; no template
    stands in another.

    Raises:
        ValueError: a template stands in another.
    """
    kept: list[str] = []
    private: dict[str, str] = {}
    gap = ""
    for found in TOKEN.finditer(code):
        kind, text = found.lastgroup, found[0]
        if kind in ("comment", "space"):
            gap = "\n" if "\n" in text or gap == "\n" else " "
            continue
        text = text.lstrip() if kind == "pattern" else text
        if kind == "text" and "${" in text and "}" not in text.rpartition("${")[2]:
            raise ValueError(f"A template in a template isn't a known form: {text}")
        if kind == "name" and text[0] == "#":
            text = private.setdefault(text, f"#{_short(len(private))}")
        if text == "}" and kept and kept[-1] == ";":
            kept.pop()
        elif gap and kept and _needs_gap(kept[-1][-1], text[0], gap):
            kept.append(gap)
        kept.append(text)
        gap = ""
    return "".join(kept)


def _short(number: int) -> str:
    """Give each number a name of its own: a to z, then a1 to z1, and so on."""
    more, letter = divmod(number, len(ascii_lowercase))
    return ascii_lowercase[letter] + (str(more) if more else "")


def style(folder: Path, names: Iterable[str]) -> str:
    """Put sheets into one, without comments and spaces that mean nothing."""
    text = "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    return re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", text).replace(";}", "}").strip() + "\n"


def _filled(code: str, texts: Mapping[str, str | dict[str, str]]) -> str:
    """Put texts, or lists of them by key, into their places in a script, which are strings."""
    for place, text in texts.items():
        said = text.strip() if isinstance(text, str) else text
        code = code.replace(
            f'"{place}"', json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        )
    return code


def page(text: str) -> str:
    """Leave out the blank lines and indents of a rendered page."""
    return re.sub(r"\n\s*", "\n", text)


def _order(sources: Mapping[str, str], entry: str, elsewhere: frozenset[str]) -> list[str]:
    found: list[str] = []

    def visit(module: str) -> None:
        if module in elsewhere or module in found:
            return
        for _, source in IMPORT.findall(sources[module]):
            visit(source)
        found.append(module)

    visit(entry)
    return found


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _needs_gap(before: str, after: str, gap: str) -> bool:
    if before.isalnum() or before in "_$#":
        joins = after.isalnum() or after in "_$#"
        return joins or (gap == "\n" and after not in "})],;.?:")
    if before in "+-" and after == before:
        return True
    return gap == "\n" and before in ")]`\"'" and after not in "})],;.?:"
