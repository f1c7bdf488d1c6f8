"""axe-core, fetched by npm into a folder outside this one when it isn't there yet."""

import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from tempfile import gettempdir

VERSION = "4.10.3"
PATIENCE_S = 30
FOLDER = Path(gettempdir()) / "makeroom-tests"


@cache
def source() -> str | None:
    """Give the script; None where there is no npm or no way to its registry."""
    file = FOLDER / f"axe-{VERSION}.js"
    if not file.exists() and not _fetch(file):
        return None
    return file.read_text(encoding="utf-8")


def _fetch(file: Path) -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", "--silent", f"axe-core@{VERSION}"]
    try:
        subprocess.run(command, cwd=FOLDER, timeout=PATIENCE_S, check=True, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        return False
    with tarfile.open(FOLDER / f"axe-core-{VERSION}.tgz") as archive:
        found = archive.extractfile("package/axe.min.js")
        assert found is not None
        file.write_bytes(found.read())
    return True
