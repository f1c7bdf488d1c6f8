"""The house rules that a machine can check: who imports whom, types, style, size."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PURE = {"aiohttp", "asyncio", "web", "logging", "random", "time", "os", "socket", "sqlite3"}
ALLOWED = {  # reading a folder or a terminal is what these are for
    "bot/workshop": {"time", "os", "logging", "random"},
}


def imports(file: Path) -> set[str]:
    """Give every module that a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def files(folder: str) -> list[Path]:
    """Give the Python files below a folder."""
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("file", files("bot"), ids=lambda f: str(f.relative_to(ROOT)))
def test_the_mind_is_pure(file: Path) -> None:
    """`bot` imports neither the body nor a clock, randomness, network or logging."""
    folder = str(file.parent.relative_to(ROOT))
    forbidden = PURE - ALLOWED.get(folder, set())
    heads = {name.partition(".")[0] for name in imports(file)}
    assert not heads & forbidden


@pytest.mark.parametrize("file", sorted((ROOT / "bot").glob("*.py")), ids=lambda f: f.name)
def test_the_mind_does_not_need_the_workshop(file: Path) -> None:
    """`bot/*.py` never imports `bot.workshop`."""
    assert not any(name.startswith("bot.workshop") for name in imports(file))


@pytest.mark.parametrize("file", files("web/store"), ids=lambda f: f.name)
def test_the_store_knows_no_guide(file: Path) -> None:
    """A store keeps what it is given; it never leads a talk."""
    assert not any(name.startswith("bot.guide") for name in imports(file))


@pytest.mark.parametrize("name", ["wire", "talk"])
def test_the_protocol_knows_no_socket(name: str) -> None:
    """`wire` and `talk` can be tested without a socket or a database."""
    heads = {found.partition(".")[0] for found in imports(ROOT / "web" / f"{name}.py")}
    assert not heads & {"aiohttp", "sqlite3", "asyncpg", "asyncio"}


@pytest.mark.parametrize(
    "file", [*files("bot"), *files("web")], ids=lambda f: str(f.relative_to(ROOT))
)
def test_a_module_is_one_noun(file: Path) -> None:
    """No module grows beyond 350 lines, no function beyond 40 or three levels of nesting."""
    text = file.read_text()
    assert len(text.splitlines()) <= 350
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node, clean=False)
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length - (len(doc.splitlines()) if doc else 0) <= 40, node.name


def run(*command: str) -> None:
    """Run a tool of the environment; its output is the failure's text."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold() -> None:
    """`mypy --strict` finds nothing in the mind and the body."""
    run("mypy")


def test_style_holds() -> None:
    """`ruff` finds nothing, with the exceptions that pyproject explains."""
    run("ruff", "check", "--quiet", ".")


def test_the_mind_has_no_type_exceptions() -> None:
    """`bot` needs no `type: ignore`."""
    found = [str(f.relative_to(ROOT)) for f in files("bot") if "type: ignore" in f.read_text()]
    assert not found
