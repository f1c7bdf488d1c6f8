"""Copies of a database, made and put back as an operator would."""

import sqlite3
from pathlib import Path


def backup(source: Path, target: Path) -> None:
    """Copy a database while it is used."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def put_back(copy: Path, path: Path) -> None:
    """Put a copy into the place of a database, whose log is gone then."""
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink()
    copy.replace(path)
