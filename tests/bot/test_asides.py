"""What is said beside the point: answered at once, and the open prompt stays."""

import msgspec
import pytest

from bot.guide import take_turn
from bot.listening.ear import Ear
from bot.script import Script
from bot.values import Answer, Aside, Category, Heard, Input, Risk, Tier
from tests.conftest import Talk

HOUR = 3_600_000
ANSWERED: dict[str, tuple[str, str]] = {
    "are you human?": ("aside.human", "program"),
    "r u a bot": ("aside.human", "program"),
    "do you understand me": ("aside.understand", "words"),
    "is this private?": ("aside.private", "sealed"),
    "will you tell anyone?": ("aside.tell", "contact"),
    "am I crazy?": ("aside.diagnosis", "doctor"),
    "should I take medication": ("aside.medicine", "doctor"),
    "does this work?": ("aside.works", "small effects"),
    "who made this?": ("aside.maker", "People wrote me"),
    "tell me a joke": ("aside.offtopic", "aside"),
    "talk dirty to me": ("aside.sexual", "worry"),
    "can you speak Spanish?": ("aside.language", "languages"),
}


def at(script: Script, *choices: str) -> Talk:
    """Begin a talk and pick some choices."""
    talk = Talk(script).begin("GB")
    for choice in choices:
        talk.pick(choice)
    return talk


def typed(talk: Talk, ear: Ear, text: str) -> list[str]:
    """Type a text that is really heard, and give the ids of what is said."""
    reply = talk.say(Answer(text=text), ear.hear(text, talk.reply.ask))
    return [line.id for line in reply.lines]


@pytest.mark.parametrize("text", ANSWERED)
def test_a_question_to_the_guide_is_answered_and_the_prompt_stays(
    script: Script, ear: Ear, text: str
) -> None:
    """Where a text is asked for, too: the answer, then the open question in other words."""
    talk = at(script, "start", "adult")
    line, word = ANSWERED[text]
    said = typed(talk, ear, text)
    assert said == [line, "welcome.region.again"]
    assert word in talk.reply.lines[0].text
    assert talk.reply.step == "welcome.region"


def test_are_you_human_is_answered_every_time_and_first(script: Script, ear: Ear) -> None:
    """However often it is asked, the first sentence says what this is."""
    talk = at(script, "start")
    for _ in range(9):
        assert typed(talk, ear, "are you human?")[0] == "aside.human"
        assert "program" in talk.reply.lines[0].text


def test_say_it_simpler_gives_the_step_in_plain_words(script: Script, ear: Ear) -> None:
    """First the step's own plain words, later the shorter ones."""
    talk = at(script, "start", "adult")
    talk.say(Answer(choice="GB"))
    assert typed(talk, ear, "say it simpler") == ["welcome.consent.plain"]
    assert typed(talk, ear, "what do you mean?") == ["aside.simpler", "welcome.consent.again"]
    assert talk.reply.step == "welcome.consent"


def test_who_asks_for_plain_words_gets_them_from_there_on(script: Script, ear: Ear) -> None:
    """The choice holds at every later step."""
    talk = at(script, "start", "adult")
    assert typed(talk, ear, "plain words please") == ["aside.literal", "welcome.region.plain"]
    talk.say(Answer(choice="GB"))
    assert [line.id for line in talk.reply.lines][-1] == "welcome.consent.plain"


def test_what_is_beside_the_point_is_put_aside_and_named_again(script: Script, ear: Ear) -> None:
    """Word for word, all of it."""
    talk = at(script, "start")
    typed(talk, ear, "tell me a joke")
    typed(talk, ear, "what's the weather")
    assert talk.session is not None
    assert talk.session.values["parked"] == "tell me a joke”, “what's the weather"


def test_swearing_is_met_three_times_and_never_argued_with(script: Script, ear: Ear) -> None:
    """Own it, offer people, end kindly; what was written stays."""
    talk = at(script, "start")
    assert typed(talk, ear, "this is stupid") == ["hostile.own"]
    talk.pick("on")
    assert talk.reply.step == "welcome.age"
    assert typed(talk, ear, "fuck you") == ["hostile.people"]
    talk.pick("on")
    typed(talk, ear, "stupid bot")
    assert talk.reply.ended
    assert talk.reply.step == "stop.bye"


@pytest.mark.parametrize("aside", ["hostile", "offtopic", "simpler", "sexual", "works"])
def test_in_a_crisis_flow_it_counts_as_an_answer(script: Script, aside: Aside) -> None:
    """Nobody is led away from the question about life by swearing or asking for a joke."""
    talk = at(script)
    talk.say(Answer(text="…"), Heard(risk=Risk("act", "suicide", "r")))
    step = talk.reply.step
    talk.say(Answer(text="…"), Heard(aside=aside))
    assert talk.reply.step == step
    assert not any(line.id.startswith("aside.") for line in talk.reply.lines)


def test_every_three_hours_the_talk_says_that_it_is_a_program(script: Script) -> None:
    """Once for each three hours, at the next act; not in between."""
    talk = at(script, "start")
    said = []
    for _ in range(8):
        talk.act("why", wait=HOUR)
        said.append(any(line.id == "aside.program" for line in talk.reply.lines))
    assert said == [False, False, True, False, False, True, False, False]


def test_no_more_than_two_turns_in_a_row_only_ask(script: Script) -> None:
    """The third one says first that the answer was heard, and the count begins anew."""
    talk = Talk(script).begin("GB")
    assert talk.session is not None
    for before, lines, after in ((0, 1, 1), (1, 1, 2), (2, 2, 0)):
        opened = msgspec.structs.replace(talk.session, bare=before)
        turn = take_turn(
            script, opened, Input(at=talk.at, kind="say", answer=Answer(choice="start"))
        )
        assert (len(turn.reply.lines), turn.session.bare) == (lines, after)
        assert turn.reply.lines[-1].id == "welcome.age"


