"""Every language of a script folder is loaded by the check, and what breaks there is told there."""

from datetime import date

import pytest

from bot.bundle import Bundle
from bot.errors import Finding
from bot.workshop.check import check
from bot.workshop.library import PACKAGED, Library
from tests.bot.workshop.examples import TODAY, built

HOLD, LINE = "And the sip?", "Here is your line."


def entry(context: str, source: str, text: str) -> str:
    """Give an entry of a catalogue; its original stands on the second line."""
    return f'msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{text}"\n\n'


def found_in(*entries: str) -> list[tuple[str, int, str]]:
    """Check the sound script in German with some entries of its own, all else translated."""
    findings = built({"locale/de/lines.po": "".join(entries)}).findings()
    return [(finding.file, finding.line, finding.code) for finding in findings]


PO = "locale/de/lines.po"
SAME = entry("cup.sample.again/1", HOLD, "Noch einmal.")
BROKEN = [
    ("two sentences alike", [SAME, entry("cup.story/1", LINE, "Noch einmal.")], 6, "MR033"),
    ("a name that isn't declared", [entry("cup.story/1", LINE, "{{ tasse }}")], 2, "MR031"),
    ("a tag in a line", [entry("cup.story/1", LINE, "{% if x %}")], 2, "MR031"),
    ("two buttons alike", [entry("cup.sample.plain/label", "Plain", "Good")], 2, "MR140"),
    ("shouting", [entry("cup.story/1", LINE, "Deine ZEILE hier.")], 2, "MR170"),
    ("an exclamation mark", [entry("cup.story/1", LINE, "Deine Zeile!")], 2, "MR163"),
    ("not a catalogue", ["nonsense\n"], 1, "MR090"),
]


@pytest.mark.parametrize(
    ("entries", "line", "code"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_what_breaks_in_a_translation_is_told_in_its_catalogue(
    entries: list[str], line: int, code: str
) -> None:
    """A translator sees the line of the file that was translated, not of the original."""
    assert (PO, line, code) in found_in(*entries)


def test_what_reads_as_hard_in_english_is_no_finding_in_german() -> None:
    """Grades, lengths and banned words are those of one language."""
    words = "Selbstverständlichkeitsüberzeugungen beeinträchtigen Gemütsverfassungen sin trauma."
    assert found_in(entry("cup.story/1", LINE, words)) == []


def test_a_script_that_does_not_load_is_told_once() -> None:
    """What is wrong in the original isn't told again for each language; what is only there is."""
    own = built({"steps": "sample:\n  next: lost\n"})
    files = {**own.bundle.files, PO: SAME + entry("cup.story/1", LINE, "{{ a }}")}
    found = check(Bundle(files), own.safety, TODAY)
    assert [(f.file, f.code) for f in found] == [("cup.yaml", "MR052"), (PO, "MR031")]


@pytest.mark.parametrize(
    ("added", "file", "line"),
    [("", "locale/de/script.po", 1), (entry("guide.back/1", "One step back.", ""), PO, 2)],
)
def test_a_missing_translation_is_told_where_it_goes(added: str, file: str, line: int) -> None:
    """At its empty entry, or else in the catalogue of its file."""
    own = built({})
    files = {**own.bundle.files, "locale/de/also.po": "", "locale/de/script.po": "", PO: added}
    found = check(Bundle(files), own.safety, TODAY)
    (first,) = [(f.file, f.line) for f in found if "first “guide.back/1”" in f.message]
    assert first == (file, line)


def test_a_script_in_a_language_its_safety_flows_lack_is_warned_of() -> None:
    """Somebody who talks in German would meet the crisis flows in English."""
    own = built({PO: ""})
    (only,) = check(own.bundle, built({}).safety, TODAY)
    assert (only.file, only.code, only.severity) == (PO, "MR180", "warning")
    assert "safety" in only.message


def test_a_language_of_the_safety_flows_alone_is_not_missed() -> None:
    """A dialogue in one language goes with our safety flows, which speak several."""
    own = built({PO: ""})
    assert check(built({}).bundle, own.safety, TODAY) == []


@pytest.mark.parametrize("lang", Library(PACKAGED).languages("anxiety"))
def test_a_slip_in_a_language_of_ours_is_found(lang: str) -> None:
    """Two sentences of the shipped talk made alike: the check says so, with file and line."""
    library = Library(PACKAGED)
    manuscript = library.manuscript("anxiety")
    name = f"locale/{lang}/values.po"
    text = manuscript.bundle.files[name]
    first, second = [part for part in text.split('\nmsgstr "') if part[0] not in '"{'][2:4]
    old, new = second.partition('"\n')[0], first.partition('"\n')[0]
    changed = text.replace(f'\nmsgstr "{old}"\n', f'\nmsgstr "{new}"\n')
    assert changed != text
    bundle = Bundle({**manuscript.bundle.files, name: changed})
    found: list[Finding] = check(bundle, manuscript.safety, date(2026, 11, 30))
    assert (name, "MR033") in {(finding.file, finding.code) for finding in found}
