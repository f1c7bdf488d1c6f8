"""Playing a conversation: what is as expected passes, and any fault that is planted fails."""

from collections.abc import Callable

import pytest

from bot.errors import ReplayError
from bot.workshop.chat import each_way
from bot.workshop.chatfile import read_file
from bot.workshop.library import Library
from bot.workshop.replay import Result, play
from tests.conftest import DATA

Play = Callable[..., Result]
OPENING = "bot: #welcome.hello\n"
TO_STRENGTH = "you: [Yes, a little]\n"
TO_NAME = TO_STRENGTH + "you: (4)\n"


def test_a_whole_conversation_passes_each_way(library: Library) -> None:
    """Every kind of question, answered by its own sign and by typed words."""
    chat = read_file(DATA / "dialogs" / "tiny" / "replays" / "whole.chat")
    results = [play(way, library.script("tiny"), library.ear) for way in each_way(chat)]
    assert len(results) == 16
    assert all(result.has_passed for result in results)


PASSING = {
    "the id whatever the wording": OPENING,
    "any id of a place": "bot: #welcome.*\n",
    "part of the text": 'bot: "something  small"\n',
    "a pattern": r"bot: /^(Good|Hello)\b/" + "\n",
    "all of it together": 'bot: #welcome.hello "Shall we" /small/\n',
    "any lines": "bot: ...\n",
    "any lines at the end": "you: [Not now]\nbot: #welcome.hello.later\n...\n",
    "any lines before": "you: [Not now]\nbot: ...\n     #closing.bye\n",
    "nothing about the lines": "you: [Not now]\nnow ended\n",
    "a variable": 'now at welcome.hello, its_name = "the worry", strength = ~\n',
    "a guard": TO_NAME + "now at welcome.*, strength is given and strength <= 4\n",
    "a choice by its id": "you: [#go]\nbot: #welcome.strength\n",
    "a choice without case": "you: [yes,  A LITTLE.]\nbot: #welcome.strength\n",
    "typed words are heard": "you: yes\nbot: #welcome.strength\n",
    "a command": "you: [why]\nbot: #welcome.hello.why\n",
    "a command with its sign": "you: [/back]\nbot: #guide.back_first\n",
    "a command that was typed": TO_STRENGTH + "you: go back\nbot: #guide.back\n...\n",
    "the way it went": TO_STRENGTH + "you: (9)\nbot: #ground.over\nvia: W1, ground\n",
    "danger is heard": "you: I want to die\nbot: #crisis.first\ncard: any\n",
    "help lines of a country": "you: [help]\ncard: XX\n",
    "no help lines": "card: none\n",
    "some of the choices": TO_NAME + "choices: … | Knot\n",
    "all of the choices": "choices: Yes, a little | Not now\n",
    "greeted after days": "wait: 2 days\nbot: #return.open\n",
    "words after days": "wait: 2 days\nyou: hello again\nbot: #return.open\n",
    "greeted after minutes": "wait: 30 minutes\nbot: #guide.shortly\n...\n",
    "a page opened again": "you: [return]\nbot: #guide.shortly\n...\n",
    "an apostrophe of any kind": TO_NAME + "you: [skip]\nyou: <okay>\nbot: ...\n",
}


@pytest.mark.parametrize("talk", PASSING.values(), ids=PASSING)
def test_what_is_as_expected_passes(talk: str, played: Play) -> None:
    """Each kind of expectation holds when it is true."""
    result = played(talk)
    assert result.has_passed, result.report()


