"""Detours: asking aside and going back must not change a conversation's way."""

import pytest
from msgspec import structs

from bot.machine import build_machine
from bot.script import Effect, Script
from bot.workshop.detours import Detour, Tried, differences
from bot.workshop.library import Libraries
from bot.workshop.record import Spoken
from bot.workshop.replay import Played, Result
from bot.workshop.suite import Outcome, chat_files, detoured, outcomes
from tests.conftest import DATA


@pytest.fixture(scope="module")
def played() -> Outcome:
    """One way through a whole conversation."""
    return next(iter(outcomes(chat_files([DATA / "dialogs" / "tiny"]), Libraries())))


def result_of(played: Outcome) -> tuple[Result, Script]:
    assert played.result is not None
    assert played.script is not None
    return played.result, played.script


def changed_by(script: Script, step_id: str) -> Script:
    """Give the script with a step that changes a variable when it is entered."""
    effects = (Effect("strength", lambda _env: 9),)
    steps = {**script.steps, step_id: structs.replace(script.steps[step_id], effects=effects)}
    return structs.replace(script, steps=steps, machine=build_machine(steps, script.stages, script))


@pytest.mark.parametrize("detour", ["digress", "undo"])
def test_a_detour_changes_nothing(played: Outcome, detour: Detour) -> None:
    """A conversation that passes is led the same way after each detour."""
    assert detoured(played, detour) is played


@pytest.mark.parametrize("flow", ["help", "pause"])
def test_a_side_flow_that_changes_a_variable_is_found_out(played: Outcome, flow: str) -> None:
    """Who asks for help and comes back finds everything as it was, or the file fails."""
    result, script = result_of(played)
    spoilt = changed_by(script, script.commands[flow].call)
    found = list(differences(result, spoilt, "digress"))
    assert found
    assert f"after “{flow}” at " in found[0]
    assert "strength is 9 instead of" in found[0]
    assert "whole.chat:" in found[0]


def test_a_side_flow_without_a_way_back_is_found_out(played: Outcome) -> None:
    """Help that ends the talk is no aside."""
    result, script = result_of(played)
    target = script.commands["help"].call
    spoilt = structs.replace(script.steps[target], ask=None, next=(), ends=True)
    steps = {**script.steps, target: spoilt}
    lost = structs.replace(script, steps=steps, machine=build_machine(steps, script.stages, script))
    assert "nothing leads back" in next(differences(result, lost, "digress"))


def test_back_that_leaves_something_behind_is_found_out(played: Outcome) -> None:
    """A talk that isn't put back as it was before the answer fails, with the variable."""
    result, script = result_of(played)
    spoilt = structs.replace(result, played=tuple(map(renamed, result.played)))
    found = list(differences(spoilt, script, "undo"))
    assert found
    assert "leaves something behind: its_name is" in found[0]


def renamed(one: Played) -> Played:
    """Give an exchange after which a variable isn't what it was."""
    if one.got is None:
        return one
    session = one.got.session
    other = structs.replace(session, values={**session.values, "its_name": "rain"})
    return structs.replace(one, got=structs.replace(one.got, session=other))


def test_what_can_not_be_played_is_left_as_it_is(played: Outcome) -> None:
    """A conversation that failed has a report of its own."""
    broken = Outcome("some.chat", problem="it can't be read")
    assert detoured(broken, "undo") is broken


def test_a_detour_is_made_once_where_conversations_begin_alike(played: Outcome) -> None:
    """What the first finds isn't looked for again in the next; another place is."""
    result, script = result_of(played)
    spoilt, tried = changed_by(script, script.commands["help"].call), Tried()
    assert list(differences(result, spoilt, "digress", tried))
    assert not list(differences(result, spoilt, "digress", tried))
    later = [
        structs.replace(one, turns=tuple(map(later_by_an_hour, one.turns))) for one in result.played
    ]
    moved = structs.replace(result, played=tuple(later))
    assert list(differences(moved, spoilt, "digress", tried))


def later_by_an_hour(spoken: Spoken) -> Spoken:
    """Give an act an hour later."""
    return structs.replace(
        spoken, given=structs.replace(spoken.given, at=spoken.given.at + 3_600_000)
    )


def test_an_aside_is_counted_and_so_is_no_plain_answer(played: Outcome) -> None:
    """A detour forgets how often something else was said; then the same words lead elsewhere."""
    result, script = result_of(played)
    counted = [
        structs.replace(one, got=one.got and structs.replace(
            one.got, session=structs.replace(one.got.session, asides=1)))
        for one in result.played
    ]  # fmt: skip
    spoilt = changed_by(script, script.commands["help"].call)
    asked = structs.replace(result, played=tuple(counted))
    assert not [says for says in differences(asked, spoilt, "digress") if "“help”" in says]
