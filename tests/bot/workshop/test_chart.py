"""Charts: every step and every way is drawn, and what tests reach."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.workshop.census import in_order, routes_of
from bot.workshop.chart import Chart
from bot.workshop.library import Libraries, Library
from bot.workshop.places import places
from bot.workshop.replay import Result
from bot.workshop.suite import outcomes
from tests.conftest import DATA
from web.commands.graph import graph

TINY = DATA / "dialogs" / "tiny"


@pytest.fixture(scope="module")
def whole() -> Result:
    """One conversation from the beginning to the end."""
    outcome = next(iter(outcomes([TINY / "replays" / "whole.chat"], Libraries())))
    assert outcome.result is not None
    return outcome.result


def chart(library: Library, *results: Result, path: Result | None = None) -> Chart:
    manuscript = library.manuscript("tiny")
    return Chart(manuscript.script, places(manuscript), results, path)


def test_mermaid_has_every_step_and_every_way(library: Library) -> None:
    """One node for each step, one arrow for each route that leads somewhere."""
    drawn = chart(library)
    text = drawn.mermaid()
    steps = drawn.script.steps.values()
    for step in steps:
        assert f"    {step.id.replace('.', '__')}" in text
    leading = [r for step in steps for r in routes_of(step) if r.go or r.call]
    assert len(re.findall(r"^  \w+ (?:-->|-\.->)", text, re.MULTILINE)) == len(leading)
    assert text.startswith("flowchart TD\n")
    assert "class " not in text


def test_one_stage_can_be_drawn(library: Library) -> None:
    """Only its own steps are boxes; the ways out of it are there."""
    text = chart(library).mermaid("welcome")
    assert text.count("subgraph") == 1
    assert "  subgraph welcome[" in text


def test_the_page_needs_nothing_else(library: Library, whole: Result) -> None:
    """No script, no link to anywhere; heat and a path are drawn into it."""
    drawn = chart(library, whole, path=whole)
    text = drawn.page()
    assert "<script" not in text
    assert "//" not in text.replace("</", "")
    assert 'class="h0' in text
    assert 'class="h1' in text
    assert '<text class="order"' in text
    for step in drawn.script.steps:
        assert f"<title>{step}</title>" in text
    assert drawn.path[0] == drawn.script.start


def test_tests_and_a_path_show_in_mermaid(library: Library, whole: Result) -> None:
    """Reached and missed steps have classes, the path's arrows are thick."""
    text = chart(library, whole, path=whole).mermaid()
    assert "class welcome__hello reached" in text
    assert " missed" in text
    assert "linkStyle " in text


def test_the_command_writes_both(tmp_path: Path) -> None:
    """Mermaid to standard output, a page to a file; an unknown stage is named."""
    assert CliRunner().invoke(graph, [str(TINY)]).output.startswith("flowchart TD")
    file = tmp_path / "graph.html"
    talk = str(TINY / "replays" / "whole.chat")
    options = [str(TINY), "--html", "--cover", "--path", talk, "--out", str(file)]
    assert CliRunner().invoke(graph, options).exit_code == 0
    assert file.read_text().startswith("<!doctype html>")
    done = CliRunner().invoke(graph, [str(TINY), "--stage", "nowhere"])
    assert "there is no stage nowhere" in str(done.exception)


def test_stages_stand_in_the_order_of_the_talk(library: Library) -> None:
    """As the head lists them, then the side flows, those of danger last; not by the alphabet."""
    script = library.script("tiny")
    order = [stage.id for stage in in_order(script)]
    assert sorted(order) == sorted(script.stages)
    assert order[: len(script.progress)] == list(script.progress)
    shared = [stage for stage in order if script.stages[stage].is_safety]
    assert order[-len(shared) :] == shared
    drawn = chart(library).mermaid()
    places_of = [drawn.index(f"subgraph {stage}[") for stage in order]
    assert places_of == sorted(places_of)
    assert order != sorted(order)
