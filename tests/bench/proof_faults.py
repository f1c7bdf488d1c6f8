"""Plants faults in the shipped dialogue, one by one: each property must catch its own, with a talk.

`python -m tests.bench.proof_faults [--alone] [ID…]` says of each whether it was caught, in how many inputs, and
whether the counterexample plays; `--alone` without the dialogue's replays to begin from. It takes some fifteen
seconds a fault; the suite does the same on a small script, and one here.
"""

import gc
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from time import process_time
from typing import TypeAlias

from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.workshop.chatfile import read_chat
from bot.workshop.had import talks_in
from bot.workshop.library import PACKAGED
from bot.workshop.proof import Property, prove
from bot.workshop.properties import read_wanted
from bot.workshop.replay import play

ALONE = "--alone"
Change: TypeAlias = tuple[str, str, str]
"""A file, what it says, and what it says with the fault."""

FAULTS: dict[str, tuple[Change, ...]] = {
    "window": (("anxiety/approaching.yaml", "distress is window", "distress is given"),),
    "gentle-cap": (("anxiety/approaching.yaml", "or distress <= 5)", "or distress <= 6)"),),
    "consent": (("anxiety/approaching.yaml", "consent and distress is", "distress is"),),
    "lock": (("anxiety/approaching.yaml", "and not locked and not", "and not"),),
    "safe-mode": (
        ("anxiety/approaching.yaml", "and not safe_mode and not numb and", "and not numb and"),
    ),
    # two rules keep whoever is numb from it: the fault is to lose both
    "numb": (
        ("anxiety/approaching.yaml", "and not numb and not rise", "and not rise"),
        ("anxiety/safety.yaml", "      - {when: numb, go: orient}\n", ""),
    ),
    "risen": (("anxiety/approaching.yaml", "and not numb and not rise", "and not numb"),),
    "now-stays": (("safety/resume.yaml", "when: not urgent and not under_age, ", ""),),
    "help-in-one": (("anxiety/help.yaml", "    card: help\n", ""),),
    "landing": (("anxiety/stop.yaml", "when: deep, call: landing", "when: numb, call: landing"),),
    "three-rounds": (("anxiety/approaching.yaml", " and (rounds < 3 or gone_through)", ""),),
    "rest-between": (
        (
            "anxiety/approaching.yaml",
            "{label: Another round, when: rounds < 3, go: rest}",
            "{label: Another round, when: rounds < 3, go: make_space}",
        ),
    ),
    "danger-first": (
        ("safety/check.yaml", "      - {when: checked_here, go: resume.choose}\n", ""),
    ),
    "two-questions": (
        (
            "safety/crisis.yaml",
            "hears: no, go: denied}\n        unsaid: {label: I'd rather not say, go: unsaid}",
            "hears: no, go: believed}\n        unsaid: {label: I'd rather not say, go: denied}",
        ),
    ),
}


def main(ids: list[str]) -> int:
    """Plant each fault and tell; 1 when one isn't caught."""
    gc.disable()
    has_talks = ALONE not in ids
    chosen = [id_ for id_ in ids if id_ != ALONE] or list(FAULTS)
    found = [_is_caught(id_, has_talks=has_talks) for id_ in chosen]
    return 0 if all(found) else 1


def _is_caught(id_: str, *, has_talks: bool) -> bool:
    began = process_time()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(PACKAGED, root / "dialogs")
        for change in FAULTS[id_]:
            _plant(root / "dialogs", *change)
        dialog = root / "dialogs" / "anxiety"
        script = load_dialog(dialog, root / "dialogs" / "safety")
        wanted = [one for one in read_wanted(dialog) if one.never or one.id == id_]
        talks = partial(talks_in, dialog, script) if has_talks else None
        found = prove(script, wanted, talks=talks).properties
        (broken,) = [one for one in found if one.id == id_]
        says = _told(broken)
        if broken.counterexample is not None:
            misses = play(read_chat(broken.counterexample), script, Ear.load(PACKAGED)).misses
            says += ", and plays" if not misses else f", but doesn't play: {misses[0]}"
    print(f"{id_}: {says} ({process_time() - began:.1f} s)", flush=True)
    return says.endswith("and plays")


def _plant(dialogs: Path, file: str, old: str, new: str) -> None:
    path = dialogs / file
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise SystemExit(f"{file} doesn't say “{old}” any more; plant another fault")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _told(broken: Property) -> str:
    if broken.holds:
        return "NOT caught"
    if broken.counterexample is None:
        return f"not decided: {broken.why}"
    return f"caught in {broken.counterexample.count('you: ')} inputs"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
