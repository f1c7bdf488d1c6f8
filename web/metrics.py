"""What the operator may count: how much, how fast, how often refused. No word, no id, no address.

Everything is a number of this process since it started, in the text format of Prometheus
(version 0.0.4). Labels come from short lists of ours, so nothing that a person sends can become
one. Help cards are one bare count: not for whom, not for what. A rule is named when who was
misread says so, and shown when that day is over.
"""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from bot.errors import StoreUnavailable
from bot.values import InputKind

Kind: TypeAlias = Literal["counter", "gauge", "histogram"]
Operation: TypeAlias = Literal["create", "load", "commit"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DAY = 86_400
"""Seconds."""
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds: from a commit on a fast disk to the five in which a person is told that it failed."""


class Metric(Struct, frozen=True):
    """One thing that is counted.

    Attributes:
        kind: Prometheus' type.
        says: what it counts, in a sentence.
        label: the name of its label, or nothing.
    """

    kind: Kind
    says: str
    label: str = ""


METRICS = {
    "makeroom_build_info": Metric("gauge", "Always 1; the label is the version.", "version"),
    "makeroom_start_time_seconds": Metric("gauge", "When this process started, since 1970."),
    "makeroom_talks_open": Metric("gauge", "Talks that somebody is connected to."),
    "makeroom_connections_open": Metric("gauge", "Websockets that are open."),
    "makeroom_turns_total": Metric("counter", "Turns taken and stored, by kind of input.", "kind"),
    "makeroom_turn_seconds": Metric("histogram", "From an input to its commit."),
    "makeroom_refusals_total": Metric("counter", "Refused frames, by their code.", "code"),
    "makeroom_help_cards_total": Metric("counter", "Replies that showed help lines."),
    "makeroom_false_alarms_total": Metric(
        "counter", "Dangers that weren't, as people told, by rule; up to yesterday (UTC).", "rule"
    ),
    "makeroom_store_seconds": Metric("histogram", "Time of the store, by operation.", "operation"),
    "makeroom_store_failures_total": Metric("counter", "Times the store couldn't be reached."),
    "makeroom_faults_total": Metric("counter", "Errors that nobody expected; see the log."),
}
"""All of them, in the order in which they are written."""


class _Histogram:
    """Counts durations up to each of `BOUNDS`."""

    __slots__ = ("_counts", "_sum")

    def __init__(self) -> None:
        self._counts, self._sum = [0] * (len(BOUNDS) + 1), 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str, label: str = "") -> Iterator[str]:
        """Write it; `label` is a pair such as `operation="commit"`."""
        before, total = (f"{label},", 0) if label else ("", 0)
        for bound, count in zip((*BOUNDS, "+Inf"), self._counts, strict=True):
            total += count
            yield f'{name}_bucket{{{before}le="{bound}"}} {total}'
        rest = f"{{{label}}}" if label else ""
        yield f"{name}_sum{rest} {self._sum:.6f}"
        yield f"{name}_count{rest} {total}"


class Metrics:
    """The counts of this process.

    Args:
        version: of this program.
        clock: seconds that only go forward.
        started: when the process started, in seconds since 1970.
        today: days since 1970, in UTC.
    """

    def __init__(
        self,
        version: str = "",
        *,
        clock: Callable[[], float] = time.perf_counter,
        started: float = 0.0,
        today: Callable[[], int] = lambda: int(time.time()) // DAY,
    ) -> None:
        self._clock, self._today = clock, today
        self._misread: Counter[str] = Counter()
        self._day = today()
        self._numbers: Counter[tuple[str, str]] = Counter()
        self._numbers["makeroom_build_info", version] = 1
        self._numbers["makeroom_start_time_seconds", ""] = int(started)
        self._histograms: dict[tuple[str, str], _Histogram] = {}

    def turn(self, kind: InputKind, ms: int) -> None:
        """Count a turn, and the milliseconds from input to commit."""
        self._numbers["makeroom_turns_total", kind] += 1
        self._histogram("makeroom_turn_seconds").observe(ms / 1000)

    def refusal(self, code: str) -> None:
        """Count a refused frame by its code."""
        self._numbers["makeroom_refusals_total", code] += 1

    def help_card(self) -> None:
        """Count that help lines were shown."""
        self._numbers["makeroom_help_cards_total", ""] += 1

    def false_alarm(self, rule: str) -> None:
        """Count a rule that heard a danger where none was; shown once the day is over."""
        self._end_day()
        self._misread[rule] += 1

    def fault(self) -> None:
        """Count an error that nobody expected."""
        self._numbers["makeroom_faults_total", ""] += 1

    def store(self, operation: Operation) -> "Timing":
        """Take the time of what the store does inside; count it when the store can't be reached."""
        return Timing(self, operation, self._clock)

    def took(self, operation: Operation, seconds: float, *, has_failed: bool) -> None:
        """Count what the store did."""
        self._histogram("makeroom_store_seconds", operation).observe(seconds)
        if has_failed:
            self._numbers["makeroom_store_failures_total", ""] += 1

    def text(self, talks: int, connections: int) -> str:
        """Write all counts.

        Args:
            talks: open now.
            connections: open now.
        """
        self._end_day()
        self._numbers["makeroom_talks_open", ""] = talks
        self._numbers["makeroom_connections_open", ""] = connections
        return "".join(f"{line}\n" for name in METRICS for line in self._lines(name))

    def _end_day(self) -> None:
        """Show what was counted on the days before: who looks often learns no hour of anybody's."""
        if self._today() > self._day:
            for rule, count in self._misread.items():
                self._numbers["makeroom_false_alarms_total", rule] += count
            self._misread.clear()
            self._day = self._today()

    def _lines(self, name: str) -> Iterator[str]:
        metric = METRICS[name]
        yield f"# HELP {name} {metric.says}"
        yield f"# TYPE {name} {metric.kind}"
        if metric.kind == "histogram":
            for (owner, value), histogram in sorted(self._histograms.items()):
                if owner == name:
                    yield from histogram.lines(name, f'{metric.label}="{value}"' if value else "")
            return
        if not metric.label:
            yield f"{name} {self._numbers[name, '']}"
            return
        for (owner, value), count in sorted(self._numbers.items()):
            if owner == name:
                yield f'{name}{{{metric.label}="{value}"}} {count}'

    def _histogram(self, name: str, label: str = "") -> _Histogram:
        found = self._histograms.get((name, label))
        if found is None:
            found = self._histograms[name, label] = _Histogram()
        return found


class Timing:
    """The time between entering and leaving; a class, since a generator would cost a turn 2 µs."""

    __slots__ = ("_begun", "_clock", "_metrics", "_operation")

    def __init__(self, metrics: Metrics, operation: Operation, clock: Callable[[], float]) -> None:
        self._metrics, self._operation, self._clock = metrics, operation, clock
        self._begun = 0.0

    def __enter__(self) -> None:
        self._begun = self._clock()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        has_failed = kind is not None and issubclass(kind, StoreUnavailable)
        took = self._clock() - self._begun
        self._metrics.took(self._operation, took, has_failed=has_failed)
