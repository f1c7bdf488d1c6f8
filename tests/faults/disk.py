"""A disk that notes what is written to it and what is synced, so that a power cut can be played.

SQLite's file layer (its VFS) is replaced in this process: calls go through to the real files, and
each write, truncation, sync and deletion is noted in order. From the notes an image of the disk
can be made as a power cut at any instant may leave it: what was synced is there; of what wasn't,
any part may be missing, in any order, and a write may be torn at a sector. A name that was made or
removed is sure once its folder is synced, which SQLite does with a new log's first sync.
"""

import ctypes
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    byref,
    c_char_p,
    c_int,
    c_int64,
    c_void_p,
    cast,
    memmove,
    pointer,
    sizeof,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = CFUNCTYPE(c_int, c_void_p, c_int)
Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
"""The path is an address: SQLite's own file layer keeps it, so it must be handed on, not copied."""
Delete = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)


class _Methods(Structure):  # sqlite3_io_methods, version 3
    _fields_ = [
        ("version", c_int),
        ("close", c_void_p),
        ("read", c_void_p),
        ("write", Write),
        ("truncate", Truncate),
        ("sync", Sync),
        ("rest", c_void_p * 13),
    ]


class _File(Structure):  # sqlite3_file
    _fields_ = [("methods", POINTER(_Methods))]


