"""When a quiet connection is asked, and when it is given up."""

import pytest

from web.closing import NO_PONG
from web.pulse import GONE_S, LOOK_S, PING_S, Pulse


def test_a_ping_is_due_once_and_then_the_end() -> None:
    """After twenty seconds of quiet somebody is asked once; after thirty they are gone."""
    pulse = Pulse()
    pulse.wait(100.0)
    due = [pulse.due(100.0 + after) for after in (0, 19.9, 20, 22.5, 29.9, 30)]
    assert due == ["nothing", "nothing", "ping", "nothing", "nothing", "end"]


def test_a_whole_frame_begins_anew() -> None:
    """Who answers the ping is asked again after another twenty seconds, and never given up."""
    pulse, now = Pulse(), 0.0
    for _ in range(3):
        pulse.wait(now)
        assert pulse.due(now + PING_S) == "ping"
        pulse.heard()
        now += PING_S + 1


def test_nobody_is_given_up_unasked() -> None:
    """After a clock that jumped (a laptop that slept) everybody is asked first."""
    pulse = Pulse()
    pulse.wait(0.0)
    assert [pulse.due(1_000), pulse.due(1_000 + LOOK_S)] == ["ping", "end"]


@pytest.mark.parametrize("seconds", [20, 30, 1_000])
def test_our_own_slowness_is_nobodys_quiet(seconds: float) -> None:
    """While a frame is being answered nobody is asked or given up."""
    pulse = Pulse()
    assert pulse.due(seconds) == "nothing"
    pulse.wait(0.0)
    pulse.heard()
    assert pulse.due(seconds) == "nothing"


def test_half_open_peers_are_noticed_in_time() -> None:
    """In the worst case a place is free 35 seconds after the last frame, and no proxy that cuts
    after 55 idle seconds gets to do so."""  # noqa: D205, D209
    assert GONE_S + LOOK_S + NO_PONG.patience_s <= 35
    assert PING_S + LOOK_S < 55
