"""A script as the guide uses it: read, checked and compiled. `bot.loader` makes it from files.

Everything is frozen and shared by all talks. Guards and effects are functions that we compiled
from a small grammar (`bot.expressions`); nothing in a script is ever evaluated as Python.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field
from transitions import Machine

from bot.helplines import HelpLines
from bot.values import AskKind, Choice, Family, Value

Env: TypeAlias = Mapping[str, Value]
Guard: TypeAlias = Callable[[Env], bool | None]
"""True, False, or None for *unknown*: a variable it needs isn't given. Only True opens a route."""

VariableKind: TypeAlias = Literal["flag", "rating", "choice", "counter", "lock", "picks", "words"]
Quote: TypeAlias = Literal["always", "never", "auto", "noun"]
Resume: TypeAlias = str
"""`ask`, `next`, or the id of a step."""


class Variable(Struct, frozen=True):
    """A name that a talk can hold a value under, with its domain.

    Attributes:
        ids: the values of a choice.
        top: where a counter stops.
        before: the rating that keeps this one's last value.
        sticky: "back" doesn't undo it.
        start: its first value; None is *not given*.
    """

    name: str
    kind: VariableKind
    ids: tuple[str, ...] = ()
    top: int = 0
    before: str | None = None
    sticky: bool = False
    start: Value = None


class Effect(Struct, frozen=True):
    """Gives a variable a new value, computed from the values before."""

    name: str
    value: Callable[[Env], Value]


class Slot(Struct, frozen=True):
    """A place in a wording where a variable's value goes."""

    name: str
    as_clause: bool = False
    as_name: bool = False

    @property
    def is_cut(self) -> bool:
        """Tell whether what it shows has a length that a line can carry."""
        return self.as_clause or self.as_name


class Wording(Struct, frozen=True):
    """One way to say a line.

    Attributes:
        number: its place among all wordings of the script; remembers what was said.
        parts: plain text and slots, in order.
    """

    number: int
    parts: tuple[str | Slot, ...]


class Saying(Struct, frozen=True):
    """Wordings of which one is said when the guard holds."""

    id: str
    wordings: tuple[Wording, ...]
    when: Guard | None = None
    is_fixed: bool = False


class Bubble(Struct, frozen=True):
    """A line of a step: the first of its sayings whose guard holds is said."""

    sayings: tuple[Saying, ...]


class Route(Struct, frozen=True):
    """Where a talk may go.

    Attributes:
        id: stable id, also of its line.
        go: the step to enter.
        call: the side flow's step to visit.
        then: how the visit comes back: `ask`, `next` or a step.
        back: this route returns from a side flow: to the prompt, past it (`skip`) or on.
    """

    id: str
    when: Guard | None = None
    go: str | None = None
    call: str | None = None
    then: Resume = "ask"
    back: Literal["ask", "skip", "next"] | None = None
    say: Bubble | None = None
    effects: tuple[Effect, ...] = ()


class Option(Struct, frozen=True):
    """Something an ask offers: a choice, a chip or a live button.

    Attributes:
        quoted: what a line shows for it.
        hears: a plain yes or no means this one.
        is_alone: can't be picked together with others.
        forgets, habit: picking it deletes the talk; the habit of thought that it names.
        is_false_alarm: picking it tells that danger was heard where none was.
    """

    id: str
    label: str
    quoted: str
    about: str = ""
    habit: str | None = None
    hears: Literal["yes", "no"] | None = None
    is_alone: bool = False
    forgets: bool = False
    is_false_alarm: bool = False
    when: Guard | None = None
    say: Bubble | None = None
    effects: tuple[Effect, ...] = ()
    route: Route | None = None


class Moment(Struct, frozen=True):
    """A frame of an exercise: what it says, for how many seconds."""

    wording: Wording
    seconds: int
    breath: Literal["in", "hold", "out"] | None = None


class AskSpec(Struct, frozen=True):
    """What a step asks for.

    Attributes:
        into: the variable that takes the answer.
        marks: effects by what was picked or heard, for feelings, areas and words.
        cue, habits: variables that take what was heard beside the words; `among` offers habits.
        keep: what is typed may be stored.
        taps: a text that is shown as a choice, with the box for own words beside it.
        is_kept: an approval of lines that were kept before, not of new ones.
        without: cards that aren't shown while a guard holds.
    """

    kind: AskKind
    into: str | None
    options: tuple[Option, ...] = ()
    low: str = ""
    high: str = ""
    same: bool = False
    placeholder: str = ""
    min: int = 1
    max: int = 0
    pick: int = 0
    deck: str = ""
    piles: tuple[Choice, ...] = ()
    moments: tuple[Moment, ...] = ()
    marks: Mapping[str, tuple[Effect, ...]] = field(default_factory=dict)
    cue: str | None = None
    habits: str | None = None
    among: str | None = None
    keep: bool = True
    taps: bool = False
    is_kept: bool = False
    without: Mapping[str, Guard] = field(default_factory=dict)


