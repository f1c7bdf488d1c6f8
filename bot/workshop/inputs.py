"""Everything a person can do at a prompt, as finitely many inputs.

Free text is an answer or it isn't; danger is heard by where it leads; ratings are all eleven; a
choice of several is every set that can make a difference.
"""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from bot.answers import FULL_NAME
from bot.present import pickable
from bot.script import AskSpec, Script, Step
from bot.values import Answer, Aside, Heard, Input, InputKind, Outcome, Risk
from bot.workshop.acts import ENDINGS
from bot.workshop.domains import MANY_IDS, NOW, WORDS, Domains

DAY = 86_400_000
MOST_EFFECTS = 10  # options with effects whose every subset is tried: 1,024 of them

Sort: TypeAlias = Literal["answer", "pass", "command", "danger", "away", "aside", "within"]
ASIDES: tuple[Aside, ...] = ("hostile", "literal", "offtopic")  # the others change nothing
COMMANDS: tuple[InputKind, ...] = ("help", "stop", "pause", "toomuch")


class Act(Struct, frozen=True):
    """One thing a person may do.

    Attributes:
        label: how a reader would name it.
        sort: `answer`, `pass` (skip, unsure, unreadable), `command`, `danger` or `away`.
        given: the input, at a fixed time.
        tries: how often the prompt was asked again before; None when that makes no difference.
        skips: how many steps were skipped in a row before; None likewise.
    """

    label: str
    sort: Sort
    given: Input
    tries: int = 0
    skips: int = 0

    @property
    def gap(self) -> int:
        """Give how long it is since the act before, in milliseconds."""
        return 2 * DAY if self.sort == "away" else 1000


def acts_at(script: Script, step: Step, domains: Domains) -> Iterator[Act]:
    """Give every answer to a prompt, and every way to leave it unanswered."""
    if step.ask is None:
        return
    for label, answer, heard in _answers(script, step.ask, domains):
        yield _act(label, "answer", answer, heard)
    few = max((rule.after for name, rule in script.commands.items() if name == "skips"), default=0)
    for skips in dict.fromkeys((0, max(few - 1, 0))):
        yield Act("skip", "pass", Input(at=NOW, kind="skip"), skips=skips)
        yield _unread(tries=2, skips=skips)
        yield _unsure(tries=1, skips=skips)
    yield _unread(tries=0)
    yield _unsure(tries=0)


def calls(script: Script) -> Iterator[Act]:
    """Give what is the same at every prompt: the commands, and a visit after days."""
    for kind in COMMANDS:
        if kind in script.commands:
            yield Act(kind, "command", Input(at=NOW, kind=kind))
    yield Act("return", "away", Input(at=NOW, kind="return"))


def asides() -> Iterator[Act]:
    """Give what may be said beside the point."""
    for aside in ASIDES:
        yield _act(aside, "aside", Answer(text=WORDS), Heard(aside=aside))


def dangers(script: Script) -> Iterator[Act]:
    """Give one act for each category and tier of danger."""
    for category, tier in script.risk:
        risk = msgspec.convert({"tier": tier, "category": category, "rule": "proof"}, Risk)
        yield _act(f"{category} {tier}", "danger", Answer(text=WORDS), Heard(risk=risk))


def _act(label: str, sort: Sort, answer: Answer, heard: Heard) -> Act:
    return Act(label, sort, Input(at=NOW, kind="say", answer=answer, heard=heard))


def _unread(*, tries: int, skips: int = 0) -> Act:
    given = Input(at=NOW, kind="say", answer=Answer(text=""), heard=Heard(empty=True))
    return Act("unreadable again" if tries else "unreadable", "pass", given, tries, skips)


def _unsure(*, tries: int, skips: int = 0) -> Act:
    given = Input(at=NOW, kind="say", answer=Answer(text="?"), heard=Heard(answer="unsure"))
    return Act("unsure again" if tries else "unsure", "pass", given, tries, skips)


Way = tuple[str, Answer, Heard]


