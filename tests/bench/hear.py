"""Measure what is heard: shares on labelled text, and the time a text takes.

    python tests/bench/hear.py [FOLDER]

The folder holds the labelled text (`risk_explicit.jsonl` and so on, one object with `text` and
`label` a line); without it only the times are measured. Nothing is written anywhere. Half of
every file, chosen by its text, was looked at while rules were written; the other half is `held`
(rules were later widened by what its misses had in common, so it is no longer unseen).
"""

import gc
import hashlib
import json
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.listening.ear import Ear  # noqa: E402 - the path must be known first

FOLDER = ROOT.parent / "shared" / "data" / "dev"
HEARD = ROOT / "tests" / "bot" / "listening" / "heard.txt"
FILES = (
    "risk_explicit", "risk_implied", "risk_mentions", "hyperbole", "benign_checked",
    "emotion_empatheticdialogues", "emotion_goemotions", "benign_esconv",
    "dialogue_acts_clinc150", "yesno_circa",
)  # fmt: skip
REPLIES = {"yes": "yes", "no": "no", "maybe": "unsure", "cancel": "stop"}
HABITS = {
    "Overgeneralization": ("all_or_nothing",), "All-or-nothing thinking": ("all_or_nothing",),
    "Mind Reading": ("mind_reading",), "Magnification": ("catastrophe",), "Labeling": ("labelling",),
    "Fortune-telling": ("fortune_telling",), "Emotional Reasoning": ("feeling_as_fact",),
    "Personalization": ("personalising",), "Mental filter": ("discounting",),
    "Should statements": ("should",),
}  # fmt: skip
"""Labels of the set, and the nearest of our habits."""
FEELINGS = {
    "sad": ("sadness",), "devastated": ("sadness", "overwhelm"), "lonely": ("loneliness",),
    "disappointed": ("sadness", "anger"), "afraid": ("fear", "worry"), "terrified": ("fear",),
    "apprehensive": ("worry", "fear"), "anxious": ("worry", "fear"), "angry": ("anger",),
    "furious": ("anger",), "annoyed": ("anger",), "jealous": ("anger",), "disgusted": ("anger",),
    "guilty": ("guilt", "shame"), "ashamed": ("shame", "guilt"), "hopeful": ("hope",),
    "embarrassed": ("shame", "guilt"), "content": ("calm",),
}  # fmt: skip
"""Labels of the set that one of our families of feeling stands for, and which."""
HOSTILE = {
    "a danger over and over": "i want to kill myself ",
    "single letters": "i ",
    "one letter": "a",
    "spaced letters": "k i l l m y s e l f ",
    "digits for letters": "k1ll mys3lf ",
    "signs": "!@#$%^&*()",
    "zalgo": "k\u0336\u0335\u0334\u0333\u0332",
    "look-alikes": "уѕеlf ",
    "laughter": "😂",
    "starred": "k*ll ",
    "Chinese": "我想死",
    "commas": "i want to,die,",
    "negations": "not to want to die ",
    "Arabic": "أريد أن أموت ",
    "Hindi": "मरना चाहता ",
    "apostrophes": "'",
    "full stops": ". ",
    "numbers": "1 ",
    "glued": "iwanttokillmyself ",
    "beginnings of rules": "i want to be just really ",
}


def is_held(text: str) -> bool:
    return hashlib.md5(text.encode()).digest()[0] % 2 == 1


def rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def shares(ear: Ear, texts: list[str]) -> str:
    risks = [ear.hear(text).risk for text in texts]
    crisis = sum(risk is not None and risk.tier != "check" for risk in risks)
    anything = sum(risk is not None for risk in risks)
    count = max(1, len(texts))
    return f"{len(texts):5} {100 * crisis / count:6.2f} {100 * anything / count:6.2f}"


def measure_risk(ear: Ear, folder: Path) -> None:
    print(f"{'':30} {'seen  crisis    any':>20}   {'held  crisis    any':>20}")
    for name in FILES:
        texts = [row["text"] for row in rows(folder / f"{name}.jsonl")]
        seen, held = ([t for t in texts if is_held(t) == part] for part in (False, True))
        print(f"{name:30} {shares(ear, seen)}   {shares(ear, held)}")


