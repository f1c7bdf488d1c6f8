"""The rule of a turn: pure, total, and danger before anything else."""

from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import AnswerRefused, SpeechError
from bot.guide import DAY, fold, take_turn
from bot.script import Script
from bot.values import (
    Answer,
    Category,
    Command,
    Heard,
    Input,
    InputKind,
    Outcome,
    Risk,
    Tier,
)
from tests.conftest import Talk
from tests.walkers import steady

WINDOW = range(3, 7)


def at_topic(talk: Talk, rating: int = 5) -> Talk:
    """Lead a talk to the open question before approach."""
    talk.pick("start")
    talk.pick("usual")
    talk.rate(rating)
    return talk


def at_space(talk: Talk) -> Talk:
    """Lead a talk into the exercise of approach."""
    at_topic(talk)
    talk.say(Answer(feelings=("fear.dread",)))
    talk.type("I am scared of Thursday")
    assert talk.reply.step == "approaching.space"
    return talk


# order: danger, commands, answers


@pytest.mark.parametrize("category", get_args(Category))
@pytest.mark.parametrize("tier", get_args(Tier))
def test_danger_comes_before_everything(walk: Script, category: Category, tier: Tier) -> None:
    """Whatever else a text is, its danger leads the talk to the flow that answers it."""
    talk = Talk(walk).begin()
    talk.type(
        "…", risk=Risk(tier, category, "r1"), command="skip", answer="yes", choices=("start",)
    )
    expected = walk.risk[category, tier]
    assert talk.reply.step == expected


def test_danger_is_heard_inside_an_exercise_and_closes_it(talk: Talk) -> None:
    """The exercise stops in the same turn, and approach stays locked afterwards."""
    at_space(talk)
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    assert talk.reply.step == "crisis.act"
    assert talk.reply.card is not None
    talk.pick("no")
    talk.pick("no")
    talk.pick("on")
    assert talk.reply.step == "closing.value"


def test_danger_is_heard_in_a_late_message_and_after_the_end(talk: Talk) -> None:
    """A stale prompt or a finished talk doesn't make anybody deaf."""
    talk.pick("leave")
    assert talk.reply.ended
    talk.say(Answer(text="…"), Heard(risk=Risk("now", "suicide", "r1")), late=True)
    assert talk.reply.step == "crisis.now"
    assert not talk.reply.ended


def test_a_crisis_question_takes_danger_as_its_answer(talk: Talk) -> None:
    """“Yes, I want to die” goes on to the second question instead of asking the first again."""
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    assert talk.reply.step == "crisis.second"
    talk.type("…", risk=Risk("now", "suicide", "r2"))
    assert talk.reply.step == "crisis.now"


def test_danger_of_another_kind_is_met_inside_a_crisis_flow(talk: Talk) -> None:
    """Somebody who speaks of one danger may name another; an unclear one doesn't interrupt."""
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    talk.type("…", risk=Risk("check", "third_party", "r2"), answer="no")
    assert talk.reply.step == "crisis.once_more"
    talk.type("…", risk=Risk("act", "third_party", "r3"), answer="no")
    assert talk.reply.step == "check.dying"
    assert talk.session is not None
    assert len(talk.session.stack) == 1


def test_a_readable_no_never_swallows_danger(talk: Talk) -> None:
    """“No, I just want to die” isn't a no."""
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    talk.type("…", risk=Risk("act", "suicide", "r1"), answer="no", choices=("no",))
    assert talk.reply.step == "crisis.second"


def test_skipping_never_leaves_a_crisis_flow_for_a_shorter_way(talk: Talk) -> None:
    """Three skips in a row offer nothing there but what the flow itself has."""
    talk.type("…", risk=Risk("now", "suicide", "r1"))
    steps = [talk.act("skip").step for _ in range(3)]
    assert "shorter.offer" not in steps
    assert talk.reply.step == "crisis.bye"