class _Vfs(Structure):  # sqlite3_vfs, version 3
    _fields_ = [
        ("version", c_int),
        ("size", c_int),
        ("longest", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("own", c_void_p),
        ("open", Open),
        ("delete", Delete),
        ("rest", c_void_p * 16),
    ]


@dataclass(frozen=True)
class Note:
    """One thing that happened to a file, or something that was promised to a person by then.

    Attributes:
        what: `tell` for a promise, `names` when the folder was synced; `name` is empty then.
        at: offset of a write, or the size after a truncation.
        body: what was written, or the promise.
    """

    what: Literal["write", "truncate", "sync", "delete", "names", "tell"]
    name: str = ""
    at: int = 0
    body: Any = b""


@dataclass
class Disk:
    """The notes of all files in one folder."""

    folder: Path
    notes: list[Note] = field(default_factory=list)

    def tell(self, promise: Any) -> None:
        """Note that somebody was promised something."""
        self.notes.append(Note("tell", body=promise))

    def promises(self, until: int) -> list[Any]:
        """Give what was promised before an instant."""
        return [note.body for note in self.notes[:until] if note.what == "tell"]

    def image(self, until: int, chance: random.Random, target: Path) -> None:
        """Write the files as a power cut before the note number `until` may leave them."""
        before = self.notes[:until]
        sure = max((at for at, note in enumerate(before) if note.what == "names"), default=-1)
        for name in sorted({note.name for note in before} - {""}):
            past = [(note, at <= sure) for at, note in enumerate(before) if note.name == name]
            content = _after(past, chance)
            if content is not None:
                (target / name).write_bytes(content)


def _after(past: list[tuple[Note, bool]], chance: random.Random) -> bytes | None:
    """Give a file's bytes; None when it isn't there.

    Args:
        past: what happened to it, and whether its folder was synced afterwards.
        chance: chooses among what may have become of the rest.
    """
    synced = max((at for at, (note, _) in enumerate(past) if note.what == "sync"), default=-1)
    content: bytearray | None = None
    kept = chance.choice((0.0, 0.5, 0.9))  # nothing, half or nearly all of what isn't sure
    for at, (note, is_named) in enumerate(past):
        is_sure = is_named if note.what == "delete" else at <= synced
        if is_sure or chance.random() < kept:
            content = _changed(content, note, None if is_sure else chance)
    return None if content is None else bytes(content)


def _changed(
    content: bytearray | None, note: Note, chance: random.Random | None
) -> bytearray | None:
    if note.what == "delete":
        return None
    content = bytearray() if content is None else content
    if note.what == "truncate":
        del content[note.at :]
        content.extend(bytes(note.at - len(content)))
    if note.what == "write":
        body = note.body
        if chance and chance.random() < 0.2:
            body = body[: chance.randrange(len(body) // SECTOR + 1) * SECTOR]
        content.extend(bytes(max(0, note.at + len(body) - len(content))))
        content[note.at : note.at + len(body)] = body
    return content


class Missing(Exception):
    """SQLite can't be reached in this Python."""


def library() -> Any:
    """Give the library that `sqlite3` uses.

    Raises:
        Missing: it isn't a library of its own here.
    """
    import sqlite3  # noqa: F401 - loads it

    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    found = [line.split()[-1] for line in lines if "libsqlite3" in line]
    if not found:
        raise Missing("Python's sqlite3 has no library of its own here")
    loaded = ctypes.CDLL(found[0])
    loaded.sqlite3_vfs_find.restype = POINTER(_Vfs)
    loaded.sqlite3_vfs_find.argtypes = [c_char_p]
    loaded.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
    loaded.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    return loaded


@contextmanager
def noted(folder: Path) -> Iterator[Disk]:
    """Note what SQLite does in a folder; databases must be opened and closed within.

    Raises:
        Missing: it can't be done in this Python.
    """
    lib, disk = library(), Disk(folder)
    usual = lib.sqlite3_vfs_find(None)
    ours = _Vfs()
    memmove(byref(ours), usual, sizeof(_Vfs))
    ours.name, ours.next = b"noting", None
    keeper = _Keeper(disk, usual.contents)
    ours.open, ours.delete = keeper.open, keeper.delete
    lib.sqlite3_vfs_register(byref(ours), 1)
    try:
        yield disk
    finally:
        lib.sqlite3_vfs_register(usual, 1)
        lib.sqlite3_vfs_unregister(byref(ours))


class _Keeper:
    """The functions that stand between SQLite and its usual ones."""

    def __init__(self, disk: Disk, usual: _Vfs) -> None:
        self._disk, self._usual = disk, usual
        self._names: dict[int, str] = {}
        self._fresh: set[int] = set()  # logs whose folder is synced with them, once
        self._made: dict[int, _Methods] = {}
        self.open, self.delete = Open(self._open), Delete(self._delete)

    def _open(self, vfs: int, address: int | None, file: int, flags: int, out: Any) -> int:
        path = ctypes.string_at(address) if address else None
        name = self._name(path)
        is_fresh = path is not None and not Path(path.decode()).exists()
        code: int = self._usual.open(vfs, address, file, flags, out)
        opened = cast(file, POINTER(_File)).contents
        if code == 0 and name:
            self._names[file] = name
            (self._fresh.add if is_fresh and "-" in name else self._fresh.discard)(file)
            opened.methods = pointer(self._watched(opened.methods))
        return code

    def _delete(self, vfs: int, path: bytes, synced: int) -> int:
        if name := self._name(path):
            self._disk.notes.append(Note("delete", name))
        code: int = self._usual.delete(vfs, path, synced)
        if name and synced:
            self._disk.notes.append(Note("names"))
        return code

    def _name(self, path: bytes | None) -> str:
        whole = Path(path.decode()) if path else Path("/")
        return whole.name if whole.parent == self._disk.folder else ""

    def _watched(self, usual: Any) -> _Methods:
        """Give the usual methods with ours among them, made once for each kind of file."""
        address = cast(usual, c_void_p).value or 0
        if address not in self._made:
            made, old = _Methods(), usual.contents
            memmove(byref(made), usual, sizeof(_Methods))
            made.write = Write(self._noting("write", old.write))
            made.truncate = Truncate(self._noting("truncate", old.truncate))
            made.sync = Sync(self._noting("sync", old.sync))
            self._made[address] = made
        return self._made[address]

    def _noting(self, what: Any, usual: Callable[..., int]) -> Callable[..., int]:
        names, notes, fresh = self._names, self._disk.notes, self._fresh

        def write(file: int, body: int, size: int, at: int) -> int:
            notes.append(Note("write", names[file], at, ctypes.string_at(body, size)))
            return usual(file, body, size, at)

        def truncate(file: int, size: int) -> int:
            notes.append(Note("truncate", names[file], size))
            return usual(file, size)

        def sync(file: int, flags: int) -> int:
            code = usual(file, flags)
            notes.append(Note("sync", names[file]))
            if file in fresh:
                fresh.discard(file)
                notes.append(Note("names"))
            return code

        return {"write": write, "truncate": truncate, "sync": sync}[what]
