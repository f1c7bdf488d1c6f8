"""The pytest plugin: collects `.chat` files in any project that has makeroom installed.

pytest imports this in every run of such a project, so nothing else is imported before the
first `.chat` file is found.
"""

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--chat-update`."""
    parser.getgroup("makeroom").addoption(
        "--chat-update",
        action="store_true",
        help="rewrite what .chat files expect to what happens, except in those tagged safety",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a `.chat` file."""
    if file_path.suffix != ".chat":
        return None
    from bot.workshop.collect import ChatFile  # noqa: PLC0415 - only when there is one to play

    return ChatFile.from_parent(parent, path=file_path)
