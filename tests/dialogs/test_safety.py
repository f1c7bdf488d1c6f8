"""The safety flows: what happens after somebody writes of danger."""

import re
from pathlib import Path

import pytest
from msgspec import structs

from bot.loader import load_dialog
from bot.script import Script
from bot.values import Answer, Category, Heard, Input, Risk, Tier
from tests.dialogs.conversation import (
    CATEGORIES,
    EVERY,
    HOUR,
    NOON,
    PLAIN,
    ROOT,
    SAFETY,
    TIERS,
    Conversation,
    flows,
    is_safety,
    plain_script,
)

LOCKS = ("locked", "urgent", "asked_life", "asked_hurt")


@pytest.fixture(scope="module")
def script() -> Script:
    return plain_script()


@pytest.fixture
def talk(script: Script) -> Conversation:
    """A talk in the middle of an exercise."""
    conversation = Conversation(script)
    conversation.pick("yes")
    assert conversation.step.id == "talk.toward"
    return conversation


def holds(talk: Conversation, name: str) -> bool:
    assert talk.session is not None
    value = talk.session.values.get(name)
    return bool(value) and (name not in LOCKS or int(value) > talk.at)  # type: ignore[arg-type]


# where danger leads


@pytest.mark.parametrize(("category", "tier"), EVERY)
def test_danger_stops_the_exercise_in_the_same_turn(
    talk: Conversation, category: Category, tier: Tier
) -> None:
    """Whatever the danger, the next thing asked is about it, and not the exercise."""
    talk.flag(category, tier)
    assert is_safety(talk.script, talk.step.id)
    assert talk.reply.ask is not None
    assert talk.reply.ask.kind == "choice"
    assert not talk.reply.ended


NAMES = {
    "suicide": r"ending your life|thoughts of dying|real danger",
    "self_harm": r"hurt(ing)? yourself",
    "harm_others": r"in danger|get hurt|danger for someone",
    "abuse": r"isn't your fault|hurt you",
    "medical": r"heart problem|medical emergency|in your body",
    "psychosis": r"telling you to hurt|real danger|others don't",
    "eating": r"eating|medical emergency",
    "withdrawal": r"[Ss]topping|stop something",
    "third_party": r"they in danger|omeone (who )?may be in danger",
    "minor": r"18|adults|safe right now",
}


@pytest.mark.parametrize(("category", "tier"), EVERY)
def test_the_first_words_name_the_danger(
    talk: Conversation, category: Category, tier: Tier
) -> None:
    """Nobody gets "tell me more" after saying something grave."""
    talk.flag(category, tier)
    assert re.search(NAMES[category], talk.text), talk.text


@pytest.mark.parametrize(("category", "tier"), EVERY)
def test_danger_is_met_from_every_step(script: Script, category: Category, tier: Tier) -> None:
    """No step is without a way into the flow, not even an ended talk."""
    target = script.risk[category, tier]
    from_steps = script.machine.events[f"risk {target}"].transitions
    assert set(from_steps) == set(script.steps)


@pytest.mark.parametrize("start", ["hello", "toward", "force", "words", "bye"])
def test_danger_is_met_at_each_kind_of_question(script: Script, start: str) -> None:
    """A choice, an exercise, a rating, free words or a goodbye: the answer is the same."""
    talk = Conversation(script)
    ways = {"hello": 0, "toward": 1, "force": 2, "words": 3, "bye": 4}
    for _ in range(ways[start]):
        talk.command("skip") if talk.step.id != "talk.hello" else talk.pick("yes")
    assert talk.step.id == f"talk.{start}"
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.life"


@pytest.mark.parametrize("category", [c for c in CATEGORIES if c not in ("third_party", "minor")])
def test_clear_danger_locks_going_toward_it_and_opens_the_card(
    talk: Conversation, category: Category
) -> None:
    """Approach is closed for a day, affirmations are off, and help is in sight at once."""
    talk.flag(category, "act")
    assert holds(talk, "locked")
    assert holds(talk, "safe_mode")
    assert holds(talk, "risk_open")
    assert talk.reply.card is not None
    talk.at += 25 * HOUR
    assert not holds(talk, "locked")


