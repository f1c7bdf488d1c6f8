"""`makeroom replay`: plays `.chat` files as tests."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from bot.errors import ConfigError
from bot.workshop.coverage import Coverage, Share
from bot.workshop.detours import DETOURS
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.suite import Outcome, chat_files, covered, detoured, outcomes
from web.commands.streams import forgive

MODES = ("engine", "store", "socket", "reconnect", "duplicate", "digress", "undo")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH…]")
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="engine",
    show_default=True,
    help="How to play: through the engine alone, or through more of the service.",
)
@click.option("--cover", is_flag=True, help="Show which states, choices and lines were reached.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def replay(paths: tuple[Path, ...], mode: str, *, cover: bool, as_json: bool) -> None:
    """Play .chat files as tests.

    PATH is a file or a folder; without one, ./dialogs is played, or the dialogues that came with
    makeroom. Exits 0 when all passed, 1 when one failed, 2 when there is nothing to play.
    """
    forgive()
    files = chat_files(paths or [_usual()])
    if not files:
        where = ", ".join(str(path) for path in paths) or str(_usual())
        raise ConfigError(f"no .chat files in {where}; name a file or a folder that holds some")
    played = _played(files, mode)
    if not as_json:
        _tell_failures(played)
    shares = covered(played) if cover else []
    failed = sum(not outcome.has_passed for outcome in played)
    if as_json:
        click.echo(json.dumps(_as_json(played, shares, cover=cover), ensure_ascii=False))
    else:
        _tell(shares)
        click.echo(f"{len(played) - failed} passed, {failed} failed")
    raise SystemExit(1 if failed else 0)


def _usual() -> Path:
    here = Path("dialogs")
    return here if here.is_dir() else PACKAGED


def _played(files: Iterable[Path], mode: str) -> list[Outcome]:
    libraries = Libraries()
    played = list(outcomes(files, libraries))
    for detour in DETOURS:
        if mode == detour:
            return [detoured(outcome, detour) for outcome in played]
    if mode in ("store", "duplicate"):
        from web.commands.storing import through_sqlite  # noqa: PLC0415 - the engine needs none

        return asyncio.run(through_sqlite(played, twice=mode == "duplicate"))
    if mode in ("socket", "reconnect"):
        from web.commands.wired import over_sockets  # noqa: PLC0415 - nor a server

        return asyncio.run(over_sockets(played, libraries, cut=mode == "reconnect"))
    return played


def _tell_failures(played: Iterable[Outcome]) -> None:
    for outcome in played:
        if not outcome.has_passed:
            way = f" [{outcome.name}]" if outcome.name else ""
            click.echo(f"FAILED {outcome.file}{way}\n{outcome.report()}\n")


def _tell(shares: Iterable[Coverage]) -> None:
    for cover in shares:
        click.echo(f"{cover.dialog}: what was reached")
        for name, share in _by_name(cover):
            click.echo(f"  {name:8}{share}")
        for name, share in _by_name(cover):
            for missed in share.missed:
                click.echo(f"  not reached: {name.removesuffix('s')} {missed}")
        click.echo()


def _by_name(cover: Coverage) -> list[tuple[str, Share]]:
    return [("states", cover.states), ("choices", cover.choices), ("lines", cover.lines)]


def _as_json(
    played: Sequence[Outcome], shares: Iterable[Coverage], *, cover: bool
) -> dict[str, object]:
    failed = sum(not outcome.has_passed for outcome in played)
    found: dict[str, object] = {
        "passed": len(played) - failed,
        "failed": failed,
        "chats": [_chat_json(outcome) for outcome in played],
    }
    if cover:
        found["cover"] = [_cover_json(share) for share in shares]
    return found


def _chat_json(outcome: Outcome) -> dict[str, object]:
    misses = outcome.result.misses if outcome.result is not None else ()
    return {
        "file": outcome.file,
        "name": outcome.name,
        "passed": outcome.has_passed,
        "misses": [{"line": miss.line, "says": miss.says} for miss in misses],
        "report": outcome.report(),
    }


def _cover_json(cover: Coverage) -> dict[str, object]:
    return {"dialog": cover.dialog} | {name: _share_json(s) for name, s in _by_name(cover)}


def _share_json(share: Share) -> object:
    reached = len(share.reached & share.all)
    return {"reached": reached, "all": len(share.all), "missed": list(share.missed)}
