"""What is heard in a text, whatever was asked."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import MakeroomError, ScriptError
from bot.listening.ear import MOST_HEARD, Ear
from bot.listening.words import Words
from bot.values import Answer, Ask, Choice, Family, Heard, Line

DIALOGS = Path(__file__).resolve().parents[3] / "dialogs"
EAR = Ear.load(DIALOGS)

PACE = Ask(
    kind="choice",
    choices=(
        Choice("standard", "Yes, like that"),
        Choice("gentle", "Gentler"),
        Choice("why", "Tell me why first"),
        Choice("none", "None of these"),
    ),
)
TOPICS = Ask(kind="text", chips=(Choice("work", "Work"), Choice("people", "People around me")))
CALM = Ask(kind="rating", low="calm", high="the most")
BODY = Ask(
    kind="body", areas=(Choice("chest", "Chest"), Choice("belly", "Belly"), Choice("jaw", "Jaw"))
)
FEEL = Ask(
    kind="feelings",
    families=(
        Family("fear", "Fear", (Choice("fear.dread", "dread"), Choice("fear.panic", "panic"))),
    ),
)
AGE = Ask(
    kind="choice",
    choices=(
        Choice("adult", "Yes, 18 or over"),
        Choice("under", "Under 18"),
        Choice("unsaid", "I'd rather not say"),
    ),
)
SPACE = Ask(
    kind="choice",
    choices=(
        Choice("bit", "A bit"),
        Choice("none", "None"),
        Choice("odd", "It's odd"),
        Choice("true", "But it's true"),
    ),
)
STAND = Ask(
    kind="choice",
    choices=(
        Choice("feet", "Feet on the floor"),
        Choice("hands", "My hands"),
        Choice("look", "Something in view"),
    ),
)
KEEP = Ask(
    kind="choice",
    choices=(Choice("keep", "Keep it"), Choice("forget", "Delete it all now")),
)
LINES = Ask(kind="approve", lines=(Line("a", "One."), Line("b", "Two."), Line("c", "Three.")))
REGION = Ask(kind="choice", choices=(Choice("GB", "United Kingdom"), Choice("US", "United States")))


@pytest.mark.parametrize(
    ("text", "ask", "choices"),
    [
        ("Gentler", PACE, ("gentle",)),
        ("gentler please", PACE, ("gentle",)),
        ("the second one", PACE, ("gentle",)),
        ("2", PACE, ("gentle",)),
        ("number two", PACE, ("gentle",)),
        ("the last one", PACE, ("none",)),
        ("gentlr", PACE, ("gentle",)),
        ("none of these", PACE, ("none",)),
        ("9", PACE, ()),
        ("a banana", PACE, ()),
        ("work", TOPICS, ("work",)),
        ("my work is eating me up", TOPICS, ()),
        ("chest and jaw", BODY, ("chest", "jaw")),
        ("1 and 3", BODY, ("chest", "jaw")),
        ("dread, maybe some panic", FEEL, ("fear.dread", "fear.panic")),
        ("uk", REGION, ("GB",)),
        ("the states", REGION, ("US",)),
        ("united kingdon", REGION, ("GB",)),
    ],
)
def test_a_choice_is_heard_by_label_number_order_and_near_spelling(text, ask, choices):
    assert EAR.hear(text, ask).choices == choices


@pytest.mark.parametrize(
    ("text", "ask", "choices"),
    [
        ("yes i am over 18", AGE, ("adult",)), ("18 or over", AGE, ("adult",)),
        ("im 34", AGE, ("adult",)), ("over 18", AGE, ("adult",)), ("18", AGE, ("adult",)),
        ("I'm 52 years old", AGE, ("adult",)), ("i am an adult", AGE, ("adult",)),
        ("under 18", AGE, ("under",)), ("i'm under 18", AGE, ("under",)),
        ("rather not say", AGE, ("unsaid",)), ("not over 18", AGE, ()), ("almost 18", AGE, ()),
        ("i will be 18 soon", AGE, ()), ("my son is 34", AGE, ()),
        ("keep it please", KEEP, ("keep",)), ("yes, delete it", KEEP, ("forget",)),
        ("keep", KEEP, ("keep",)), ("no, keep it", KEEP, ("keep",)), ("don't keep", KEEP, ()),
        ("my feet", STAND, ("feet",)), ("the floor i guess", STAND, ("feet",)),
        ("not my feet", STAND, ()), ("what about my feet", STAND, ()),
        ("i guess a bit", SPACE, ("bit",)), ("it is true", SPACE, ("true",)),
        ("yes but gently", PACE, ("gentle",)), ("a bit more gently please", PACE, ("gentle",)),
    ],
)  # fmt: skip
def test_a_choice_is_heard_by_the_words_that_only_it_has(text, ask, choices):
    """Unless a word that isn't the label's own may turn the sense."""
    assert EAR.hear(text, ask).choices == choices


@pytest.mark.parametrize(
    ("text", "answer", "choices"),
    [
        ("keep all", "yes", ()), ("yes keep all", "yes", ()), ("all of them", "yes", ()),
        ("keep everything please", "yes", ()), ("yes", "yes", ()), ("drop them all", "no", ()),
        ("no", "no", ()), ("the first and the third", None, ("a", "c")),
        ("drop the second", None, ("a", "c")), ("1 and 2", None, ("a", "b")),
        ("all but the last", None, ("a", "b")), ("yes, but not the first", None, ("b", "c")),
        ("keep the first one, drop the second", None, ("a",)), ("the fifth", None, ()),
        ("drop 1, 2 and 3", "no", ()), ("the first makes me sad", None, ()),
    ],
)  # fmt: skip
def test_lines_are_kept_as_they_are_named(text, answer, choices):
    """Only what is named is kept, or all that isn't dropped; anything else keeps nothing."""
    heard = EAR.hear(text, LINES)
    assert (heard.answer, heard.choices) == (answer, choices)