@pytest.mark.parametrize("category", [c for c in CATEGORIES if c not in ("third_party", "minor")])
def test_an_unclear_sign_that_is_denied_locks_nothing(
    talk: Conversation, category: Category
) -> None:
    """A false alarm costs one turn: a no is believed, thanked, and going on is one choice."""
    talk.flag(category, "check")
    talk.pick("no")
    assert talk.step.id == "resume.choose"
    assert not any(holds(talk, name) for name in ("locked", "urgent", "risk_open", "safe_mode"))
    talk.pick("on")
    assert talk.step.id == "talk.toward"


def test_two_unclear_signs_are_asked_about_plainly(talk: Conversation) -> None:
    """A second hint at dying in one talk isn't waved through like the first."""
    talk.flag("suicide", "check")
    talk.pick("no", "on")
    talk.flag("suicide", "check")
    assert talk.step.id == "crisis.life"


@pytest.mark.parametrize("category", ["suicide", "medical", "abuse", "withdrawal", "psychosis"])
def test_near_danger_says_what_a_program_can_not_do(talk: Conversation, category: Category) -> None:
    """Nobody waits for help that a program promised: it can't call, and says so at once."""
    talk.flag(category, "now")
    assert re.search(r"can't call|not call", talk.text)
    assert talk.reply.card is not None
    assert talk.reply.card.emergency


# the card


@pytest.mark.parametrize(
    ("region", "lang", "says"),
    [
        ("GB", "en", "press 55 when asked"),
        ("GB", "es", "marca 55 cuando lo pidan"),
        ("DE", "en", None),
        (None, "en", None),
    ],
)
def test_who_can_not_speak_is_told_how_to_call(
    region: str | None, lang: str, says: str | None
) -> None:
    """On the card of the flow for abuse, a child's too; for their country only, and where it isn't
    known there is what holds anywhere."""  # noqa: D205, D209 - one sentence
    for tier, first in (("now", "quiet"), ("act", "no")):
        talk = Conversation(load_dialog(PLAIN, SAFETY, lang), region)
        talk.pick("yes")
        talk.flag("abuse", tier)  # type: ignore[arg-type]  # of the two above
        assert silence(talk) == says or says in (silence(talk) or "")  # type: ignore[operator]
        talk.pick(first)
        assert ("quiet" in talk.offers) is (first == "no")
        assert silence(talk) == says or says in (silence(talk) or "")  # type: ignore[operator]


@pytest.mark.parametrize("category", [it for it in CATEGORIES if it != "abuse"])
def test_nobody_else_is_told_how_to_call_without_speaking(
    talk: Conversation, category: Category
) -> None:
    """Silence is for who could be overheard by whoever hurts them."""
    talk.flag(category, "now")
    assert silence(talk) is None


def silence(talk: Conversation) -> str | None:
    """Give what the card says about calling without speaking."""
    card = talk.reply.card
    return card.silence.how if card is not None and card.silence is not None else None


@pytest.mark.parametrize(
    ("region", "category", "first"),
    [
        ("GB", "abuse", "National Domestic Abuse Helpline"),
        ("GB", "minor", "Childline (under 19)"),
        ("GB", "suicide", "Samaritans"),
        ("US", "abuse", "National Domestic Violence Hotline"),
        ("US", "withdrawal", "SAMHSA National Helpline"),
        ("FR", "suicide", "3114"),
        ("NO", "minor", "Alarmtelefonen for barn og unge"),
    ],
)
def test_the_card_is_for_the_country_and_the_danger(
    script: Script, region: str, category: Category, first: str
) -> None:
    """A person sees their own country's number, the one made for their danger first."""
    talk = Conversation(script, region=region)
    talk.flag(category, "act")
    card = talk.reply.card
    assert card is not None
    assert card.region == region
    assert card.lines[0].name == first


