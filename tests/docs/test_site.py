"""The pages as a site: whole, asking nobody else for anything, and the same each time."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from docs import build


class Reader(HTMLParser):
    """Collects what a page leads to, loads, and is headed by."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: set[str] = set()
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one tag."""
        given = dict(attrs)
        self.ids |= {given["id"] or ""} if "id" in given else set()
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif given.get("src") or (tag == "link" and given.get("href")):
            self.loads.append(given.get("src") or given.get("href") or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))


@cache
def read(file: Path) -> Reader:
    """Read a page."""
    reader = Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site."""
    folder = tmp_path_factory.mktemp("site")
    build.build(folder)
    return folder


@pytest.mark.parametrize("name", build.PAGES)
def test_a_page_leads_only_to_what_is_there(site: Path, name: str) -> None:
    """Links within the site find their page and heading; nothing is loaded from elsewhere."""
    page = read(site / f"{name}.html")
    assert page.loads[0] == "page.css"
    assert all((site / load).is_file() for load in page.loads)
    for link in page.links:
        path, _, heading = link.partition("#")
        if "://" in link or path.startswith("../"):
            continue  # files of the project that are no pages
        target = site / (path or f"{name}.html")
        assert target.exists(), link
        assert not heading or heading in read(target).ids, link


@pytest.mark.parametrize("name", build.PAGES)
def test_a_page_can_be_read_without_seeing_it(site: Path, name: str) -> None:
    """One first heading, no level left out, a language, and a way past the menu."""
    page = read(site / f"{name}.html")
    assert page.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(page.levels, page.levels[1:], strict=False))
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "<script" not in text
    assert 'href="#content"' in text


def test_the_same_pages_give_the_same_site(site: Path, tmp_path: Path) -> None:
    """Byte for byte, so that a change in the site is a change in the pages."""
    build.build(tmp_path)
    for file in site.rglob("*.*"):
        assert file.read_bytes() == (tmp_path / file.relative_to(site)).read_bytes()


def test_there_are_four_ways_in(site: Path) -> None:
    """One for each who comes, on the first page."""
    links = set(read(site / "index.html").links)
    assert {"chat.html", "embedding.html", "write.html", "develop.html"} <= links
    first = (site / "index.html").read_text(encoding="utf-8")
    assert first.count("<tr>") >= 5


def test_every_page_is_one_step_from_the_first(site: Path) -> None:
    """Named in its text, not only in the menu."""
    source = (Path(build.__file__).parent / "index.md").read_text(encoding="utf-8")
    assert {f"{name}.md" for name in build.PAGES} - {"index.md"} <= set(
        re.findall(r"\(([\w-]+\.md)\)", source)
    )