def _answers(script: Script, spec: AskSpec, domains: Domains) -> Iterator[Way]:
    match spec.kind:
        case "choice":
            yield from ((c, Answer(choice=c), Heard()) for c in _telling_ids(spec, domains))
        case "choices":
            yield from ((" + ".join(c), Answer(choices=c), Heard()) for c in _subsets(spec))
        case "rating":
            yield from ((str(n), Answer(rating=n), Heard()) for n in range(11))
        case "text":
            yield from _texts(script, spec)
        case "exercise":
            yield from _outcomes(spec)
        case "approve":
            yield from _approved(script, spec)
        case _:
            yield from _picked(script, spec)


def _approved(script: Script, spec: AskSpec) -> Iterator[Way]:
    yield "none", Answer(approve={}), Heard()
    yield "kept", Answer(text=WORDS), Heard(answer="yes")
    if FULL_NAME in spec.marks:
        line = "line1" if spec.is_kept else script.narrative.slots[0].id
        yield "a full name", Answer(approve={line: "Ada Lovelace"}), Heard()


def _texts(script: Script, spec: AskSpec) -> Iterator[Way]:
    hollow = sorted(script.narrative.hollow)
    if hollow and any(slot.words == spec.into for slot in script.narrative.slots):
        yield "nothing said", Answer(text=hollow[0]), Heard()
    for option in spec.options:
        yield option.id, Answer(choice=option.id), Heard()
    cues = ((), *((cue,) for cue in script.variables[spec.cue].ids)) if spec.cue else ((),)
    habits = ((), (WORDS,)) if spec.habits else ((),)
    for marks, cue, habit in product(_all_subsets(tuple(spec.marks)), cues, habits):
        yield "words", Answer(text=WORDS), Heard(feelings=marks, habits=habit, cues=cue)


def _outcomes(spec: AskSpec) -> Iterator[Way]:
    for outcome in ENDINGS.values():
        yield outcome, Answer(exercise=Outcome(outcome)), Heard()
    for option in spec.options:
        if option.id not in ENDINGS:
            yield option.id, Answer(choice=option.id), Heard()


def _picked(script: Script, spec: AskSpec) -> Iterator[Way]:
    known = sorted(pickable(script, spec, {}) - spec.without.keys())  # those that all are shown
    plain = next((k for k in known if not {k, k.partition(".")[0]} & spec.marks.keys()), None)
    for marks in _all_subsets(tuple(mark for mark in spec.marks if mark in known)):
        ids = marks or ((plain,) if plain else ())
        if not ids:
            continue
        answer = Answer(feelings=ids) if spec.kind == "feelings" else Answer(choices=ids)
        yield " + ".join(ids), answer, Heard()
    if spec.kind == "cards" and spec.piles and known:
        yield "none", Answer(cards={}), Heard()
        yield "sorted", Answer(cards={known[0]: spec.piles[0].id}), Heard()
    elif spec.kind != "cards":
        yield "words", Answer(text=WORDS), Heard()


def _telling_ids(spec: AskSpec, domains: Domains) -> tuple[str, ...]:
    """All ids of a choice; of a long plain list, one of each kind that a guard can tell."""
    ids = tuple(option.id for option in spec.options)
    is_plain = not any(
        o.effects or o.route or o.when or o.forgets or o.is_false_alarm for o in spec.options
    )
    if len(ids) <= MANY_IDS or not is_plain or spec.into is None:
        return ids
    return tuple(str(value) for value in domains(spec.into) if value in ids)


def _subsets(spec: AskSpec) -> Iterator[tuple[str, ...]]:
    """Every set of options that have effects, and each option alone for `answer`."""
    yield from ((option.id,) for option in spec.options)
    several = [option for option in spec.options if not option.is_alone]
    plain = [option.id for option in several if not option.effects]
    telling = [option.id for option in several if option.effects][:MOST_EFFECTS]
    most = spec.max or len(spec.options)
    if len(plain) >= 2 <= most:
        yield (plain[0], plain[1])
    for chosen in _all_subsets(tuple(telling)):
        if 2 <= len(chosen) <= most:
            yield chosen
        if len(chosen) == 1 and plain and most >= 2:
            yield (*chosen, plain[0])


def _all_subsets(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    kept = ids[:MOST_EFFECTS]
    for size in range(len(kept) + 1):
        yield from combinations(kept, size)