@pytest.mark.parametrize("region", [None, "ZZ"])
def test_without_a_country_the_person_can_name_one(script: Script, region: str | None) -> None:
    """An unknown country gets the fallback card, and the right one after one question."""
    talk = Conversation(script, region=region)
    talk.flag("suicide", "now")
    assert talk.reply.card is not None
    assert talk.reply.card.region == "XX"
    talk.pick("country", "DE")
    assert talk.step.id == "crisis.now"
    assert talk.reply.card.region == "DE"
    assert "country" not in talk.offers


def test_a_heart_is_given_the_emergency_number_alone(talk: Conversation) -> None:
    """In a medical emergency there is one number to see."""
    talk.flag("medical", "now")
    assert talk.reply.card is not None
    assert talk.reply.card.lines == ()
    assert talk.reply.card.emergency == ("999", "112")


# the two-question rule


DENIALS: list[tuple[Category, tuple[str, ...], str]] = [
    ("suicide", ("no",), "crisis.denied"),
    ("self_harm", ("no",), "selfharm.denied"),
    ("harm_others", ("wrong",), "others.twice"),
    ("abuse", ("wrong",), "abuse.twice"),
    ("psychosis", ("wrong",), "mind.twice"),
    ("eating", ("wrong",), "eating.twice"),
    ("withdrawal", ("wrong",), "substance.twice"),
]


@pytest.mark.parametrize(("category", "denial", "second"), DENIALS)
def test_one_denial_does_not_close_a_flow(
    talk: Conversation, category: Category, denial: tuple[str, ...], second: str
) -> None:
    """A no is followed by one more question in other words; a second no is believed."""
    talk.flag(category, "act")
    first = talk.text
    talk.pick(*denial)
    assert talk.step.id == second
    assert talk.text != first
    talk.pick("no")
    assert talk.step.id == "resume.choose"
    assert holds(talk, "locked")


@pytest.mark.parametrize("answer", ["yes", "sometimes"])
def test_a_yes_to_either_question_leads_on(talk: Conversation, answer: str) -> None:
    """Whoever says yes at the second asking gets the same care as at the first."""
    talk.flag("suicide", "act")
    talk.pick("no", answer)
    assert talk.step.id == "crisis.plan"
    talk.pick("yes")
    assert talk.step.id == "crisis.now"


def test_the_first_question_is_not_repeated(talk: Conversation) -> None:
    """After a denial a second sign gets one line, the card and the second question."""
    talk.flag("suicide", "act")
    talk.pick("no", "no", "on")
    assert talk.step.id == "talk.toward"
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.plan"
    assert "ending your life" not in talk.text
    assert talk.reply.card is not None


def test_after_a_day_the_first_question_may_be_asked_again(talk: Conversation) -> None:
    """A new day is a new question, not an assumption."""
    talk.flag("suicide", "act")
    talk.pick("no", "no", "on")
    talk.at += 20 * HOUR
    talk.stop_exercise()
    talk.at += 20 * HOUR
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.life"


def test_danger_in_the_answer_is_the_answer(talk: Conversation) -> None:
    """A “yes, I want to die” to the first question leads to the second, not to the start."""
    talk.flag("suicide", "act")
    talk.flag("suicide", "act", answer="yes")
    assert talk.step.id == "crisis.plan"


def test_danger_that_is_no_answer_still_leads_on(talk: Conversation) -> None:
    """Words of danger that are neither yes nor no count as the graver answer."""
    talk.flag("suicide", "act")
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.plan"
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.now"


