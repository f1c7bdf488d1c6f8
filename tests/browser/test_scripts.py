"""The page's scripts as text: typed, small, one noun each, and no way to make markup."""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser.fake_guide import WEB

SCRIPTS = sorted((WEB / "static").glob("*.js"))
MOST_BYTES = 26_000
"""Gzipped, all that an opened chat loads besides the page itself, comments included."""


def test_types_hold() -> None:
    """`tsc --noEmit` finds nothing in the JSDoc types, where there is a tsc."""
    tsc = shutil.which("tsc")
    if tsc is None:
        pytest.skip("no tsc here: `npm install --global typescript` to check the scripts' types")
    config = Path(__file__).parent / "tsconfig.json"
    done = subprocess.run([tsc, "-p", config], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_checked_and_one_noun(file: Path) -> None:
    """Each asks for type checks, fits 330 lines, and sets text only."""
    text = file.read_text(encoding="utf-8")
    assert text.startswith("// @ts-check\n")
    assert len(text.splitlines()) <= 330
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    assert ".style" not in text
    assert "setAttribute" not in text


def test_an_opened_chat_stays_small() -> None:
    """Scripts and sheet together are a small fraction of what others load."""
    files = [*SCRIPTS, WEB / "static" / "page.css"]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) < MOST_BYTES
