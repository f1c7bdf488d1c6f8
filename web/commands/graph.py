"""`makeroom graph`: a dialogue as a chart."""

from pathlib import Path

import click

from bot.errors import ConfigError
from bot.workshop.chart import Chart
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.places import places
from bot.workshop.replay import Result
from bot.workshop.suite import outcomes
from web.commands.read import FOLDER, OUT, manuscript, played, write


@click.command()
@click.argument("path", required=False, type=FOLDER, metavar="[DIALOGUE]")
@click.option("--html", "as_html", is_flag=True, help="Draw a page; without it, write Mermaid.")
@click.option("--stage", metavar="STAGE", help="Only this stage or side flow (Mermaid).")
@click.option("--cover", is_flag=True, help="Show what the dialogue's conversations reach.")
@click.option(
    "--path",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE.chat",
    help="Follow a conversation.",
)
@click.option("--out", type=OUT, metavar="FILE", help="Write to a file.")
def graph(
    path: Path | None,
    stage: str | None,
    file: Path | None,
    out: Path | None,
    *,
    as_html: bool,
    cover: bool,
) -> None:
    """Draw a dialogue: its steps and the ways between them.

    DIALOGUE is a folder with a script.yaml; without it, the one that came with makeroom.
    """
    folder = path or PACKAGED / "anxiety"
    there = manuscript(folder)
    if stage is not None and stage not in there.script.stages:
        known = ", ".join(there.script.stages)
        raise ConfigError(f"there is no stage {stage}; there are {known}")
    results = played(folder) if cover else []
    chart = Chart(there.script, places(there), results, _followed(file))
    write(chart.page() if as_html else chart.mermaid(stage), out)


def _followed(file: Path | None) -> Result | None:
    """Play the conversation that is to be followed.

    Raises:
        ConfigError: it can't be played.
    """
    if file is None:
        return None
    outcome = next(iter(outcomes([file], Libraries())))
    if outcome.result is None:
        raise ConfigError(outcome.report())
    return outcome.result
