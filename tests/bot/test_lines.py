"""Wordings: nothing twice, nothing with a hole in it, the person's words unchanged."""

from bot.lines import Speaker
from bot.script import Saying, Script, Slot, Wording


def test_no_wording_is_said_twice(walk: Script) -> None:
    """A saying gives each wording once, then nothing."""
    speaker = Speaker(walk, 7, 0)
    saying = walk.decks["skip"]
    said = [line.text for _ in range(9) if (line := speaker.saying(saying, {})) is not None]
    assert sorted(said) == sorted({"Skipped.", "Left out.", "We pass that by."})


def test_a_fixed_line_may_stand_again(walk: Script) -> None:
    """A safety line is never used up; its wordings come in turn."""
    speaker = Speaker(walk, 7, 0)
    bubble = walk.steps["help.card"].say[0]
    assert [speaker.bubble(bubble, {}) for _ in range(3)].count(None) == 0
    two = Saying("x", (Wording(400, ("One.",)), Wording(401, ("Two.",))), is_fixed=True)
    said = [line.text for _ in range(4) if (line := speaker.saying(two, {})) is not None]
    assert len(said) == 4
    assert set(said[:2]) == {"One.", "Two."}


def test_the_seed_chooses_and_the_same_seed_chooses_alike(walk: Script) -> None:
    """Two talks differ; one talk replayed doesn't."""
    firsts = {
        seed: line.text
        for seed in range(30)
        if (line := Speaker(walk, seed, 0).saying(walk.decks["skip"], {})) is not None
    }
    assert len(set(firsts.values())) == 3
    again = Speaker(walk, 5, 0).saying(walk.decks["skip"], {})
    assert again is not None
    assert again.text == firsts[5]


def test_a_wording_with_a_hole_is_passed_over(walk: Script) -> None:
    """What isn't given is never shown as an empty space."""
    hole = Wording(400, ("You said ", Slot("topic"), "."))
    plain = Wording(401, ("You said something.",))
    line = Speaker(walk, 1, 0).saying(Saying("x", (hole, plain)), {})
    assert line is not None
    assert line.text == "You said something."
    assert Speaker(walk, 1, 0).saying(Saying("x", (hole,)), {}) is None


def test_values_are_shown_as_labels(walk: Script) -> None:
    """Ids never reach the person; ratings are numbers; words are verbatim."""
    speaker = Speaker(walk, 1, 0)
    assert speaker.shown("pace", "gentle") == "Gentler"
    assert speaker.shown("feelings", ("fear.dread", "numbness")) == "dread and Numbness"
    assert speaker.shown("feelings", ("my own word",)) == "my own word"
    assert speaker.shown("distress", 6) == "6"
    assert speaker.shown("topic", "{{ 7*7 }} <b>") == "{{ 7*7 }} <b>"


def test_what_is_known_is_shown_before_what_fits_anything(walk: Script) -> None:
    """After “back” the answer that was taken back is named first, as long as there is one."""
    open_ = Wording(500, ("That one is open again.",))
    named = Wording(501, ("You had “", Slot("was"), "”."))
    saying = Saying("back", (open_, named))
    for seed in range(8):
        line = Speaker(walk, seed, 0).saying(saying, {}, was="the bus")
        assert line is not None
        assert line.text == "You had “the bus”."
        bare = Speaker(walk, seed, 0).saying(saying, {}, was="")
        assert bare is not None
        assert bare.text == "That one is open again."
