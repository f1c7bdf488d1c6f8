"""The frozen values that a talk is made of.

They are msgspec structs: immutable, slotted, and the same in memory, on the wire and in the
store. Times are whole milliseconds since 1970-01-01 UTC; nothing here reads a clock.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Tier: TypeAlias = Literal["now", "act", "check"]
Category: TypeAlias = Literal[
    "suicide",
    "self_harm",
    "harm_others",
    "abuse",
    "medical",
    "psychosis",
    "eating",
    "withdrawal",
    "third_party",
    "minor",
]
Command: TypeAlias = Literal["help", "back", "skip", "stop", "pause", "toomuch", "why"]
Aside: TypeAlias = Literal[
    "human", "understand", "private", "tell", "diagnosis", "medicine", "works", "maker",
    "simpler", "literal", "hostile", "sexual", "offtopic", "language",
    "near", "when", "taken", "done", "denied", "numbers",
]  # fmt: skip
AskKind: TypeAlias = Literal[
    "choice", "choices", "rating", "text", "feelings", "body", "cards", "exercise", "approve"
]
InputKind: TypeAlias = Literal[
    "begin", "return", "say", "help", "back", "skip", "stop", "pause", "toomuch", "why"
]
Value: TypeAlias = bool | int | str | tuple[str, ...] | None


class Risk(Struct, frozen=True, omit_defaults=True):
    """A sign of danger in what was said.

    Attributes:
        tier: `now` imminent or medical, `act` clear, `check` unclear.
        category: what kind of danger.
        rule: id of the rule that heard it.
        minor: the text also says that its writer is under 18.
    """

    tier: Tier
    category: Category
    rule: str
    minor: bool = False


class Heard(Struct, frozen=True, omit_defaults=True):
    """What was heard in a text, in the order in which it counts.

    Attributes:
        risk: the gravest sign of danger, if any.
        command: a request to the guide itself, such as "go back".
        aside: what is said to the guide beside the point, such as "are you human?"; or words that
            mean something of their own only where danger is spoken of, such as "tonight".
        answer: a plain yes, no or "I don't know".
        rating: a number from 0 to 10 that the text gives as an answer.
        choices: ids of the current prompt's choices (or shades, areas, cards) that the text names.
        feelings: families of feeling that the text speaks of, strongest first.
        habits: habits of thought that the text may show, at most three.
        cues: what in the clause most worth quoting may be asked about, the likeliest first;
            `spared` alone where something real and hard is spoken of.
        empty: nothing is left of the text after cleaning.
    """

    risk: Risk | None = None
    command: Command | None = None
    aside: Aside | None = None
    answer: Literal["yes", "no", "unsure"] | None = None
    rating: int | None = None
    choices: tuple[str, ...] = ()
    feelings: tuple[str, ...] = ()
    habits: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    empty: bool = False


NOTHING_HEARD = Heard()


class Outcome(Struct, frozen=True, omit_defaults=True):
    """How an exercise ended: `okay`, `stop` or `toomuch`, after how many seconds."""

    outcome: Literal["okay", "stop", "toomuch"]
    seconds: int = 0


class Answer(Struct, frozen=True, omit_defaults=True):
    """An answer as it was sent: exactly one of its fields is given."""

    text: str | None = None
    choice: str | None = None
    choices: tuple[str, ...] | None = None
    rating: int | None = None
    feelings: tuple[str, ...] | None = None
    cards: dict[str, str] | None = None
    exercise: Outcome | None = None
    approve: dict[str, bool | str] | None = None


class Input(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One act of the person's, with all that a turn may depend on.

    Attributes:
        at: when, in milliseconds.
        kind: `say` carries an answer, `begin` opens a talk, `return` is a visit after a while,
            the others are the commands.
        answer: what was said; for `say` only.
        heard: what was heard in it, at the time.
        late: it answers an older prompt: only danger and calls for help count.
        seed: chooses among wordings; for `begin` only.
        region: a country's two letters, for the help lines; for `begin` only.
        lang: the language of the talk; for `begin` only.
        counting: whoever runs this counts steps, of those who say yes; for `begin` only.
    """

    at: int
    kind: InputKind
    answer: Answer | None = None
    heard: Heard = NOTHING_HEARD
    late: bool = False
    seed: int = 0
    region: str | None = None
    lang: str = "en"
    counting: bool = False


class Line(Struct, frozen=True):
    """One bubble of the guide's. `id` is stable across wordings and languages."""

    id: str
    text: str


class Choice(Struct, frozen=True, omit_defaults=True):
    """Something that can be picked. `about` explains a card; `alone` goes with no other choice."""

    id: str
    label: str
    about: str = ""
    alone: bool = False


class Family(Struct, frozen=True):
    """A family of feelings with its shades."""

    id: str
    label: str
    shades: tuple[Choice, ...]


