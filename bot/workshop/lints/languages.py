"""Checks of a script in each language it is translated into: it loads, and its words hold there."""

from collections.abc import Iterator

from msgspec.structs import replace

from bot.errors import Finding, ScriptError
from bot.loader import Loading
from bot.loading.catalog import FOLDER, languages
from bot.workshop.lints.asks import check_asks
from bot.workshop.lints.decks import check_decks
from bot.workshop.lints.manuscript import SHARED, Manuscript, manuscript
from bot.workshop.lints.translations import check_translations
from bot.workshop.lints.words import check_manners

ANYWHERE = frozenset(
    {"MR140", "MR149", "MR163", "MR166", "MR168", "MR169", "MR170", "MR171", "MR172", "MR178"}
)
"""What doesn't depend on English: its grades, its banned words and its lengths say nothing here."""


def check_languages(loading: Loading, script: Manuscript | None = None) -> Iterator[Finding]:
    """Load every language there is, and check what is said in it.

    Args:
        loading: the script as it was read; what is wrong with it in its own language is told
            elsewhere.
        script: the same, if it loads.
    """
    own = set(loading.findings.all)
    for lang in spoken(loading):
        try:
            other = loading.told_in(lang)
            if script is not None:
                yield from check_translations(script, lang, other.catalog)
            found = list(_words(manuscript(other)))
        except ScriptError as error:
            found = [finding for finding in error.findings if finding not in own]
        yield from (_named(finding, lang) for finding in found)


def spoken(loading: Loading) -> tuple[str, ...]:
    """Name the languages that the script or its safety flows are translated into."""
    shared = {f"{SHARED}{name}": text for name, text in loading.safety.files.items()}
    return languages({**loading.bundle.files, **shared})


def _words(script: Manuscript) -> Iterator[Finding]:
    for lint in (check_manners, check_asks, check_decks):
        yield from (finding for finding in lint(script) if finding.code in ANYWHERE)


def _named(finding: Finding, lang: str) -> Finding:
    """Name the language where the place doesn't."""
    if FOLDER in finding.file:
        return finding
    return replace(finding, message=f"in {lang}: {finding.message}")