@pytest.mark.parametrize(
    ("text", "feelings"),
    [
        ("my job. i have a review on friday and i keep thinking theyll fire me", ()),
        ("being a good dad", ()), ("everything feels unreal", ("numbness",)),
        ("i feel empty", ("numbness",)), ("my mind goes blank", ("numbness",)),
        ("i am far away from home", ()), ("the office is empty", ()), ("i feel safe", ("calm",)),
    ],
)  # fmt: skip
def test_numbness_and_calm_are_heard_only_of_oneself(text, feelings):
    """A wrong guess sends a person down another path."""
    heard = EAR.hear(text).feelings
    assert tuple(f for f in heard if f in ("numbness", "calm")) == feelings


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("7", 7), ("about a six", 6), ("7/10", 7), ("7 out of 10", 7), ("seven or eight", 8),
        ("6.5", 7), ("eleven!", 10), ("100", 10), ("zero", 0), ("not at all", 0), ("calm", 0),
        ("the most", 10), ("it was an 8 but now it's a 5", 5), ("maybe a 4", 4), ("i'm at 9", 9),
        ("seven out of ten", 7), ("ten out of ten", 10), ("siete de diez", 7), ("entre cinco y seis", 6),
        ("un nueve sobre diez", 9), ("era ocho y ahora cinco", 5),
        ("6ish", 6), ("7 going on 8", 8), ("six and a half", 7), ("seis y medio", 7), ("8 heart pounding", 8),
        ("7 because I'm nervous", 7), ("I have 3 exams tomorrow", None), ("2 of my friends left", None),
        ("can't tell my year 9 teacher", None), ("siento un 7 en el pecho", 7),
        ("i have no idea", None), ("no one", None), ("for 20 minutes", None), ("this one", None),
    ],
)  # fmt: skip
def test_a_rating_is_heard_in_words(text, rating):
    assert EAR.hear(text, CALM).rating == rating


@pytest.mark.parametrize(
    "text", ["I have 3 kids", "my 2 dogs", "at 7 pm", "i am in room 5 of the house"]
)
def test_a_number_is_no_rating_unless_it_is_all_that_is_said(text):
    assert EAR.hear(text).rating is None


@pytest.mark.parametrize(
    ("text", "choices"),
    [("13", ("under",)), ("fifteen", ("under",)), ("I'm 17", ("under",)), ("tengo 15", ("under",)),
     ("25", ("adult",)), ("40 years", ("adult",)), ("almost 18", ()), ("17 and a half", ())],
)  # fmt: skip
def test_an_age_picks_the_side_of_18(text, choices):
    """Nobody under 18 is asked again for what they have just said."""
    assert EAR.hear(text, AGE).choices == choices


def test_a_rating_is_no_age():
    """The words "I'm 12" answer a scale; without one they tell an age."""
    assert EAR.hear("i'm 12", CALM).risk is None
    assert EAR.hear("i'm 12").risk.category == "minor"


@pytest.mark.parametrize(
    "text",
    ["I want to stop worrying", "go back to work", "I skip meals when nervous", "my back hurts",
     "help my son with school", "why me", "I can't pause my thoughts"],
)  # fmt: skip
def test_an_answer_to_an_open_question_is_no_command(text):
    assert EAR.hear(text, TOPICS).command is None


