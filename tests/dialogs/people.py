"""Twenty-eight kinds of people who might come, each answering whatever is asked in their own way."""

from dataclasses import dataclass, field
from random import Random

from bot.listening.ear import Ear
from bot.values import Answer, Ask, InputKind, Outcome
from tests.conftest import Talk
from tests.walkers import steady

DAY = 86_400_000
DOOR = {
    "welcome.age": "adult",
    "welcome.consent": "yes",
    "welcome.privacy": "ok",
    "welcome.fit": "none",
}
HOME = {"end", "leave", "bye", "enough", "no", "forget", "now", "danger", "under", "done", "rest"}
SENTENCES = (
    "I keep going over what I said to Ada in the kitchen last week",
    "in March I gave the update with shaking hands and stayed to the end",
    "put both feet on the floor and say the next sentence slowly",
    "saying what I know and asking about what I don't know yet",
    "goes on talking while red in the face and shaking all over",
)
LONG = (
    "It starts in the morning, when I think of the day, and then I lie there and I go on and on. "
    * 6
)


@dataclass(frozen=True)
class Person:
    """How somebody answers.

    Attributes:
        says: what they type where words are asked for, one after the other.
        rates: their numbers, one after the other, then over again.
        does: what they do instead of answering, now and then.
        often: how often they do that, 0 to 1.
        types: they type what others tap: labels and numbers.
        picks: the choice they take at a step, whatever else.
        after: the milliseconds that pass before each answer, one after the other.
    """

    name: str
    says: tuple[str, ...] = ("the meeting on Thursday", "I can't stop thinking of it", "I go quiet")
    rates: tuple[int, ...] = (5, 4, 5)
    does: tuple[InputKind, ...] = ()
    often: float = 0.25
    types: bool = False
    picks: dict[str, str] = field(default_factory=dict)
    after: tuple[int, ...] = (1000,)


PEOPLE = (
    Person("terse", says=("k", "bad", "idk", "fine", "work", "…")),
    Person("verbose", says=(LONG, LONG + "and my sister says the same")),
    Person("typos", says=("im so anxios abuot tomorow", "waht if i fial", "dunno realy", "teh exam")),
    Person("knows nothing", says=("I don't know", "no idea", "idk", "not sure"), types=True),
    Person("skips", does=("skip",), often=0.7),
    Person("goes back", does=("back",), often=0.5),
    Person("hostile", says=("this is stupid", "you're a useless machine", "whatever", "go away")),
    Person("off topic", says=("what's the weather", "who won the match", "tell me a joke", "pizza")),
    Person("asks", says=("are you human?", "is this private?", "am I crazy?", "why?"), does=("why",)),
    Person("very high", rates=(9, 8, 10, 8), does=("toomuch",), often=0.05),
    Person("very low", rates=(0, 1, 2)),
    Person("numb", says=("I feel nothing", "foggy", "far away"), picks={"safety.feelings": "numbness.foggy"}),
    Person("rising", rates=(3, 4, 5, 6, 8)),
    Person("panic", says=("my heart races before meetings", "tight chest, same as ever"), rates=(6, 7, 6)),
    Person("player", says=("I keep getting headshot lol", "ranked is killing me", "gg", "one more round")),
    Person("grief", says=("my dad died last year", "I miss him", "the house is quiet"), rates=(6, 5, 6)),
    Person("teen", picks={"welcome.age": "under"}),
    Person("helper", says=("I worry about my mum", "she doesn't sleep", "I ring her every hour")),
    Person("denies", picks={"crisis.life": "no", "check.ask_dying": "no"}, says=("I'm just tired", "no")),
    Person("comes back", after=(1000,) * 9 + (DAY + 1000,), often=0.05, does=("pause",)),
    Person("comes back late", after=(1000,) * 14 + (31 * DAY,), often=0.05, does=("stop",)),
    Person("another language", says=("tengo miedo", "je ne dors plus", "ich weiß nicht", "боюсь")),
    Person("by ear and keyboard", types=True, says=("the bus", "people looking", "I get off early")),
    Person("at eight of ten", rates=(8, 7, 8, 7), says=("I can't breathe at work", "everything", "my hands shake")),
    Person("has done ten of these", says=("the usual", "shocker", "nothing, as foretold", "roll my eyes and go anyway")),
    Person("wants plain words", says=("plain words please", "the bus", "I don't get it", "people look at me")),
    Person("writes whole sentences", says=SENTENCES),
    Person("in danger now and then", says=("the rent", "I want to die", "they all look at me", "no point")),
)  # fmt: skip


def step(person: Person, talk: Talk, ear: Ear, random: Random) -> None:
    """Let somebody take one turn."""
    turn, ask = len(talk.replies), talk.reply.ask
    wait = person.after[turn % len(person.after)]
    assert ask is not None
    if person.does and random.random() < person.often:
        talk.act(random.choice(person.does), wait=wait)
        return
    answer = _answer(person, talk, ask, random)
    talk.say(answer, ear.hear_answer(answer, ask), wait=wait)


def _answer(person: Person, talk: Talk, ask: Ask, random: Random) -> Answer:
    turn, at = len(talk.replies), talk.reply.step
    rating, words = person.rates[turn % len(person.rates)], person.says[turn % len(person.says)]
    picked = person.picks.get(at) or DOOR.get(at)
    if picked is not None and ask.kind == "feelings":
        return Answer(feelings=(picked,))
    if picked is not None:
        return Answer(choices=(picked,)) if ask.kind == "choices" else Answer(choice=picked)
    if ask.kind == "exercise" and random.random() < 0.15:
        return Answer(exercise=Outcome("stop", 4))
    if ask.kind == "approve" and random.random() < 0.3:
        return Answer(approve={line.id: random.random() < 0.5 for line in ask.lines})
    answer = steady(ask, random, rating=rating, text=words)
    if answer.choice in HOME and random.random() < 0.8:  # most people stay for a while
        answer = steady(ask, random, rating=rating, text=words)
    return _typed(answer, ask) if person.types else answer


def _typed(answer: Answer, ask: Ask) -> Answer:
    if answer.choice is not None:
        return Answer(text=next(c.label for c in ask.choices if c.id == answer.choice))
    return Answer(text=f"about a {answer.rating}") if answer.rating is not None else answer
