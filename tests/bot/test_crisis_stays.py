"""A crisis flow stays open, whatever is opened over it: each of these was once a way out by accident."""

import pytest

from bot.listening.ear import Ear
from bot.script import Script
from bot.values import Answer, Category, Risk, Tier
from bot.walk import Walk
from tests.conftest import Talk


def heard(script: Script, kind: Risk) -> Talk:
    """Say something dangerous at the second prompt."""
    talk = Talk(script).begin()
    talk.act("skip")
    talk.type("…", risk=kind)
    return talk


def is_crisis(talk: Talk) -> bool:
    """Tell whether the talk rests in a crisis flow."""
    return talk.script.stages[talk.reply.stage].is_safety


def test_help_over_a_second_crisis_flow_comes_back_to_it(script: Script) -> None:
    """In help over one crisis flow, another one is entered: help there doesn't drop it."""
    talk = heard(script, Risk("act", "abuse", "r"))
    talk.act("help")
    talk.pick("danger")
    assert talk.reply.step == "crisis.now"
    talk.act("help")
    talk.pick("back")
    assert talk.reply.step == "crisis.now"


def test_steadying_over_a_crisis_flow_leads_nowhere_but_back(script: Script) -> None:
    """“Look at what matters” is no way out of a crisis flow."""
    talk = heard(script, Risk("act", "abuse", "r"))
    asked = talk.reply.step
    talk.act("toomuch")
    while talk.reply.step != "ground.people":
        if talk.reply.step == "ground.rate":
            talk.rate(8)
        elif talk.reply.step.startswith("check."):
            talk.pick("yes" if talk.reply.step == "check.high" else "no")
        else:
            talk.act("skip")
    talk.pick("matters")
    assert talk.reply.step == asked


def test_skips_over_a_crisis_flow_offer_no_shorter_way(script: Script) -> None:
    """Three skips in a row, the last of them in a pause, offer no way to the end of the exercise."""
    talk = heard(script, Risk("act", "abuse", "r"))
    talk.act("skip")
    talk.act("skip")
    talk.act("pause")
    talk.act("skip")
    assert is_crisis(talk)


def test_a_check_that_danger_led_into_ends_with_a_choice(script: Script) -> None:
    """“Too much” in it, and two questions after that, don't lead back to the exercise."""
    talk = heard(script, Risk("check", "medical", "r"))
    talk.act("toomuch")
    talk.act("skip")
    assert talk.reply.step == "check.high"
    talk.pick("yes")
    talk.pick("no")
    assert talk.reply.step == "resume.choose"


def test_danger_as_an_answer_is_never_gone_back_from(script: Script) -> None:
    """What was heard where it was asked about isn't taken back by “back”."""
    talk = heard(script, Risk("check", "suicide", "r"))
    talk.type("…", risk=Risk("check", "suicide", "r"))
    assert talk.session is not None
    assert talk.session.trail == ()


def test_a_change_of_danger_keeps_only_the_way_back_to_before(script: Script) -> None:
    """What was opened over the first crisis flow goes with it."""
    talk = heard(script, Risk("act", "abuse", "r"))
    talk.act("pause")
    talk.type("…", risk=Risk("act", "suicide", "r"))
    talk.type("…", risk=Risk("now", "medical", "r"))
    assert talk.session is not None
    walk = Walk(script, talk.session, talk.inputs[-1])
    assert talk.reply.stage == "medical"
    assert not walk.is_grave


def test_a_fourth_round_isnt_opened_by_back(script: Script) -> None:
    """Whoever takes the third round back is led on, not through it again."""
    talk = Talk(script).begin()
    assert script.stages["approaching"].only is not None
    open_at = {"consent": True, "distress": 5, "pace": "standard", "rounds": 3}
    known = dict.fromkeys(("safe_mode", "numb", "rise"), False)
    is_open = script.stages["approaching"].only
    env = {**known, **open_at, "now": talk.at}
    assert is_open({**env, "gone_through": True}) is True
    assert is_open({**env, "gone_through": False}) is False


def test_a_child_who_stops_leaves_with_people_in_view(script: Script) -> None:
    """“Stop” is obeyed at once, and the last thing on the page is whom a young person can call."""
    talk = Talk(script).begin("GB")
    talk.type("im 15", risk=Risk("act", "minor", "r"))
    talk.act("stop")
    assert talk.reply.ended
    assert talk.reply.card is not None
    assert talk.reply.card.lines[0].name.startswith("Childline")


def test_whoever_comes_back_after_danger_is_not_greeted_as_if_nothing_was(script: Script) -> None:
    """The next visit begins with that it was hard, not with that all is as it was left."""
    talk = heard(script, Risk("act", "suicide", "r"))
    talk.act("return", wait=3 * 24 * 3_600_000)
    assert talk.reply.step == "return.hello"
    assert "hard" in talk.reply.lines[-2].text


@pytest.mark.parametrize("text", ["no", "No", "it"])
def test_a_no_is_no_country(script: Script, ear: Ear, text: str) -> None:
    """Whoever answers “no” to where they are isn't shown Norway's numbers."""
    talk = Talk(script).begin()
    talk.pick("start")
    talk.pick("adult")
    answer = Answer(text=text)
    talk.say(answer, ear.hear_answer(answer, talk.reply.ask))
    assert talk.session is not None
    assert "region" not in talk.session.values


def test_the_country_of_the_numbers_can_be_changed_in_a_crisis(script: Script) -> None:
    """Somebody who is abroad finds the numbers of where they are, and comes back to the question."""
    talk = Talk(script).begin("GB")
    talk.type("…", risk=Risk("now", "suicide", "r"))
    talk.act("help")
    talk.pick("country")
    talk.pick("DE")
    assert talk.reply.card is not None
    assert talk.reply.card.region == "DE"
    talk.pick("back")
    assert talk.reply.step == "crisis.now"


def test_nobody_with_a_heart_is_asked_to_hum(script: Script) -> None:
    """After chest pain the steadying has nothing with the breath in it."""
    talk = Talk(script).begin("GB")
    talk.type("…", risk=Risk("act", "medical", "r"))
    talk.pick("wrong")
    talk.act("toomuch")
    assert talk.reply.step == "ground.choose"
    assert talk.reply.ask is not None
    assert "hum" not in [choice.id for choice in talk.reply.ask.choices]


@pytest.mark.parametrize(
    ("text", "where"),
    [("all of them", "medical.act"), ("none", "safety.rate")],
)
def test_the_list_of_dangers_is_answered_in_words(
    script: Script, ear: Ear, text: str, where: str
) -> None:
    """“All of them” ticks every danger, “none” none."""
    talk = Talk(script).begin("GB")
    for choice in ("start", "adult"):
        talk.pick(choice)
    while talk.reply.step != "welcome.fit":
        talk.act("skip")
    answer = Answer(text=text)
    talk.say(answer, ear.hear_answer(answer, talk.reply.ask))
    assert talk.reply.step == where


@pytest.mark.parametrize("kind", ["third_party", "suicide", "eating"])
@pytest.mark.parametrize("tier", ["check", "act"])
def test_whoever_stops_in_a_crisis_flow_leaves_with_people_in_view(
    script: Script, kind: Category, tier: Tier
) -> None:
    """“Stop” is obeyed at once, also after an unclear sign, and the last turn shows whom to call."""
    talk = heard(script, Risk(tier, kind, "r"))
    talk.act("stop")
    assert talk.reply.ended
    assert talk.reply.card is not None
