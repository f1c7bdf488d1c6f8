"""The help lines: the right card for each country, never a number that can't be dialled."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.errors import ScriptError
from bot.helplines import MAX_LINES, HelpLines
from bot.values import Card, Silence
from bot.workshop.lints.records import old_records

FILE = Path(__file__).parents[2] / "dialogs" / "safety" / "helplines.yaml"
COUNTRIES = {
    *("US", "CA", "GB", "IE", "AU", "NZ", "DE", "AT", "CH", "FR", "BE", "NL", "ES", "PT", "IT"),
    *("GR", "DK", "SE", "NO", "FI", "IS", "PL", "IN", "JP", "KR", "TW", "SG", "HK", "MY", "PH"),
    *("TH", "ID", "BR", "MX", "AR", "ZA", "IL"),
}

SMALL = """
fallback: "XX"
find: [a.example]
note: Try the next.
seen: "2026-03-01"
regions:
- id: "NO"
  name: Norway
  emergency: ["000", "113"]
  sources: [one.example, two.example]
  lines:
  - name: Anyone
    call: "0123"
    seen: "2026-03-01"
    sources: [one.example, two.example]
  - name: Second
    text: HELLO to 5
    seen: "2026-03-01"
    sources: [one.example, two.example]
  - name: Third
    call: "3"
    seen: "2026-03-01"
    sources: [one.example, two.example]
  - name: For abuse
    for: [abuse, minor]
    call: "9"
    seen: "2026-03-01"
    sources: [one.example, two.example]
- id: "XX"
  name: Elsewhere
  emergency: ["112"]
  sources: [one.example, two.example]
  lines: []
  note: Look here.
"""


SILENT = """  silent:
    how: Call 113 and press 5.
    seen: "2026-07-01"
    sources: [one.example, two.example]
"""


@pytest.fixture(scope="module")
def lines() -> HelpLines:
    return HelpLines.load(FILE)


def names(card: Card) -> list[str]:
    return [line.name for line in card.lines]


def test_every_country_has_its_emergency_number_and_a_line(lines: HelpLines) -> None:
    """The countries we promise are there, each with a number to dial and somebody to talk to."""
    records = {record.id: record for record in lines.records}
    assert set(records) >= COUNTRIES
    for region in COUNTRIES:
        assert records[region].emergency, region
        assert records[region].lines, region


def test_nothing_is_called_confirmed_before_a_person_confirmed_it(lines: HelpLines) -> None:
    """No record claims more than was done; who confirms one changes this test with it."""
    assert not [line.name for record in lines.records for line in record.lines if line.confirmed]
    assert not [it.id for it in lines.records if it.silent is not None and it.silent.confirmed]


def test_every_line_was_seen_somewhere_on_some_day(lines: HelpLines) -> None:
    """A line has two sources and the day we looked."""
    for record in lines.records:
        assert len(set(record.sources)) >= 2, record.id
        for line in record.lines:
            assert len(set(line.sources)) >= 2, line.name
            assert date(2026, 1, 1) <= line.seen, line.name


def test_a_way_to_call_without_speaking_is_one_for_that_country(lines: HelpLines) -> None:
    """Two sources and a day; it names a number of the country's card; it stands on a card only
    where it is asked for, and nowhere is there one that a neighbour's country has."""  # noqa: D205, D209 - one sentence
    known = {it.id: it for it in lines.records if it.silent is not None}
    assert set(known) == {"AU", "NZ", "KR", "GB", "US"}
    for region in lines.records:
        card, silent = lines.card(region.id, "abuse", silent=True), region.silent
        assert lines.card(region.id, "abuse").silence is None
        if silent is None:
            assert card.silence is None
            continue
        assert card.silence == Silence(silent.how, silent.seen.isoformat())
        assert any(number in silent.how for number in region.emergency)
        assert len(set(silent.sources)) >= 2
        assert len(silent.how.split()) <= 30


def test_an_old_way_to_call_without_speaking_is_told() -> None:
    """Half a year after somebody looked it is a warning, after a year an error, as for a line."""
    lines = HelpLines.read(SMALL.replace("  name: Norway\n", f"  name: Norway\n{SILENT}"))
    found = {
        days: [it.severity for it in old_records(lines, date(2026, 3, 1) + timedelta(days), "f")]
        for days in (180, 190, 340, 370)
    }
    assert found[180] == []
    assert len(found[190]) == 5, "the emergency numbers and four lines; the way is newer"
    assert len(found[340]) == 6
    assert sorted(found[370]) == ["error"] * 5 + ["warning"]