class ExerciseFrame(Struct, frozen=True, omit_defaults=True):
    """A moment of an exercise: what it says and for how many seconds."""

    text: str
    seconds: int
    breath: Literal["in", "hold", "out"] | None = None


class Ask(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the guide asks for, as it goes to the client. Which fields a kind has: see the protocol.

    `same` is the last rating, for “same as before”; `was` is the answer given before, shown for
    editing after a step back. With `keep` off, what is typed here is heard and never stored.
    """

    kind: AskKind
    choices: tuple[Choice, ...] = ()
    min: int | None = None
    max: int | None = None
    low: str | None = None
    high: str | None = None
    same: int | None = None
    chips: tuple[Choice, ...] = ()
    placeholder: str | None = None
    keep: bool = True
    families: tuple[Family, ...] = ()
    areas: tuple[Choice, ...] = ()
    cards: tuple[Choice, ...] = ()
    piles: tuple[Choice, ...] = ()
    pick: int | None = None
    frames: tuple[ExerciseFrame, ...] = ()
    live: tuple[Choice, ...] = ()
    lines: tuple[Line, ...] = ()
    optional: bool = True
    was: Answer | None = None


class Progress(Struct, frozen=True):
    """Which of how many small parts the talk is in."""

    part: int
    of: int


class HelpLine(Struct, frozen=True, omit_defaults=True):
    """A line to call or write to, printed exactly as its source prints it.

    Attributes:
        name: what the line calls itself.
        call: number to dial, as printed; never rewritten.
        text: how to reach it by text message.
        chat: where to chat, without a scheme.
        hours: when somebody answers.
        seen: the day we last looked at a copy of the source, `YYYY-MM-DD`.
        confirmed: the provider's own page was opened by a person of the project.
    """

    name: str
    call: str | None = None
    text: str | None = None
    chat: str | None = None
    hours: str | None = None
    seen: str = ""
    confirmed: bool = False


class Silence(Struct, frozen=True, omit_defaults=True):
    """How to reach the emergency services of a country without speaking.

    Attributes:
        how: what to do, in our words.
        seen, confirmed: as for a help line.
    """

    how: str
    seen: str
    confirmed: bool = False


class Card(Struct, frozen=True, omit_defaults=True):
    """Help lines for a country, emergency number first, and where to find others.

    `silence` is there for somebody who is being hurt, where the country has a way that we know of.
    """

    region: str
    name: str
    emergency: tuple[str, ...]
    lines: tuple[HelpLine, ...]
    find: tuple[str, ...]
    note: str = ""
    silence: Silence | None = None


class Reply(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One turn of the guide's, as it is stored and sent (a guide event without `seq` and `at`)."""

    lines: tuple[Line, ...]
    stage: str
    step: str
    progress: Progress
    ask: Ask | None = None
    ended: bool = False
    card: Card | None = None


class Frame(Struct, frozen=True, array_like=True):
    """Where a side flow returns to.

    Attributes:
        step: the step that was left.
        resume: `ask` asks again, `next` goes on as if its answer had just been taken,
            anything else is the step to enter.
    """

    step: str
    resume: str


class Mark(Struct, frozen=True, array_like=True):
    """A place that "back" can return to: the prompt, its stack, and what its answer changed."""

    step: str
    stack: tuple[Frame, ...]
    old: dict[str, Value]
    answer: Answer | None = None


class Session(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Everything the guide knows of a talk between two turns.

    Attributes:
        step: full id of the step whose prompt is open, `stage.step`.
        seed: chooses among wordings.
        lang: language of the talk.
        started: when it began, in milliseconds.
        at: when the last input came.
        values: what the variables hold; a variable that isn't there is not given.
        stack: the side flows' way back, innermost last.
        trail: where "back" leads, nearest last.
        said: numbers of the wordings that were said, as a bit set in hexadecimal.
        tries: how often the open prompt was asked again.
        asides: how often something else was said than an answer to it.
        bare: how many turns in a row only asked.
        taken_back: how often each prompt was returned to by "back".
        skips: how many steps were skipped in a row.
        ended: the talk is over.
    """

    step: str
    seed: int
    lang: str
    started: int
    at: int
    values: dict[str, Value]
    stack: tuple[Frame, ...] = ()
    trail: tuple[Mark, ...] = ()
    said: str = ""
    tries: int = 0
    asides: int = 0
    bare: int = 0
    taken_back: dict[str, int] = {}
    skips: int = 0
    ended: bool = False


class Turn(Struct, frozen=True):
    """What one input led to.

    Attributes:
        session: the talk after it.
        reply: what the guide says.
        path: steps and routes that were walked; holds no word of the person's.
        forget: the person asked for the talk to be deleted.
        false_alarm: the person tells that danger was heard where none was.
    """

    session: Session
    reply: Reply
    path: tuple[str, ...] = ()
    forget: bool = False
    false_alarm: bool = False
