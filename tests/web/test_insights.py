"""What of the counts may be shown: tens, and nothing that can be worked out from them."""

from itertools import product

import pytest

from bot.script import Script
from tests.conftest import Talk
from web.insights import MOST_VERSIONS, in_tens, versions
from web.store.counts import FEWEST, Count


def counted(bundle: str = "digest", **people: int) -> list[Count]:
    """Counts of one version; `a__b` stands for a fact with a slash."""
    return [Count("walk", bundle, fact.replace("__", "/"), n, 1, 9) for fact, n in people.items()]


@pytest.mark.parametrize(
    ("people", "shown"),
    [(0, None), (1, None), (9, None), (10, 10), (19, 10), (20, 20), (99, 90), (1234, 1230)],
)
def test_numbers_are_in_tens(people: int, shown: int | None) -> None:
    """Rounded down, and nothing below ten."""
    assert in_tens(people) == shown


def test_differences_reveal_nobody() -> None:
    """From what is shown, who did and who didn't can each be any number of a whole range.

    For all pairs of a whole and a part that show the same, the rest ranges over nine at least, so
    that no difference of two numbers tells of fewer than ten people.
    """
    rests: dict[tuple[int | None, int | None], set[int]] = {}
    for whole, part in product(range(FEWEST, 60), range(60)):
        if part <= whole:
            rests.setdefault((in_tens(whole), in_tens(part)), set()).add(whole - part)
    assert min(len(rest) for rest in rests.values()) >= FEWEST


def test_a_version_with_nine_people_is_not_there() -> None:
    """However much was counted in it."""
    assert versions(counted(talk=9, reached__a=9, before__3=400), []) == []
    assert versions(counted(reached__a=400), []) == []


def test_steps_tell_who_went_on_who_left_and_who_came_back(walk: Script) -> None:
    """In the order of the stages, with its purpose; those below ten are left out."""
    first = walk.start
    second = next(step.id for step in walk.steps.values() if step.stage == "approaching")
    assert list(walk.steps).index(second) < list(walk.steps).index(first)  # files by their names
    facts = {
        "talk": 45, f"reached/{second}": 42, f"went/{second}": 20, f"reached/{first}": 45,
        f"went/{first}": 44, f"skipped/{second}": 11, f"returned/{second}": 9, "reached/gone.by": 12,
        "reached/rare.one": 9,
    }  # fmt: skip
    counts = [Count("walk", walk.digest, fact, n, 1, 9) for fact, n in facts.items()]
    (version,) = versions(counts, [walk])
    assert version.is_today
    assert [step.id for step in version.steps] == [first, second, "gone.by"]
    one, two, gone = version.steps
    assert (one.reached, one.went, one.left) == (40, 40, None)
    assert (two.reached, two.went, two.skipped, two.left, two.returned) == (40, 20, 10, 20, None)
    assert one.purpose == walk.steps[first].purpose
    assert gone.purpose == ""


def test_nobody_leaves_from_an_end(talk: Talk) -> None:
    """An end is where people should be."""
    (end, *_) = [step.id for step in talk.script.steps.values() if step.ends]
    counts = [
        Count("walk", "d", "talk", 50, 1, 1),
        Count("walk", "d", f"reached/{end}", 50, 1, 1),
    ]
    (version,) = versions(counts, [talk.script])
    assert version.steps[0].left is None


def test_histograms_have_a_place_for_each_number() -> None:
    """Also where nobody was, so that two can be laid side by side."""
    (version,) = versions(counted(talk=40, before__7=25, before__10=10, after__3=12), [])
    assert [row.people for row in version.before] == [None] * 7 + [20] + [None] * 2 + [10]
    assert [row.people for row in version.after] == [None] * 3 + [10] + [None] * 7


def test_the_newest_versions_stand_side_by_side(walk: Script) -> None:
    """Today's first; more than fit on a page are left out."""
    counts = [Count("walk", f"d{n}", "talk", 10, day, day) for n, day in enumerate(range(100, 110))]
    counts.append(Count("walk", walk.digest, "talk", 10, 50, 50))
    found = versions(counts, [walk])
    assert len(found) == MOST_VERSIONS
    assert [it.bundle for it in found[:3]] == [walk.digest, "d9", "d8"]
