"""A counterexample is looked for where nobody was yet, and from talks that were had."""

from pathlib import Path

from bot.loader import load_dialog
from bot.workshop.had import talks_in
from bot.workshop.novelty import MIXED, NEW, OLD, Novelty
from bot.workshop.trial import Goal, Trials
from bot.workshop.twin import Twin
from tests.conftest import DATA

HAD = """dialog: proving
---
bot: ...
you: (4)
bot: ...
you: [Yes]
bot: ...
"""


def test_what_is_new_at_a_distance_comes_before_what_was_seen_there() -> None:
    """New things are told from new pairs, and these from what was all come by."""
    novelty = Novelty()
    assert novelty.of(3, "a.one", [("x", 1)]) == NEW
    assert novelty.of(3, "a.one", [("x", 1)]) == OLD
    assert novelty.of(3, "a.two", [("x", 2)]) == NEW
    assert novelty.of(3, "a.two", [("x", 1)]) == MIXED
    assert novelty.of(4, "a.one", [("x", 1)]) == NEW


def test_talks_that_were_had_are_led_again_as_far_as_they_go(tmp_path: Path) -> None:
    """What was done in a replay beside a script leads a trial to where it led the replay."""
    for file in (DATA / "proving").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text())
    script = load_dialog(tmp_path, DATA / "walk_safety")
    (tmp_path / "one.chat").write_text(HAD.replace("proving", script.id))
    (tmp_path / "broken.chat").write_text("dialog: nobody's\n---\nyou: [Yes]\n")
    (inputs,) = talks_in(tmp_path, script)
    trials = Trials(script, Twin(script), Goal(lambda step, _values, _seen: step == "near.space"))
    talk = trials.reaching(inputs)
    assert talk is not None
    assert talk.turns == 2
    assert trials.reaching(inputs[:1]) is None
    assert [one.turns for one in trials.led(inputs)] == [0, 1, 2]