@pytest.mark.parametrize("beneath", ["help", "pause"])
@pytest.mark.parametrize("above", ["help", "pause", "toomuch"])
def test_a_crisis_flow_is_not_dropped_for_what_was_open_beneath_it(
    talk: Talk, beneath: Command, above: Command
) -> None:
    """Help inside a crisis comes back to the crisis, even when help was open before it."""
    talk.act(beneath)
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    asked = talk.reply.step
    talk.act(above)
    for _ in range(4):
        if talk.reply.step == asked or talk.reply.ask is None:
            break
        talk.act("skip")
    assert talk.reply.step == asked


def test_help_inside_a_crisis_does_not_forget_the_danger(talk: Talk) -> None:
    """What is open beneath help is still open after it."""
    talk.type("…", risk=Risk("act", "suicide", "r1"))
    talk.act("help")
    assert talk.session is not None
    assert talk.session.values["risk_tier"] == 2
    talk.pick("back")
    assert talk.session.values["risk_kind"] == "suicide"


def test_nobody_goes_back_out_of_a_crisis_by_accident(talk: Talk) -> None:
    """“Back” doesn't undo what was heard."""
    talk.pick("start")
    talk.type("…", risk=Risk("now", "suicide", "r1"))
    talk.act("back")
    assert talk.reply.step == "crisis.now"


@pytest.mark.parametrize("command", ["help", "stop", "pause", "toomuch"])
def test_commands_work_at_every_prompt(walk: Script, command: Command) -> None:
    """Each leads to its flow from wherever the talk is, by button and by word."""
    seen = set()
    for seed in range(6):
        talk, random = Talk(walk, seed=seed).begin(), Random(seed)
        while not talk.reply.ended and len(talk.inputs) < 40:
            for typed in (True, False):
                probe = Input(
                    at=talk.at,
                    kind="say" if typed else command,
                    answer=Answer(text="…") if typed else None,
                    heard=Heard(command=command) if typed else Heard(),
                )
                turn = take_turn(walk, talk.session, probe)
                reached = {turn.reply.step, *turn.path}
                assert walk.commands[command].call in reached
                seen.add(talk.reply.step)
            assert talk.reply.ask is not None
            talk.say(steady(talk.reply.ask, random))
    assert len(seen) > 6


# answers


def test_what_is_not_offered_is_refused_and_nothing_changes(talk: Talk) -> None:
    """An unknown choice is an error of the client's, not of the person's."""
    before = talk.session
    for answer in (Answer(choice="nowhere"), Answer(rating=11)):
        with pytest.raises(AnswerRefused):
            talk.say(answer)
    assert talk.session is before


def test_what_cannot_be_read_is_asked_again_then_offered_then_left(talk: Talk) -> None:
    """Never an error, never a wall: the third try moves on."""
    talk.pick("start")
    first = talk.type("qwertz")
    second = talk.type("asdf")
    third = talk.type("yxcv")
    assert [first.lines[0].id, second.lines[0].id] == ["guide.reask", "guide.choices"]
    assert first.step == second.step == "welcome.effort"
    assert third.lines[0].id == "guide.leave"
    assert third.step != "welcome.effort"


def test_consent_is_never_guessed(talk: Talk) -> None:
    """A yes is a yes; silence, skipping and not knowing are not."""
    talk.pick("start")
    talk.act("skip")
    assert talk.session is not None
    assert talk.session.values["consent"] is False


def test_not_knowing_is_helped_once_and_then_left(walk: Script) -> None:
    """The same open question isn't asked twice of somebody who doesn't know."""
    talk = at_topic(Talk(walk).begin())
    talk.say(Answer(feelings=("fear",)))
    helped = talk.type("idk", answer="unsure")
    assert [line.id for line in helped.lines] == ["guide.unsure", "welcome.topic.unsure"]
    left = talk.type("dunno", answer="unsure")
    assert left.step != "welcome.topic"


def test_typed_words_answer_any_ask(talk: Talk) -> None:
    """A person may type instead of tapping."""
    talk.type("the first one", choices=("start",))
    talk.type("yes", answer="yes")
    assert talk.session is not None
    assert talk.session.values["consent"] is True
    talk.type("about a six", rating=6)
    assert talk.session.values["distress"] == 6
    talk.type("a kind of fog")
    assert talk.session.values["feelings"] == ("a kind of fog",)


