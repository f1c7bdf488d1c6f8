"""Reads an answer to the open prompt: what was picked, or what was heard in typed words."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from bot.errors import AnswerRefused
from bot.lines import MOST_IN_NAME, Speaker
from bot.narrative import has_full_name, lines_of
from bot.present import offered, pickable
from bot.script import AskSpec, Env, Option
from bot.values import Answer, Heard, Value

FULL_NAME = "full_name"
"""The mark of a kept line that names somebody in full; `picked:` may ask about it."""
SENTENCE = "sentence"
"""The mark of a typed answer that is too long for a name."""


class Reading(Struct, frozen=True):
    """An answer, understood.

    Attributes:
        value: what goes into the ask's variable.
        answer: the id for guards to see as `answer`.
        options: the options that were picked; their effects and lines apply.
        marks: ids that `picked:` effects may stand for.
    """

    value: Value = None
    answer: str | None = None
    options: tuple[Option, ...] = ()
    marks: tuple[str, ...] = ()


def read(speaker: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    """Read an answer; None when it isn't one to this ask.

    Raises:
        AnswerRefused: it names a choice, shade, area, card or line that isn't offered, or a
            rating outside 0–10.
    """
    if answer.rating is not None and not 0 <= answer.rating <= 10:
        raise AnswerRefused("a rating is a whole number from 0 to 10")
    return _READERS[spec.kind](speaker, spec, env, answer, heard)


def _choice(_s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    options = offered(spec, env)
    if answer.choice is not None:
        return _picked_one(options, answer.choice)
    known = tuple(
        o for o in options if o.id in heard.choices and not _only_answers(o, answer, heard)
    )
    if heard.answer == "yes" and (answer.text or "").rstrip().endswith("?"):
        return None  # “ok?” asks; nobody has said yes by asking
    if len(known) != 1 and heard.answer in ("yes", "no"):
        known = tuple(option for option in options if option.hears == heard.answer)
    return _picked_one(options, known[0].id) if len(known) == 1 else None


def _only_answers(option: Option, answer: Answer, heard: Heard) -> bool:
    """Tell whether a word only sounds like a choice: “no” isn't Norway, “no idea” isn't a no."""
    said = (answer.text or "").strip().lower()
    if option.hears is not None:
        return heard.answer == "unsure"
    return heard.answer is not None and said == option.id.lower() != option.label.lower()


def _picked_one(options: tuple[Option, ...], choice: str) -> Reading:
    option = next((option for option in options if option.id == choice), None)
    if option is None:
        raise AnswerRefused("this choice isn't offered here")
    return Reading(option.id, option.id, (option,), (option.id,))


def _choices(_s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    options = {option.id: option for option in offered(spec, env)}
    ids = answer.choices if answer.choices is not None else _told(options, heard)
    if answer.choice is not None:
        ids = (answer.choice,)
    if any(choice not in options for choice in ids):
        raise AnswerRefused("one of these choices isn't offered here")
    picked = tuple(options[choice] for choice in dict.fromkeys(ids))
    too_many = len(picked) > (spec.max or len(options))
    mixed = len(picked) > 1 and any(option.is_alone for option in picked)
    if len(picked) < spec.min or too_many or mixed:
        return None
    chosen = tuple(option.id for option in picked)
    return Reading(chosen, chosen[0] if len(chosen) == 1 else "several", picked, chosen)


def _told(options: Mapping[str, Option], heard: Heard) -> tuple[str, ...]:
    """Name what was typed; “all of them” leaves out what goes with no other."""
    together = tuple(i for i in heard.choices if i in options and not options[i].is_alone)
    return together if len(heard.choices) > 1 and together else heard.choices


def _rating(_s: Speaker, _spec: AskSpec, _e: Env, answer: Answer, heard: Heard) -> Reading | None:
    value = answer.rating if answer.rating is not None else heard.rating
    return None if value is None else Reading(value, "rated")


def _text(_s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    chips = offered(spec, env)
    picked = answer.choice if answer.choice is not None else None
    if picked is None and len(heard.choices) == 1 and any(c.id in heard.choices for c in chips):
        picked = heard.choices[0]
    if picked is not None:
        if not chips:
            return None
        reading = _picked_one(chips, picked)
        return Reading(reading.options[0].quoted, picked, reading.options, (picked,))
    if answer.text is None or heard.empty or not answer.text.strip():
        return None
    is_long = len(answer.text.split()) > MOST_IN_NAME
    marks = (*heard.feelings, SENTENCE) if is_long else heard.feelings
    return Reading(answer.text.strip(), "text", (), marks)


def _picks(s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    given = answer.feelings if spec.kind == "feelings" else answer.choices
    known = pickable(s.script, spec, env)
    ids = given if given is not None else tuple(c for c in heard.choices if c in known)
    if any(choice not in known for choice in ids):
        raise AnswerRefused("one of these isn't offered here")
    if not ids and answer.text is not None and spec.kind != "cards" and not heard.empty:
        ids = (answer.text.strip(),)  # an own word is an answer too
    elif given is None and _says_more(spec, ids, answer, heard):
        ids = ((answer.text or "").strip(),)
    ids = tuple(dict.fromkeys(ids))
    if not ids or (spec.pick and len(ids) > spec.pick):
        return None
    marks = {mark for choice in ids for mark in (choice, choice.partition(".")[0])}
    return Reading(ids, "picked", (), (*sorted(marks), *heard.feelings))


def _says_more(spec: AskSpec, ids: Iterable[str], answer: Answer, heard: Heard) -> bool:
    """Tell whether a few typed words name a feeling that no label in them stands for."""
    named = {choice.partition(".")[0] for choice in ids}
    is_short = 1 < len((answer.text or "").split()) <= MOST_IN_NAME
    families = {feeling.partition(".")[0] for feeling in heard.feelings}
    return spec.kind == "feelings" and is_short and not families <= named


def _cards(s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    if answer.cards is None:
        return _picks(s, spec, env, answer, heard)
    known, piles = pickable(s.script, spec, env), {pile.id for pile in spec.piles}
    for card, pile in answer.cards.items():
        if card not in known or pile not in piles:
            raise AnswerRefused("this card or pile isn't offered here")
    first = spec.piles[0].id
    kept = tuple(card for card, pile in answer.cards.items() if pile == first)
    return Reading(kept or None, "sorted", (), kept)


def _exercise(_s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    options = {option.id: option for option in offered(spec, env)}
    if answer.exercise is not None:
        outcome: str = answer.exercise.outcome
    elif answer.choice is not None or len(heard.choices) == 1:
        picked_id = answer.choice or heard.choices[0]
        if picked_id not in options:
            raise AnswerRefused("this choice isn't offered here")
        outcome = picked_id
    elif heard.answer == "yes":
        outcome = "okay"
    else:
        return None
    picked = (options[outcome],) if outcome in options else ()
    return Reading(outcome, outcome, picked, (outcome,))


def _approve(s: Speaker, spec: AskSpec, env: Env, answer: Answer, heard: Heard) -> Reading | None:
    lines = lines_of(s, spec, env)
    verdicts = answer.approve
    if verdicts is None:
        if heard.answer is None and not heard.choices:
            return None
        verdicts = {line.id: heard.answer == "yes" or line.id in heard.choices for line in lines}
    if any(name not in {line.id for line in lines} for name in verdicts):
        raise AnswerRefused("this line isn't part of the text")
    kept = [_verdict(line.text, verdicts.get(line.id, False)) for line in lines]
    story = "\n".join(text for text in kept if text)
    marks = (FULL_NAME,) if has_full_name(story, s.script.narrative) else ()
    return Reading(story or None, "kept" if story else "none", (), marks)


def _verdict(line: str, verdict: bool | str) -> str:
    if isinstance(verdict, str):
        return verdict.strip()
    return line if verdict else ""


_READERS: dict[str, Callable[[Speaker, AskSpec, Env, Answer, Heard], Reading | None]] = {
    "choice": _choice,
    "choices": _choices,
    "rating": _rating,
    "text": _text,
    "feelings": _picks,
    "body": _picks,
    "cards": _cards,
    "exercise": _exercise,
    "approve": _approve,
}