def measure_replies(ear: Ear, folder: Path) -> None:
    heard = {label: [0, 0] for label in REPLIES}
    false_yes = others = 0
    for row in rows(folder / "dialogue_acts_clinc150.jsonl"):
        said = ear.hear(row["text"])
        wanted = REPLIES.get(row["label"])
        if wanted:
            heard[row["label"]][0] += wanted in (said.answer, said.command)
            heard[row["label"]][1] += 1
        if row["label"] != "yes":
            others += 1
            false_yes += said.answer == "yes"
    print(" · ".join(f"{label} {right}/{all_}" for label, (right, all_) in heard.items()))
    print(f"false yes {false_yes}/{others}")


def measure_habits(ear: Ear, folder: Path) -> None:
    """Count how often a labelled habit is among the three that are offered."""
    near = offered = all_ = 0
    for row in rows(folder / "traps_shreevastava.jsonl"):
        heard = ear.hear(row["text"]).habits
        labels = {row["label"], row.get("second")} & HABITS.keys()
        all_, offered = all_ + 1, offered + bool(heard)
        near += any(habit in heard for label in labels for habit in HABITS[label])
    print(f"habits: one that fits among three {near}/{all_}, any offered {offered}/{all_}")


def measure_feelings(ear: Ear, folder: Path) -> None:
    """Count how often a family that fits the label is among the first three that are offered."""
    fits = offered = all_ = 0
    for row in rows(folder / "emotion_empatheticdialogues.jsonl"):
        if row["label"] in FEELINGS:
            heard = ear.hear(row["text"]).feelings
            all_, offered = all_ + 1, offered + bool(heard)
            fits += any(family in FEELINGS[row["label"]] for family in heard[:3])
    print(f"feelings: one that fits among three {fits}/{all_}, any offered {offered}/{all_}")


def milliseconds(ear: Ear, text: str) -> list[float]:
    taken = []
    for _ in range(9):
        began = time.process_time()
        ear.hear(text)
        taken.append(1000 * (time.process_time() - began))
    return taken


def ordinary(ear: Ear) -> list[float]:
    """Time texts of everyday sentences in ever other orders, each heard once."""
    text = HEARD.read_text(encoding="utf-8")
    said = text[text.index("== nothing") :].splitlines()[1:]
    taken = []
    for turn in range(30):
        words = ". ".join(said[(7 * turn + 13 * n) % len(said)] for n in range(200))[:4000]
        began = time.process_time()
        ear.hear(words)
        taken.append(1000 * (time.process_time() - began))
    return taken


def measure_time() -> None:
    began = time.process_time()
    ear = Ear.load(ROOT / "dialogs")
    print(f"loading {1000 * (time.process_time() - began):.0f} ms")
    gc.collect()
    gc.freeze()  # as the server does: what was loaded isn't looked through for garbage
    texts = {name: (text * 4000)[:4000] for name, text in HOSTILE.items()}
    medians, worst = [], 0.0
    for name, text in texts.items():
        taken = milliseconds(ear, text)
        medians.append(statistics.median(taken))
        worst = max(worst, *taken)
        print(f"{name:30} median {medians[-1]:6.2f} ms   worst {max(taken):6.2f} ms")
    once = ordinary(ear)
    medians.append(statistics.median(once))
    worst = max(worst, *once)
    print(
        f"{'ordinary talk, each once':30} median {medians[-1]:6.2f} ms   worst {max(once):6.2f} ms"
    )
    print(
        f"{'4,000 characters':30} median {statistics.median(medians):6.2f} ms   worst {worst:6.2f} ms"
    )


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    ear = Ear.load(ROOT / "dialogs")
    if folder.exists():
        measure_risk(ear, folder)
        measure_replies(ear, folder)
        measure_habits(ear, folder)
        measure_feelings(ear, folder)
    measure_time()


if __name__ == "__main__":
    main()
