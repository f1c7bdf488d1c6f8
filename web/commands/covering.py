"""Shows what conversations reached of a script: as a table, for programs, and as LCOV."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bot.workshop.coverage import Coverage, Share
from bot.workshop.lcov import lcov, missing
from bot.workshop.library import Library
from bot.workshop.places import places
from bot.workshop.suite import Outcome, covered


class Cover:
    """What was reached of one dialogue, with where its parts stand."""

    def __init__(self, coverage: Coverage, library: Library) -> None:
        self.coverage, self._library = coverage, library
        self.where = places(library.manuscript(coverage.dialog))

    def tell(self) -> None:
        """Print the shares, and where what wasn't reached is written."""
        click.echo(f"{self.coverage.dialog}: what was reached")
        for name, share in self.coverage.shares():
            click.echo(f"  {name:12}{share}")
        for place, what in missing(self.coverage, self.where):
            click.echo(f"  not reached: {self._path(place.file)}:{place.line}: {what}")
        for name, some in self._elsewhere():
            click.echo(f"  not reached: {name} {some}")
        click.echo()

    def below(self, least: int) -> Iterator[str]:
        """Say which shares are below a number of percent; wordings are there to be many."""
        for name, share in self.coverage.shares():
            if name != "wordings" and 100 * share.count < least * len(share.all):
                yield f"{self.coverage.dialog}: {name} {share} is below {least} %"

    def as_json(self) -> dict[str, object]:
        """Give it for a program."""
        found: dict[str, object] = {"dialog": self.coverage.dialog}
        found |= {name: _share(share) for name, share in self.coverage.shares()}
        found["missing"] = [
            {"file": self._path(place.file), "line": place.line, "what": what}
            for place, what in missing(self.coverage, self.where)
        ]
        return found

    def lcov(self) -> str:
        """Give it as a tracefile."""
        return lcov(self.coverage, self.where, self._path)

    def _path(self, name: str) -> str:
        return str(self._library.file(self.coverage.dialog, name))

    def _elsewhere(self) -> Iterator[tuple[str, str]]:
        """Name what has no line of its own: dangers, and commands by where they weren't given."""
        for name in self.coverage.transitions.missed:
            if name.startswith(("danger.", "command.")):
                yield "transition", name
        prompts: dict[str, list[str]] = {}
        for pair in self.coverage.commands.missed:
            command, _, step = pair.partition(" at ")
            prompts.setdefault(command, []).append(step)
        for command, steps in prompts.items():
            more = f" and {len(steps) - 3} more" if len(steps) > 3 else ""
            yield "command", f"{command} at {', '.join(steps[:3])}{more}"


def covers(played: Iterable[Outcome]) -> list[Cover]:
    """Count what was reached of each dialogue that was played."""
    outcomes = list(played)
    libraries = {one.script.digest: one.library for one in outcomes if one.script and one.library}
    by_name = {one.script.id: one.script.digest for one in outcomes if one.script}
    return [
        Cover(coverage, libraries[by_name[coverage.dialog]])
        for coverage in covered(outcomes)
        if by_name[coverage.dialog] in libraries
    ]


def write_lcov(file: Path, shown: Iterable[Cover]) -> None:
    """Write one tracefile for all dialogues."""
    file.write_text("".join(cover.lcov() for cover in shown), encoding="utf-8")


def _share(share: Share) -> object:
    return {"reached": share.count, "all": len(share.all), "missed": list(share.missed)}