@pytest.mark.parametrize(
    "category", ["harm_others", "abuse", "medical", "psychosis", "eating", "withdrawal", "minor"]
)
def test_words_about_dying_are_met_inside_another_flow(
    talk: Conversation, category: Category
) -> None:
    """A person who came with one danger and names a graver one isn't asked about the first again."""
    talk.flag(category, "act")
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.life"
    talk.flag("suicide", "now")
    assert talk.step.id == "crisis.now"


@pytest.mark.parametrize(
    "category", ["harm_others", "abuse", "medical", "psychosis", "eating", "withdrawal"]
)
@pytest.mark.parametrize(("tier", "where"), [("act", "crisis.life"), ("now", "crisis.now")])
def test_words_about_dying_are_met_in_another_emergency(
    talk: Conversation, category: Category, tier: Tier, where: str
) -> None:
    """One emergency doesn't drown out another."""
    talk.flag(category, "now")
    talk.flag("suicide", tier)
    assert talk.step.id == where


@pytest.mark.parametrize("where", ["minute", "note", "options"])
def test_near_danger_is_met_while_staying(talk: Conversation, where: str) -> None:
    """In the quiet minute, in the note and between them, danger that is near comes first."""
    talk.flag("suicide", "act")
    talk.pick("unsaid", "more")
    if where != "options":
        talk.pick(where)
    talk.flag("suicide", "now")
    assert talk.step.id == "crisis.now"


# near danger isn't cleared by a tap


@pytest.mark.parametrize(
    ("category", "denial"),
    [
        ("suicide", ("wrong",)),
        ("harm_others", ("wrong",)),
        ("abuse", ("wrong",)),
        ("medical", ("wrong",)),
        ("psychosis", ("wrong",)),
        ("eating", ("wrong",)),
        ("withdrawal", ("wrong",)),
        ("self_harm", ("no", "no", "no")),
    ],
)
def test_near_danger_is_not_cleared_by_a_tap(
    talk: Conversation, category: Category, denial: tuple[str, ...]
) -> None:
    """A “you read it wrong” keeps the card, and the way to the exercise stays closed."""
    talk.flag(category, "now")
    talk.pick(*denial)
    assert holds(talk, "urgent")
    assert is_safety(talk.script, talk.step.id)
    assert "on" not in talk.offers
    if denial == ("wrong",):
        assert talk.reply.card is not None
        assert "may have read it wrong" in talk.text


# called by a dialogue


def test_a_rating_of_nine_asks_two_questions_and_goes_back(script: Script) -> None:
    """One question about safety, one about the body; two good answers return to grounding."""
    talk = Conversation(script)
    talk.pick("yes")
    talk.stop_exercise()
    talk.act(Input(at=NOON, kind="say", answer=Answer(rating=9)))
    assert talk.step.id == "check.high"
    assert "safe right now" in talk.text
    talk.pick("yes")
    assert talk.step.id == "check.high_body"
    talk.pick("no")
    assert talk.step.id == "steady.after"


@pytest.mark.parametrize(
    ("answer", "where"),
    [("no", "talk.toward"), ("yes", "crisis.plan"), ("unsaid", "resume.choose")],
)
def test_a_dialogue_can_ask_once_more_at_its_close(
    talk: Conversation, answer: str, where: str
) -> None:
    """The close asks again in other words; a no goes back to where it asked, a yes leads to care."""
    talk.command("help")
    talk.pick("check")
    assert "thoughts of dying" in talk.text
    talk.pick(answer)
    assert talk.step.id == where


@pytest.mark.parametrize(
    ("picks", "where"),
    [
        (("no", "dying"), "crisis.life"),
        (("no", "hurt"), "selfharm.which"),
        (("no", "other"), "abuse.now"),
        (("no", "others"), "others.act"),
        (("no", "body"), "medical.act"),
        (("yes", "yes"), "medical.now"),
        (("yes", "unsure"), "medical.act"),
    ],
)
def test_a_rating_of_nine_leads_to_the_right_help(
    script: Script, picks: tuple[str, ...], where: str
) -> None:
    """Whatever lies behind the number has its own flow."""
    talk = Conversation(script)
    talk.pick("yes")
    talk.stop_exercise()
    talk.act(Input(at=NOON, kind="say", answer=Answer(rating=10)))
    talk.pick(*picks)
    assert talk.step.id == where


