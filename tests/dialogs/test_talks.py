"""Whole talks through the anxiety dialogue: people of many kinds, and what they can rely on.

Measured on 2026-11-22: a steady person takes 29 turns after the opening; 100 people who do odd things
all come to an end within 250 turns; nobody is ever in the toward part outside its window.
"""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from bot.lines import Speaker
from bot.listening.ear import Ear
from bot.narrative import own_share
from bot.present import presented
from bot.script import Script
from bot.values import Answer, Heard, Outcome
from bot.workshop.census import sayings
from tests.conftest import Talk
from tests.dialogs.measured import Yardstick
from tests.walkers import heard_for, steady

ROOT = Path(__file__).parents[2]
PARTS = ["welcome", "safety", "approaching", "mindfulness", "values", "narrative", "closing"]
STEADY: Mapping[str, Answer] = {
    "welcome.hello": Answer(choice="start"),
    "welcome.age": Answer(choice="adult"),
    "welcome.region": Answer(choice="GB"),
    "welcome.consent": Answer(choice="yes"),
    "welcome.privacy": Answer(choice="ok"),
    "welcome.fit": Answer(choices=("none",)),
    "safety.topic": Answer(text="the talk I have to give on Thursday"),
    "safety.feelings": Answer(feelings=("fear.dread", "shame.exposed")),
    "safety.anchor": Answer(choice="feet"),
    "approaching.name": Answer(text="the Fog"),
    "approaching.predict": Answer(choice="lose"),
    "approaching.compare": Answer(choice="other"),
    "mindfulness.thought": Answer(text="they will all see that I'm faking it"),
    "mindfulness.defuse": Answer(choice="odd"),
    "values.cards": Answer(choices=("honesty", "learning")),
    "values.words": Answer(text="saying what I know and asking what I don't"),
    "values.move": Answer(text="show the first slide to Noor on Monday"),
    "narrative.exception": Answer(text="in March I gave the update with shaking hands"),
    "narrative.reply": Answer(choice="stay"),
    "narrative.someone": Answer(text="goes on talking while red in the face"),
    "closing.words": Answer(choice="keep"),
}
TAPPED = " I'll lose control it went another way take one breath and stay where I am"
LANDED = ("mindfulness", "values", "narrative", "closing")
LIMIT = 250  # turns; a talk that is longer goes round in circles


def led(script: Script, answers: Mapping[str, Answer], seed: int = 1, rating: int = 5) -> Talk:
    """Lead a talk to its end; what isn't planned is answered steadily."""
    talk, random = Talk(script, seed).begin(), Random(seed)
    while not talk.reply.ended:
        assert talk.reply.ask is not None
        answer = answers.get(talk.reply.step) or steady(talk.reply.ask, random, rating=rating)
        talk.say(answer, heard_for(answer))
        assert len(talk.replies) < LIMIT
    return talk


def visited(talk: Talk) -> list[str]:
    """Give the stages in the order in which they came."""
    stages = [reply.stage for reply in talk.replies]
    return [s for i, s in enumerate(stages) if i == 0 or stages[i - 1] != s]


# the steady way


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_person_goes_through_all_stages_in_thirty_turns(script: Script, seed: int) -> None:
    """The express path: all five parts, a story of one's own, nothing read twice."""
    talk = led(script, STEADY, seed)
    assert [stage for stage in visited(talk) if stage in PARTS] == PARTS[:3] + PARTS[3:]
    assert len(talk.replies) <= 30
    assert talk.reply.step == "closing.goodbye"
    assert len(set(talk.texts)) == len(talk.texts)


@pytest.mark.parametrize("seed", range(20))
def test_a_turn_is_two_bubbles_one_question_and_few_words(script: Script, seed: int) -> None:
    """On the steady way, with the person's own words counted in; the story itself is longer."""
    for reply in led(script, STEADY, seed).replies:
        lines = [line.text for line in reply.lines if line.id != "narrative.story"]
        assert 1 <= len(lines) <= 2, reply.step
        assert sum(text.count("?") for text in lines) <= 1, reply.step
        assert sum(len(text.split()) for text in lines) <= 45, reply.step


@pytest.mark.parametrize("seed", range(20))
def test_a_steady_person_is_done_in_twelve_minutes(script: Script, seed: int) -> None:
    """With the time to read, to write and to do each exercise, as `measured` counts it."""
    assert Yardstick(script).measure(led(script, STEADY, seed)).minutes <= 12


