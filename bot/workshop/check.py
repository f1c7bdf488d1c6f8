"""`check`: everything that is wrong with a script, or should be better, in one go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from bot.bundle import Bundle, read_folder
from bot.errors import ConfigError, Finding, ScriptError
from bot.loader import HEAD, HELP_LINES, SAFETY_HEAD, Loading
from bot.workshop.library import PACKAGED
from bot.workshop.lints.asks import check_asks
from bot.workshop.lints.decks import check_decks
from bot.workshop.lints.guards import check_guards
from bot.workshop.lints.languages import check_languages
from bot.workshop.lints.manuscript import SHARED, Manuscript, lines_of, manuscript
from bot.workshop.lints.names import check_names
from bot.workshop.lints.records import old_records
from bot.workshop.lints.steps import check_steps
from bot.workshop.lints.turns import check_turns
from bot.workshop.lints.ways import check_ways
from bot.workshop.lints.words import check_lines, check_words

Lint: TypeAlias = Callable[[Manuscript], Iterator[Finding]]
LINTS: tuple[Lint, ...] = (
    check_steps,
    check_asks,
    check_ways,
    check_guards,
    check_names,
    check_words,
    check_turns,
    check_decks,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """One dialogue to check, with the safety flows beside it."""

    folder: Path
    safety: Path


def check(bundle: Bundle, safety: Bundle, today: date) -> list[Finding]:
    """Give all findings of a dialogue with its safety flows, in order of place.

    Of a script that doesn't load only the words are checked beside what stops it: a check of where
    it leads would guess.
    """
    try:
        loading = Loading(bundle, safety)
    except ScriptError as error:
        return list(error.findings)
    try:
        script = manuscript(loading)
    except ScriptError as error:
        words = check_lines(lines_of(loading))
        return sorted({*error.findings, *words, *check_languages(loading)})
    found = {finding for lint in LINTS for finding in lint(script)}
    found.update(check_languages(loading, script))
    return sorted(found.union(old_records(script.script.help, today, HELP_LINES)))


def check_path(path: Path, today: date) -> list[Finding]:
    """Give all findings of a dialogue, of a folder of dialogues, or of one file of a dialogue.

    Places are told as paths that begin with `path`.

    Raises:
        ConfigError: there is no dialogue.
    """
    folder = path.parent if path.is_file() else path
    found = {finding for subject in subjects(folder) for finding in _placed(subject, today)}
    if path.is_file():
        return sorted(finding for finding in found if finding.file == str(path))
    if _is_safety(path):
        return sorted(finding for finding in found if Path(finding.file).parent == path)
    return sorted(found)


def subjects(folder: Path) -> list[Subject]:
    """Find the dialogues of a folder: it is one, holds some, or is the safety of those beside it.

    Raises:
        ConfigError: there is none.
    """
    is_safety = _is_safety(folder)
    parent = folder.parent if is_safety else folder
    heads = [folder] if (folder / HEAD).is_file() else _heads(parent)
    if not heads and is_safety:
        heads = _heads(PACKAGED)
    if not heads:
        raise ConfigError(f"no dialogue in {folder}; name a folder with a {HEAD}")
    return [Subject(head, folder if is_safety else _safety(head)) for head in heads]


def _is_safety(folder: Path) -> bool:
    """Tell a folder of shared flows from a dialogue, which may have a stage called safety."""
    return (folder / SAFETY_HEAD).is_file() and not (folder / HEAD).is_file()


def _heads(folder: Path) -> list[Path]:
    return sorted(head.parent for head in folder.glob(f"*/{HEAD}"))


def _safety(folder: Path) -> Path:
    own = folder.parent / "safety"
    return own if (own / SAFETY_HEAD).is_file() else PACKAGED / "safety"


def _placed(subject: Subject, today: date) -> Iterator[Finding]:
    try:
        bundles = read_folder(subject.folder), read_folder(subject.safety)
    except ScriptError as error:
        found = list(error.findings)
    else:
        found = check(*bundles, today)
    for finding in found:
        is_shared = finding.file.startswith(SHARED) or finding.file == HELP_LINES
        folder = subject.safety if is_shared else subject.folder
        file = str(folder / finding.file.removeprefix(SHARED))
        yield Finding(
            file, finding.line, finding.column, finding.code, finding.message, finding.hint,
            finding.severity,
        )  # fmt: skip
