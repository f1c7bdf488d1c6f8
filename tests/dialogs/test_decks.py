"""The shipped lines by what they do for the person: which lines serve it, in how many wordings.

A long talk shouldn't sound the same twice. Each wording is counted for one function only. Curious
questions and the lines in a crisis are counted in `test_curious.py` and `test_safety_words.py`.
"""

import re
from itertools import combinations
from typing import NamedTuple

import pytest

from bot.script import Script, Slot, Wording
from bot.workshop.census import sayings


class Deck(NamedTuple):
    """The lines of one function; of their wordings, those count that say one of `slots` back.

    What names a strength names an act, so only wordings with the `word` “you” count there.
    """

    least: int
    lines: str
    slots: str = ""  # none: every wording counts
    word: str = ""


DECKS = {
    "quote": Deck(
        24,
        "approaching.predict approaching.make_space approaching.make_space_room approaching.make_space_half"
        " approaching.compare approaching.moment approaching.moment_rate approaching.camera_check"
        " closing.back_on closing.people closing.off.next1 curious.ask.next1"
        " mindfulness.habit mindfulness.believe_old narrative.exception narrative.reply narrative.someone"
        " narrative.quality narrative.witness narrative.matters narrative.title old.guarded old.seeing"
        " old.seeing.next1 return.did.next2 return.some.next1 safety.feelings safety.told values.lived"
        " values.when values.effort values.if_then values.ally",
        "topic it_name prediction moment camera helped plan ally felt_off noticed thought view move"
        " witness_says quality exception reply someone witness truer old_story protects seeing came hitch"
        " value_words move_when expect if_then",
    ),
    "feeling": Deck(
        24,
        "safety.where safety.anchor approaching.push approaching.vary mindfulness.word mindfulness.another"
        " return.step return.onward closing.short narrative.story_end",
        "feelings mixed after_feeling after_word today_word reading",
    ),
    "two sides": Deck(
        24,
        "approaching.compare.next5 approaching.once_more approaching.vary approaching.option.next1"
        " mindfulness.toward_end mindfulness.believe_view.next1 values.move return.did return.did.next1",
        "actual urge believe_old pull expect",
    ),
    "summary": Deck(
        24,
        "safety.safety_end mindfulness.toward_end mindfulness.thoughts_end values.matters_end"
        " closing.take_along closing.goodbye stop.bye",
        "topic option tiny move top practice anchor someone value_words",
    ),
    "strength": Deck(
        24,
        "approaching.make_space.next1 approaching.make_space.next2 approaching.make_space_room.next1"
        " approaching.make_space_room.next2 approaching.make_space_half.next1"
        " approaching.make_space_half.next2 approaching.make_space_small.next1"
        " approaching.make_space_small.next2 mindfulness.looser_try.next1 mindfulness.stopped"
        " narrative.tiny_time",
        word="you",
    ),
    "permission": Deck(
        24,
        "approaching.dose.2 approaching.nearer.2 approaching.once_more.2 safety.closer"
        " safety.hard_to_say.2 mindfulness.leaves_check mindfulness.another.2 mindfulness.toward_end.2"
        " mindfulness.thoughts_end.2 values.matters_end.2 return.quote.2 return.onward.2 closing.back_on.2",
    ),
    "refusal": Deck(10, "guide.skip"),
    "stuck": Deck(12, "guide.unsure_skip"),
    "transition": Deck(10, "guide.resume"),
    "goodbye": Deck(8, "closing.goodbye.2 closing.goodbye_lines.2 closing.short.2 closing.early"),
}


def wordings(script: Script, name: str) -> dict[str, set[str]]:
    """Give the wordings that count for a function, by line."""
    deck = DECKS[name]
    found: dict[str, set[str]] = {line: set() for line in deck.lines.split()}
    for saying in sayings(script):
        if saying.id in found:
            found[saying.id] |= {whole(one) for one in saying.wordings if counts(one, deck)}
    return found


def whole(wording: Wording) -> str:
    """Give a wording with the answers' names in it, without case and last sign."""
    said = ("{" + one.name + "}" if isinstance(one, Slot) else one for one in wording.parts)
    return "".join(said).lower().rstrip(".?")


def counts(wording: Wording, deck: Deck) -> bool:
    slots = {part.name for part in wording.parts if isinstance(part, Slot)}
    said_back = not deck.slots or bool(slots & set(deck.slots.split()))
    return said_back and re.search(rf"\b{deck.word}\b", whole(wording)) is not None


@pytest.mark.parametrize("name", DECKS)
def test_each_function_has_enough_wordings(script: Script, name: str) -> None:
    """Reflections of every kind are twenty-four or more, and each line named serves its function."""
    found = wordings(script, name)
    assert [line for line, said in found.items() if not said] == []
    assert len(set().union(*found.values())) >= DECKS[name].least


def test_no_wording_is_counted_twice(script: Script) -> None:
    """A wording that reflects two ways would make both decks look deeper than they are."""
    counted = {name: set().union(*wordings(script, name).values()) for name in DECKS}
    shared = {(a, b): counted[a] & counted[b] for a, b in combinations(DECKS, 2)}
    assert {pair: both for pair, both in shared.items() if both} == {}