def test_what_a_person_writes_is_said_back_unchanged(script: Script) -> None:
    """Every text is met with itself, in quotation marks or in the story, never reworded."""
    talk = led(script, STEADY)
    said = "\n".join(talk.texts)
    for answer in STEADY.values():
        assert answer.text is None or answer.text in said, answer.text


def test_the_story_is_the_person_s_own(script: Script) -> None:
    """Four words in five of the new story were written by the person."""
    talk = led(script, STEADY)
    assert talk.session is not None
    story = talk.session.values["story"]
    own = " ".join(answer.text for answer in STEADY.values() if answer.text) + TAPPED
    assert isinstance(story, str)
    assert len(story.splitlines()) == 7
    assert own_share(story, own) >= 0.8
    assert len(story.split()) <= 160


def test_no_more_than_two_questions_stand_without_an_echo(script: Script) -> None:
    """After two turns that only ask comes one that takes up what was said."""
    run = 0
    for reply in led(script, STEADY).replies:
        bare = len(reply.lines) == 1 and "?" in reply.lines[0].text
        run = run + 1 if bare else 0
        assert run <= 2, reply.step


def test_three_minutes_are_three_minutes(script: Script) -> None:
    """The short way asks four things and says goodbye."""
    talk = led(script, {**STEADY, "welcome.hello": Answer(choice="short")})
    assert talk.reply.step == "closing.short"
    assert len(talk.replies) <= 7


# the dose


@pytest.mark.parametrize("rating", [0, 1, 2, 7, 8, 9, 10])
def test_outside_the_window_nobody_goes_nearer(script: Script, rating: int) -> None:
    """T1, T4, T5: another way through, and an end all the same."""
    plan = {**STEADY, "ground.people": Answer(choice="on")}
    talk = led(script, plan, rating=rating)
    assert "approaching" not in visited(talk)
    assert talk.reply.ended


@pytest.mark.parametrize(
    ("step", "answer", "why"),
    [
        ("welcome.consent", Answer(choice="no"), "without consent"),
        ("welcome.age", Answer(choice="unsaid"), "without an age"),
        ("safety.feelings", Answer(feelings=("numbness.unreal",)), "numb"),
        ("safety.feelings", Answer(text="numb"), "numb in own words"),
        ("welcome.fit", Answer(choices=("eating",)), "in safe mode"),
    ],
)
def test_the_toward_part_is_shut(script: Script, step: str, answer: Answer, why: str) -> None:
    """It stays shut for all who shouldn't go there, and the talk goes on."""
    talk, random = Talk(script).begin(), Random(1)
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        assert talk.reply.ask is not None
        here = talk.reply.step == step
        given = answer if here else STEADY.get(talk.reply.step) or steady(talk.reply.ask, random)
        if talk.reply.step == "welcome.age_why":
            talk.act("skip")
        else:
            talk.say(
                given, Heard(feelings=("numbness",)) if given.text == "numb" else heard_for(given)
            )
    assert "approaching" not in visited(talk), why
    assert talk.reply.ended


def test_three_rounds_are_the_most(script: Script) -> None:
    """T7: whoever always wants another round gets three, with a rest before each further one."""
    plan = {
        **STEADY,
        "welcome.consent": Answer(choice="gentle"),
        "approaching.once_more": Answer(choice="more"),
    }
    steps = [reply.step for reply in led(script, plan).replies]
    assert steps.count("approaching.make_space_half") == 3
    assert steps.count("approaching.rest") == 2
    assert steps.count("landing.settle") == 1


# everybody else


def odd(talk: Talk, random: Random) -> None:
    """Do something that people do: answer, go back, ask why, skip, say too much, come back late."""
    ask, chance = talk.reply.ask, random.random()
    assert ask is not None
    if chance < 0.3:
        kinds = ("back", "skip", "why", "help", "pause", "toomuch", "back", "skip")
        talk.act(random.choice(kinds))  # type: ignore[arg-type]  # they are kinds of input
    elif chance < 0.35:
        talk.act("return", wait=random.choice([60_000, 3_600_000, 200_000_000]))
    elif chance < 0.4:
        talk.type("I don't know", answer="unsure")
    elif ask.kind == "exercise" and chance < 0.5:
        talk.say(Answer(exercise=Outcome(random.choice(["stop", "toomuch"]), 5)))
    else:
        planned = STEADY.get(talk.reply.step) if random.random() < 0.7 else None
        answer = planned or steady(ask, random, rating=random.randint(0, 10))
        talk.say(answer, heard_for(answer))


