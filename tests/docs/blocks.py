"""The fenced blocks of our pages, and ways to run them."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from docs.build import markdown

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: where it stands.
        line: counted from 1.
        lang: its language.
        rest: what stands behind the language.
        text: what is in it.
    """

    page: Path
    line: int
    lang: str
    rest: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """Give a page's blocks in order."""
    found = []
    for token in markdown().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            lang, _, rest = token.info.partition(" ")
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(page, line, lang, rest, token.content))
    return found


def all_blocks(*langs: str) -> list[Block]:
    """Give all blocks of all pages in a language."""
    return [block for page in PAGES for block in blocks(page) if block.lang in langs]


def shell(text: str, folder: Path) -> tuple[int, str]:
    """Run shell lines in a folder, with the command on the path; stops at the first that fails."""
    place = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": f"{place}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