# the dose


@pytest.mark.parametrize("rating", [r for r in range(11) if r not in WINDOW])
def test_approach_is_closed_outside_the_window(walk: Script, rating: int) -> None:
    """Whatever is said, nobody comes into approach with less than 3 or more than 6."""
    for seed in range(5):
        talk, random = Talk(walk, seed=seed).begin(), Random(seed)
        while not talk.reply.ended and len(talk.inputs) < 60:
            assert talk.reply.stage != "approaching"
            assert talk.reply.ask is not None
            talk.say(steady(talk.reply.ask, random, rating=rating))


def test_numbness_is_not_a_green_light(talk: Talk) -> None:
    """A pick that speaks of numbness has its effects."""
    at_topic(talk)
    talk.say(Answer(feelings=("numbness.foggy",)))
    talk.type("work")
    assert talk.reply.step == "closing.value"


def test_too_much_stops_the_exercise_and_locks_approach(talk: Talk) -> None:
    """The button inside the exercise is the command."""
    at_space(talk)
    talk.say(Answer(exercise=Outcome("toomuch", 12)))
    assert talk.reply.lines[0].id == "ground.stop"
    talk.say(Answer(exercise=Outcome("okay", 30)))
    talk.rate(4)
    assert talk.reply.stage == "closing"