FAILING = {
    "another id": ("bot: #closing.bye\n", "#welcome.hello is said here instead"),
    "another text": ('bot: #welcome.hello "Bonjour"\n', "it reads “"),
    "one line too few": ("bot: #welcome.hello\n     #closing.bye\n", "nothing more is said"),
    "one line too many": (
        "you: [Not now]\nbot: #welcome.hello.later\n",
        "#closing.bye is said too",
    ),
    "not among them": ('bot: ...\n     "Bonjour"\n', "this isn't said"),
    "in another order": (
        "you: [Not now]\nbot: ...\n     #closing.bye\n     #welcome.hello.later\n",
        "in another order",
    ),
    "another place": ("now at welcome.name\n", "the talk is at welcome.hello"),
    "another value": (TO_NAME + "now at welcome.name, strength = 5\n", "strength is 4"),
    "a value that isn't given": ("now at welcome.hello, strength = 5\n", "strength is ~"),
    "a guard that is false": (TO_NAME + "now at welcome.name, strength > 6\n", "is not so"),
    "a guard that is unknown": ("now at welcome.hello, strength > 6\n", "is unknown"),
    "not ended": ("now ended\n", "hasn’t ended"),
    "ended": ("you: [Not now]\nnow not ended\n", "has ended"),
    "other choices": ("choices: Yes, a little\n", "what can be picked is: Yes, a little | Not now"),
    "a choice that isn't there": ("choices: Maybe | …\n", "what can be picked is"),
    "another way": ("via: ground\n", "ground isn't passed"),
    "a way in another order": (TO_STRENGTH + "you: (9)\nvia: ground, W1\n", "W1 isn't passed"),
    "help lines": ("you: [help]\ncard: none\n", "help lines are shown"),
    "no help lines": ("card: any\n", "no help lines are shown"),
    "another country's": ("you: [help]\ncard: NZ\n", "are those of XX"),
    "a choice that isn't offered": (
        "you: [Not nwo]\n",
        "offered here (did you mean Not now?)",
    ),
    "a command that isn't there": ("you: [/bak]\n", "is no command (did you mean back?)"),
    "a danger that is heard": ("you: I want to die\nbot: #guide.reask\n...\n", "#crisis.first"),
}


@pytest.mark.parametrize(("talk", "says"), FAILING.values(), ids=FAILING)
def test_what_is_not_as_expected_fails(talk: str, says: str, played: Play) -> None:
    """Each kind of expectation fails when it isn't true, at its line, with what is so instead."""
    result = played(talk)
    assert not result.has_passed
    assert says in result.misses[0].says
    assert result.misses[0].line == 2 + len(talk.splitlines()) - talk.endswith("...\n")


UNKNOWN = {
    "a step": (
        "now at welcome.helo\n",
        "",
        3,
        "no step welcome.helo (did you mean",
    ),
    "a line": ("bot: #welcome.helo\n", "", 3, "no line welcome.helo"),
    "a variable": ("now at welcome.hello, strenght = 4\n", "", 3, "did you mean strength?"),
    "a value": ("now at welcome.hello, strength = yes\n", "", 3, "write a number from 0 to 10"),
    "an id": ("now at welcome.hello, how = fine\n", "", 3, "one of okay, stop, toomuch"),
    "a guard": ("now at welcome.hello, strenght > 4\n", "", 3, "“strenght” is not declared"),
    "a way": ("via: grund\n", "", 3, "did you mean ground?"),
    "a start": ("", "given: at welcome.nam\n", 2, "no step welcome.nam"),
    "a start that asks nothing": ("", "given: at closing.thanks\n", 2, "asks nothing"),
    "a caller": ("", "given: at ground.over called from welcome.nam\n", 2, "no step welcome.nam"),
    "what must not be": ("", "never: at practise.*\n", 2, "no step practise.*"),
    "a guard that must not be": ("", "never: while strenght > 6\n", 2, "did you mean"),
}