@pytest.mark.parametrize("mark", ["", ".", "!", "?", "!!", "...", " :)", " 🙏", "\n", ",", ";"])
def test_a_mark_behind_a_reply_changes_nothing(mark):
    assert EAR.hear(f"stop{mark}").command == "stop"
    assert EAR.hear(f"why{mark}").command == "why"
    assert EAR.hear(f"yes{mark}").answer == (None if mark == "?" else "yes")
    assert EAR.hear(f"no{mark}").answer == "no"


AGREED = Ask(
    kind="choice",
    choices=(Choice("yes", "Yes, that's all right"), Choice("no", "No, leave that out")),
)


@pytest.mark.parametrize(
    "text",
    ["yes but not now", "yes and no", "sure, if I must", "ok but I'm scared", "you", "and you?",
     "yes?", "is that ok?", "yeah, nah", "yeah right", "sure you will", "great, another exercise",
     "sure, like I have a choice", "it's all right for others", "it sounds good but"],
)  # fmt: skip
def test_consent_is_never_guessed(text):
    """Neither as a plain answer nor by a word of the choice's label."""
    heard = EAR.hear(text, AGREED)
    assert (heard.answer == "yes", heard.choices) in ((False, ()), (False, ("no",)))


@pytest.mark.parametrize(
    "text", ["yes", "yes please", "yeah sure, why not", "alright", "that's fine by me",
             "sure, let's go", "ok, sounds good", "Yes, that's all right"],
)  # fmt: skip
def test_a_plain_yes_is_heard(text):
    heard = EAR.hear(text, AGREED)
    assert heard.answer == "yes" or heard.choices == ("yes",)


def test_a_label_wins_over_a_command_but_not_over_a_cry_for_help():
    labels = Ask(kind="choice", choices=(Choice("later", "Skip this"), Choice("out", "Too much")))
    assert EAR.hear("skip this", labels) == Heard(choices=("later",))
    assert EAR.hear("too much", labels).command == "toomuch"


def test_the_gravest_of_several_dangers_counts():
    heard = EAR.hear("he hits me when he's drunk. I took all my tablets an hour ago")
    assert (heard.risk.tier, heard.risk.category) == ("now", "medical")


@pytest.mark.parametrize(
    ("text", "category", "minor"),
    [
        ("im 13 and i want to kill myself", "suicide", True),
        ("I'm 15 and my dad hits me", "abuse", True),
        ("I'm 15", "minor", False),
        ("I'm in 8th grade and I want to die", "suicide", True),
        ("I teach 8th grade and I want to die", "suicide", False),
        ("my dad slapped me for failing my maths test", "abuse", True),
        ("dad beats me and I'm scared to go home", "abuse", True),
        ("my mom's boyfriend touches me when she's out", "abuse", True),
        ("my mom's boyfriend moved in", "minor", False),
        ("the girls in my class keep shoving me in the toilets", "abuse", True),
        ("I want to kill myself", "suicide", False),
        ("I was 13 when I first wanted to kill myself", "suicide", False),
    ],
)
def test_an_age_below_18_is_heard_beside_a_graver_danger(text, category, minor):
    """A child who writes of another danger is still known to be one; a class is an age, a school is none."""
    risk = EAR.hear(text).risk
    assert (risk.category, risk.minor) == (category, minor)


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("my brother killed himself last year", "check"),
        ("my dad died by suicide", "check"),
        ("my brother tried to kill himself", "act"),
        ("my brother just hanged himself", "act"),
        ("my friend wants to kill herself", "act"),
    ],
)
def test_a_loss_is_no_danger_that_is_near(text, tier):
    """Whoever lost somebody that way is asked softly, and an attempt is still one."""
    risk = EAR.hear(text).risk
    assert (risk.category, risk.tier) == ("third_party", tier)


def test_every_edit_of_an_answer_is_heard():
    edits = Answer(approve={"a": True, "b": "I want to die", "c": "my words"})
    assert EAR.hear_answer(edits, None).risk.category == "suicide"
    assert EAR.hear_answer(Answer(choice="a"), None) == Heard()
    assert EAR.hear_answer(Answer(text="7/10"), CALM).rating == 7


@pytest.mark.parametrize(
    ("text", "category", "tier"),
    [
        ("I tried to kill myself ten years ago", "suicide", "check"),
        ("I tried to kill myself years ago and it is coming back", "suicide", "act"),
        ("my friend wants to die", "third_party", "act"),
        ("I want to kill myself lol", "suicide", "check"),
        ("not suicidal but I think about driving into a tree", "suicide", "act"),
        ("I don't want to die, I just don't want to live like this", "suicide", "act"),
        ("i can't stop thinking about killing myself", "suicide", "act"),
    ],
)
def test_scopes_soften_but_do_not_hide(text, category, tier):
    risk = EAR.hear(text).risk
    assert (risk.category, risk.tier) == (category, tier)


