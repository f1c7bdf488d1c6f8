"""What is published: one file that holds everything, installs anywhere, and serves."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from asyncio import create_subprocess_exec, timeout
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.clients import Client

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("bot", "web", "dialogs", "makeroom")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that nobody works in."""
    folder = tmp_path_factory.mktemp("source") / "makeroom"
    left = shutil.ignore_patterns(".*", "__pycache__", "_site", "node_modules", "dist", "build")
    shutil.copytree(ROOT, folder, ignore=left)
    shutil.copy(ROOT / ".gitignore", folder)
    return folder


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build the wheel or the sdist."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.iterdir()
    return made


def ours(*folders: str) -> set[str]:
    """Give every file of ours below the folders, as git knows them where there is git."""
    done = subprocess.run(
        ["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = done.stdout.split("\0") if done.returncode == 0 else []
    return {name for name in names if name and (ROOT / name).is_file()}


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it; its dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    there = next(folder.glob("lib/python*/site-packages"))
    (there / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder


def run(installed: Path, *command: str) -> str:
    """Run something in the fresh environment, far from our folder."""
    environment = {key: it for key, it in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [installed / "bin" / command[0], *command[1:]],
        cwd=installed,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file(wheel: Path) -> None:
    """Code, dialogues, word lists, pages, scripts, types: whatever is ours is in it."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert not ours(*PACKAGES) - held
    assert not [name for name in held if name.startswith(("tests", "docs"))]
    for kind in (".yaml", ".rules", ".chat", ".html", ".css", ".js", ".svg"):
        assert any(name.endswith(kind) for name in held), kind


def test_the_sdist_can_be_tested(source: Path, tmp_path: Path) -> None:
    """It has the tests, the pages and what they need."""
    with tarfile.open(build("sdist", source, tmp_path)) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert not ours(*PACKAGES, "tests", "docs") - held
    assert {
        "README.md",
        "CHANGELOG.md",
        "LICENSE",
        "pyproject.toml",
        "CONTRIBUTING.md",
        "SECURITY.md",
    } <= held


def test_the_same_files_give_the_same_wheel(source: Path, wheel: Path, tmp_path: Path) -> None:
    """Byte for byte, so that anybody can see that what is published is what is written."""
    again = build("wheel", source, tmp_path)
    assert hashlib.sha256(again.read_bytes()).digest() == (
        hashlib.sha256(wheel.read_bytes()).digest()
    )


@pytest.mark.parametrize(
    "command", [("makeroom",), ("python", "-m", "makeroom"), ("python", "-m", "web")]
)
def test_it_can_be_run(installed: Path, command: tuple[str, ...]) -> None:
    """By its script and as a module, from its own files."""
    assert (
        run(installed, *command, "--version").strip() == f"makeroom, version {PROJECT['version']}"
    )
    place = run(installed, "python", "-c", "import web; print(web.__file__)")
    assert place.startswith(str(installed))


def test_it_hears_and_finds_its_dialogue(installed: Path) -> None:
    """Word lists and dialogues came with it, and are found without a folder to look in."""
    script = (
        "from web.config import default_dialogs as d; print(*sorted(p.name for p in d().iterdir()))"
    )
    assert {"anxiety", "listening", "safety"} <= set(run(installed, "python", "-c", script).split())


async def test_it_serves(installed: Path, tmp_path: Path) -> None:
    """Pages, their files and a talk, from the wheel alone."""
    process = await create_subprocess_exec(
        str(installed / "bin" / "makeroom"),
        *("serve", "--port", "0", "--data", str(tmp_path)),
        cwd=installed,
        stdout=PIPE,
    )
    try:
        assert process.stdout is not None
        async with timeout(30):
            line = (await process.stdout.readline()).decode()
        url = line.removeprefix("Makeroom is listening on ").strip()
        async with ClientSession() as http:
            for path in ("/", "/chat", "/help", "/healthz", "/readyz", "/metrics"):
                assert (await http.get(url + path)).status == 200, path
            page = await (await http.get(f"{url}/chat")).text()
            for file in re.findall(r'(?:src|href)="(/[\w./-]+\.(?:js|css|svg))"', page):
                assert (await http.get(url + file)).status == 200, file
            client = Client(await http.ws_connect(f"{url}/ws", protocols=("makeroom.v1",)))
            assert (await client.hello())["script"] == "anxiety"
            await client.leave()
    finally:
        process.terminate()
        assert await process.wait() == 0


def test_version_and_changelog_agree() -> None:
    """The newest heading is the version that is built, and each version stands once."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", text, re.MULTILINE)
    assert versions[0] == PROJECT["version"]
    assert len(set(versions)) == len(versions)


def test_the_shell_can_complete(installed: Path) -> None:
    """Commands and options are offered, as the page about settings says."""
    environment = {**os.environ, "_MAKEROOM_COMPLETE": "bash_complete", "COMP_CWORD": "1"}
    offered = subprocess.run(
        [installed / "bin" / "makeroom"],
        env={**environment, "COMP_WORDS": "makeroom do"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "doctor" in offered
