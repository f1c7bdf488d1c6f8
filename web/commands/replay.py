"""`makeroom replay`: plays `.chat` files as tests."""

import asyncio
import json
from collections.abc import Coroutine, Iterable, Sequence
from pathlib import Path

import click

from bot.errors import ConfigError
from bot.workshop.detours import DETOURS, Tried
from bot.workshop.fill import MANY_TURNS
from bot.workshop.library import PACKAGED, Libraries
from bot.workshop.suite import Outcome, chat_files, detoured, outcomes, retold
from web.commands.covering import Cover, covers, write_lcov
from web.commands.filling import Score, fill, scores
from web.commands.garbage import uncollected
from web.commands.serve import fastest_loop
from web.commands.streams import forgive
from web.commands.waiting import waiting

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
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Tell each with as many choices of wordings: the way must be the same.",
)
@click.option(
    "--lang",
    "langs",
    multiple=True,
    metavar="LANG",
    help="Tell each in this language too, or in `all`: the way must be the same.",
)
@click.option("--cover", is_flag=True, help="Show what was reached of the script, and what wasn't.")
@click.option(
    "--least",
    type=click.IntRange(0, 100),
    metavar="PERCENT",
    help="Fail when a share of what was reached is below this; wordings don't count.",
)
@click.option(
    "--lcov",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Write the coverage of the script's lines as an LCOV tracefile.",
)
@click.option(
    "--fill",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write conversations that reach what is missing, and with --mutate what isn't caught.",
)
@click.option(
    "--turns",
    type=click.IntRange(min=1),
    default=MANY_TURNS,
    show_default=True,
    help="How many turns --fill may try; ten thousand are some seconds.",
)
@click.option("--mutate", is_flag=True, help="Put faults into the script; count those caught.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def replay(
    paths: tuple[Path, ...],
    *,
    mode: str,
    seeds: int,
    langs: tuple[str, ...],
    least: int | None,
    lcov: Path | None,
    folder: Path | None,
    turns: int,
    cover: bool,
    mutate: bool,
    as_json: bool,
) -> None:
    """Play .chat files as tests.

    PATH is a file or a folder; without one, ./dialogs is played, or the dialogues that came with
    makeroom. Exits 0 when all passed, 1 when one failed or less than --least was reached, 2 when
    there is nothing to play.
    """
    forgive()
    played = _spoken(_played(_files(paths), mode), seeds, langs)
    if not as_json:
        _tell_failures(played)
    shown = covers(played) if cover or lcov is not None or least is not None else []
    short = [says for one in shown for says in one.below(least or 0)]
    if lcov is not None:
        write_lcov(lcov, shown)
    with waiting("putting faults in"):
        measured = scores(played) if mutate else []
    if folder is not None:
        with waiting("looking for what is missing"):
            fill(played, folder, turns, measured)
    if as_json:
        found = _as_json(played)
        found |= {"cover": [one.as_json() for one in shown]} if cover else {}
        found |= {"mutation": [one.as_json() for one in measured]} if mutate else {}
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _tell(played, [*(shown if cover else ()), *measured])
    for says in short:
        click.echo(says, err=True)
    raise SystemExit(0 if not short and all(outcome.has_passed for outcome in played) else 1)


def _tell(played: Sequence[Outcome], more: Iterable[Cover | Score]) -> None:
    for one in more:
        one.tell()
    failed = sum(not outcome.has_passed for outcome in played)
    click.echo(f"{len(played) - failed} passed, {failed} failed")


def _files(paths: Sequence[Path]) -> list[Path]:
    """Find what is to be played.

    Raises:
        ConfigError: there is nothing.
    """
    files = chat_files(paths or [_usual()])
    if not files:
        where = ", ".join(str(path) for path in paths) or str(_usual())
        raise ConfigError(f"no .chat files in {where}; name a file or a folder that holds some")
    return files


def _usual() -> Path:
    here = Path("dialogs")
    return here if here.is_dir() else PACKAGED


def _played(files: Sequence[Path], mode: str) -> list[Outcome]:
    libraries, played = Libraries(), list[Outcome]()
    with uncollected(), waiting("playing", len(files)) as step:
        for file in files:
            played += outcomes([file], libraries)
            step()
    with waiting(f"playing again: {mode}"):
        return _again(played, libraries, mode)


def _again(played: list[Outcome], libraries: Libraries, mode: str) -> list[Outcome]:
    for detour in DETOURS:
        if mode == detour:
            tried = Tried()
            return [detoured(outcome, detour, tried) for outcome in played]
    if mode in ("store", "duplicate"):
        from web.commands.storing import through_sqlite  # noqa: PLC0415 - the engine needs none

        return _run(through_sqlite(played, twice=mode == "duplicate"))
    if mode in ("socket", "reconnect"):
        from web.commands.wired import over_sockets  # noqa: PLC0415 - nor a server

        return _run(over_sockets(played, libraries, cut=mode == "reconnect"))
    return played


def _spoken(played: list[Outcome], seeds: int, langs: Sequence[str]) -> list[Outcome]:
    if seeds == 1 and not langs:
        return played
    _check_spoken(played, langs)
    return [retold(outcome, seeds, langs) for outcome in played]


def _check_spoken(played: Iterable[Outcome], langs: Iterable[str]) -> None:
    """Refuse a language that nothing is translated into: a test of nothing would pass.

    Raises:
        ConfigError: with the languages there are.
    """
    dialogs = {(one.library, one.script.id) for one in played if one.library and one.script}
    known = {lang for library, dialog in dialogs for lang in library.languages(dialog)}
    for lang in langs:
        if lang not in known | {"all"}:
            there = ", ".join(sorted(known)) or "no translation"
            raise ConfigError(f"nothing is translated into {lang}; there is {there}")


def _run(playing: Coroutine[None, None, list[Outcome]]) -> list[Outcome]:
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        return runner.run(playing)


def _tell_failures(played: Iterable[Outcome]) -> None:
    for outcome in played:
        if not outcome.has_passed:
            way = f" [{outcome.name}]" if outcome.name else ""
            click.echo(f"FAILED {outcome.file}{way}\n{outcome.report()}\n")


def _as_json(played: Sequence[Outcome]) -> dict[str, object]:
    failed = sum(not outcome.has_passed for outcome in played)
    return {
        "passed": len(played) - failed,
        "failed": failed,
        "chats": [_chat_json(outcome) for outcome in played],
    }


def _chat_json(outcome: Outcome) -> dict[str, object]:
    misses = outcome.result.misses if outcome.result is not None else ()
    return {
        "file": outcome.file,
        "name": outcome.name,
        "passed": outcome.has_passed,
        "misses": [{"line": miss.line, "says": miss.says} for miss in misses],
        "report": outcome.report(),
    }
