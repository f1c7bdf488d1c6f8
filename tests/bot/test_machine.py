"""The machine: every step, every command, and nothing kept of a talk."""

import gc
from types import SimpleNamespace

import pytest
from transitions import Event, Machine

from bot.machine import Way
from bot.script import Script
from tests.conftest import Talk


def test_commands_and_danger_are_open_everywhere(walk: Script) -> None:
    """Help, stop, pause, too much and every danger have a transition from every state."""
    for name in (
        "help",
        "stop",
        "pause",
        "toomuch",
        "return",
        *(f"risk {t}" for t in set(walk.risk.values())),
    ):
        assert set(walk.machine.events[name].transitions) == set(walk.steps)


def test_the_machine_keeps_no_talk(walk: Script) -> None:
    """A talk that nobody is connected to costs the engine nothing."""
    assert walk.machine.models == []
    for seed in range(50):
        Talk(walk, seed=seed).begin().pick("start")
    gc.collect()
    assert not [thing for thing in gc.get_objects() if type(thing).__name__ in ("Walk", "Making")]


def test_targets_are_checked(walk: Script) -> None:
    """Every transition leads to a state."""
    for event in walk.machine.events.values():
        for transitions in event.transitions.values():
            assert all(t.dest is None or t.dest in walk.steps for t in transitions)


@pytest.mark.parametrize(("said", "is_open"), [(True, True), (False, False), (1, False)])
def test_only_a_guard_that_says_true_is_open(said: object, is_open: bool) -> None:
    """What is neither true nor false opens no way: a broken guard leads nobody on."""
    found = list[str]()
    machine = Machine(
        model=None, states=["here", "there"], initial=None, auto_transitions=False, send_event=True
    )
    machine.events["next"] = Event("next", machine)
    way = Way("here", "there", conditions=[lambda _: said], before=[lambda _: found.append("x")])
    machine.events["next"].add_transition(way)
    walk = SimpleNamespace(state="here")
    assert machine.events["next"].trigger(walk) is is_open
    assert (walk.state, len(found)) == (("there", 1) if is_open else ("here", 0))
