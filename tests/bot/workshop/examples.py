"""Puts the pieces of an example into a sound script, so that an example runs as a whole one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from bot.bundle import Bundle, read_folder
from bot.errors import Finding
from bot.loading.catalog import Text
from bot.workshop.check import check
from bot.workshop.lints.manuscript import read_manuscript
from bot.workshop.pages import MARK
from tests.conftest import DATA, ROOT

TODAY = date(2026, 3, 1)
SAMPLE = """
sample:
  purpose: A first sip
  why: A sip tells more than words.
  say: Take a sip. How was it?
  again: [And the sip?]
  ask: {choice: ~, choices: {good: Good, plain: Plain}}
  next: last
"""
LEFT_OUT = re.compile(r"[\w.]+: ~\s*")
OPENS = re.compile(r"[\w.]+:\s*(?:# .*)?$")


@dataclass(frozen=True)
class Example:
    """A whole script made of an example's pieces, and the path and line where its mark stands."""

    bundle: Bundle
    safety: Bundle
    marked: tuple[str, int] | None

    def findings(self) -> list[Finding]:
        return check(self.bundle, self.safety, TODAY)


def built(pieces: Mapping[str, str]) -> Example:
    """Put pieces into the sound script.

    `steps` takes the place of the step `sample`; what isn't said of that step stays as it is.
    Pieces of the heads replace entry by entry, anything else is a whole file.
    """
    files, safety = dict(_sound()), dict(_safety())
    steps = SAMPLE
    for place, piece in pieces.items():
        if place == "head":
            files["script.yaml"] = merged(files["script.yaml"], piece)
        elif place == "safety/safety.yaml":
            safety["safety.yaml"] = merged(safety["safety.yaml"], piece)
        elif place.startswith("safety/"):
            safety[place.removeprefix("safety/")] = piece
        elif place == "steps":
            steps = merged(SAMPLE, piece)
        else:
            files[place] = piece
    files["cup.yaml"] = files["cup.yaml"].replace("{steps}\n", _indented(steps))
    catalogues = [name for name in files if name.endswith(".po")]
    for place in catalogues:
        if MARK not in files[place]:
            files[place] += _the_rest(files, safety, files[place])
        safety.setdefault(place, _the_rest(files, safety, "", shared=True))
    return Example(Bundle(files), Bundle(safety), _marked(files, safety))


def write(example: Example, folder: Path) -> Path:
    """Write an example as a folder with one dialogue and its safety.

    A file that says it is saved as Latin-1 is.
    """
    for name, bundle in (("tea", example.bundle), ("safety", example.safety)):
        for file, text in bundle.files.items():
            path = folder / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="latin-1" if "saved as Latin-1" in text else "utf-8")
    return folder


def _marked(files: Mapping[str, str], safety: Mapping[str, str]) -> tuple[str, int] | None:
    for folder, texts in (("tea", files), ("safety", safety)):
        for name, text in texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                if MARK in line:
                    return f"{folder}/{name}", number
    return None


@cache
def _sound() -> Mapping[str, str]:
    files = read_folder(DATA / "sound").files
    ours = (ROOT / "dialogs" / "anxiety" / "script.yaml").read_text()
    decks = re.search(r"^decks:\n(?:[ #].*\n|\n)*", ours, re.MULTILINE)
    assert decks is not None
    return {**files, "script.yaml": files["script.yaml"].replace("{decks}\n", decks[0])}


@cache
def _safety() -> Mapping[str, str]:
    return read_folder(DATA / "sound_safety").files


def _the_rest(
    files: Mapping[str, str], safety: Mapping[str, str], piece: str, *, shared: bool = False
) -> str:
    """Translate every text that a catalogue's piece doesn't, so that only the piece is odd."""
    own = {name: text for name, text in files.items() if not name.endswith(".po")}
    texts = read_manuscript(Bundle(own), Bundle(dict(safety))).texts
    there = set(re.findall(r'msgctxt "(.*)"', piece))
    ours = (t for t in texts if t.file.startswith("safety/") is shared)
    missing = (t for t in ours if t.context not in there)
    return "".join(map(_entry, missing))


def _entry(text: Text) -> str:
    quoted = text.source.replace("\\", "\\\\").replace('"', '\\"')
    return f'\nmsgctxt "{text.context}"\nmsgid "{quoted}"\nmsgstr "{quoted}"\n'


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" if line else "\n" for line in text.strip("\n").splitlines())


def merged(whole: str, piece: str, indent: int = 0) -> str:
    """Put a piece's entries into a YAML text, two levels deep; `~` leaves an entry out."""
    blocks = _blocks(whole, indent)
    for key, text in _blocks(piece, indent).items():
        first, _, rest = text.partition("\n")
        is_mapping = OPENS.fullmatch(first.strip()) and not rest.lstrip().startswith("-")
        if is_mapping and key in blocks and indent == 0 and blocks[key].count("\n") > 1:
            inner = merged(blocks[key].partition("\n")[2], rest, 2)
            blocks[key] = f"{first}\n{inner}"
        else:
            blocks[key] = text
    kept = (text for text in blocks.values() if not LEFT_OUT.fullmatch(text.strip()))
    return "".join(kept)


def _blocks(text: str, indent: int) -> dict[str, str]:
    """Split a YAML text by the keys that stand at an indent; twice the same key stays one block."""
    found: dict[str, str] = {}
    key = ""
    for line in text.strip("\n").splitlines():
        begins = re.match(rf" {{{indent}}}([\w.]+):", line)
        key = begins[1] if begins else key
        found[key] = found.get(key, "") + line + "\n"
    return found
