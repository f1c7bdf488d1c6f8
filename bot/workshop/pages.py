"""What each kind of finding means: a page with its reason, and an example of wrong and right."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec import Struct, convert
from ruamel.yaml import YAML

FOLDER = Path(__file__).with_name("findings")
MARK = "# ←"
"""Stands in a wrong example on the line where the finding is told."""


class Page(Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of finding.

    Attributes:
        code: its stable name.
        title: what it is, in a few words.
        severity: `error` when the script must not be served, `warning` when it should be better.
        what: what was found, in a sentence or two.
        why: what would happen to a person, or to the author.
        bad: pieces of script that have it, by place: `steps`, `head`, or a file's name.
        good: the same pieces without it.
    """

    code: str
    title: str
    severity: Literal["error", "warning"]
    what: str
    why: str
    bad: Mapping[str, str]
    good: Mapping[str, str]


@cache
def pages() -> Mapping[str, Page]:
    """Give all pages by code, in order."""
    found: list[Page] = []
    for file in sorted(FOLDER.glob("*.yaml")):
        raw = YAML(typ="safe", pure=False).load(file.read_text(encoding="utf-8"))
        found += convert(raw, list[Page])
    return {page.code: page for page in sorted(found, key=lambda page: page.code)}


def as_text(page: Page) -> str:
    """Give a page as Markdown."""
    parts = [f"## {page.code} {page.title}", f"*{page.severity}*"]
    parts += [f"{page.what} {page.why}", "Wrong:", *_pieces(page.bad)]
    parts += ["Right:", *_pieces(page.good)]
    return "\n\n".join(parts) + "\n"


def _pieces(pieces: Mapping[str, str]) -> list[str]:
    return [
        f"```yaml\n# {_PLACES.get(place, place)}\n{text.rstrip()}\n```"
        for place, text in pieces.items()
    ]


_PLACES = {"steps": "in a stage file, below `steps:`", "head": "in script.yaml"}


def as_document() -> str:
    """Give all pages as one Markdown document."""
    known = pages()
    rows = [f"| [{p.code}](#{_anchor(p)}) | {p.severity} | {p.title} |" for p in known.values()]
    return "\n".join([*_INTRO, *rows, "", *(as_text(page) for page in known.values())])


def _anchor(page: Page) -> str:
    """Give the anchor that Markdown makes of a page's title."""
    kept = "".join(c for c in f"{page.code} {page.title}".lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


_INTRO = (
    "# Findings",
    "",
    "What `makeroom check` can find, by its code. An error must be mended before a script is",
    "served; a warning should be. `makeroom check --explain MR104` shows one of these pages in the",
    f"terminal. In the wrong examples, `{MARK}` marks the line that is told. This page is made",
    "from `bot/workshop/findings/`, and every example on it runs as a test.",
    "",
    "`makeroom check --json` is for programs, `--sarif` for code hosts. `--schema` writes a JSON",
    "Schema: point your editor's YAML support at it and misspelt keys are marked as you type.",
    "",
    "| code | severity | what |",
    "|---|---|---|",
)
