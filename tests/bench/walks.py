"""Seeded walks of all simulated people through the whole dialogue, and what is measured on them.

python -m tests.bench.walks --walks 10000
"""

import argparse
import json
import sys
import time
from collections import Counter
from random import Random
from statistics import median, quantiles
from typing import Any

from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.script import Stage
from bot.workshop.census import sayings
from tests.conftest import ROOT, Talk
from tests.dialogs.measured import Walked, Yardstick
from tests.dialogs.people import PEOPLE, Person, step
from tests.dialogs.reading import grade
from tests.dialogs.test_talks import STEADY, led
from tests.dialogs.test_words import plain

WAYS = {"short": "start", "long": "slow", "minutes": "short"}
LIMIT = 400
"""Turns; a talk that is longer goes round in circles."""
EXPRESS = 200
"""Seeds of the steady person's express path."""


class Walks:
    """Walks the dialogue with the figures of each walk."""

    def __init__(self) -> None:
        self.script = load_dialog(ROOT / "dialogs" / "anxiety", ROOT / "dialogs" / "safety")
        self.ear, self.yardstick = Ear.load(ROOT / "dialogs"), Yardstick(self.script)

    def walk(self, person: Person, way: str, seed: int) -> Talk:
        """Lead somebody from the door to an end."""
        talk, random = Talk(self.script, seed).begin("GB"), Random(seed)
        talk.pick(WAYS[way])
        while not talk.reply.ended and len(talk.replies) < LIMIT:
            step(person, talk, self.ear, random)
        return talk

    def measured(self, number: int) -> tuple[str, Walked]:
        """Walk the walk of a number: every person, every way, ever new seeds."""
        person = PEOPLE[number % len(PEOPLE)]
        way = tuple(WAYS)[number // len(PEOPLE) % len(WAYS)]
        return f"{person.name}, {way}, {number}", self.yardstick.measure(
            self.walk(person, way, number)
        )

    def grades(self) -> list[float]:
        """Give the reading grade of every wording of the dialogue's own."""
        stages = self.script.stages
        own = (s for s in sayings(self.script) if not _is_safety(stages.get(s.id.split(".")[0])))
        return [grade(plain(wording)) for saying in own for wording in saying.wordings]

    def express(self) -> tuple[int, float]:
        """Give the most turns and minutes of the steady person's express path."""
        found = [self.yardstick.measure(led(self.script, STEADY, n)) for n in range(EXPRESS)]
        return max(walked.turns for walked in found), max(walked.minutes for walked in found)


def _is_safety(stage: Stage | None) -> bool:
    return stage is not None and stage.is_safety


def summed(found: list[tuple[str, Walked]]) -> dict[str, Any]:
    """Sum the figures of all walks up."""
    walks = [walked for _, walked in found]
    words = [one for walked in walks for one in walked.words]
    shares = [walked.share for walked in walks if walked.share is not None]
    begins = sum(walked.begins for walked in walks)
    return {
        "walks": len(walks),
        "turns": sum(walked.turns for walked in walks),
        "not ended": sum(not walked.ended for walked in walks),
        "with holes": sum(bool(walked.holes) for walked in walks),
        "with a repeated line": sum(bool(walked.repeated) for walked in walks),
        "same first two words within six turns": round(sum(w.alike for w in walks) / begins, 4),
        "most questions in a row": max(walked.bare for walked in walks),
        "walks with three or more in a row": sum(walked.bare > 2 for walked in walks),
        "turns without a line": sum(walked.blank for walked in walks),
        "stories": len(shares),
        "own words, median": round(median(shares), 3) if shares else None,
        "own words, least": round(min(shares), 3) if shares else None,
        "altered quotes": sum(len(walked.altered) for walked in walks),
        "unapproved lines": sum(len(walked.unapproved) for walked in walks),
        "words a turn p95": round(quantiles(words, n=20)[-1], 1),
        "words a turn, most": max(words),
    }


def worst(found: list[tuple[str, Walked]]) -> dict[str, list[str]]:
    """Name some walks for each thing that should never be."""
    bad: dict[str, list[str]] = {}
    for name, walked in found:
        for key in ("repeated", "holes", "altered", "unapproved"):
            bad.setdefault(key, []).extend(f"{name}: {t}" for t in getattr(walked, key)[:1])
        if not walked.ended:
            bad.setdefault("not ended", []).append(name)
        if walked.bare > 2:
            bad.setdefault("in a row", []).append(f"{name}: {walked.bare}")
        if walked.share is not None and walked.share < 0.65:
            bad.setdefault("share", []).append(f"{name}: {walked.share:.2f}")
    return {key: names[:8] for key, names in bad.items() if names}


def main() -> None:
    """Walk, measure, and print the sums as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walks", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    asked = parser.parse_args()
    walks, begun, found = Walks(), time.monotonic(), []
    for number in range(asked.first, asked.first + asked.walks):
        found.append(walks.measured(number))
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"\r{number} of {asked.walks}", end="", file=sys.stderr)
    turns, minutes = walks.express()
    grades = walks.grades()
    sums = summed(found) | {
        "express turns": turns,
        "express minutes": round(minutes, 1),
        "grade p95": round(quantiles(grades, n=20)[-1], 2),
        "grade, most": round(max(grades), 2),
    }
    people = Counter(name.split(",")[0] for name, _ in found)
    sums |= {"people": len(people), "seconds": round(time.monotonic() - begun, 1)}
    print(json.dumps({"sums": sums, "worst": worst(found)}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