def test_a_lock_outlives_back_and_ends_with_time(walk: Script) -> None:
    """“Back” never opens what was closed to protect; twelve hours do."""
    talk = at_space(Talk(walk).begin())
    talk.act("toomuch")
    for _ in range(4):
        talk.act("back")
        assert talk.reply.stage != "approaching"
    guard = walk.stages["approaching"].only
    assert guard is not None
    assert talk.session is not None
    env = {**talk.session.values, "distress": 5, "now": talk.at + DAY // 2}
    assert guard(env) is True


# back, skip, return


def test_back_restores_the_state(talk: Talk) -> None:
    """What an answer changed is changed back, and the answer is there to be edited."""
    talk.pick("start")
    before = talk.session
    talk.pick("usual")
    talk.act("back")
    assert before is not None
    assert talk.session is not None
    assert talk.session.values == before.values
    assert talk.reply.step == "welcome.effort"
    assert talk.reply.ask is not None
    assert talk.reply.ask.was == Answer(choice="usual")


def test_ratings_are_asked_anew_never_edited(talk: Talk) -> None:
    """A number belongs to its moment."""
    at_topic(talk)
    talk.act("back")
    assert talk.reply.ask is not None
    assert talk.reply.ask.was is None


def test_somebody_who_always_goes_back_comes_to_an_end(walk: Script) -> None:
    """Going back is bounded, at the first prompt and after each answer."""
    talk = Talk(walk).begin()
    for _ in range(6):
        talk.act("back")
    assert talk.reply.ended
    talk, random = Talk(walk, seed=2).begin(), Random(2)
    while not talk.reply.ended:
        assert len(talk.inputs) < 100
        assert talk.reply.ask is not None
        talk.say(steady(talk.reply.ask, random))
        talk.act("back")


def test_somebody_who_skips_everything_comes_to_an_end(walk: Script) -> None:
    """Three in a row offer a shorter way, once."""
    talk = Talk(walk).begin()
    while not talk.reply.ended:
        assert len(talk.inputs) < 40
        talk.act("skip")
    assert sum(reply.step == "shorter.offer" for reply in talk.replies) <= 2


def test_a_visit_after_a_day_is_welcomed_and_rated_anew(talk: Talk) -> None:
    """What was typed after a long absence isn't taken as the answer to the old prompt."""
    at_topic(talk)
    step = talk.reply.step
    talk.say(Answer(text="hello again"), wait=2 * DAY)
    assert talk.reply.lines[0].text == "Welcome back."
    talk.rate(4)
    assert talk.reply.step == step


def test_a_visit_after_an_hour_goes_on_where_it_was(talk: Talk) -> None:
    """One line, and the same prompt."""
    at_topic(talk)
    step = talk.reply.step
    talk.act("return", wait=3_600_000)
    assert talk.reply.step == step
    assert talk.reply.lines[0].id == "guide.shortly"


# the fold

kinds: st.SearchStrategy[InputKind] = st.sampled_from(
    [
        "say",
        "say",
        "say",
        "say",
        "help",
        "back",
        "skip",
        "stop",
        "pause",
        "toomuch",
        "why",
        "return",
    ]
)
heards = st.builds(
    Heard,
    risk=st.none() | st.builds(Risk, st.sampled_from(get_args(Tier)), st.sampled_from(get_args(Category)), st.just("r")),
    command=st.none() | st.none() | st.sampled_from(get_args(Command)),
    answer=st.sampled_from([None, None, "yes", "no", "unsure"]),
    rating=st.none() | st.integers(0, 10),
    choices=st.lists(st.sampled_from(["start", "usual", "no", "on", "fear", "family"]), max_size=2).map(tuple),
    feelings=st.lists(st.sampled_from(["fear", "numbness"]), max_size=1).map(tuple),
)  # fmt: skip
answers = st.one_of(
    st.builds(Answer, text=st.text(max_size=30)),
    st.builds(Answer, choice=st.sampled_from(["start", "usual", "yes", "no", "on", "end", "x"])),
    st.builds(Answer, rating=st.integers(-1, 11)),
    st.builds(Answer, choices=st.lists(st.sampled_from(["family", "chest"]), max_size=2).map(tuple)),
    st.builds(Answer, feelings=st.just(("fear.dread",))),
    st.builds(Answer, approve=st.dictionaries(st.sampled_from(["told", "matters"]), st.booleans() | st.text(max_size=9))),
    st.builds(Answer, exercise=st.builds(Outcome, st.sampled_from(["okay", "stop", "toomuch"]), st.integers(0, 90))),
    st.builds(Answer, cards=st.just({"family": "matters"})),
)  # fmt: skip
acts = st.lists(
    st.tuples(
        kinds, answers, heards, st.sampled_from([1, 60_000, DAY // 2, 3 * DAY]), st.booleans()
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(steps=acts, seed=st.integers(0, 2**32))
def test_any_input_at_any_state_gives_a_turn_and_the_fold_agrees(
    walk: Script,
    steps: list[tuple[InputKind, Answer, Heard, int, bool]],
    seed: int,
) -> None:
    """No input breaks a talk; what is replayed is what was said, to the letter."""
    talk = Talk(walk, seed=seed).begin()
    for kind, answer, heard, wait, guided in steps:
        ask = talk.reply.ask
        chosen = steady(ask, Random(seed + wait)) if guided and ask is not None else answer
        try:
            if kind == "say":
                talk.say(chosen, heard, wait=wait)
            else:
                talk.act(kind, wait=wait)
        except AnswerRefused:
            continue
        assert talk.reply.ended or talk.reply.ask is not None
        assert talk.session is not None
        if talk.reply.stage == "approaching":
            assert talk.session.values["distress"] in WINDOW
            assert talk.session.values["consent"] is True
    session, replies = fold(walk, talk.inputs)
    assert session == talk.session
    assert replies == talk.replies
    said = [line for reply in talk.replies for line in reply.lines]
    fixed = {"help.card", "pause.pause", "crisis.act"}
    again = [line for line in said if line.id in fixed or line.id.endswith(".why")]
    plain = [line.text for line in said if line not in again and "“" not in line.text]
    assert len(plain) == len(set(plain))


def test_a_talk_begins_with_begin(walk: Script) -> None:
    """Anything else has no talk to act on."""
    with pytest.raises(SpeechError):
        take_turn(walk, None, Input(at=0, kind="skip"))
    with pytest.raises(SpeechError):
        fold(walk, [])
