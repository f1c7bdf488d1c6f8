"""`makeroom backup`: a copy of the store that is whole, taken while the server works."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click

from bot.errors import ConfigError
from web.commands.serve import option
from web.config import read_config
from web.store.file import to_disk


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@option("--data", metavar="DIR", help="Folder for what is kept.")
@option("--store", metavar="URL", help="As given to serve.")
def backup(file: Path, data: str | None, store: str | None) -> None:
    """Copy the SQLite store to FILE, while people talk.

    The copy holds every turn that was acknowledged before the command began, is on disk when it
    ends, and takes the place of an older FILE only then. Words in it stay sealed. Exits 2 when
    there is nothing to copy or no room for it.
    """
    kind, _, path = read_config(data=data, store=store).store.partition(":")
    if kind != "sqlite":
        raise ConfigError(f"{kind}: isn't a file; use the database's own tool, such as pg_dump.")
    source = Path(path)
    if not source.is_file():
        raise ConfigError(f"There is no database at {source}; name it with --data or --store.")
    if file.is_dir() or (file.exists() and file.samefile(source)):
        raise ConfigError(f"{file} can't be the backup; name another file.")
    try:
        _copy(source, file)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(f"The backup {file} can't be written ({error}).") from error
    click.echo(f"{file} holds the store: {file.stat().st_size / 2**20:,.1f} MiB.")


def _copy(source: Path, file: Path) -> None:
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        # Read-only doesn't do: the log's index may have to be made when no server runs.
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as here,
            closing(sqlite3.connect(part)) as there,
        ):
            here.backup(there)  # all pages in one step: one moment, whatever is written meanwhile
            there.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        to_disk(part)
        part.replace(file)
        to_disk(file.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
