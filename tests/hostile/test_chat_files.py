"""Hostile `.chat` files: each is played or refused in a sentence with file, line and a way out."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.expressions import LONGEST, parse
from bot.scope import ExpressionError
from bot.templates import compile_text
from bot.workshop.library import Libraries
from bot.workshop.suite import outcomes
from tests.conftest import DATA

HEAD = "dialog: tiny\n---\n"
GIVEN = "dialog: tiny\ngiven: at welcome.hello"
AT = HEAD + "bot: ...\n     now at welcome.hello, "
LIBRARIES = Libraries()

PLAYED = [
    ("odd indentation", "  dialog: tiny\n\t---\n\t\tyou: hi\n bot: ...\n\tnow at welcome.hello\n"),
    ("a byte order mark and CR LF", "\ufeffdialog: tiny\r\n---\r\nyou: hi\r\nbot: ...\r\n"),
    ("CR alone", "dialog: tiny\r---\ryou: hi\rbot: ...\r"),
    ("NUL in typed words", HEAD + "you: a\x00b\nbot: ...\n"),
    ("a form feed in typed words", HEAD + "you: a\x0cb\nbot: ...\n"),
    ("a line separator in typed words", HEAD + "you: a\u2028b\x85c\nbot: ...\n"),
    ("letters that turn the line round", HEAD + "you: \u202eabc\nbot: ...\n"),
    ("a line of a million letters", HEAD + f"you: {'die ' * 250_000}\nbot: ...\n"),
    ("two thousand acts", HEAD + "you: hi\n" * 2_000),
    ("braces that open nothing", HEAD + "you: {\nyou: }\nyou: {}\n"),
    ("the end of time", "dialog: tiny\nclock: 9999-12-31 23:59\n---\nwait: 5 weeks\nbot: ...\n"),
    ("the beginning of time", "dialog: tiny\nclock: 0001-01-01 00:00\n---\nbot: ...\n"),
    ("called from a hundred places", GIVEN + " called from welcome.hello" * 100 + "\n---\n"),
    ("a country of nobody's", "dialog: tiny\nregion: QQ\n---\nbot: ...\n"),
]

REFUSED = [
    ("nothing", "", 1, "write a line with ---"),
    ("NUL in the head", "dialog: tiny\x00\n---\n", 1, "letters, digits"),
    ("NUL in a place", HEAD + "bot: ...\nnow at wel\x00come.hello\n", 4, "write stage.step"),
    ("UTF-16", "dialog: tiny\n---\n".encode("utf-16"), 1, "save the file as UTF-8"),
    ("a picture", bytes(range(256)), 2, "save the file as UTF-8"),
    ("an unknown directive", HEAD + "you: hi\nthen: go\n", 4, "lines begin with you:"),
    ("a mode is no field", "dialog: tiny\nmode: socket\n---\n", 2, "the fields are"),
    ("given twice", f"{GIVEN}\ngiven: at closing.end\n---\n", 3, "keep one of the two"),
    ("the head twice", HEAD + "---\n", 3, "lines begin with"),
    ("a path for a dialogue", "dialog: ../tiny\n---\n", 1, "letters, digits"),
    ("no such dialogue", "dialog: tinny\n---\n", 1, "did you mean tiny?"),
    ("no such language", "dialog: tiny\nlang: klingon\n---\n", 2, "there is en"),
    ("a seed of a thousand digits", f"dialog: tiny\nseed: {'9' * 1000}\n---\n", 2, "whole number"),
    ("a rating of a thousand digits", HEAD + f"you: ({'9' * 1000})\n", 3, "write (0) to (10)"),
    ("seconds without end", HEAD + f"you: <okay {'9' * 30}>\n", 3, "write <okay 60>"),
    ("weeks without end", HEAD + f"wait: {'9' * 30} weeks\nyou: hi\n", 3, "2 days"),
    ("time that runs back", HEAD + "wait: -2 days\nyou: hi\n", 3, "2 days"),
    ("given a value too many", f"{GIVEN}, strength = 99999999999\n---\n", 2, "from 0 to 10"),
    ("given an unknown step", "dialog: tiny\ngiven: at welcome.helo\n---\n", 2, "welcome.hello?"),
    ("a guard that is code", "dialog: tiny\nnever: while __import__('os')\n---\n", 2, "use names"),
    ("a guard of brackets", f"dialog: tiny\nnever: while {'(' * 400}1{')' * 400}\n---\n", 2, "brackets"),
    ("a guard of nots", AT + "not " * 200 + "strength > 1\n", 4, "brackets"),
    ("a guard without end", AT + "strength > 1" + " and strength > 1" * 900 + "\n", 4, "two steps"),
    ("brackets without end", AT + f"strength = {'[' * 3000}\n", 4, "doesn't close"),
    ("a pattern that is none", HEAD + "bot: /(?P<x>/\n", 3, "is no pattern"),
    ("stars without end", HEAD + f"bot: #{'*a' * 60}x\n", 3, "no line"),
    ("an unknown line", HEAD + "bot: #welcome.helo\n", 3, "did you mean welcome.hello?"),
    ("an unknown way", HEAD + "bot: ...\nvia: nope.nope\n", 4, "no step, flow, rule or route"),
    ("a label that isn't offered", HEAD + "you: [Nope]\n", 3, "there is: Yes, a little"),
    ("variants without end", HEAD + f"you: {{{'a|' * 99}a}}\n", 3, "too many"),
]  # fmt: skip


def reports(folder: Path, raw: str | bytes) -> list[str]:
    """Play a file and give what is said of each way through it; empty where it passed."""
    (folder / "dialogs").symlink_to(DATA / "dialogs")
    file = folder / "x.chat"
    file.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    return [one.report() for one in outcomes([file], LIBRARIES)]


@pytest.mark.parametrize("text", [row[1] for row in PLAYED], ids=[row[0] for row in PLAYED])
def test_what_can_be_read_is_played(tmp_path: Path, text: str) -> None:
    """Odd, but it means something: a talk comes of it, and nothing is said against it."""
    assert set(reports(tmp_path, text)) == {""}


@pytest.mark.parametrize(
    ("raw", "line", "way_out"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_read_is_a_sentence(
    tmp_path: Path, raw: str | bytes, line: int, way_out: str
) -> None:
    """The file, the line and what to write: in few words, whatever stands in the file."""
    (report,) = reports(tmp_path, raw)
    first = report.partition("\n")[0]
    assert first.startswith(f"{tmp_path / 'x.chat'}:{line}: ")
    assert way_out in first
    assert len(first) < 600
    assert "Traceback" not in report


@pytest.mark.parametrize(
    "source", ["(" * 450 + "1" + ")" * 450, "not " * 240 + "numb", "-" * 900 + "1"]
)
def test_a_guard_too_deep_is_an_error_and_no_crash(source: str) -> None:
    """Also in a script: whoever uploads one can't stop the server with brackets."""
    assert len(source) < LONGEST
    with pytest.raises(ExpressionError, match="too deep"):
        parse(source)
    with pytest.raises(ExpressionError, match=r"too deep|only show|read"):
        compile_text(f"{{{{ {source} }}}}", {"numb"})


def test_a_wrong_mode_is_one_sentence(tmp_path: Path) -> None:
    """Misuse: exit 2, with the modes there are."""
    command = [sys.executable, "-m", "makeroom", "replay", "--mode", "telepathy", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "'engine', 'store', 'socket'" in done.stderr
    assert "Traceback" not in done.stderr
