"""The pytest plugin, as a project outside this one sees it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bot.workshop.collect  # noqa: F401 - kept across the runs below, which saves seconds
from tests.conftest import DATA, ROOT

pytest_plugins = ["pytester"]

GOOD = "title: hello\ndialog: tiny\n---\nbot: #welcome.hello\nyou: {[Not now]|no}\nnow ended\n"
BAD = GOOD.replace("now ended", "now at welcome.strength")


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A project of somebody else's, with a dialogue of its own."""
    shutil.copytree(DATA / "dialogs", pytester.path / "dialogs")
    shutil.rmtree(pytester.path / "dialogs" / "tiny" / "replays")
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest there, with our plugin as an installed package brings it."""
    quiet = ("-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:aiohttp", "--color=no")
    return pytester.runpytest_inprocess(*quiet, *arguments)


def test_chat_files_are_collected_anywhere(pytester: pytest.Pytester, project: Path) -> None:
    """A `.chat` file beside other tests is run, once for each of its variants."""
    (project / "talks").mkdir()
    (project / "talks" / "one.chat").write_text(GOOD)
    (project / "dialogs" / "tiny" / "two.chat").write_text(GOOD)
    result = run(pytester, "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["*one.chat::hello[[][[]Not now[]][]]*PASSED*"])


def test_a_fault_fails_with_both_transcripts(pytester: pytest.Pytester, project: Path) -> None:
    """The file and line, what is expected and what happened, and nothing of Python's."""
    (project / "one.chat").write_text(BAD)
    result = run(pytester)
    result.assert_outcomes(failed=2)
    text = result.stdout.str()
    assert "one.chat:6: the talk is at closing.end" in text
    assert "expected" in text
    assert "what happened" in text
    assert "Traceback" not in text
    assert ".py:" not in text.replace("plugin.py:", "")


def test_a_file_that_cannot_be_read_is_named(pytester: pytest.Pytester, project: Path) -> None:
    """A mistake in the file is an error with its line and what was probably meant."""
    (project / "one.chat").write_text(GOOD.replace("bot:", "bto:"))
    (project / "two.chat").write_text(GOOD.replace("tiny", "tinny"))
    result = run(pytester, "--continue-on-collection-errors")
    result.assert_outcomes(errors=1, failed=2)
    text = result.stdout.str()
    assert "one.chat:4: “bto: #welcome.hello” can't be read (did you mean bot:?)" in text
    assert "two.chat:2: there is no dialogue tinny (did you mean tiny?)" in text
    assert "Traceback" not in text


def test_a_broken_script_is_a_sentence(pytester: pytest.Pytester, project: Path) -> None:
    """The findings of the script are the failure."""
    (project / "one.chat").write_text(GOOD)
    file = project / "dialogs" / "tiny" / "welcome.yaml"
    file.write_text(file.read_text().replace("go: strength", "go: strenght"))
    result = run(pytester)
    result.assert_outcomes(failed=2)
    assert "welcome.yaml:" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_update_rewrites_what_was_expected(pytester: pytest.Pytester, project: Path) -> None:
    """`--chat-update` changes the lines that didn't hold, and only those."""
    file = project / "one.chat"
    text = (
        "dialog: tiny\n---\n# a note\nbot: #welcome.hello\n     now at welcome.hello\n\n"
        'you: [Yes, a little]\nbot: #welcome.hello "old"\n     ...\n'
        "     now at welcome.name, strength = 3, strength is not given\n"
        "     choices: Yes\n"
    )
    file.write_text(text)
    run(pytester, "--chat-update").assert_outcomes(passed=1)
    new = file.read_text().splitlines()
    assert new[:7] == text.splitlines()[:7]
    assert new[7:] == [
        'bot: #welcome.strength  "From 0 to 10, how strong is it?"',
        "     now at welcome.strength, strength = ~, strength is not given",
        "     choices: …",
    ]
    run(pytester).assert_outcomes(passed=1)


def test_update_leaves_safety_alone(pytester: pytest.Pytester, project: Path) -> None:
    """What is tagged safety says what must hold: it fails, and stays as it is."""
    file = project / "one.chat"
    file.write_text("tags: slow, safety\n" + BAD)
    result = run(pytester, "--chat-update")
    result.assert_outcomes(failed=2)
    assert file.read_text() == "tags: slow, safety\n" + BAD
    assert "is tagged safety: --chat-update leaves it" in result.stdout.str()


def test_update_does_not_touch_what_passes(pytester: pytest.Pytester, project: Path) -> None:
    """A file without a fault keeps every byte."""
    file = project / "one.chat"
    file.write_text(GOOD)
    before = file.stat().st_mtime_ns
    run(pytester, "--chat-update").assert_outcomes(passed=2)
    assert file.stat().st_mtime_ns == before


def test_update_does_not_invent_an_act(pytester: pytest.Pytester, project: Path) -> None:
    """A choice that isn't offered any more is for a person to decide."""
    file = project / "one.chat"
    text = "dialog: tiny\n---\nyou: [Gone]\nbot: ...\n"
    file.write_text(text)
    run(pytester, "--chat-update").assert_outcomes(failed=1)
    assert file.read_text() == text


def test_the_plugin_costs_other_projects_nothing() -> None:
    """Without a `.chat` file neither the engine nor aiohttp is imported."""
    code = (
        "import sys, bot.workshop.plugin\n"
        "heavy = {'aiohttp', 'transitions', 'jinja2', 'ruamel', 'bot.guide'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_replaying_needs_no_server() -> None:
    """Playing a file never imports aiohttp."""
    code = "import sys, bot.workshop.collect; sys.exit('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0
