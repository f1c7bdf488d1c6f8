"""The drawing of the house is the house: its arrows are the imports."""

import ast
import re

from tests.docs.blocks import ROOT, blocks

PAGE = ROOT / "docs" / "develop.md"
TEXT = PAGE.read_text(encoding="utf-8")
UNDRAWN = {"values", "command"}


def parts() -> dict[str, str]:
    """Give the part that each named module or package belongs to."""
    rows = re.findall(r"^\| (\w+) \| ((?:`[\w.]+` ?)+)\|", TEXT, re.MULTILINE)
    return {name: part for part, names in rows for name in re.findall(r"`([\w.]+)`", names)}


PARTS = parts()


def part_of(module: str) -> str | None:
    """Find the part of a module: the longest name that covers it."""
    names = [name for name in PARTS if module == name or module.startswith(f"{name}.")]
    return PARTS[max(names, key=len)] if names else None


def imported() -> set[tuple[str, str]]:
    """Give every import from one part to another."""
    found = set()
    for file in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("web/**/*.py")]:
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        here = part_of(module.removesuffix(".__init__"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                there = part_of(name)
                if here and there and here != there:
                    found.add((here, there))
    return found


def drawn() -> set[tuple[str, str]]:
    """Give the arrows of the drawing."""
    (drawing,) = [block.text for block in blocks(PAGE) if block.lang == "mermaid"]
    plain = re.sub(r"\[[^\]]*\]", "", drawing)
    return set(re.findall(r"(\w+) --> (\w+)", plain))


def test_the_arrows_are_the_imports() -> None:
    """No arrow is invented, and no import is left out."""
    real = {(a, b) for a, b in imported() if a not in UNDRAWN and b not in UNDRAWN}
    assert drawn() == real


def test_values_need_nobody_and_nobody_needs_the_command() -> None:
    """The two parts whose arrows aren't drawn keep to what is said of them."""
    assert not [(a, b) for a, b in imported() if a == "values" or b == "command"]


def test_the_house_has_no_circles() -> None:
    """Following arrows never leads back."""
    arrows = drawn()
    while ends := {b for _, b in arrows} - {a for a, _ in arrows}:
        arrows = {(a, b) for a, b in arrows if b not in ends}
    assert not arrows


def test_each_stop_of_a_turn_is_there() -> None:
    """The files and functions that the page leads through exist."""
    steps = TEXT.split("## One turn, step by step")[1].split("\n## ")[0]
    for line in steps.splitlines():
        file = ""
        for name in re.findall(r"`([\w./]+)`", line):
            if name.endswith(".py"):
                file = (ROOT / name).read_text(encoding="utf-8")
            elif file:
                assert re.search(rf"def {name}\(", file), f"{name}: {line}"


def test_the_places_are_there() -> None:
    """Each file or folder that the page names exists."""
    for name in re.findall(r"`((?:bot|web|tests|docs|dialogs)/[\w./-]*)`", TEXT):
        assert (ROOT / name).exists() or name == "docs/_site", name
