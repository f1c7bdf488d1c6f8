"""What whoever runs this may know: how many people, in tens, and never a word.

Counts come out of the store only ten people at a time (`web/store/counts.py`). Here they are
rounded down to tens, so that what a number leaves out can't be worked out from its neighbours:
the difference of two of them may be anything from one to nineteen.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from bot.script import Script, Step
from web.store.counts import FEWEST, PERSON, Count
from web.tally import CHOSEN

EPOCH = date(1970, 1, 1)
RATINGS = range(11)
MOST_VERSIONS = 6
"""Versions of a dialogue side by side; more don't fit on a page of paper."""


class Row(Struct, frozen=True):
    """One thing that is counted, by its id and what a person reads.

    Attributes:
        people: in tens; None: fewer than ten.
    """

    id: str
    label: str
    people: int | None


class StepRow(Struct, frozen=True):
    """What people did at a step, each number in tens or None."""

    id: str
    purpose: str
    reached: int | None
    went: int | None
    skipped: int | None
    left: int | None
    returned: int | None


class Version(Struct, frozen=True):
    """One version of a dialogue, as far as it may be shown.

    Attributes:
        script: id of the dialogue.
        bundle: digest of the version.
        is_today: it is the one that new talks begin with.
        people: counted, in tens.
        first: the day on which the first of them were let out.
        last: the newest such day.
        before: people by the first number they gave, 0 to 10.
        after: people by the last number of a talk that came to its end.
        chosen: by variable, people by choice.
        trouble: too much, the dose rules, and what felt off.
    """

    script: str
    bundle: str
    is_today: bool
    people: int
    first: date
    last: date
    ended: int | None
    stages: tuple[Row, ...]
    steps: tuple[StepRow, ...]
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    chosen: dict[str, tuple[Row, ...]]
    trouble: tuple[Row, ...]

    def trouble_of(self, fact: str) -> int | None:
        """Give one of the troubles, in tens."""
        return next((row.people for row in self.trouble if row.id == fact), None)


def in_tens(people: int) -> int | None:
    """Round down to tens; None below the fewest that may be told."""
    return people // FEWEST * FEWEST if people >= FEWEST else None


def versions(counts: Iterable[Count], scripts: Iterable[Script]) -> list[Version]:
    """Give each version with enough people, newest first.

    Args:
        counts: as the store lets them out.
        scripts: the dialogues of today, for words and order.
    """
    today = {script.id: script for script in scripts}
    by_version: dict[tuple[str, str], dict[str, Count]] = {}
    for count in counts:
        by_version.setdefault((count.script, count.bundle), {})[count.fact] = count
    found = [
        _version(script, bundle, facts, today.get(script))
        for (script, bundle), facts in by_version.items()
        if PERSON in facts and facts[PERSON].people >= FEWEST
    ]
    found.sort(key=lambda it: (it.script, it.is_today, it.last, it.first), reverse=True)
    return found[:MOST_VERSIONS]


def _version(script: str, bundle: str, facts: Mapping[str, Count], known: Script | None) -> Version:
    people = {fact: count.people for fact, count in facts.items()}
    return Version(
        script=script,
        bundle=bundle,
        is_today=known is not None and known.digest == bundle,
        people=in_tens(people[PERSON]) or 0,
        first=EPOCH + timedelta(days=facts[PERSON].first),
        last=EPOCH + timedelta(days=facts[PERSON].last),
        ended=in_tens(people.get("ended", 0)),
        stages=_stages(people, known),
        steps=_steps(people, known),
        before=_rows(people, "before", [str(n) for n in RATINGS]),
        after=_rows(people, "after", [str(n) for n in RATINGS]),
        chosen={name: rows for name in CHOSEN if (rows := _chosen(people, name, known))},
        trouble=_trouble(people),
    )


def _rows(people: Mapping[str, int], kind: str, names: Sequence[str]) -> tuple[Row, ...]:
    return tuple(Row(name, name, in_tens(people.get(f"{kind}/{name}", 0))) for name in names)


def _stages(people: Mapping[str, int], script: Script | None) -> tuple[Row, ...]:
    titles = {it: script.stages[it].title for it in _order(script)} if script else {}
    rows = _rows(people, "stage", _named(people, "stage", titles))
    return tuple(Row(row.id, titles.get(row.id) or row.id, row.people) for row in rows)


def _steps(people: Mapping[str, int], script: Script | None) -> tuple[StepRow, ...]:
    steps = _ordered_steps(script) if script else {}
    return tuple(
        StepRow(
            id=name,
            purpose=steps[name].purpose if name in steps else "",
            reached=in_tens(people[f"reached/{name}"]),
            went=in_tens(people.get(f"went/{name}", 0)),
            skipped=in_tens(people.get(f"skipped/{name}", 0)),
            left=_left(people, name, steps),
            returned=in_tens(people.get(f"returned/{name}", 0)),
        )
        for name in _named(people, "reached", steps)
        if people[f"reached/{name}"] >= FEWEST
    )


def _order(script: Script) -> list[str]:
    """Name the stages as people come through them, then the side flows."""
    return sorted(script.stages, key=lambda stage: [*script.progress, stage].index(stage))


def _ordered_steps(script: Script) -> dict[str, Step]:
    order = _order(script)
    return dict(sorted(script.steps.items(), key=lambda it: order.index(it[1].stage)))


def _left(people: Mapping[str, int], name: str, steps: Mapping[str, Step]) -> int | None:
    """Count those who came to a step and no further; nobody goes on from an end."""
    ends = name in steps and steps[name].ends
    left = people[f"reached/{name}"] - people.get(f"went/{name}", 0)
    return None if ends else in_tens(max(0, left))


def _chosen(people: Mapping[str, int], name: str, script: Script | None) -> tuple[Row, ...]:
    labels = script.labels.get(name, {}) if script else {}
    rows = _rows(people, f"chose/{name}", _named(people, f"chose/{name}", labels))
    return tuple(Row(row.id, labels.get(row.id, row.id), row.people) for row in rows if row.people)


def _trouble(people: Mapping[str, int]) -> tuple[Row, ...]:
    names = sorted(fact for fact in people if fact.startswith(("command/", "watch/")))
    return tuple(Row(fact, fact, in_tens(people.get(fact, 0))) for fact in ["off", *names])


def _named(people: Mapping[str, int], kind: str, order: Iterable[str]) -> list[str]:
    """Name what was counted of a kind, in the script's order; what it no longer has at the end."""
    there = [fact.removeprefix(f"{kind}/") for fact in people if fact.startswith(f"{kind}/")]
    known = {name: number for number, name in enumerate(order)}
    return sorted(there, key=lambda name: (known.get(name, len(known)), name))
