"""Conversations over a real socket: what the engine says is what a client reads."""

import pytest
from msgspec import structs

from bot.machine import build_machine
from bot.workshop.library import Libraries
from bot.workshop.suite import Outcome, chat_files, outcomes
from tests.conftest import DATA
from web.commands.wired import _Wired, over_sockets

TALK = """dialog: tiny
seed: 7
{given}---
wait: 2 days
you: [return]
you: {{hello|[/help]}}
"""


@pytest.fixture
def libraries() -> Libraries:
    """All folders of this run."""
    return Libraries()


@pytest.mark.parametrize("cut", [False, True])
async def test_what_passes_in_the_engine_passes_over_a_socket(
    libraries: Libraries, cut: bool
) -> None:
    """Word for word the same, also when the line breaks after each act."""
    played = list(outcomes(chat_files([DATA / "dialogs" / "tiny"]), libraries))[:3]
    assert all(one.has_passed for one in await over_sockets(played, libraries, cut=cut))


def test_a_line_breaks_at_each_way_to_an_act_once(libraries: Libraries) -> None:
    """Where conversations begin alike, coming back is tried in the first of them only."""
    one, *_, other = outcomes(chat_files([DATA / "dialogs" / "tiny"]), libraries)
    broken, breaks = set[int](), list[list[bool]]()
    for talk in (one, one, other):
        assert talk.result is not None
        assert talk.script is not None
        played = _Wired(talk.result, talk.script, None, broken)
        breaks.append([played.breaks(given) for _, given in played.inputs()])
    assert all(breaks[0])
    assert not any(breaks[1])
    assert breaks[2] == sorted(breaks[2])
    assert any(breaks[2])


@pytest.mark.parametrize("given", ["", "given: at welcome.strength\n"])
async def test_a_visit_after_days_is_greeted_once(
    libraries: Libraries, tmp_path_factory: pytest.TempPathFactory, given: str
) -> None:
    """Coming back is what the server notices by itself; a start in the middle is put there."""
    folder = tmp_path_factory.mktemp("talks")
    (folder / "dialogs").symlink_to(DATA / "dialogs")
    (folder / "visit.chat").write_text(TALK.format(given=given))
    played = list(outcomes([folder / "visit.chat"], libraries))
    assert [one.report() for one in played] == ["", ""]
    again = await over_sockets(played, libraries, cut=True)
    assert [one.report() for one in again] == ["", ""]


async def test_another_answer_of_the_server_is_found_out(libraries: Libraries) -> None:
    """A conversation fails with its line when the server leads elsewhere than expected."""
    first = next(iter(outcomes(chat_files([DATA / "dialogs" / "tiny"]), libraries)))
    assert first.script is not None
    hello = structs.replace(first.script.steps[first.script.start], say=())
    steps = {**first.script.steps, first.script.start: hello}
    machine = build_machine(steps, first.script.stages, first.script)
    silent = structs.replace(
        first, script=structs.replace(first.script, steps=steps, machine=machine)
    )
    (found,) = await over_sockets([silent], libraries, cut=False)
    assert not found.has_passed
    assert "whole.chat:1: the server says #welcome.hello" in found.report()


async def test_what_failed_in_the_engine_is_not_played_again(libraries: Libraries) -> None:
    """A conversation that failed has a report of its own."""
    broken = Outcome("some.chat", problem="it can't be read")
    assert await over_sockets([broken], libraries, cut=False) == [broken]