def test_danger_after_the_goodbye_is_met_and_never_answered_with_silence(
    talk: Conversation,
) -> None:
    """A talk that is over opens again for danger, and ends again with a word."""
    talk.stop_exercise()
    talk.command("skip")
    talk.command("skip")
    assert talk.reply.ended
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.life"
    talk.pick("no", "no", "on")
    assert talk.reply.ended
    assert talk.reply.lines


def test_somebody_under_18_keeps_help_and_loses_the_exercise(talk: Conversation) -> None:
    """A minor isn't locked out of help, and nothing leads back to the exercise."""
    talk.flag("minor", "act")
    assert "did nothing wrong" in talk.text
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.life"
    talk.pick("no", "no")
    assert "on" not in talk.offers


def test_somebody_over_18_after_all_is_not_argued_with(talk: Conversation) -> None:
    """An adult who was misheard goes on with one tap and no lock."""
    talk.flag("minor", "act")
    talk.pick("adult", "on")
    assert talk.step.id == "talk.toward"
    assert not holds(talk, "locked")


def test_there_is_no_breathing_in_any_of_it(script: Script) -> None:
    """No flow has a breathing frame: with heart trouble it could do harm."""
    for step in flows(script):
        for moment in step.ask.moments if step.ask else ():
            assert moment.breath is None, step.id
            assert "breath" not in "".join(str(part) for part in moment.wording.parts).lower()


# in every dialogue we ship


DIALOGUES = sorted(file.parent for file in (ROOT / "dialogs").glob("*/script.yaml"))


@pytest.mark.parametrize("folder", DIALOGUES, ids=lambda folder: folder.name)
def test_every_dialogue_meets_danger_at_every_step(folder: Path) -> None:
    """No step of any dialogue is without its way into every crisis flow."""
    script = load_dialog(folder, SAFETY)
    for target in set(script.risk.values()):
        assert set(script.machine.events[f"risk {target}"].transitions) == set(script.steps)


@pytest.mark.parametrize("folder", DIALOGUES, ids=lambda folder: folder.name)
def test_no_dialogue_goes_back_to_going_toward_it_on_such_a_day(folder: Path) -> None:
    """After clear danger was denied and the person goes on, going toward the fear stays closed."""
    script = load_dialog(folder, SAFETY)
    toward = [s for s in script.steps.values() if s.stage == "approaching" and s.ask is not None]
    for step in toward:
        talk = Conversation(script)
        assert talk.session is not None
        talk.session = structs.replace(talk.session, step=step.id, stack=(), trail=())
        talk.flag("suicide", "act")
        talk.pick("no", "no", "on")
        assert talk.step.stage != "approaching", step.id
        assert not is_safety(script, talk.step.id), step.id


# what the guide itself says in there


def test_a_child_in_danger_is_a_child_whatever_the_danger(talk: Conversation) -> None:
    """An age below 18 beside another danger ends the exercise and brings the young people's lines."""
    talk.say("x", Heard(risk=Risk("act", "suicide", "test", minor=True)))
    assert talk.step.id == "crisis.life"
    assert talk.reply.card is not None
    assert talk.reply.card.lines[0].name.startswith("Childline")
    talk.pick("no", "no")
    assert talk.offers == {"minute", "more", "adult", "bye"}
    talk.pick("adult", "on")
    assert not is_safety(talk.script, talk.step.id)


