"""The bar: there for somebody who waits, and never in a file or for what is quick."""

import io
import sys
from threading import Event

import pytest

from web.commands import waiting


class Terminal(io.StringIO):
    """Standard error as somebody sees it, which tells when it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_shown = Event()

    def isatty(self) -> bool:
        """Say that somebody looks."""
        return True

    def write(self, text: str) -> int:
        """Take what is shown."""
        self.is_shown.set()
        return super().write(text)


def test_who_waits_sees_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, with what goes on."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)
    with waiting.waiting("playing", 3) as step:
        step()
        assert terminal.is_shown.wait(10)
    assert "playing" in terminal.getvalue()


def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing flickers."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with waiting.waiting("playing") as step:
        step()
    assert "playing" not in terminal.getvalue()


def test_a_file_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes."""
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.0)
    with waiting.waiting("playing") as step:
        step()
    assert file.getvalue() == ""