@pytest.mark.parametrize(("talk", "head", "line", "says"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_the_script_does_not_have_is_an_error(
    talk: str, head: str, line: int, says: str, played: Play
) -> None:
    """A name that the script doesn't know stops the file before it plays, with a suggestion."""
    with pytest.raises(ReplayError) as caught:
        played(talk, head)
    assert caught.value.line == line
    assert says in str(caught.value)


def test_a_talk_may_start_in_the_middle(played: Play) -> None:
    """`given` opens a prompt with the values that are named; the next act answers it."""
    head = 'given: at welcome.name, strength = 4, felt = [fear.dread], its_name = "a knot"\n'
    result = played(
        "now at welcome.name, strength = 4, felt = fear.dread\nchoices: Fog | Knot\n"
        "you: [Fog]\nbot: #practice.breathe\n",
        head,
    )
    assert result.has_passed, result.report()


def test_a_talk_may_start_inside_a_side_flow(played: Play) -> None:
    """`called from` gives the way back."""
    head = "given: at ground.over called from welcome.strength, strength = 9\n"
    result = played("you: [Look around]\nnow at welcome.strength\n", head)
    assert result.has_passed, result.report()


def test_a_talk_may_start_after_its_end(played: Play) -> None:
    """At a step that ends the talk is over: what is typed there gets a word and no new question."""
    head = "given: at closing.end\n"
    result = played("you: hello\nbot: #guide.over\n     now ended\n", head)
    assert result.has_passed, result.report()


def test_a_lock_is_given_as_a_time(played: Play) -> None:
    """A lock holds from the talk's start and is gone when its time has passed."""
    head = "given: at welcome.hello, rested = 2 hours\n"
    result = played("now at welcome.hello, rested = yes\nwait: 3 hours\nyou: [why]\n"
                    "now at welcome.hello, rested = no\n", head)  # fmt: skip
    assert result.has_passed, result.report()


def test_what_must_never_be_fails_wherever_it_happens(played: Play) -> None:
    """`never` is looked at after every turn, whether or not something is expected there."""
    result = played(TO_NAME + "you: [Fog]\n", "never: at practice.* while strength >= 4\n")
    assert [miss.says for miss in result.misses] == [
        "the talk is at practice.breathe while strength >= 4, where it must never be"
    ]
    assert result.misses[0].line == 2
    assert played(TO_NAME + "you: [Fog]\n", "never: while strength > 4\n").has_passed


def test_a_place_that_must_never_be_is_not_even_passed(played: Play) -> None:
    """`never: at` without a condition counts steps that ask nothing, too."""
    head = "given: at closing.story\nnever: at closing.thanks\n"
    assert not played("you: [keep all]\n", head).has_passed
    assert played("you: [why]\n", head).has_passed


def test_a_seed_chooses_the_wording(played: Play) -> None:
    """Another seed, another wording; the id stays."""
    texts = set()
    for seed in range(8):
        result = played(OPENING, f"seed: {seed}\n")
        assert result.has_passed
        assert result.played[0].got is not None
        texts |= {line.text for line in result.played[0].got.lines}
    assert len(texts) == 2


def test_a_failure_shows_both_transcripts(played: Play) -> None:
    """Expected on the left, what happened on the right, the line that parts them marked."""
    report = played(OPENING + TO_STRENGTH + 'bot: "how weak"\nyou: (4)\n').report()
    first, *_ = report.splitlines()
    assert first.startswith("some.chat:5: #welcome.strength is said here instead")
    marked = [line for line in report.splitlines() if line.startswith(">")]
    assert len(marked) == 1
    assert 'bot: "how weak"' in marked[0]
    assert 'bot: #welcome.strength  "From 0 to 10' in marked[0]
    assert "(4)" not in report
    assert "Traceback" not in report


def test_playing_stops_where_the_ways_part(played: Play) -> None:
    """What follows a miss would only be noise, unless all of it is asked for."""
    talk = "bot: #closing.bye\n" + TO_STRENGTH + "bot: #closing.bye\n"
    assert len(played(talk).played) == 1
    assert len(played(talk, to_end=True).played) == 2


def test_playing_twice_gives_the_same(played: Play) -> None:
    """Nothing but the file decides what happens."""
    talk = TO_NAME + "you: [Fog]\nyou: <okay>\n"
    assert played(talk, to_end=True) == played(talk, to_end=True)
