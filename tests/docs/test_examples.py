"""Every example on a page runs or loads; every command line is one that the program takes."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from bot.workshop.chatfile import read_chat
from docs import build
from tests.docs.blocks import PAGES, ROOT, Block, all_blocks, blocks, shell
from web.cli import makeroom
from web.shelf import read_library
from web.wire import parse

ALL = [block for page in PAGES for block in blocks(page)]
ELSEWHERE = {
    "README.md",  # makes an environment and runs all tests; tests/release installs and serves
    "CONTRIBUTING.md",  # the same
    "write.md",  # tests/docs/test_tutorial.py
}
CALL = r"(?:^|[|\s=])(?:[\w./]*/)?makeroom ([a-z]+ .*|[a-z]+)$"
KNOWN = {
    *("", "sh", "console", "yaml", "chat", "json", "html", "text", "mermaid"),
    "css",  # tests/browser/test_tag.py
    *build.FENCES.values(),
}


def command_lines() -> list[tuple[str, str]]:
    """Give every line in a fenced block that calls the command."""
    found = []
    for block in ALL:
        if block.lang in ("", "sh", "console", "ini"):
            text = block.text.replace("\\\n", " ")
            for line in re.findall(CALL, text, re.MULTILINE):
                found += [(str(block), line.split("#")[0].split(" && ")[0].split(" <")[0])]
    return [(place, line) for place, line in found if line.split()[0] in COMMANDS]


COMMANDS = set(makeroom.list_commands(click.Context(makeroom)))


@pytest.mark.parametrize(("place", "line"), command_lines())
def test_a_command_line_is_taken(place: str, line: str) -> None:
    """Its options are there and their values fit; paths needn't exist."""
    name, *rest = shlex.split(line)
    command = makeroom.get_command(click.Context(makeroom), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter.type, click.Path):
            parameter.type = click.Path(path_type=Path)
    command.make_context(name, rest)


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in ELSEWHERE], ids=str)
def test_shell_examples_run(page: Path, tmp_path: Path) -> None:
    """In order, in an empty folder that holds a store; each exits with 0."""
    shown = [block for block in blocks(page) if block.lang == "sh"]
    if not shown:
        return
    code, said = shell(
        "python -c 'from pathlib import Path; from web.store.sqlite import SqliteStore;"
        ' SqliteStore(Path("talks/makeroom.sqlite3"))\'',
        tmp_path,
    )
    assert code == 0, said
    for block in shown:
        code, said = shell(block.text, tmp_path)
        healthy = (0, 1) if "doctor" in block.text else (0,)  # the machine has its own troubles
        assert code in healthy, f"{block}:\n{said}"


@pytest.mark.parametrize(
    "block",
    [block for block in all_blocks("yaml") if block.page.name != "findings.md"],  # wrong on purpose
    ids=str,
)
def test_yaml_examples_load(block: Block) -> None:
    """As YAML 1.2; dots for “and so on” aside."""
    reader = YAML(typ="safe", pure=True)
    reader.allow_duplicate_keys = "\nask:" in block.text  # one example shows asks below each other
    list(reader.load_all(block.text.replace(", …]", "]").replace(" {…}", " {}")))


def test_the_example_of_a_site_s_own_file_is_taken(tmp_path: Path) -> None:
    """By the shipped dialogue, whose window it narrows."""
    (block,) = [it for it in all_blocks("yaml") if it.text.startswith("name: ")]
    file = tmp_path / "harbour.yaml"
    file.write_text(block.text, encoding="utf-8")
    library = read_library(ROOT / "dialogs", file)
    assert library.site.name == "Harbour Clinic"
    assert library.scripts["anxiety"].bands["distress"]["window"] == (3, 5)


@pytest.mark.parametrize("block", all_blocks("chat"), ids=str)
def test_chat_examples_can_be_read(block: Block) -> None:
    """Whole files; pages that play them do it in tests of their own."""
    assert read_chat(block.text).exchanges


@pytest.mark.parametrize("block", all_blocks("json"), ids=str)
def test_json_examples_are_frames(block: Block) -> None:
    """Each line of the protocol's example is a frame that the server takes."""
    for line in block.text.splitlines():
        assert type(parse(line)).__name__.lower() == json.loads(line)["t"]


@pytest.mark.parametrize("block", ALL, ids=str)
def test_every_block_says_what_it_is(block: Block) -> None:
    """A language that no test knows would be an example that nobody runs."""
    assert block.lang in KNOWN


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Files exist, and so do the headings in them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        name, _, heading = target.partition("#")
        if "://" in target:
            continue
        file = page.parent / name if name else page
        assert file.exists(), target
        if heading and file.suffix == ".md":
            there = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {build.slug(one) for one in there}, target


def test_the_readme_names_what_is_there() -> None:
    """Its two commands are the ones that the machinery runs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "bash tests/run" in readme
    assert shell("bash -n tests/run", ROOT)[0] == 0
