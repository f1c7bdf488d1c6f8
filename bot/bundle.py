"""A script folder's files, as they are read, pinned with a talk, and loaded."""

import hashlib
from pathlib import Path

import msgspec

from bot.errors import ScriptError
from bot.loading.tree import Findings, Node

MAX_FILE = 1_000_000  # bytes; ours are below 300,000


class Bundle(msgspec.Struct, frozen=True):
    """The files of a script folder, as they are pinned with a talk.

    Attributes:
        files: text by file name.
    """

    files: dict[str, str]

    @property
    def digest(self) -> str:
        """Give the SHA-256 of names and texts, in hexadecimal."""
        return hashlib.sha256(msgspec.json.encode(sorted(self.files.items()))).hexdigest()


def read_folder(folder: Path) -> Bundle:
    """Read the YAML files of a folder and the catalogues of its translations.

    Raises:
        ScriptError: there is no such folder, or a file isn't UTF-8 or is too large.
    """
    findings = Findings()
    if not folder.is_dir():
        findings.add(Node(None, str(folder), 1, 1), "MR000", "no such folder", "check the path")
    found = [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("locale/*/*.po"))]
    files = {name: _text(file, name, findings) for file in found if (name := _name(folder, file))}
    if findings.all:
        raise ScriptError(findings.all)
    return Bundle(files)


def _name(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _text(file: Path, name: str, findings: Findings) -> str:
    place = Node(None, name, 1, 1)
    raw = file.read_bytes()
    if len(raw) > MAX_FILE:
        findings.add(place, "MR000", "the file is too large", "split it")
        return ""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        findings.add(place, "MR000", "not UTF-8", "save the file as UTF-8")
        return ""
