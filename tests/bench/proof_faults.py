"""Plants faults in the shipped dialogue, one by one: each property must catch its own, with a talk.

`python -m tests.bench.proof_faults [ID…]` says of each whether it was caught, in how many inputs, and
whether the counterexample plays. It takes about ten seconds a fault; the suite does the same on a small script.
"""

import gc
import shutil
import sys
import tempfile
from pathlib import Path
from time import process_time

from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.workshop.chatfile import read_chat
from bot.workshop.library import PACKAGED
from bot.workshop.proof import Property, prove
from bot.workshop.properties import read_wanted
from bot.workshop.replay import play

FAULTS = {
    "window": ("anxiety/approaching.yaml", "distress is window", "distress is given"),
    "gentle-cap": ("anxiety/approaching.yaml", "or distress <= 5)", "or distress <= 6)"),
    "consent": ("anxiety/approaching.yaml", "consent and distress is", "distress is"),
    "lock": ("anxiety/approaching.yaml", "and not locked and not", "and not"),
    "safe-mode": (
        "anxiety/approaching.yaml",
        "and not safe_mode and not numb and",
        "and not numb and",
    ),
    "numb": ("anxiety/approaching.yaml", "and not numb and not rise", "and not rise"),
    "risen": ("anxiety/approaching.yaml", "and not numb and not rise", "and not numb"),
    "now-stays": ("safety/resume.yaml", "when: not urgent and not under_age, ", ""),
    "help-in-one": ("anxiety/help.yaml", "    card: help\n", ""),
    "landing": ("anxiety/stop.yaml", "when: deep, call: landing", "when: numb, call: landing"),
    "three-rounds": ("anxiety/approaching.yaml", " and (rounds < 3 or gone_through)", ""),
    "rest-between": (
        "anxiety/approaching.yaml",
        "{label: Another round, when: rounds < 3, go: rest}",
        "{label: Another round, when: rounds < 3, go: make_space}",
    ),
    "danger-first": ("safety/check.yaml", "      - {when: checked_here, go: resume.choose}\n", ""),
    "two-questions": (
        "safety/crisis.yaml",
        "hears: no, go: denied}\n        unsaid: {label: I'd rather not say, go: unsaid}",
        "hears: no, go: believed}\n        unsaid: {label: I'd rather not say, go: denied}",
    ),
}


def main(ids: list[str]) -> int:
    """Plant each fault and tell; 1 when one isn't caught."""
    gc.disable()
    found = [_is_caught(id_) for id_ in ids or FAULTS]
    return 0 if all(found) else 1


def _is_caught(id_: str) -> bool:
    began = process_time()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(PACKAGED, root / "dialogs")
        file, old, new = FAULTS[id_]
        path = root / "dialogs" / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise SystemExit(f"{file} doesn't say “{old}” any more; plant another fault for {id_}")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        dialog = root / "dialogs" / "anxiety"
        script = load_dialog(dialog, root / "dialogs" / "safety")
        wanted = [one for one in read_wanted(dialog) if one.never or one.id == id_]
        (broken,) = [one for one in prove(script, wanted).properties if one.id == id_]
        says = _told(broken)
        if broken.counterexample is not None:
            misses = play(read_chat(broken.counterexample), script, Ear.load(PACKAGED)).misses
            says += ", and plays" if not misses else f", but doesn't play: {misses[0]}"
    print(f"{id_}: {says} ({process_time() - began:.1f} s)", flush=True)
    return says.endswith("and plays")


def _told(broken: Property) -> str:
    if broken.holds:
        return "NOT caught"
    if broken.counterexample is None:
        return f"not decided: {broken.why}"
    return f"caught in {broken.counterexample.count('you: ')} inputs"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