def test_which_wording_asks_never_decides(script: Script) -> None:
    """“Name the country you'd call from.” asks as much as “Where in the world are you?” does."""
    asked = []
    for seed in range(8):
        talk = Talk(script, seed).begin("GB")
        talk.pick("start")
        talk.pick("adult")
        reply = talk.say(Answer(choice="adult"), late=True)
        assert talk.session is not None
        assert [line.id for line in reply.lines] == ["welcome.region.again"]
        asked.append(("?" in reply.lines[0].text, talk.session.bare))
    assert {with_sign for with_sign, _ in asked} == {True, False}
    assert {bare for _, bare in asked} == {1}


def test_a_script_without_asides_takes_them_for_answers(walk: Script) -> None:
    """Another project's dialogue works as before."""
    talk = Talk(walk).begin()
    before = talk.reply.step
    talk.say(Answer(text="x"), Heard(aside="human"))
    assert not any(line.id.startswith("aside.") for line in talk.reply.lines)
    assert talk.reply.step == before or talk.reply.ask is not None


def test_whoever_asks_something_else_for_ever_still_comes_to_an_end(
    script: Script, ear: Ear
) -> None:
    """A fourth aside at one prompt is answered, and the prompt is left."""
    talk = at(script, "start", "adult")
    for text in ("are you human?", "is this private?", "does this work?"):
        typed(talk, ear, text)
        assert talk.reply.step == "welcome.region"
    assert typed(talk, ear, "who made this?")[:2] == ["aside.maker", "guide.leave"]
    assert talk.reply.step == "welcome.consent"


def test_a_word_that_is_also_the_id_of_a_chip_is_said_back_as_it_was_typed(script: Script) -> None:
    """“work” stays “work”, whatever the chip of that id puts in its place."""
    talk = Talk(script).begin("GB")
    for choice in ("start", "adult", "GB", "yes", "ok"):
        talk.pick(choice)
    talk.say(Answer(choices=("none",)))
    talk.rate(5)
    talk.say(Answer(text="people"))
    assert "“people”" in talk.reply.lines[0].text


def test_going_back_names_the_feelings_that_are_taken_back_in_words(script: Script) -> None:
    """Their labels, never ids."""
    talk = Talk(script).begin("GB")
    for choice in ("start", "adult", "GB", "yes", "ok"):
        talk.pick(choice)
    talk.say(Answer(choices=("none",)))
    talk.rate(5)
    talk.say(Answer(text="the exam"))
    talk.say(Answer(feelings=("shame.small", "fear.dread")))
    assert "“small, dread”" in talk.act("back").lines[0].text


IN_CONTEXT = [
    ("suicide", "act", ["yes"], "tonight", "crisis.now"),
    ("suicide", "act", ["yes"], "yes, pills", "crisis.now"),
    ("suicide", "act", [], "im going to do it tonight", "crisis.now"),
    ("suicide", "act", [], "i have a plan", "crisis.now"),
    ("suicide", "act", [], "tonight", "crisis.life"),
    ("suicide", "act", [], "i already took them", "medical.now"),
    ("self_harm", "act", [], "i just took some pills", "medical.now"),
    ("suicide", "now", [], "i already did it", "medical.now"),
    ("self_harm", "act", [], "i just did it", "selfharm.wound"),
    ("suicide", "act", ["yes", "no"], "i don't want to call anyone", "barriers.ask"),
    ("suicide", "now", [], "stop sending me numbers", "barriers.ask"),
    ("suicide", "act", [], "don't send me numbers", "crisis.life"),
    ("suicide", "act", ["yes", "no"], "tonight", "crisis.lines"),
    ("suicide", "act", ["yes"], "no idea", "crisis.now"),
    ("suicide", "act", ["yes"], "no sé", "crisis.now"),
    ("minor", "act", [], "i already took them", "medical.now"),
    ("minor", "act", ["myself"], "yes, tonight", "crisis.now"),
    ("abuse", "act", [], "just kidding", "abuse.twice"),
    ("eating", "act", [], "no i didn't mean it like that", "eating.twice"),
    ("medical", "now", [], "you misunderstood me", "medical.after"),
    ("suicide", "act", [], "jk", "crisis.denied"),
    ("suicide", "check", [], "it was a joke", "resume.choose"),
]


@pytest.mark.parametrize(("category", "tier", "picks", "text", "where"), IN_CONTEXT)
def test_short_words_mean_what_is_being_spoken_of(
    script: Script,
    ear: Ear,
    category: Category,
    tier: Tier,
    picks: list[str],
    text: str,
    where: str,
) -> None:
    """“Tonight” to “a way, or a time?” is a time; “i took them” is an emergency."""
    talk = Talk(script).begin()
    talk.type("…", risk=Risk(tier, category, "test"))
    for choice in picks:
        talk.pick(choice)
    answer = Answer(text=text)
    talk.say(answer, ear.hear_answer(answer, talk.reply.ask))
    assert talk.reply.step == where
    assert talk.reply.lines


@pytest.mark.parametrize("text", ["tonight", "i have a plan", "pills", "don't send me numbers"])
def test_elsewhere_they_are_plain_answers(script: Script, ear: Ear, text: str) -> None:
    """“Tonight” to “when will you do it?” is an answer like any other."""
    talk = Talk(script).begin()
    answer = Answer(text=text)
    talk.say(answer, ear.hear_answer(answer, talk.reply.ask))
    assert talk.reply.stage == "welcome"
