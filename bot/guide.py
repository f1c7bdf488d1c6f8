"""The rule of a turn: `take_turn(script, session, input) → Turn`. Pure, and the only one.

Danger comes first, then commands, then the answer to what was asked. A conversation is the fold
of this function over its inputs; nothing else is ever read.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from bot.answers import Reading, read
from bot.asides import disclose, meet_aside
from bot.commands import obey, pass_over, say_over, visit
from bot.errors import SpeechError
from bot.hints import meant
from bot.lines import is_hollow
from bot.making import Making
from bot.script import AskSpec, Script, Step
from bot.settle import leave_prompt, settle
from bot.values import Answer, Heard, Input, Reply, Risk, Session, Turn, Value
from bot.walk import HOUR, TIERS, UNDER_AGE, Walk

DAY = 24 * HOUR
PATIENT = ("return", "say", "skip", "back", "why")  # what a long absence changes the meaning of


def take_turn(script: Script, session: Session | None, given: Input) -> Turn:
    """Lead a talk on by one input.

    The session is not changed; when this raises, nothing has happened.

    Args:
        script: the script the talk began with, and the safety flows of the day.
        session: the talk so far; None opens one, with an input of kind `begin`.
        given: what the person did, with the time and what was heard in it.

    Raises:
        AnswerRefused: the answer names something that isn't offered.
        SpeechError: the script or the caller broke a promise.
    """
    if session is None:
        return _opened(script, given)
    making = Making(script, session, given)
    disclose(making)
    _act(making)
    return making.finished()


def fold(script: Script, inputs: Iterable[Input]) -> tuple[Session, list[Reply]]:
    """Replay a whole talk from its inputs.

    Raises:
        SpeechError: there are no inputs, or the first one doesn't begin a talk.
    """
    session: Session | None = None
    replies = []
    for given in inputs:
        turn = take_turn(script, session, given)
        session = turn.session
        replies.append(turn.reply)
    if session is None:
        raise SpeechError("a talk has at least the input that begins it")
    return session, replies


def _opened(script: Script, given: Input) -> Turn:
    if given.kind != "begin":
        raise SpeechError("a talk begins with an input of kind `begin`")
    values: dict[str, Value] = {
        variable.name: variable.start
        for variable in script.variables.values()
        if variable.start is not None
    }
    if "region" in script.variables and given.region in script.variables["region"].ids:
        values["region"] = given.region
    if given.counting:
        values["counting"] = True
    session = Session(
        step=script.start,
        seed=given.seed,
        lang=given.lang,
        started=given.at,
        at=given.at,
        values=values,
    )
    making = Making(script, session, given)
    making.walk.arriving = True
    settle(making.walk)
    return making.finished()


def _act(making: Making) -> None:
    given = making.walk.given
    heard = meant(making, given.heard)
    if heard.risk is not None and _meet_danger(making, heard.risk):
        settle(making.walk)
    elif _was_long_away(making):
        visit(making, "return")
    elif given.kind == "return":
        _remind(making)
    elif given.late:
        obey(making, given.kind if given.kind != "say" else given.heard.command)
    elif given.kind == "say":
        _say(making, given.answer or Answer(), heard)
    else:
        obey(making, given.kind)


def _was_long_away(making: Making) -> bool:
    given, session = making.walk.given, making.session
    is_long = given.at - session.at >= DAY
    return is_long and not session.ended and given.kind in PATIENT


def _remind(making: Making) -> None:
    if making.session.ended:
        say_over(making)
    else:
        making.walk.say_one(making.walk.deck("shortly"))
        making.walk.say_one(making.step.again)


def _meet_danger(making: Making, risk: Risk) -> bool:
    """Enter the flow that answers the danger; False when the open question answers it already."""
    walk = making.walk
    if risk.minor and UNDER_AGE in walk.script.variables:
        walk.set(UNDER_AGE, value=True)  # whatever danger comes first, a child is one
    target, tier = walk.script.risk[risk.category, risk.tier], TIERS[risk.tier]
    is_open = walk.in_safety and not making.session.ended  # after a goodbye, danger is new
    if is_open and not (risk.tier == "now" and tier > walk.open_tier):
        is_same_flow = walk.script.steps[target].stage == walk.stage
        is_same = is_same_flow or walk.env.get("risk_kind") == risk.category
        if not is_same and risk.category == "minor" and _is_told_young(making, risk):
            return True
        if making.step.flagged and (is_same or _can_wait(walk, risk)):
            leave_prompt(walk, "flagged")  # the danger was what we asked about
            making.trail, making.skips = (), 0
            return True
        if is_same_flow or not _goes_before(walk, risk, is_same=is_same):
            return False
    walk.set("risk_tier", max(tier, walk.open_tier))
    walk.set("risk_kind", risk.category)
    walk.fire(f"risk {target}")
    making.trail, making.skips = (), 0  # nobody goes back out of a crisis flow by accident
    return True


def _can_wait(walk: Walk, risk: Risk) -> bool:
    """Tell whether another danger can wait until the one that is near has been met."""
    return walk.is_near and risk.tier == "act" and risk.category not in ("medical", "suicide")


def _goes_before(walk: Walk, risk: Risk, *, is_same: bool) -> bool:
    """Tell whether a danger is asked about before the one that is open.

    A hint at dying is, wherever dying isn't what is talked about; no other unclear sign is.
    """
    if TIERS[risk.tier] > walk.open_tier:
        return True
    is_hint = risk.category == "suicide" and walk.is_asked_of_danger and not walk.is_near
    return not is_same and (risk.tier != "check" or (is_hint and walk.open_tier < TIERS["act"]))


def _is_told_young(making: Making, risk: Risk) -> bool:
    """Say to a child in another danger who else is there, and stay with what was asked."""
    walk = making.walk
    is_sure = risk.tier != "check" and UNDER_AGE in walk.script.variables
    if not is_sure or not walk.is_asked_of_danger:
        return False
    walk.set(UNDER_AGE, value=True)
    walk.show("danger")
    walk.say_one(walk.script.danger.get("young"))
    walk.say_one(making.step.again)
    return True


def _say(making: Making, answer: Answer, heard: Heard) -> None:
    if making.session.ended and heard.command != "help":
        say_over(making)
    elif heard.command is not None:
        obey(making, heard.command)
    elif heard.aside is None or not meet_aside(making, heard.aside, answer.text or ""):
        is_sworn = heard.aside == "hostile"  # an answer is never read into swearing
        _answer(making, answer, replace(heard, answer=None, choices=()) if is_sworn else heard)


def _answer(making: Making, answer: Answer, heard: Heard) -> None:
    reading = _reading(making, answer, heard)
    is_open = reading is None or reading.answer in ("text", "picked")
    if heard.answer == "unsure" and is_open:
        _help_out(making)
    elif reading is None:
        _ask_again(making)
    elif reading.answer == "toomuch":
        visit(making, "toomuch")
    elif reading.answer == "text" and _says_nothing(making, answer):
        _help_on(making, reading, answer, heard)
    else:
        _accept(making, reading, answer, heard)


def _says_nothing(making: Making, answer: Answer) -> bool:
    """Tell whether an answer that could be a line of the narrative is “fine” or “whatever”."""
    spec = making.step.ask
    name = spec.into if spec is not None else None
    return name is not None and is_hollow(making.walk.script, name, answer.text or "")


def _help_on(making: Making, reading: Reading, answer: Answer, heard: Heard) -> None:
    """Meet it with itself and a smaller step, once at a prompt, not often; then go on without."""
    walk, hints = making.walk, making.step.hints
    short = walk.script.asides.get("short") if hints is not None and not making.tries else None
    if walk.say_one(short, was=(answer.text or "").strip()) and walk.say_one(hints):
        making.tries += 1
    else:
        _accept(making, replace(reading, value=None), answer, heard)


def _reading(making: Making, answer: Answer, heard: Heard) -> Reading | None:
    walk, spec = making.walk, making.step.ask
    return read(walk.speaker, spec, walk.env, answer, heard) if spec is not None else None


def _accept(making: Making, reading: Reading, answer: Answer, heard: Heard) -> None:
    walk, spec = making.walk, making.step.ask
    making.remember(answer)
    making.skips = 0
    walk.set("answer", reading.answer)
    if spec is not None and spec.into is not None:
        walk.put(spec.into, reading.value)
    if spec is not None:
        _note(walk, spec, heard)
    for option in reading.options:
        walk.say(option.say)
        walk.apply(option.effects)
        walk.forget = walk.forget or option.forgets
        walk.false_alarm = walk.false_alarm or option.is_false_alarm
    for mark in reading.marks:
        walk.apply(spec.marks.get(mark, ()) if spec is not None else ())
    if not _is_watched(making, spec.into if spec is not None else None):
        leave_prompt(walk, "next")
    settle(walk)


def _note(walk: Walk, spec: AskSpec, heard: Heard) -> None:
    """Keep what was heard beside the answer, where the script has a use for it."""
    if spec.cue is not None:
        known = walk.script.variables[spec.cue].ids
        walk.set(spec.cue, next((cue for cue in heard.cues if cue in known), None))
    if spec.habits is not None:
        walk.set(spec.habits, heard.habits or None)


def _is_watched(making: Making, name: str | None) -> bool:
    """Run the rules of a variable; True when one led into its side flow."""
    walk = making.walk
    for rule in walk.script.watch.get(name, ()) if name else ():
        if rule.when is not None and rule.when(walk.env) is not True:
            continue
        walk.apply(rule.effects)
        if rule.call is not None and not walk.is_open(rule.call):
            walk.fire(f"watch {rule.id}")
            return True
    return False


def _ask_again(making: Making) -> None:
    """What can't be read is asked for again, once; then by choices; then it is left.

    In a crisis flow it isn't left as if it were skipped, but led on as “I don't know” is, where
    that comes to another question: what was written three times may have been the yes.
    """
    walk, step = making.walk, making.step
    making.tries += 1
    if making.tries == 1:
        if not walk.say_one(step.reask):
            walk.say_one(walk.deck("reask"))
        walk.say_one(step.again)
    elif making.tries == 2:
        walk.say_one(walk.deck("choices"))
    else:
        then = walk.script.steps.get(step.unsure.go or "") if step.unsure is not None else None
        is_grave = walk.in_safety and then is not None and then.ask is not None
        pass_over(making, "leave", "unsure" if is_grave else "skip")


def _lets_a_tap_do(walk: Walk, step: Step) -> bool:
    """Offer the taps of a question about words, where the script has a line for it."""
    has_taps = step.ask is not None and step.ask.kind == "text" and bool(step.ask.options)
    return has_taps and walk.say_one(walk.script.asides.get("nearest"))


def _help_out(making: Making) -> None:
    """“I don't know” is an answer: help out once, then let a tap do; then leave it kindly."""
    walk, step = making.walk, making.step
    making.tries += 1
    if step.unsure is not None:
        making.remember(None)
        leave_prompt(walk, "unsure")
        settle(walk)
    elif making.tries == 1:
        walk.say_one(walk.deck("unsure"))
        walk.say_one(step.hints)
    elif making.tries > 2 or not _lets_a_tap_do(walk, step):
        pass_over(making, "unsure_skip")
