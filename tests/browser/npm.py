"""Packages of npm's registry, fetched into a folder outside this one when they aren't there yet."""

import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import gettempdir

PATIENCE_S = 60
FOLDER = Path(gettempdir()) / "makeroom-tests"


def package(name: str, version: str) -> Path | None:
    """Give the unpacked folder; None where there is no npm or no way to its registry."""
    plain = f"{name.removeprefix('@').replace('/', '-')}-{version}"
    folder = FOLDER / plain
    if not folder.exists() and not _fetch(f"{name}@{version}", folder):
        return None
    return folder / "package"


def _fetch(wanted: str, folder: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", wanted]
    try:
        subprocess.run(command, cwd=FOLDER, timeout=PATIENCE_S, check=True, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        return False
    with tarfile.open(FOLDER / f"{folder.name}.tgz") as archive:
        archive.extractall(folder, filter="data")
    return True
