"""`makeroom chat`, through a pipe and at a terminal."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.errors import ConfigError
from bot.guide import take_turn
from bot.values import Input
from bot.workshop.library import PACKAGED, Library
from tests.conftest import DATA
from web.cli import makeroom

MAIN = "from web.cli import main; main()"
TINY = ("chat", "--script", "tiny", "--dialogs", str(DATA / "dialogs"), "--seed", "7")
WHOLE = "1\n4\nfog\n\n2\n1\n1 3\n1\n\n2\n1\nmy son\n\n"


def chat(typed: bytes | str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    given = typed.encode() if isinstance(typed, str) else typed
    command = [sys.executable, "-c", MAIN, *(arguments or TINY)]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=30)


def test_a_whole_talk_through_a_pipe() -> None:
    """Every kind of question is answered from a pipe, without waiting, to a good end."""
    done = chat(WHOLE)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.decode().rstrip().endswith("Take care.")
    assert "\x1b" not in done.stdout.decode()


def test_a_recorded_talk_is_a_test(tmp_path: Path) -> None:
    """`--record` writes a file that passes, readable by its owner alone."""
    file = tmp_path / "first.chat"
    assert chat(WHOLE, *TINY, "--record", str(file)).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    (tmp_path / "dialogs").symlink_to(DATA / "dialogs")
    command = [sys.executable, "-c", MAIN, "replay", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1 passed, 0 failed\n")


def test_a_deleted_talk_is_not_recorded(tmp_path: Path) -> None:
    """Asking for deletion outweighs `--record`."""
    file = tmp_path / "first.chat"
    arguments = (*TINY, "--record", str(file))
    done = CliRunner().invoke(makeroom, arguments, input="/pause\n[Delete this talk]\n")
    assert done.exit_code == 0
    assert not file.exists()


@pytest.mark.parametrize(
    "typed",
    [
        b"",
        b"\n\n\n",
        b"\xff\xfe\x00\x01\n",
        b"[\n(\n<\n{\n\\\n\"\n",
        b"/\n/ \n/nope\n/save\n/save /nowhere/at/all\n/state\n/quit\n",
        b"99999999999999999999\n-1\n1e9\nNaN\n",
        ("x" * 100_000 + "\n").encode(),
        "\u202e \u200b\U0001f600 \u0301\u0301\n".encode(),
        b"/back\n/back\n/back\n/back\n",
        b"/toomuch\n/help\n/pause\n/stop\n",
        b"yes\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n",
    ],
)  # fmt: skip
def test_nothing_that_is_typed_is_a_traceback(typed: bytes) -> None:
    """Whatever comes in, the talk goes on or ends politely."""
    done = CliRunner().invoke(makeroom, TINY, input=typed, catch_exceptions=False)
    assert done.exit_code == 0
    assert done.output.rstrip().endswith(("Until another time.", "Take care."))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--script", "tniy"), "did you mean tiny?"),
        (("--script", "../tiny"), "there is no dialogue"),
        (("--dialogs", "/nowhere"), "there is no dialogue tiny in /nowhere"),
        (("--seed", "-1"), "-1"),
        (("--record", "/nowhere/at/all.chat"), "can't be saved"),
    ],
)
def test_misuse_is_a_sentence(arguments: tuple[str, ...], says: str) -> None:
    """A wrong option is refused with a way out; the command line makes it exit code 2."""
    done = CliRunner().invoke(makeroom, [*TINY, *arguments])
    refusal = str(done.exception) if isinstance(done.exception, ConfigError) else done.output
    assert done.exit_code != 0
    assert says in refusal


def wait_for(screen: int, text: str) -> str:
    """Read what the terminal shows until a text comes."""
    seen = ""
    while text not in seen:
        ready, _, _ = select.select([screen], [], [], 15)
        assert ready, f"“{text}” never came; there was: {seen}"
        seen += os.read(screen, 65536).decode(errors="replace")
    return seen


def test_at_a_terminal_an_exercise_takes_its_time_unless_cut_short() -> None:
    """Frames last at a real terminal; Enter goes on sooner; Ctrl-D ends politely."""
    screen, keys = pty.openpty()
    command = [sys.executable, "-c", MAIN, *TINY]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": ""}
    process = subprocess.Popen(command, stdin=keys, stdout=keys, stderr=keys, env=environment)
    os.close(keys)
    try:
        for typed, answer in (
            (b"1\r", "how strong"),
            (b"4\r", "call it"),
            (b"fog\r", "In, gently"),
        ):
            os.write(screen, typed)
            wait_for(screen, answer)
        os.write(screen, b"\r")
        wait_for(screen, "And out.")  # waits for 15 seconds at most; the frame lasts a minute
        os.write(screen, b"\r")
        wait_for(screen, "Enter when you are done")
        os.write(screen, b"\r")
        wait_for(screen, "What did you feel?")
        os.write(screen, b"\x04")
        assert "Until another time." in wait_for(screen, "Until another time.")
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
        os.close(screen)


@pytest.mark.parametrize("lang", Library(PACKAGED).languages("anxiety"))
def test_the_terminal_speaks_the_language_that_is_asked_for(lang: str) -> None:
    """Not the original's words with another ear; a language that isn't there is refused."""
    wanted = Library(PACKAGED).script("anxiety", lang)
    first = take_turn(wanted, None, Input(at=0, kind="begin", seed=1, lang=lang)).reply
    done = chat("", "chat", "--lang", lang, "--seed", "1")
    assert first.lines[0].text in done.stdout.decode()
    refused = chat("", "chat", "--lang", "tlh")
    assert refused.returncode == 2
    assert f"isn't translated into tlh; there is en, {lang}" in refused.stderr.decode()
