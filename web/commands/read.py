"""`makeroom read`: the whole dialogue as one page, for those who answer for its words."""

from pathlib import Path

import click

from bot.bundle import read_folder
from bot.errors import ConfigError
from bot.workshop.library import PACKAGED, Libraries, Library
from bot.workshop.lints.manuscript import Manuscript, read_manuscript
from bot.workshop.readable import page
from bot.workshop.replay import Result
from bot.workshop.suite import chat_files, outcomes

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
OUT = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("path", required=False, type=FOLDER, metavar="[DIALOGUE]")
@click.option("--out", type=OUT, metavar="FILE", help="Write to a file.")
@click.option("--diff", type=FOLDER, metavar="OTHER", help="Show what changed since a version.")
def read(path: Path | None, out: Path | None, diff: Path | None) -> None:
    """Write a whole dialogue as one page of HTML.

    DIALOGUE is a folder with a script.yaml; without it, the one that came with makeroom. Every line
    stands with its id, its guard in words, its reading grade and the tests that come by.
    """
    folder = path or PACKAGED / "anxiety"
    there = manuscript(folder)
    text = page(there, played(folder), manuscript(diff) if diff is not None else None)
    write(text, out)


def manuscript(folder: Path) -> Manuscript:
    """Read a dialogue.

    Raises:
        ConfigError: there is none in the folder.
    """
    if not (folder / "script.yaml").is_file():
        raise ConfigError(f"{folder} is no dialogue; name a folder that holds a script.yaml")
    library = Library(folder.resolve().parent)
    return read_manuscript(read_folder(folder), read_folder(library.safety))


def played(folder: Path) -> list[Result]:
    """Play the conversations that lie in a dialogue's folder."""
    found = outcomes(chat_files([folder]), Libraries())
    return [one.result for one in found if one.result is not None]


def write(text: str, out: Path | None) -> None:
    """Write to a file, or to standard output.

    Raises:
        ConfigError: the file can't be written.
    """
    if out is None:
        click.echo(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{out} can't be written ({reason}); name another file") from None
