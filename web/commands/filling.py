"""Writes the conversations that are missing, and measures what the ones that are there catch."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from bot.errors import ConfigError
from bot.script import Script
from bot.workshop.fill import Faults, Filler
from bot.workshop.filled import filled
from bot.workshop.library import Library
from bot.workshop.mutants import Caught, Mutation
from bot.workshop.places import Place, places
from bot.workshop.replay import Result, play
from bot.workshop.suite import Outcome
from bot.workshop.tries import Tries, example_dangers

NUMBERED = re.compile(r"way-(\d+)\.chat")
SHOWN = 40
"""Faults that nobody caught, as many as one reads at once; `--json` gives all."""


def by_dialog(played: Iterable[Outcome]) -> Iterator[tuple[Library, Script, list[Result]]]:
    """Give each dialogue that was played, with the conversations that passed."""
    found: dict[str, tuple[Library, Script, list[Result]]] = {}
    for one in played:
        if one.library is not None and one.script is not None and one.result is not None:
            first = (one.library, one.script, list[Result]())
            found.setdefault(one.script.digest, first)[2].extend([one.result] * one.has_passed)
    yield from found.values()


def fill(played: Iterable[Outcome], folder: Path, turns: int, scores: "Sequence[Score]") -> None:
    """Write conversations into a folder until nothing is missing or enough was tried.

    Args:
        played: what is there already.
        folder: where to write.
        turns: how many to try.
        scores: which faults are to be caught besides; none when they weren't measured.

    Raises:
        ConfigError: the folder can't be written.
    """
    for library, script, results in by_dialog(played):
        tries = Tries(script, library.ear, example_dangers(library.lexicon))
        faults = next((one.faults for one in scores if one.script.id == script.id), None)
        filler = Filler(script, tries, results, turns, faults)
        count = _write(filled(script, library.ear, filler.talks()), folder)
        missing = len(filler.missing)
        click.echo(f"{script.id}: {count} conversations written to {folder}, {missing} not reached")


def _write(texts: Iterable[str], folder: Path) -> int:
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(n[1]) for file in folder.iterdir() if (n := NUMBERED.fullmatch(file.name))]
        for number, text in enumerate(texts, max(numbers, default=0) + 1):
            (folder / f"way-{number:03}.chat").write_text(text, encoding="utf-8")
            count += 1
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{folder} can't be written ({reason}); name another folder") from None
    return count


class Score:
    """What the conversations about one dialogue catch of the faults put into it."""

    def __init__(self, library: Library, script: Script, results: list[Result]) -> None:
        self.library, self.script = library, script
        self.where = places(library.manuscript(script.id))
        mutation = Mutation(script, self.where)

        def passes(result: Result, mutated: Script) -> bool:
            return play(result.chat, mutated, library.ear).has_passed

        self.caught: list[Caught] = list(mutation.run(results, passes))

    @property
    def survivors(self) -> list[Caught]:
        """Give the faults that nobody caught."""
        return [one for one in self.caught if not one.by]

    @property
    def faults(self) -> Faults:
        """Give those that nobody caught, to look for conversations that would."""
        alive = frozenset(f"{one.mutant.kind} {one.mutant.place}" for one in self.survivors)
        return Faults(alive, self.where)

    def tell(self) -> None:
        """Print the share, and the faults that weren't caught."""
        count, whole = len(self.caught) - len(self.survivors), len(self.caught)
        share = 100 * count // whole if whole else 100
        click.echo(f"{self.script.id}: {count} of {whole} faults are caught ({share} %)")
        for one in self.survivors[:SHOWN]:
            click.echo(f"  not caught: {self._place(one)}{one.mutant.place}: {one.mutant.says}")
        if len(self.survivors) > SHOWN:
            click.echo(f"  and {len(self.survivors) - SHOWN} more")
        click.echo()

    def as_json(self) -> dict[str, object]:
        """Give it for a program."""
        survivors = [
            {"kind": one.mutant.kind, "place": one.mutant.place, "says": one.mutant.says}
            for one in self.survivors
        ]
        whole = len(self.caught)
        caught = whole - len(survivors)
        return {"dialog": self.script.id, "caught": caught, "all": whole, "survivors": survivors}

    def _place(self, one: Caught) -> str:
        name = one.mutant.place
        place: Place | None = self.where.get(name) or self.where.get(name.rpartition(" ")[0])
        if place is None:
            return ""
        return f"{self.library.file(self.script.id, place.file)}:{place.line}: "


def scores(played: Iterable[Outcome]) -> list[Score]:
    """Measure each dialogue that was played."""
    return [Score(library, script, results) for library, script, results in by_dialog(played)]