@pytest.mark.parametrize("category", [c for c in CATEGORIES if c not in ("suicide", "self_harm")])
def test_the_same_danger_said_again_is_heard_as_an_answer(
    talk: Conversation, category: Category
) -> None:
    """Whoever goes on telling of it is never told that it can't be read."""
    talk.flag(category, "act")
    asked = talk.step.id
    talk.flag(category, "act")
    ids = [line.id for line in talk.reply.lines]
    assert ids
    assert not [name for name in ids if name.startswith(("guide.", "danger."))], (asked, ids)


def test_what_cannot_be_read_is_met_gently_and_never_lightly(talk: Conversation) -> None:
    """Inside a crisis flow the engine has words of its own, asks twice, and then lets it be."""
    talk.flag("eating", "act")
    said = []
    for _ in range(3):
        talk.say("it is complicated", Heard())
        said.append(talk.reply.lines[0].id)
    assert said == ["danger.reask", "danger.choices", "danger.leave"]


@pytest.mark.parametrize(
    ("category", "first", "then"),
    [
        ("suicide", ("yes",), "crisis.now"),
        ("abuse", (), "abuse.now"),
        ("self_harm", ("hurt",), "medical.now"),
        ("medical", (), "medical.now"),
    ],
)
def test_what_cannot_be_read_three_times_may_have_been_a_yes(
    talk: Conversation, category: Category, first: tuple[str, ...], then: str
) -> None:
    """“yeah I have a way” that nothing hears leads to people, never to the milder question."""
    talk.flag(category, "act")
    talk.pick(*first)
    for _ in range(3):
        talk.say("something that no rule hears", Heard())
    assert talk.step.id == then


def test_going_back_never_says_what_was_typed(talk: Conversation) -> None:
    """It may have named a method."""
    talk.flag("suicide", "act")
    talk.say("yes, the thing in my drawer", Heard(answer="yes"))
    talk.command("back")
    assert talk.reply.lines[0].id == "danger.back"
    assert "drawer" not in talk.text


@pytest.mark.parametrize(
    ("category", "first"), [("suicide", "crisis.texting"), ("abuse", "barriers.first_words")]
)
def test_the_first_words_for_a_line_fit_the_danger(
    talk: Conversation, category: Category, first: str
) -> None:
    """Nobody is told to begin with words about dying who didn't speak of it."""
    talk.flag(category, "act")
    ways = {"suicide": ("yes", "no", "no", "talking"), "abuse": ("unsaid", "hard", "talking")}
    talk.pick(*ways[category])
    assert talk.step.id == "barriers.then"
    assert talk.reply.card is not None
    is_made_for_it = talk.reply.card.lines[0].name == "National Domestic Abuse Helpline"
    assert is_made_for_it == (category == "abuse")
    talk.pick("text")
    assert first in [line.id for line in talk.reply.lines]


# a danger that is near comes first


@pytest.mark.parametrize(
    ("category", "tier", "after"),
    [
        ("medical", "now", "medical.now"),
        ("medical", "act", "medical.now"),
        ("withdrawal", "act", "substance.now"),
        ("suicide", "now", "crisis.now_again"),
        ("abuse", "now", "abuse.now"),
        ("psychosis", "now", "mind.now"),
        ("third_party", "now", "third.you"),
    ],
)
def test_nothing_steadies_somebody_in_an_emergency(
    talk: Conversation, category: Category, tier: Tier, after: str
) -> None:
    """“It's getting worse” there is one more reason to call, never an exercise."""
    talk.flag(category, tier)
    talk.command("toomuch")
    assert talk.step.id == after
    assert talk.reply.lines


@pytest.mark.parametrize("category", ["self_harm", "harm_others", "abuse", "eating", "third_party"])
def test_another_danger_waits_until_the_one_that_is_near_was_met(
    talk: Conversation, category: Category
) -> None:
    """Whoever is about to die isn't asked about food or a friend, and is heard all the same."""
    talk.flag("suicide", "now")
    talk.flag(category, "act")
    assert talk.step.id == "crisis.now_again"
    assert talk.reply.card is not None


