"""`makeroom prove`: shows for every talk there can be that a script keeps its promises."""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bot.errors import ConfigError
from bot.workshop.library import PACKAGED
from bot.workshop.proof import Proof, Property, Told, prove_folder


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def prove(path: Path | None, *, as_json: bool) -> None:
    """Prove the properties of a script, or show the shortest talk that breaks one.

    PATH is a dialogue's folder; without one, ./dialogs/anxiety or the dialogue that came with
    makeroom. Exits 0 when all is proved, 1 when something isn't, 2 when there is no script.
    """
    folder = path or _usual()
    if not (folder / "script.yaml").is_file():
        raise ConfigError(f"{folder} holds no script.yaml; name a dialogue's folder")
    began = perf_counter()
    with _progress(is_shown=not as_json and sys.stderr.isatty()) as told:
        gc.disable()  # millions of values are made and kept; looking through them takes a third
        try:
            proof = prove_folder(folder, _safety(folder), told, os.cpu_count() or 1)
        finally:
            gc.enable()
    seconds = perf_counter() - began
    if as_json:
        click.echo(json.dumps(_as_json(proof, seconds), ensure_ascii=False))
    else:
        _tell(proof, seconds)
    raise SystemExit(0 if proof.holds else 1)


def _usual() -> Path:
    here = Path("dialogs") / "anxiety"
    return here if here.is_dir() else PACKAGED / "anxiety"


def _safety(folder: Path) -> Path:
    own = folder.parent / "safety"
    return own if (own / "safety.yaml").is_file() else PACKAGED / "safety"


@contextmanager
def _progress(*, is_shown: bool) -> Iterator[Told]:
    """Show a bar on standard error when somebody is looking."""
    if not is_shown:
        yield lambda _what, _done, _all: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, all_: progress.update(
            task, description=what, completed=done, total=all_
        )


def _tell(proof: Proof, seconds: float) -> None:
    for one in proof.properties:
        click.echo(f"{_verdict(one):9} {one.id}: {one.says}")
        if one.why:
            click.echo(f"          {one.why}")
    for one in proof.properties:
        if one.counterexample is not None:
            click.echo(f"\nThe shortest talk that breaks “{one.id}”:\n\n{one.counterexample}")
    click.echo(
        f"{sum(one.holds for one in proof.properties)} of {len(proof.properties)} proved over "
        f"{proof.configurations:,} configurations and {proof.edges:,} moves in {seconds:.1f} s; "
        f"an end is at most {proof.longest} answers away"
    )


def _verdict(one: Property) -> str:
    if one.holds:
        return "proved"
    return "BROKEN" if one.is_decided else "UNDECIDED"


def _as_json(proof: Proof, seconds: float) -> dict[str, object]:
    return {
        "configurations": proof.configurations,
        "edges": proof.edges,
        "seconds": round(seconds, 3),
        "complete": proof.complete,
        "longest": proof.longest,
        "properties": [
            {
                "id": one.id,
                "says": one.says,
                "holds": one.holds,
                "decided": one.is_decided,
                "why": one.why or None,
                "counterexample": one.counterexample,
            }
            for one in proof.properties
        ],
    }