def test_the_card_leads_with_the_category(lines: HelpLines) -> None:
    """What is made for the danger comes first, then lines for anyone, never too many."""
    for record in lines.records:
        for category in (None, "suicide", "abuse", "minor", "eating", "withdrawal"):
            card = lines.card(record.id, category)
            made_for = {line.name: line.made_for for line in record.lines}
            kinds = [category in made_for[name] for name in names(card)]
            assert kinds == sorted(kinds, reverse=True)
            assert len(card.lines) <= MAX_LINES
            assert all(category in made_for[name] or not made_for[name] for name in names(card))


def test_a_card_is_exactly_what_the_file_says() -> None:
    """Leading zeros, words and the country NO survive; nothing is rewritten."""
    card = HelpLines.read(SMALL).card("NO")
    assert card.region == "NO"
    assert card.emergency == ("000", "113")
    assert card.lines[0].call == "0123"
    assert card.lines[1].text == "HELLO to 5"
    assert card.lines[0].seen == "2026-03-01"
    assert card.note == "Try the next."


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        (None, ["Anyone", "Second"]),
        ("suicide", ["Anyone", "Second"]),
        ("abuse", ["For abuse", "Anyone"]),
        ("minor", ["For abuse", "Anyone"]),
        ("no such thing", ["Anyone", "Second"]),
        ("medical", []),
    ],
)
def test_lines_made_for_something_else_stay_away(category: str | None, expected: list[str]) -> None:
    """A person in one kind of danger isn't shown the line for another."""
    assert names(HelpLines.read(SMALL).card("NO", category)) == expected


@pytest.mark.parametrize("region", [None, "", "ZZ", "no", "NOR", "../etc", "🇳🇴"])
def test_an_unknown_country_gets_the_fallback_and_never_an_error(
    lines: HelpLines, region: str | None
) -> None:
    """Whatever a client sends as its country, there is a card with a way to find help."""
    card = lines.card(region, "suicide")
    assert card.region == "XX"
    assert card.emergency
    assert card.find == ("findahelpline.com", "befrienders.org")
    assert card.note


def test_the_choices_end_with_elsewhere(lines: HelpLines) -> None:
    """Somebody whose country isn't there finds “another country” at the end of the list."""
    assert [choice.id for choice in lines.regions][-2:] == ["EU", "XX"]
    labels = [choice.label for choice in lines.regions][:-2]
    assert labels == sorted(labels)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('call: "0123"', "call: '+47 0123'", 11, "international"),
        ('    call: "0123"\n', "", 11, "no way to reach"),
        (
            "sources: [one.example, two.example]\n  lines:\n  - name: Any",
            "sources: [one.example]\n  lines:\n  - name: Any",
            7,
            "too few",
        ),
        ('emergency: ["112"]', "emergency: []", 28, "no emergency"),
        ('fallback: "XX"', "fallback: ZZ", 1, "fallback"),
        ('id: "XX"', 'id: "NO"', 28, "twice"),
        ('id: "NO"', "id: Norway", 7, "two letters"),
        ("for: [abuse, minor]", "for: [abusive]", 24, "abusive"),
        ('    seen: "2026-03-01"\n', "    seen: soon\n", 13, "date"),
        ("  name: Norway", "  nmae: Norway", 7, "nmae"),
        ("fallback:", "fallback", 3, "can't be read"),
        (
            "  name: Norway\n",
            "  name: Norway\n" + SILENT.replace("one.example, ", ""),
            7,
            "`silent`",
        ),
        ("", "", 1, ""),
    ],
)
def test_a_broken_file_is_refused_with_its_place(old: str, new: str, line: int, says: str) -> None:
    """A mistake stops the file from loading, says where it is and what to do."""
    text = SMALL.replace(old, new, 1) if old else new
    with pytest.raises(ScriptError) as caught:
        HelpLines.read(text, "helplines.yaml")
    findings = caught.value.findings
    assert any(says in str(found) and abs(found.line - line) <= 1 for found in findings), findings
    assert all(found.file == "helplines.yaml" and found.hint for found in findings)
