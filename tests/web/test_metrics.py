"""The metrics: what is counted is right, and nothing of a person's can get in."""

import json
import re
from pathlib import Path

import pytest

from bot.errors import StoreUnavailable
from web.metrics import BOUNDS, METRICS, Metrics

ROOT = Path(__file__).parents[2]
LINE = re.compile(
    r"^([a-z_]+?)(?:_bucket|_sum|_count)?(\{[a-z]+=\"[^\"\\]*\"(,le=\"[^\"]+\")?\})? \S+$"
)


def numbers(text: str) -> dict[str, float]:
    """Read the text format, checking each line."""
    found = {}
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.match(r"# (HELP|TYPE) makeroom_[a-z_]+ \S", line), line
            continue
        assert LINE.match(line), line
        name, _, value = line.rpartition(" ")
        assert name not in found, name
        found[name] = float(value)
    return found


def test_counts_are_what_happened() -> None:
    """Each call counts once, under its own label."""
    metrics = Metrics("1.2.3", started=1000.7)
    metrics.turn("say", 3)
    metrics.turn("say", 40)
    metrics.turn("help", 9000)
    metrics.refusal("stale")
    metrics.help_card()
    metrics.fault()
    found = numbers(metrics.text(talks=2, connections=3))
    assert found['makeroom_build_info{version="1.2.3"}'] == 1
    assert found["makeroom_start_time_seconds"] == 1000
    assert found["makeroom_talks_open"] == 2
    assert found["makeroom_connections_open"] == 3
    assert found['makeroom_turns_total{kind="say"}'] == 2
    assert found['makeroom_turns_total{kind="help"}'] == 1
    assert found['makeroom_refusals_total{code="stale"}'] == 1
    assert found["makeroom_help_cards_total"] == 1
    assert found["makeroom_faults_total"] == 1
    assert found["makeroom_turn_seconds_count"] == 3
    assert found["makeroom_turn_seconds_sum"] == pytest.approx(9.043)


def test_a_histogram_only_grows_to_the_right() -> None:
    """A duration on a bound belongs to it (`le`), and +Inf holds all."""
    metrics = Metrics()
    for ms in (1, 2, 5000, 60_000):
        metrics.turn("say", ms)
    found = numbers(metrics.text(0, 0))
    counts = [found[f'makeroom_turn_seconds_bucket{{le="{b}"}}'] for b in (*BOUNDS, "+Inf")]
    assert counts == sorted(counts)
    assert (counts[0], counts[-2], counts[-1]) == (1, 3, 4)


def test_the_store_is_timed_also_when_it_fails() -> None:
    """A failure is counted, timed, and passed on; another error is no failure of the store."""
    ticks = iter([0.0, 0.004, 1.0, 3.0, 5.0, 5.0])
    metrics = Metrics(clock=lambda: next(ticks))
    with metrics.store("commit"):
        pass
    with pytest.raises(StoreUnavailable), metrics.store("commit"):
        raise StoreUnavailable("not now")
    with pytest.raises(KeyError), metrics.store("load"):
        raise KeyError
    found = numbers(metrics.text(0, 0))
    assert found['makeroom_store_seconds_count{operation="commit"}'] == 2
    assert found['makeroom_store_seconds_sum{operation="commit"}'] == pytest.approx(2.004)
    assert found['makeroom_store_seconds_bucket{operation="commit",le="0.005"}'] == 1
    assert found["makeroom_store_failures_total"] == 1


def test_every_metric_is_written_even_before_anything_happened() -> None:
    """An alert on a counter that isn't there yet would never fire."""
    text = Metrics("1").text(0, 0)
    assert re.findall(r"# TYPE (\S+)", text) == list(METRICS)
    for name, metric in METRICS.items():
        if metric.kind != "histogram" and not metric.label:
            assert f"\n{name} " in text


def test_the_dashboard_shows_every_metric_and_no_other() -> None:
    """`docs/operate/dashboard.json` is in step with the code, and its panels don't overlap."""
    board = json.loads((ROOT / "docs" / "operate" / "dashboard.json").read_text())
    shown = " ".join(target["expr"] for panel in board["panels"] for target in panel["targets"])
    used = {re.sub(r"_bucket$", "", name) for name in re.findall(r"makeroom_[a-z_]+", shown)}
    assert used == set(METRICS)
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in board["panels"]}) == len(places)
