"""How often is often enough: token buckets by talk and by address.

A limit slows a stranger down; it never silences a person. What is urgent (a call for help, a text
in which danger is heard) doesn't pass through here at all.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil, inf
from typing import Literal, TypeAlias

from msgspec import Struct

Ruled: TypeAlias = Literal["connect", "begin", "guess", "act", "frame"]


class Rate(Struct, frozen=True):
    """So many at once, and so many a second in the long run."""

    burst: float
    per_s: float


RATES: dict[Ruled, Rate] = {
    "connect": Rate(300, 10),  # by address: a school behind one address, a phone in a tunnel
    "begin": Rate(120, 2),  # by address: a lecture hall starts at once; a flood of talks doesn't
    "guess": Rate(30, 0.5),  # by address: wrong tokens; at 192 bits this is courtesy, not defence
    "act": Rate(60, 4),  # by talk: a whole talk at once, and then faster than anybody reads
    "frame": Rate(240, 60),  # by connection: retries and pages come in bursts
}
MAX_KEYS = 50_000
"""Buckets that are remembered; the ones longest unused go first (about 10 MB)."""


class Bucket:
    """Fills at a steady rate, and is emptied by what happens."""

    __slots__ = ("_at", "_level", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate, self._level, self._at = rate, rate.burst, now

    def take(self, now: float) -> int:
        """Take one; 0 when there was one, else the milliseconds until there will be."""
        missing = 1 - self._fill(now)
        if missing > 0:
            return ceil(missing / self._rate.per_s * 1000)
        self._level -= 1
        return 0

    def wait(self, now: float) -> int:
        """Tell what `take` would, without taking."""
        return max(0, ceil((1 - self._fill(now)) / self._rate.per_s * 1000))

    def _fill(self, now: float) -> float:
        grown = self._level + (now - self._at) * self._rate.per_s
        self._level, self._at = min(self._rate.burst, grown), now
        return self._level


class Limits:
    """All buckets of this process.

    Args:
        is_on: false lets everything through, for tests and benchmarks.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        *,
        is_on: bool = True,
        rates: dict[Ruled, Rate] = RATES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._is_on, self._rates, self._clock = is_on, rates, clock
        self._buckets: OrderedDict[tuple[Ruled, Hashable], Bucket] = OrderedDict()

    def take(self, ruled: Ruled, key: Hashable) -> int:
        """Count one; 0 when that was fine, else the milliseconds to wait."""
        return self._bucket(ruled, key).take(self._clock()) if self._is_on else 0

    def wait(self, ruled: Ruled, key: Hashable) -> int:
        """Tell how many milliseconds to wait, without counting."""
        return self._bucket(ruled, key).wait(self._clock()) if self._is_on else 0

    def own(self, ruled: Ruled) -> Bucket:
        """Make a bucket that lives as long as who asked for it."""
        rate = self._rates[ruled] if self._is_on else Rate(inf, 1)
        return Bucket(rate, self._clock())

    def _bucket(self, ruled: Ruled, key: Hashable) -> Bucket:
        at = (ruled, key)
        bucket = self._buckets.get(at)
        if bucket is None:
            bucket = self._buckets[at] = Bucket(self._rates[ruled], self._clock())
            if len(self._buckets) > MAX_KEYS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(at)
        return bucket
