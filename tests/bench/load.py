"""What the server can take, in one table: speed, memory, crowds, a million talks, and its ends.

    python -m tests.bench.load [--only turns,pace,start,idle,resume,crowd,sigterm,forget,million]
                               [--rounds 5] [--connections 100] [--json]

Each part starts its own servers, with the real dialogue, durable and sealed. A turn ends when its
last frame has come. Ratios are taken side by side in one run and hold on a busy machine; the other
figures don't. Exit code 1 when a goal is missed.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

import click
import uvloop

from tests.bench import endings, million, people, turns
from tests.bench.figures import Figure, show
from tests.bench.serving import allow_files

PARTS = ("turns", "pace", "start", "idle", "resume", "crowd", "sigterm", "forget", "million")


@click.command()
@click.option("--only", default=",".join(PARTS), help="Parts, with commas; all when not given.")
@click.option("--connections", default=100, show_default=True, help="People at once, flat out.")
@click.option("--rounds", default=5, show_default=True, help="Times that each is measured.")
@click.option("--idle", default=1000, show_default=True, help="People who do nothing.")
@click.option("--crowd", default=people.CROWD, show_default=True, help="People of the crowd.")
@click.option("--talks", default=1_000_000, show_default=True, help="Stored talks.")
@click.option("--kept", default=8, show_default=True, help="Turns of each stored talk.")
@click.option("--store", help="As given to serve.")
@click.option("--json", "as_json", is_flag=True, help="One object a line instead of the table.")
def main(only: str, *, as_json: bool, store: str | None, **sizes: int) -> None:
    """Measure, and compare with what was promised."""
    wanted = only.split(",")
    if unknown := set(wanted) - set(PARTS):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    allow_files()
    options = ("--store", store) if store else ()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measured(wanted, options, sizes, as_json=as_json))
    if not as_json:
        show(found)
    sys.exit(not all(figure.is_met for figure in found))


async def measured(
    wanted: list[str], options: tuple[str, ...], sizes: dict[str, int], *, as_json: bool
) -> list[Figure]:
    """Measure the parts that are wanted, one after the other."""
    rounds = sizes["rounds"]
    parts: dict[str, Callable[[], Awaitable[list[Figure]]]] = {
        "turns": lambda: turns.beside_an_echo(sizes["connections"], rounds, options),
        "pace": lambda: turns.at_a_pace(rounds, options),
        "start": lambda: people.starting(options),
        "idle": lambda: people.idle(sizes["idle"], options),
        "resume": lambda: people.resumes(options),
        "crowd": lambda: people.crowd(sizes["crowd"], options),
        "sigterm": lambda: endings.stopping(options),
        "forget": lambda: endings.forgetting(options),
        "million": lambda: million.stored(sizes["talks"], sizes["kept"], rounds),
    }
    found: list[Figure] = []
    for part in wanted:
        for figure in await parts[part]():
            found.append(figure)
            if as_json:
                print(json.dumps(figure.fields()), flush=True)
            else:
                click.echo(f"{figure.says}: {figure.value:,.4g} {figure.unit}", err=True)
    return found


if __name__ == "__main__":
    main()