@pytest.mark.parametrize(
    ("category", "tier"),
    [
        ("suicide", "act"),
        ("suicide", "now"),
        ("self_harm", "act"),
        ("abuse", "now"),
        ("eating", "act"),
    ],
)
def test_an_age_said_in_another_danger_leads_away_from_nothing(
    talk: Conversation, category: Category, tier: Tier
) -> None:
    """A child who has just said the worst is thanked, shown whom to call, and asked on."""
    talk.flag(category, tier)
    asked = talk.step.id
    talk.flag("minor", "act")
    assert talk.step.id == asked
    assert talk.reply.lines[0].id == "danger.young"
    assert "?" in talk.text
    assert holds(talk, "under_age")
    assert talk.reply.card is not None
    assert talk.reply.card.lines[0].name.startswith("Childline")


def test_a_hint_at_dying_is_heard_in_another_danger(talk: Conversation) -> None:
    """“No one would notice if I was gone”, beside eating, is asked about and not passed over."""
    talk.flag("eating", "act")
    talk.flag("suicide", "check")
    assert talk.step.id == "check.ask_dying"
    talk.pick("yes")
    assert talk.step.id == "crisis.life"


def test_back_never_ends_a_talk_about_danger(talk: Conversation) -> None:
    """There is nothing before the first question; pressing “back” often doesn't hang up."""
    talk.flag("suicide", "act")
    for _ in range(5):
        talk.command("back")
        assert talk.step.id == "crisis.life"
        assert talk.reply.lines
        assert not any(line.id.startswith("guide.") for line in talk.reply.lines)


def test_swearing_is_no_answer_to_a_question_of_danger(talk: Conversation) -> None:
    """“Fuck you” is no yes, whatever words are in it."""
    talk.flag("suicide", "act")
    talk.say("fuck you", Heard(aside="hostile", answer="yes"))
    assert talk.step.id == "crisis.life"


def test_a_question_is_no_yes(script: Script) -> None:
    """“Ok?” asks what is meant; nobody has agreed by asking."""
    talk = Conversation(script)
    talk.say("ok?", Heard(answer="yes"))
    assert talk.step.id == "talk.hello"
    talk.say("ok", Heard(answer="yes"))
    assert talk.step.id == "talk.toward"


def test_a_question_about_life_that_was_left_open_is_not_lost(talk: Conversation) -> None:
    """Whoever names another danger before answering is asked once more before going on."""
    talk.flag("suicide", "act")
    talk.flag("eating", "act")
    assert talk.step.stage == "eating"
    talk.pick("no", "no")
    assert talk.step.id == "resume.choose"
    assert "on" not in talk.offers
    talk.pick("first")
    assert talk.step.id == "check.later"
    talk.pick("no")
    assert {"on", "first"} & talk.offers == {"on"}
    talk.pick("on")
    assert talk.step.id == "talk.toward"


@pytest.mark.parametrize(
    ("ways", "where"),
    [
        (("cant", "useless", "no"), "crisis.apart"),
        (("cant", "talking", "text"), "crisis.apart"),
        (("cant", "effort", "call"), "crisis.apart"),
    ],
)
def test_who_cannot_call_is_asked_for_distance(
    talk: Conversation, ways: tuple[str, ...], where: str
) -> None:
    """“I can't, or I won't” is where space between a person and the means matters most."""
    talk.flag("suicide", "now")
    talk.pick(*ways)
    assert talk.step.id == where


def test_danger_in_the_late_question_is_its_answer(talk: Conversation) -> None:
    """“I want to die” to “are thoughts of dying with you now?” leads on, not to the start."""
    talk.command("help")
    talk.pick("check")
    assert talk.step.id == "check.later"
    talk.flag("suicide", "act")
    assert talk.step.id == "crisis.plan"