@pytest.mark.parametrize(
    "text",
    ["I'm not suicidal", "no thoughts of hurting myself", "I would never kill myself",
     "what if I have a heart attack", "studying bored me", "I had to spend it all", "", "   ", "…",
     "people die of it in films"],
)  # fmt: skip
def test_negation_worry_and_substrings_are_no_danger(text):
    assert EAR.hear(text).risk is None


@pytest.mark.parametrize("text", ["", " ", "\u200b", "...", "\ud800", "\x00"])
def test_what_is_left_empty_is_said_to_be_empty(text):
    assert EAR.hear(text).empty


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, PACE, CALM, BODY, FEEL, TOPICS, REGION]))
def test_any_text_is_heard_without_an_error_and_always_the_same(text, ask):
    assert EAR.hear(text, ask) == EAR.hear(text, ask)


def test_a_text_longer_than_the_limit_is_heard_up_to_it():
    assert EAR.hear("I want to die. " + "x" * MOST_HEARD * 2).risk is not None


def test_a_folder_without_lists_is_refused(tmp_path):
    """Hearing nothing at all must not go unnoticed."""
    with pytest.raises(MakeroomError, match="no word lists"):
        Ear.load(tmp_path)


def test_all_mistakes_of_a_rule_file_are_told_with_their_places(tmp_path):
    (tmp_path / "safety/lexicon").mkdir(parents=True)
    (tmp_path / "listening").mkdir()
    (tmp_path / "listening/x.rules").write_text("list a: b\n", encoding="utf-8")
    bad = "rule one: suicide act\n  [never] ends\n  @nolist\n  + a\nrule two: suicide act\n  x\n"
    (tmp_path / "safety/lexicon/y.rules").write_text(bad + "nonsense\n", encoding="utf-8")
    with pytest.raises(ScriptError) as caught:
        Ear.load(tmp_path)
    assert [(f.line, f.code) for f in caught.value.findings] == [(5, "LS03"), (7, "LS01")]


def test_a_list_has_its_name_for_itself_except_in_a_languages_file(tmp_path):
    """Two lists of one name would be joined in silence, and rules would fire that nobody wrote."""
    rule = "rule one: feeling 1\n  @a\n  + b\n"
    for file, text in (
        ("listening/x.rules", f"list a: b\n{rule}"),
        ("listening/es/x.rules", "list a: c\n"),
        ("safety/lexicon/fr.rules", "list a: d\n"),
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    Ear.load(tmp_path)
    (tmp_path / "safety/lexicon/y.rules").write_text("list a: e\n", encoding="utf-8")
    with pytest.raises(ScriptError, match="rename one") as caught:
        Ear.load(tmp_path)
    assert [(f.file, f.line, f.code) for f in caught.value.findings] == [
        ("safety/lexicon/y.rules", 1, "LS06")
    ]


WISHES = (
    "I want to die", "I wanna die", "I want to kill myself", "I'm going to kill myself",
    "I am suicidal", "I wish I was dead", "I want to end my life", "I don't want to live anymore",
    "I want to hurt myself", "I feel like killing myself", "I should just kill myself",
    "I want to be dead", "I am thinking of ending it all",
)  # fmt: skip
AROUND = ("", "my mum thinks I'm fine but ", "some days ", "work was ok today but ", "I'm 34 and ")
BEHIND = (
    "", "in peace", "in my sleep", "before my birthday", "without pain", "when I wake up",
    "when nobody is home", "with my cat next to me", "for good", "so badly", "because of school",
    "and nobody knows", "but I love my kids", "but I won't tell anyone", "at work", "at 3am",
    "at the weekend", "like my brother did", "if he leaves", "honestly", "no joke", "lol",
    "even though my life is fine", "over this exam", "from the pain", "of loneliness", "of grief",
    "for my family", "in a hospital bed", "in the bathroom", "this year", "thinking about the wedding",
    "it's embarrassing", "while everyone laughs", "as much as anyone", "is that normal",
)  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
def test_nothing_that_follows_makes_a_plain_wish_a_manner_of_speaking(wish):
    """Laughter makes it a question instead of a crisis; nothing makes it unheard."""
    said = [f"{before}{wish} {behind}" for before in AROUND for behind in BEHIND]
    assert [text for text in said if EAR.hear(text).risk is None] == []


def test_a_price_or_a_year_is_no_disguise():
    """Where digits stand for letters, a lone 1 is an "I"; a price beside it changes nothing."""
    words = Words(("i", "so", "to", "kill", "myself"), {}, ())
    assert "1" in words.sentences("it cost $500 in the 70's, for 1")[0]
    assert "i" in words.sentences("1 k1ll mys3lf")[0]
