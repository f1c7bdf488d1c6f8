"""The SQLite file: whether it can be read and written, and is whole as far as anyone can tell.

Whether each talk equals the replay of its inputs (`web.oracle`) can't be told here: words and
inputs are sealed with keys that only their people hold. What needs no key is looked at instead.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from web.checkup.verdict import Looked, Verdict, good, whole
from web.store.base import VERSION

LOG_MIB = 64
"""MiB of write-ahead log beyond which something holds it open."""
PATIENCE_S = 2.0
"""Seconds to wait for a running server's commit."""
RESTORE = "stop the server, keep a copy of the file, and restore the last backup"
MADE = """
SELECT count(talks.id),
    count(*) FILTER (WHERE talks.head IS NOT last AND talks.id IS NOT NULL),
    count(*) FILTER (WHERE talks.head IS NOT events AND talks.id IS NOT NULL),
    count(*) FILTER (WHERE first IS NOT 1 AND talks.id IS NOT NULL),
    total(made) FILTER (WHERE talks.id IS NULL)
FROM (
    SELECT talk, min(seq) AS first, max(head) AS last, sum(head - seq + 1) AS events,
        count(*) AS made
    FROM turns NOT INDEXED GROUP BY talk
) LEFT JOIN talks ON talks.id = talk
"""
"""Reads the turns once, as they lie on the disk: a talk's own lie between those of others, and to
fetch each talk's would take a read of the disk for every turn."""


class Database:
    """One file, open for looking. It is never made or changed here.

    Args:
        path: where the file is.

    Raises:
        sqlite3.Error: it can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=PATIENCE_S,
            isolation_level=None,
        )

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def touched_ms(self) -> int | None:
        """Give the time of the newest stored turn, in milliseconds."""
        found: int | None = self._db.execute("SELECT max(touched) FROM talks").fetchone()[0]
        return found

    def pinned(self) -> dict[str, int]:
        """Count the talks of each script version."""
        return dict(self._db.execute("SELECT bundle, count(*) FROM talks GROUP BY bundle"))

    def bundle(self, digest: str) -> bytes | None:
        """Give a kept script version."""
        row = self._db.execute("SELECT body FROM bundles WHERE digest = ?", (digest,)).fetchone()
        return row[0] if row else None

    def verdicts(self) -> Iterator[Verdict]:
        """Look at the file's health; what is wrong at one level hides the levels above it."""
        yield from self._files()
        found = self._version()
        yield found
        if found.grade == "error":
            return
        yield self._writable()
        damage = [row[0] for row in self._db.execute("PRAGMA integrity_check(5)")]
        if damage != ["ok"]:
            yield Verdict("store", "error", f"the file is damaged: {'; '.join(damage)}.", RESTORE)
            return
        yield from self._whole()

    def _files(self) -> Iterator[Verdict]:
        mode = self._path.stat().st_mode & 0o077
        if mode:
            says = f"others on this machine may open {self._path}."
            yield Verdict("store", "warning", says, f"run `chmod 600 {self._path}`")
        log = self._path.with_name(self._path.name + "-wal")
        size = os.path.getsize(log) // 2**20 if log.exists() else 0  # noqa: PTH202 - of one file
        if size > LOG_MIB:
            says = f"the write-ahead log has {size} MiB: something holds it open."
            yield Verdict("store", "warning", says, "end the program that reads the file")

    def _version(self) -> Verdict:
        try:
            row = self._db.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        except sqlite3.OperationalError:
            row = None
        if row is None:
            says = f"{self._path} isn't a database of ours."
            return Verdict("store", "error", says, "name the right file with --store sqlite:PATH")
        if row[0] > VERSION:
            says = f"a newer makeroom made it (schema {row[0]}, this one knows {VERSION})."
            return Verdict("store", "error", says, "install that version")
        pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        size = self._db.execute(pages).fetchone()[0] / 2**20  # with what is still in the log
        return good("store", f"{self._path} has schema {row[0]} and {size:,.1f} MiB.")

    def _writable(self) -> Verdict:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            advice = f"see who owns {self._path.parent} and whether its disk is read-only or full"
            return Verdict("store", "error", f"it can't be written: {error}.", advice)
        return good("store", "it can be read and written.")

    def _whole(self) -> Iterator[Verdict]:
        self._db.execute("PRAGMA temp_store = FILE")  # a million talks are sorted, not remembered
        talks = self._db.execute("SELECT count(*) FROM talks").fetchone()[0]
        return whole(talks, self._db.execute(MADE).fetchone(), RESTORE)


def look(path: Path) -> Looked:
    """Look at a file."""
    try:
        with closing(Database(path)) as database:
            verdicts = list(database.verdicts())
            if any(verdict.grade == "error" for verdict in verdicts):
                return Looked(verdicts)
            pinned = database.pinned()
            bundles = {digest: database.bundle(digest) for digest in pinned}
            return Looked(verdicts, pinned, bundles, database.touched_ms)
    except sqlite3.Error as error:
        says = f"{path} can't be read: {error}."
        return Looked([Verdict("store", "error", says, RESTORE)])