class Step(Struct, frozen=True):
    """One place of the dialogue: `id` is `stage.step`, `plain` its question without pictures."""

    id: str
    stage: str
    purpose: str
    does: tuple[str, ...]
    say: tuple[Bubble, ...]
    next: tuple[Route, ...]
    why: Bubble | None = None
    again: Saying | None = None
    plain: Saying | None = None
    ask: AskSpec | None = None
    effects: tuple[Effect, ...] = ()
    skip: Route | None = None
    unsure: Route | None = None
    hints: Saying | None = None
    reask: Saying | None = None
    flagged: tuple[Route, ...] = ()
    card: str | None = None
    ends: bool = False


class Stage(Struct, frozen=True):
    """A stage, or a side flow that returns. While `only` isn't true, it goes to `otherwise`."""

    id: str
    title: str
    is_flow: bool
    first: str
    is_safety: bool = False
    only: Guard | None = None
    otherwise: str = ""
    otherwise_say: Bubble | None = None


class Rule(Struct, frozen=True):
    """What happens each time a variable is answered, such as the bands of a rating."""

    id: str
    when: Guard | None
    effects: tuple[Effect, ...] = ()
    call: str | None = None


class CommandRule(Struct, frozen=True):
    """What a command does, the same at every step."""

    call: str
    effects: tuple[Effect, ...] = ()
    after: int = 0


class NarrativeSlot(Struct, frozen=True):
    """One line of the new narrative: our glue, then the person's own words.

    Attributes:
        glue: what may stand before them, each of one wording; the first that fits does.
        quote: `auto` where words go on like a verb, `noun` where they go on like a noun.
        is_old: the worry's voice, which never stands alone.
        beside: the slot whose line this one is said in.
        needs: the slot that must be said in this one's line.
    """

    id: str
    glue: tuple[Saying, ...]
    words: str
    quote: Quote = "auto"
    is_old: bool = False
    beside: str = ""
    needs: str = ""


class Narrative(Struct, frozen=True):
    """How the new narrative is put together.

    Attributes:
        quoted: holds `{}` where the words go.
        openers: first words of sentences, which don't go on after a glue.
        nouns: first words that go on like a noun, but not like a verb.
        alone: first words of sentences about oneself, which need no glue.
        hollow: whole answers that say nothing.
    """

    slots: tuple[NarrativeSlot, ...] = ()
    quoted: str = "“{}”"
    openers: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    hollow: frozenset[str] = frozenset()


class Tables(Struct, frozen=True, eq=False):
    """What the heads of a script and of safety say, by kind.

    Attributes:
        watch: rules by the variable they watch.
        danger: the engine's own lines inside the safety flows, in the place of those in `decks`.
        risk: where danger leads, by category and tier.
        asides: what is answered beside the point, by what was heard.
        plain: the flag of who chose plain words.
        parked: the variable that keeps what was beside the point.
        undone: what variables are called when “back” takes them back along with an answer.
    """

    watch: Mapping[str, tuple[Rule, ...]]
    commands: Mapping[str, CommandRule]
    decks: Mapping[str, Saying]
    danger: Mapping[str, Saying]
    risk: Mapping[tuple[str, str], str]
    asides: Mapping[str, Saying]
    plain: str
    parked: str
    undone: Mapping[str, str]
    narrative: Narrative
    feelings: tuple[Family, ...]
    areas: tuple[Choice, ...]
    cards: Mapping[str, tuple[Choice, ...]]


class Script(Tables, frozen=True, eq=False):
    """A dialogue with the safety flows of the day, ready to guide.

    Attributes:
        digest: SHA-256 of the dialogue's files (not of safety, which is never pinned).
        conjunction: stands before the last of several labels, such as "and".
        parts: the stages that progress counts.
        progress: how many of the parts a stage has come to.
        steps: by full id, in the order of the files.
        bands: named ranges of ratings, from lowest to highest number.
        labels: what lines show for the ids that a variable may hold.
        machine: the state machine over all steps, shared by all talks.
        wordings: how many there are.
    """

    id: str
    title: str
    lang: str
    conjunction: str
    digest: str
    start: str
    stages: Mapping[str, Stage]
    parts: tuple[str, ...]
    progress: Mapping[str, int]
    steps: Mapping[str, Step]
    variables: Mapping[str, Variable]
    bands: Mapping[str, Mapping[str, tuple[int, int]]]
    labels: Mapping[str, Mapping[str, str]]
    help: HelpLines
    machine: Machine
    wordings: int

    def __repr__(self) -> str:
        """Name it; the whole of it fills pages."""
        return f"<Script {self.id} {self.digest[:8]} {self.lang}>"
