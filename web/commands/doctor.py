"""`makeroom doctor`: looks at what could go wrong, and says what to do about it."""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from bot.errors import ScriptError
from bot.helplines import HelpLines
from bot.workshop.lints.records import looks
from web.checkup import database, doors, machine, scripts, sites
from web.checkup.verdict import Looked, Verdict
from web.commands.serve import option
from web.config import Config, read_config


@click.command()
@option("--host", default="127.0.0.1", show_default=True, help="Address the server listens on.")
@option("--data", metavar="DIR", help="Folder for what is kept.")
@option("--store", metavar="URL", help="As given to serve.")
@option("--dialogs", metavar="DIR", help="Folder of dialogues; ours when not given.")
@option("--site", metavar="FILE", help="As given to serve.")
@option("--embed-on", metavar="ORIGIN", multiple=True, help="Site that may embed the chat.")
@option("--trusted-proxy", metavar="CIDR", multiple=True, help="Proxy to believe.")
@click.option("--talk", is_flag=True, help="Read a return code, and check that talk, too.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def doctor(*, talk: bool, as_json: bool, **options: Any) -> None:
    """Look at what could go wrong before people notice.

    Looks at the store, the disk, versions, dialogues, help lines, who may come in, and the clock.
    Give it the options, or the environment, that `makeroom serve` has. It changes nothing and may
    run beside the server. Exits 0 when nothing must be mended, 1 with errors, 2 on misuse.
    """
    config = read_config(**options)
    now = datetime.now(UTC)
    found = scripts.findings(config.dialogs, now.date())
    verdicts = [*_store(config, now), *_rest(config, now.date()), *scripts.judged(found)]
    verdicts += _talk(config) if talk else []
    is_well = not any(verdict.grade == "error" for verdict in verdicts)
    if as_json:
        whole = {"well": is_well, "checks": verdicts, "findings": found}
        click.echo(msgspec.json.encode(whole).decode())
    else:
        _tell(verdicts)
    raise SystemExit(not is_well)


def _talk(config: Config) -> list[Verdict]:
    """Look at one talk; its code is read and not given as an option, which others could see."""
    from web.checkup import replayed  # noqa: PLC0415 - only who asks for it

    return [asyncio.run(replayed.look(config, sys.stdin.read()))]


def _store(config: Config, now: datetime) -> list[Verdict]:
    """Look at the store, at the versions in it, and at the clock by what is stored."""
    looked = _looked_at(config)
    kept = scripts.pinned(looked.talks, looked.bundles, config.dialogs)
    return [*looked.verdicts, *kept, machine.clock(now, _looked(config.dialogs), looked.touched_ms)]


def _looked_at(config: Config) -> Looked:
    kind, _, path = config.store.partition(":")
    if kind == "sqlite":
        file = Path(path)
        return database.look(file) if file.exists() else Looked([_nothing_yet(file)])
    if kind == "memory":
        says = "memory: keeps nothing when the server stops."
        return Looked([Verdict("store", "note", says)])
    try:
        from web.checkup import postgres  # noqa: PLC0415 - only who has it
    except ImportError:
        says = "one more package is needed for PostgreSQL."
        return Looked([Verdict("store", "error", says, "install makeroom[postgres]")])
    return asyncio.run(postgres.look(config.store))


def _nothing_yet(path: Path) -> Verdict:
    folder = next(place for place in path.absolute().parents if place.exists())
    try:
        with (folder / ".makeroom-doctor").open("x"):
            pass
        (folder / ".makeroom-doctor").unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        advice = "give the server's user that folder, or another one with --data"
        return Verdict("store", "error", f"{folder} can't be written ({reason}).", advice)
    return Verdict("store", "note", f"no database at {path} yet; `makeroom serve` makes it.")


def _looked(dialogs: Path) -> date:
    """Give the newest day in the help lines; the past, wherever they can be read."""
    try:
        lines = HelpLines.load(dialogs / "safety" / "helplines.yaml")
    except (OSError, ScriptError):
        return date.min
    return max(seen for _, seen, _ in looks(lines))


def _rest(config: Config, today: date) -> list[Verdict]:
    return [
        machine.disk(config.data),
        *machine.versions(),
        *scripts.today(config.dialogs),
        *doors.doors(config),
        *sites.site(config, today),
    ]


def _tell(verdicts: list[Verdict]) -> None:
    """Write verdicts for a person: what must be mended first."""
    order = ["error", "warning", "note", "good"]
    for verdict in sorted(verdicts, key=lambda verdict: order.index(verdict.grade)):
        click.echo(str(verdict))
    errors = sum(verdict.grade == "error" for verdict in verdicts)
    warnings = sum(verdict.grade == "warning" for verdict in verdicts)
    if errors or warnings:
        click.echo(f"{errors} to mend, {warnings} to look at.")
    else:
        click.echo("All is well.")
