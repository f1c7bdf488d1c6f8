"""Limits: buckets fill with time, know each other apart, and don't grow without end."""

from web import limits
from web.limits import Bucket, Limits, Rate


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


def test_a_bucket_allows_a_burst_and_then_a_rate() -> None:
    """Two at once, then one each half second; the wait that is told is the wait that helps."""
    bucket = Bucket(Rate(2, 2), 0.0)
    assert [bucket.take(0.0), bucket.take(0.0), bucket.take(0.0)] == [0, 0, 500]
    assert bucket.wait(0.25) == 250
    assert bucket.take(0.5) == 0
    assert bucket.take(0.5) == 500


def test_a_long_rest_gives_no_more_than_the_burst() -> None:
    """A bucket never holds more than it can."""
    bucket = Bucket(Rate(2, 2), 0.0)
    assert [bucket.take(9_999.0) for _ in range(3)] == [0, 0, 500]


def test_addresses_are_told_apart() -> None:
    """One flood doesn't slow anybody else."""
    clock = Clock()
    guard = Limits(rates={**limits.RATES, "begin": Rate(1, 1)}, clock=clock)
    assert guard.take("begin", "a") == 0
    assert guard.take("begin", "a") == 1000
    assert guard.take("begin", "b") == 0
    assert guard.take("guess", "a") == 0
    clock.now += 1
    assert guard.take("begin", "a") == 0


def test_waiting_is_not_counting() -> None:
    """Asking how long to wait uses nothing up."""
    guard = Limits(rates={**limits.RATES, "guess": Rate(1, 1)}, clock=Clock())
    assert [guard.wait("guess", "a") for _ in range(9)] == [0] * 9
    assert guard.take("guess", "a") == 0
    assert guard.wait("guess", "a") > 0


def test_limits_can_be_off() -> None:
    """Without limits nothing waits, neither shared nor own."""
    guard = Limits(is_on=False, clock=Clock())
    own = guard.own("frame")
    assert not any(guard.take("begin", "a") or guard.wait("guess", "a") for _ in range(1_000))
    assert not any(own.take(0.0) for _ in range(1_000))


def test_made_up_addresses_fill_no_memory() -> None:
    """Only so many addresses are remembered, and the one that comes often stays."""
    guard = Limits(clock=Clock())
    for number in range(limits.MAX_KEYS + 100):
        guard.take("connect", number)
        guard.take("connect", "often")
    assert len(guard._buckets) == limits.MAX_KEYS
    assert ("connect", "often") in guard._buckets