@pytest.mark.parametrize("seed", range(100))
def test_everybody_comes_to_an_end_and_the_window_holds(script: Script, seed: int) -> None:
    """Whatever people do: no line twice, no step nearer outside 3 to 6, a landing, and an end."""
    talk, random = Talk(script, seed).begin(), Random(seed)
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        if talk.reply.stage == "approaching":
            assert may_be_near(talk), talk.reply.step
        assert not (is_deep(talk) and talk.reply.stage in LANDED), talk.reply.step
        odd(talk, random)
    own = [line for r in talk.replies for line in r.lines if is_own(script, line.id)]
    texts = [line.text for line in own if line.id not in fixed_lines(script)]
    assert len(set(texts)) == len(texts)
    assert talk.reply.ended


def fixed_lines(script: Script) -> set[str]:
    """Give the lines that may be said again: the story, and what is true whenever it is asked."""
    return {saying.id for saying in sayings(script) if saying.is_fixed}


def is_deep(talk: Talk) -> bool:
    """T8: between the prediction and the landing."""
    assert talk.session is not None
    return bool(talk.session.values.get("deep"))


def may_be_near(talk: Talk) -> bool:
    assert talk.session is not None
    values = talk.session.values
    distress, most = values.get("distress"), 5 if values.get("pace") == "gentle" else 6
    shut = [values.get(name) for name in ("safe_mode", "numb", "rise")]
    lock = values.get("locked")
    is_locked = isinstance(lock, int) and lock > talk.at
    window = isinstance(distress, int) and 3 <= distress <= most
    return window and bool(values.get("consent")) and not any(shut) and not is_locked


def is_own(script: Script, line: str) -> bool:
    stage = line.partition(".")[0]
    return stage not in script.stages or not script.stages[stage].is_safety


@pytest.mark.parametrize("command", ["skip", "back", "why"])
def test_one_key_pressed_for_ever_harms_nobody(script: Script, command: str) -> None:
    """Only skipping and only going back end kindly; only asking why stays where it is."""
    talk = Talk(script).begin()
    for _ in range(60):
        if not talk.reply.ended:
            talk.act(command)  # type: ignore[arg-type]  # a kind of input
    assert talk.reply.ended is (command != "why")


def test_there_are_replays_of_every_kind() -> None:
    """Twenty or more conversations are kept as tests."""
    assert len(list((ROOT / "dialogs" / "anxiety" / "replays").glob("*.chat"))) >= 20


def test_back_says_what_else_is_undone(script: Script) -> None:
    """The answer is shown, and what was set along with it is named; it is undone indeed."""
    talk = Talk(script).begin("GB")
    for choice in ("start", "adult", "GB", "yes"):
        talk.pick(choice)
    assert talk.session is not None
    assert talk.session.values["consent"] is True
    lines = {line.id: line.text for line in talk.act("back").lines}
    assert "Yes, that's all right" in lines["guide.back"]
    assert "what you said about going toward it and the pace" in lines["aside.undone"]
    assert talk.session.values["consent"] is False


def test_a_number_that_is_gone_back_to_stands_and_says_so(script: Script) -> None:
    """A rating that protects is never taken back, so nobody is told that it was."""
    talk = Talk(script).begin("GB")
    talk.pick("short")
    talk.rate(5)
    lines = [line.id for line in talk.act("back").lines]
    assert "aside.stands" in lines
    assert talk.session is not None
    assert talk.session.values["distress"] == 5


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("guilty and worn out", ("guilty and worn out",)),
        ("worn out", ("overwhelm.worn_out",)),
        ("I'm worn out", ("overwhelm.worn_out",)),
        ("pissed off", ("pissed off",)),
    ],
)
def test_two_feelings_are_kept_when_a_label_names_only_one(
    script: Script, ear: Ear, said: str, kept: tuple[str, ...]
) -> None:
    """Nobody who says two things is told that there was one."""
    talk = Talk(script).begin("GB")
    assert talk.session is not None
    talk.session = replace(talk.session, step="safety.feelings")
    ask = presented(Speaker(script, 1, 0), script.steps["safety.feelings"].ask, {})
    answer = Answer(text=said)
    talk.say(answer, ear.hear_answer(answer, ask))
    assert talk.session.values["feelings"] == kept
