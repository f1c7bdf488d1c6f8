"""The tutorial: whoever does what it says sees what it shows, from nothing to a tested script."""

from pathlib import Path

from tests.docs.blocks import ROOT, Block, blocks, shell

EXAMPLE = ROOT / "docs" / "examples" / "hard-call"
PAGE = ROOT / "docs" / "write.md"


def write(block: Block, folder: Path) -> None:
    """Write a file, or put new lines in the place of those that begin alike."""
    way, _, path = block.rest.rpartition(" ")
    file = folder / path
    if way != "replace":
        file.write_text(block.text, encoding="utf-8")
        return
    new = block.text.rstrip("\n")
    start = new.split("{")[0] + "{text"
    lines = file.read_text(encoding="utf-8").splitlines()
    assert sum(line.startswith(start) for line in lines) == 1
    changed = [new if line.startswith(start) else line for line in lines]
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")


def test_every_step_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """Files are written, commands run in order, and what is shown is what comes."""
    said = ""
    for block in blocks(PAGE):
        if block.lang in ("yaml", "chat"):
            write(block, tmp_path)
        elif block.lang == "sh":
            code, said = shell(block.text, tmp_path)
            if "makeroom doctor" not in block.text:  # the machine may have its own troubles
                assert (code != 0) == (block.rest == "fails"), f"{block}: {code}\n{said}"
        elif block.lang == "text":
            for line in block.text.splitlines():
                assert line in said, f"{block}: {line!r} isn't in\n{said}"
    assert tree(tmp_path / "dialogs" / "hard-call") == tree(EXAMPLE), "copy what the page makes"


def tree(folder: Path) -> dict[str, str]:
    """Give every file below a folder."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_text(encoding="utf-8") for file in files}


def test_the_tutorial_shows_what_comes_of_its_commands() -> None:
    """A command whose outcome nobody sees could do anything."""
    kinds = [block.lang for block in blocks(PAGE)]
    assert kinds.count("text") >= 6
    assert set(kinds) <= {"sh", "text", "yaml", "chat"}
