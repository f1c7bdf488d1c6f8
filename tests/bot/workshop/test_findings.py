"""Every kind of finding has a page, and the examples on it are what they say."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.workshop.check import check_path
from bot.workshop.pages import Page, as_document, pages
from tests.bot.workshop.examples import TODAY, built, write
from tests.conftest import ROOT

CODE = re.compile(r"\bMR\d{3}\b")
PAGES = [pytest.param(page, id=page.code) for page in pages().values()]


def used_codes() -> set[str]:
    """Give every code that the mind can find."""
    return {
        code for file in (ROOT / "bot").rglob("*.py") for code in CODE.findall(file.read_text())
    }


def test_every_finding_has_a_page() -> None:
    """No code is told without an explanation, and no page explains what is never told."""
    assert used_codes() == set(pages())


def test_there_are_sixty_findings_at_least() -> None:
    """The checks cover what a script can get wrong."""
    assert len(pages()) >= 60


def test_the_document_is_made_from_the_pages() -> None:
    """docs/findings.md can't lie: it is written by `bot.workshop.pages.as_document`."""
    assert (ROOT / "docs" / "findings.md").read_text() == as_document()


def test_the_sound_script_is_sound() -> None:
    """Examples are put into a script in which nothing is found."""
    assert built({}).findings() == []


@pytest.mark.parametrize("page", PAGES)
def test_the_wrong_example_has_this_finding_alone(page: Page, tmp_path: Path) -> None:
    """A wrong example is found, at the marked line, and nothing else is wrong with it."""
    example = built(page.bad)
    found = check_path(write(example, tmp_path), TODAY)
    assert {finding.code for finding in found} == {page.code}
    assert {finding.severity for finding in found} == {page.severity}
    assert all(finding.hint for finding in found)
    if example.marked is not None:
        places = {(str(Path(f.file).relative_to(tmp_path)), f.line) for f in found}
        assert example.marked in places


@pytest.mark.parametrize("page", PAGES)
def test_the_right_example_is_right(page: Page, tmp_path: Path) -> None:
    """Nothing at all is found in a right example."""
    assert check_path(write(built(page.good), tmp_path), TODAY) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_and_why(page: Page) -> None:
    """Titles are short and the rest are whole sentences."""
    assert len(page.title.split()) <= 10
    assert page.what.endswith(".")
    assert page.why.endswith(".")


def test_help_lines_older_than_a_year_are_an_error(tmp_path: Path) -> None:
    """A warning in time, then a stop: nobody is given a number that nobody looked at."""
    folder = write(built(pages()["MR072"].bad), tmp_path)
    later = check_path(folder, date(2026, 6, 3))
    assert {finding.severity for finding in later} == {"error"}
