"""Plays many `.chat` files, one after the other."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from bot.errors import ConfigError, MakeroomError
from bot.script import Script
from bot.workshop.chat import each_way
from bot.workshop.chatfile import read_file
from bot.workshop.coverage import Coverage, coverage
from bot.workshop.detours import Detour, Tried, differences
from bot.workshop.library import Libraries, Library
from bot.workshop.replay import Result, play
from bot.workshop.retold import Telling
from bot.workshop.retold import differences as told_otherwise


class Outcome(Struct, frozen=True):
    """What came of one way through one file.

    Attributes:
        file: its path.
        name: the variants that were chosen; empty when there are none.
        script: the dialogue, when it could be loaded.
        result: how it went, when it could be played.
        problem: why it couldn't.
        library: where the dialogue is.
    """

    file: str
    name: str = ""
    script: Script | None = None
    result: Result | None = None
    problem: str = ""
    library: Library | None = None

    @property
    def has_passed(self) -> bool:
        """Whether it was played and all was as expected."""
        return self.result is not None and self.result.has_passed

    def report(self) -> str:
        """Say what went wrong; empty when nothing did."""
        if self.has_passed or self.result is None:
            return self.problem
        return told(self.result, self.library) if self.library is not None else self.result.report()


def chat_files(paths: Iterable[Path]) -> list[Path]:
    """Find the `.chat` files that paths name or hold, each once, in order.

    Raises:
        ConfigError: a path isn't there.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path} isn't there; name a .chat file or a folder that holds some")
        found |= dict.fromkeys(sorted(path.rglob("*.chat")) if path.is_dir() else [path])
    return list(found)


def outcomes(files: Iterable[Path], libraries: Libraries) -> Iterator[Outcome]:
    """Play files; one that can't be read or played is an outcome too."""
    for file in files:
        try:
            yield from _of_file(file, libraries)
        except MakeroomError as error:
            yield Outcome(str(file), problem=str(error))


def _of_file(file: Path, libraries: Libraries) -> Iterator[Outcome]:
    chat = read_file(file)
    library = libraries.for_chat(file, chat)
    script = library.for_head(chat)
    for way in each_way(chat):
        result = play(way, script, library.ear)
        yield Outcome(chat.file, way.name, script, result, library=library)


def told(result: Result, library: Library) -> str:
    """Say what went wrong in a conversation, and what chose its way."""
    return result.report(library.reasons(result.chat.head.dialog).of(result))


def detoured(outcome: Outcome, detour: Detour, tried: Tried | None = None) -> Outcome:
    """Make a detour at each act of a conversation that passed; one that goes wrong is told.

    Args:
        outcome: what came of the conversation.
        detour: which detours to make.
        tried: those that were made in others.
    """
    if outcome.result is None or outcome.script is None or not outcome.has_passed:
        return outcome
    found = list(differences(outcome.result, outcome.script, detour, tried))
    return structs.replace(outcome, result=None, problem="\n".join(found)) if found else outcome


def retold(outcome: Outcome, seeds: int, langs: Sequence[str]) -> Outcome:
    """Tell a conversation that passed again, with other wordings and in other languages.

    Args:
        outcome: what came of it.
        seeds: how many seeds, the file's own counted.
        langs: languages, or `all`; one that the dialogue isn't translated into is left out.
    """
    result, library = outcome.result, outcome.library
    if result is None or library is None or not outcome.has_passed:
        return outcome
    own, dialog = outcome.script, result.chat.head.dialog
    wanted = [lang for lang in library.languages(dialog) if {lang, "all"} & set(langs)]
    others = [library.script(dialog, lang) for lang in wanted]
    first = result.chat.head.seed
    for script in [*([own] if own is not None else []), *others]:
        for seed in range(first, first + seeds):
            for says in told_otherwise(result, Telling(script, seed)):
                return structs.replace(outcome, result=None, problem=says)
    return outcome


def covered(played: Iterable[Outcome]) -> list[Coverage]:
    """Count what was reached of each dialogue that was played."""
    by_script: dict[str, tuple[Script, list[Result]]] = {}
    for outcome in played:
        if outcome.script is not None and outcome.result is not None:
            key = f"{outcome.script.id} {outcome.script.digest}"
            by_script.setdefault(key, (outcome.script, []))[1].append(outcome.result)
    return [coverage(script, results) for script, results in by_script.values()]
