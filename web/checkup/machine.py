"""The machine the server runs on: its disk, its versions, its clock."""

import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from web.checkup.verdict import Verdict, good

MIB = 1024 * 1024
LOW_MIB = 1024
"""MiB below which there is time to act: a whole talk takes about a tenth of one."""
FULL_MIB = 100
"""MiB below which a busy day, a backup or the write-ahead log can fill the disk."""
_LEAST = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def disk(folder: Path) -> Verdict:
    """Look at the space where talks are kept."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free // MIB
    if free >= LOW_MIB:
        return good("disk", f"{free:,} MiB are free at {there}.")
    return Verdict(
        "disk",
        "error" if free < FULL_MIB else "warning",
        f"only {free:,} MiB are free at {there}; a full disk stops every talk.",
        "make room there, or give another folder with --data",
    )


def versions() -> Iterator[Verdict]:
    """Look at what is installed against what this version asks for."""
    try:
        ours, asked = version("makeroom"), requires("makeroom") or []
    except PackageNotFoundError:
        yield Verdict("versions", "error", "makeroom isn't installed.", "run `pip install .`")
        return
    python = ".".join(map(str, sys.version_info[:3]))
    yield good("versions", f"makeroom {ours}, Python {python}, SQLite {sqlite3.sqlite_version}.")
    for line in asked:
        if "extra ==" not in line and (least := _LEAST.match(line)):
            yield from _package(least[1], least[2])


def _package(name: str, least: str) -> Iterator[Verdict]:
    try:
        found = version(name)
    except PackageNotFoundError:
        if name != "uvloop":  # isn't made for every system; the server runs without it
            yield Verdict("versions", "error", f"{name} is missing.", f"run `pip install {name}`")
        return
    if _numbers(found) < _numbers(least):
        yield Verdict(
            "versions",
            "error",
            f"{name} {found} is older than {least}.",
            f"run `pip install --upgrade '{name}>={least}'`",
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def clock(now: datetime, looked: date, touched_ms: int | None) -> Verdict:
    """Look whether the clock can be right.

    Args:
        now: what the clock says.
        looked: the newest day somebody looked at a help line; the past, for sure.
        touched_ms: when the newest stored turn was taken, if there is one.
    """
    advice = "set the clock, and keep it set (for instance with systemd-timesyncd)"
    if now.date() < looked:
        says = f"it says {now:%Y-%m-%d}, but help lines were looked at on {looked}."
        return Verdict("clock", "error", says, advice)
    ahead_s = (touched_ms or 0) / 1000 - now.timestamp()
    if ahead_s > 300:
        last = datetime.fromtimestamp((touched_ms or 0) / 1000, UTC)
        says = f"it says {now:%Y-%m-%d %H:%M}, but a turn was stored at {last:%Y-%m-%d %H:%M} UTC."
        return Verdict("clock", "error", says, advice)
    return good("clock", f"it says {now:%Y-%m-%d %H:%M} UTC, later than everything stored.")
