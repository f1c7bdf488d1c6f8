"""What the browser loads, made once at the start: modules joined, comments left out, compressed.

The sources stay readable at `/static/…`. There is no build step: this is plain text work on our
own files, which keep to the few forms that it knows (see `joined`).
"""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from web.words import Words

TOKEN = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)
  | (?P<pattern>(?<=[(,=:&|!?])\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*)
  | (?P<name>[\w$#]+)
  | (?P<space>\s+)
  | (?P<sign>.)
    """,
    re.DOTALL | re.VERBOSE,
)
IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([\w-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=const|function|class|async)", re.MULTILINE)
OWN = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
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


def made(folder: Path, spoken: Iterable[Words]) -> dict[str, str]:
    """Make every joined file, by its name.

    Args:
        folder: holds `static`.
        spoken: the words that come with scripts, in every language, English first.
    """
    static = folder / "static"
    files = scripts(static)
    english, *_ = languages = list(spoken)
    more = files.pop("more.js")
    for words in languages:
        said = {"%more.words%": words.listed("more"), "%more.css%": style(static, ["more"])}
        files[f"more.{words.lang}.js"] = _filled(more, said)
    tag = {"%tag.label%": english.named["tag"]["label"], "%tag.css%": style(static, ["tag"])}
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
    names = ",".join(shared)
    return {
        "chat.js": f"{first.code}\nexport{{{names}}};\n",
        "more.js": f'import{{{names}}}from"./chat.js";{later.code}\n',
        "framed.js": lean(sources["framed"]) + "\n",
        "makeroom.js": lean(sources["makeroom"]) + "\n",
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
    """Leave out comments and the spaces that mean nothing; line ends stay where they may matter."""
    kept: list[str] = []
    gap = ""
    for found in TOKEN.finditer(code):
        kind, text = found.lastgroup, found[0]
        if kind in ("comment", "space"):
            gap = "\n" if "\n" in text or gap == "\n" else " "
            continue
        text = text.lstrip() if kind == "pattern" else text
        if gap and kept and _needs_gap(kept[-1][-1], text[0], gap):
            kept.append(gap)
        kept.append(text)
        gap = ""
    return "".join(kept)


def style(folder: Path, names: Iterable[str]) -> str:
    """Put sheets into one, without comments and spaces that mean nothing."""
    text = "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,]) ?", r"\1", text)
    return re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", text).replace(";}", "}").strip() + "\n"


def _filled(code: str, texts: Mapping[str, str]) -> str:
    """Put texts into their places in a script, which are strings too."""
    for place, text in texts.items():
        code = code.replace(f'"{place}"', json.dumps(text.strip(), ensure_ascii=False))
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
    return gap == "\n" and before in "})]`\"'" and after not in "})],;.?:"
