"""`makeroom replay`, as it is typed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DATA

MAIN = "from web.cli import main; main()"
TINY = DATA / "dialogs" / "tiny"
GOOD = "dialog: tiny\n---\nbot: #welcome.hello\nyou: {[Not now]|no}\nnow ended\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the tiny dialogue and a conversation that passes twice."""
    shutil.copytree(DATA / "dialogs", tmp_path / "dialogs")
    shutil.rmtree(tmp_path / "dialogs" / "tiny" / "replays")
    (tmp_path / "dialogs" / "good.chat").write_text(GOOD)
    return tmp_path


def replay(
    project: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", MAIN, "replay", *arguments]
    return subprocess.run(
        command,
        cwd=project,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_passes_is_counted(project: Path) -> None:
    """Each variant counts; the last line is the count; the exit code is 0."""
    for paths in ((), ("dialogs",), ("dialogs/good.chat", "dialogs/good.chat")):
        done = replay(project, *paths)
        assert (done.returncode, done.stdout, done.stderr) == (0, "2 passed, 0 failed\n", "")


@pytest.mark.parametrize("mode", ["store", "duplicate", "socket", "reconnect", "digress", "undo"])
def test_the_same_files_play_in_every_mode(project: Path, mode: str) -> None:
    """A conversation passes through store and socket, and on detours, as in the engine."""
    (project / "dialogs" / "given.chat").write_text(
        "dialog: tiny\ngiven: at welcome.name, strength = 4\n---\nyou: [Fog]\nbot: ...\n"
    )
    done = replay(project, "--mode", mode)
    assert (done.returncode, done.stdout) == (0, "3 passed, 0 failed\n")


def test_what_fails_is_shown(project: Path) -> None:
    """Failures come with their transcripts, mistakes with their line; the exit code is 1."""
    (project / "dialogs" / "bad.chat").write_text(GOOD.replace("ended", "at welcome.name"))
    (project / "dialogs" / "odd.chat").write_text(GOOD.replace("bot", "bto"))
    done = replay(project)
    assert done.returncode == 1
    assert done.stdout.endswith("\n2 passed, 3 failed\n")
    assert "FAILED dialogs/bad.chat [[Not now]]" in done.stdout
    assert "dialogs/bad.chat:5: the talk is at closing.end" in done.stdout
    assert "what happened" in done.stdout
    assert "dialogs/odd.chat:3: “bto: #welcome.hello” can't be read" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_poor_terminal_shows_what_it_can(project: Path) -> None:
    """Signs that the terminal doesn't have are replaced; the result is the same."""
    (project / "dialogs" / "bad.chat").write_text(GOOD.replace("ended", "at welcome.name"))
    done = replay(project, environment={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("2 passed, 2 failed\n")


def test_coverage_names_what_was_not_reached(project: Path) -> None:
    """The shares of states, choices and lines, and every line that nobody was told."""
    done = replay(project, "--cover")
    assert done.returncode == 0
    assert "tiny: what was reached" in done.stdout
    assert "choices     1 of " in done.stdout
    assert "dialogs/tiny/flows.yaml:" in done.stdout
    assert ": line ground.over\n" in done.stdout
    assert ": line welcome.hello.later\n" not in done.stdout
    assert "not reached: command help at " in done.stdout


def test_less_than_was_promised_fails(project: Path) -> None:
    """`--least` is a gate: exit 1 with the shares that are below it, wordings apart."""
    done = replay(project, "--least", "0")
    assert (done.returncode, done.stderr) == (0, "")
    done = replay(project, "--least", "100")
    assert done.returncode == 1
    assert "tiny: choices 1 of " in done.stderr
    assert "is below 100 %" in done.stderr
    assert "wordings" not in done.stderr


def test_coverage_can_be_shown_beside_the_script(project: Path) -> None:
    """`--lcov` writes a tracefile: each script line that was reached or not, guards as branches."""
    done = replay(project, "--lcov", "cover.info")
    assert (done.returncode, done.stdout) == (0, "2 passed, 0 failed\n")
    text = (project / "cover.info").read_text()
    assert "SF:dialogs/tiny/welcome.yaml\n" in text
    assert "\nDA:" in text
    assert "\nBRDA:" in text
    assert text.endswith("end_of_record\n")


def test_a_program_can_read_the_result(project: Path) -> None:
    """`--json` is one object with the counts, each chat, and the coverage that was asked for."""
    (project / "dialogs" / "bad.chat").write_text(GOOD.replace("ended", "at welcome.name"))
    done = replay(project, "--json", "--cover")
    found = json.loads(done.stdout)
    assert (done.returncode, found["passed"], found["failed"]) == (1, 2, 2)
    assert found["chats"][0]["file"] == "dialogs/bad.chat"
    assert found["chats"][0]["misses"][0]["line"] == 5
    assert found["chats"][2] == {
        "file": "dialogs/good.chat",
        "name": "[Not now]",
        "passed": True,
        "misses": [],
        "report": "",
    }
    assert found["cover"][0]["dialog"] == "tiny"
    assert "ground.over" in found["cover"][0]["lines"]["missed"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere",), "nowhere isn't there"),
        (("dialogs/tiny",), "no .chat files in dialogs/tiny"),
        (("--mode", "magic"), "'magic' is not one of"),
        (("--frobnicate",), "No such option"),
    ],
)
def test_misuse_is_a_sentence(project: Path, arguments: tuple[str, ...], says: str) -> None:
    """What can't be done exits 2 with a sentence, not a traceback."""
    done = replay(project, *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_missing_is_written(project: Path) -> None:
    """`--fill` writes files that pass, numbered on from those that are there."""
    (project / "more").mkdir()
    (project / "more" / "way-007.chat").write_text(GOOD)
    done = replay(project, "--fill", "more", "--turns", "3000")
    assert done.returncode == 0
    assert "conversations written to more" in done.stdout
    assert (project / "more" / "way-008.chat").is_file()
    shutil.copytree(project / "more", project / "dialogs" / "more")
    again = replay(project)
    assert again.returncode == 0, again.stdout


def test_faults_are_counted(project: Path) -> None:
    """`--mutate` says how many faults are caught, and names those that aren't with their place."""
    done = replay(project, "--mutate")
    assert done.returncode == 0
    assert "faults are caught (" in done.stdout
    assert "  not caught: dialogs/tiny/" in done.stdout
    found = json.loads(replay(project, "--mutate", "--json").stdout)["mutation"][0]
    assert found["dialog"] == "tiny"
    assert 0 < found["caught"] < found["all"]
    assert len(found["survivors"]) == found["all"] - found["caught"]