@pytest.mark.parametrize("ways", [("cant", "talking"), ("text",)])
def test_who_finds_it_hard_to_talk_sees_first_whom_to_write_to(
    script: Script, ways: tuple[str, ...]
) -> None:
    """“Talking feels too hard” isn't answered with a number to call."""
    talk = Conversation(script, region="GB")
    talk.flag("suicide", "now")
    assert talk.reply.card is not None
    assert talk.reply.card.lines[0].name == "Samaritans"
    talk.pick(*ways)
    assert talk.reply.card is not None
    assert talk.reply.card.lines[0].text or talk.reply.card.lines[0].chat


@pytest.mark.parametrize(
    ("category", "tier", "where"),
    [
        ("suicide", "act", "crisis.plan"),
        ("suicide", "now", "crisis.now"),
        ("suicide", "check", "check.ask_dying"),
        ("abuse", "act", "abuse.act"),
        ("minor", "check", "minor.check"),
    ],
)
def test_danger_after_a_goodbye_with_care_is_met_anew(
    talk: Conversation, category: Category, tier: Tier, where: str
) -> None:
    """Whoever says it once more after the goodbye isn't told that the talk is closed."""
    talk.flag("suicide", "act")
    talk.pick("unsaid", "bye")
    assert talk.reply.ended
    talk.flag(category, tier)
    assert talk.step.id == where


def test_a_talk_that_was_over_ends_again_with_people_in_view(talk: Conversation) -> None:
    """After the end, danger, and the choice to go on, the last thing shown is whom to call."""
    talk.stop_exercise()
    talk.command("skip")
    talk.command("skip")
    assert talk.reply.ended
    talk.flag("suicide", "act")
    talk.pick("no", "no", "on")
    assert talk.reply.ended
    assert talk.reply.card is not None


@pytest.mark.parametrize("flow", ["abuse", "minor"])
def test_what_is_typed_of_abuse_or_by_a_child_is_not_stored(script: Script, flow: str) -> None:
    """At no prompt of the two flows."""
    asked = [
        step
        for step in script.steps.values()
        if step.stage == flow and step.ask is not None and step.ask.kind != "exercise"
    ]
    assert len(asked) >= 5
    assert [step.id for step in asked if step.ask is not None and step.ask.keep] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_nothing_that_a_child_types_in_a_crisis_is_stored(
    talk: Conversation, category: Category
) -> None:
    """In the flow of any danger and in what follows it; the note for bad hours is their own."""
    talk.say("something grave", Heard(risk=Risk("act", category, "test", minor=True)))
    asked = 0
    while not talk.reply.ended and asked < 8:
        asked += 1
        ask = talk.reply.ask
        assert ask is None or ask.kind != "choice" or not ask.keep, talk.step.id
        talk.command("skip")
    assert asked >= 2


def test_who_is_of_age_after_all_is_kept_as_before(talk: Conversation) -> None:
    """What is typed at an ordinary choice is stored again."""
    talk.flag("minor", "act")
    talk.pick("adult", "bye")
    assert talk.session is not None
    assert talk.session.values.get("under_age") is not True
    other = Conversation(talk.script)
    other.flag("suicide", "act")
    assert other.reply.ask is not None
    assert other.reply.ask.keep


@pytest.mark.parametrize(("lang", "told"), [("en", "isn't kept"), ("es", "no se guarda")])
@pytest.mark.parametrize("flow", ["abuse", "minor"])
def test_whoever_tells_of_it_is_told_what_is_kept(flow: Category, lang: str, told: str) -> None:
    """In the first words after it, at every tier, and in no more than 45 words."""
    script = load_dialog(PLAIN, SAFETY, lang)
    for tier in TIERS:
        step = script.steps[script.risk[flow, tier]]
        assert step.ask is not None
        assert not step.ask.keep
        said = [[str(it.parts[0]) for it in bubble.sayings[0].wordings] for bubble in step.say]
        assert any(told in wording for wordings in said for wording in wordings)
        assert sum(max(len(text.split()) for text in wordings) for wordings in said) <= 45
