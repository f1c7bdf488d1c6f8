"""How a turn comes to rest: from step to step, until one asks something or the talk ends."""

from bot.errors import SpeechError
from bot.script import Step
from bot.walk import Walk

MOST_STEPS = 50  # steps a turn may pass through; more is a loop without a question


def leave_prompt(walk: Walk, event: str) -> None:
    """Take the first open route of an event from the current step.

    Raises:
        SpeechError: no route is open; the loader makes sure that one always is.
    """
    if not walk.fire(event):
        raise SpeechError(f"no way on from {walk.state} by {event}")


def settle(walk: Walk) -> None:
    """Go on until the talk rests at a prompt or an end.

    Raises:
        SpeechError: the script goes round in circles without asking anything.
    """
    for _ in range(MOST_STEPS):
        if walk.is_looked_at() or not go_on(walk):
            return
    raise SpeechError(f"more than {MOST_STEPS} steps in one turn, last at {walk.state}")


def go_on(walk: Walk) -> bool:
    """Do the next thing of a turn; False when there is none, and the talk rests."""
    if walk.returning is not None:
        _come_back(walk)
    elif _is_barred(walk):
        walk.fire("barred")
    elif walk.arriving:
        _enter(walk)
    else:
        return False
    return True


def _is_barred(walk: Walk) -> bool:
    only = walk.script.stages[walk.stage].only
    return only is not None and only(walk.env) is not True


def _enter(walk: Walk) -> None:
    step = walk.script.steps[walk.state]
    walk.arriving = False
    walk.path.append(step.id)
    walk.calm()
    walk.apply(step.effects)
    if _is_barred(walk):
        return
    if _asks_nothing(walk, step):
        walk.set("answer", "empty")
        leave_prompt(walk, "next")
        return
    spoken = len(walk.lines)
    _speak(walk, step)
    if step.ask is not None and len(walk.lines) == spoken:
        walk.say_one(step.again)  # all was said before: ask in the shorter words
    walk.show(step.card)
    if step.ask is None and not step.ends:
        leave_prompt(walk, "next")


def _speak(walk: Walk, step: Step) -> None:
    """Say a step's lines; its question in plain words for who chose them."""
    is_plain = step.plain is not None and walk.env.get(walk.script.plain) is True
    for bubble in step.say[:-1] if is_plain else step.say:
        walk.say(bubble)
    if is_plain:
        walk.say_one(step.plain)


def _asks_nothing(walk: Walk, step: Step) -> bool:
    """An ask about the narrative's lines is passed by when there are none."""
    ask = step.ask
    return ask is not None and ask.kind == "approve" and not walk.has_lines(ask)


def _come_back(walk: Walk) -> None:
    """Return from a side flow: to the prompt, past it, on behind its answer, or to a named step."""
    way, walk.returning = walk.returning, None
    if not walk.stack:
        walk.fire("stop")  # entered without a call: the kindest place to go is a good end
        return
    frame = walk.stack.pop()
    walk.script.machine.set_state(frame.step, walk)
    walk.path.append(f"return.{frame.step}")
    step = walk.script.steps[frame.step]
    if step.ends:
        walk.show("danger")  # it was over before danger was heard: it ends with people in view
        return
    if way == "ask" and frame.resume not in ("ask", "next"):
        walk.leave_for(frame.resume)
        if walk.returning is None:
            walk.script.machine.set_state(frame.resume, walk)
    elif way == "ask" and frame.resume == "ask":
        _ask_again(walk, step)
    elif not _is_barred(walk):
        walk.set("answer", "skip" if way == "skip" else "returned")
        leave_prompt(walk, "skip" if way == "skip" and step.skip else "next")


def _ask_again(walk: Walk, step: Step) -> None:
    if _is_barred(walk):
        return
    walk.calm()
    walk.say_one(walk.deck("resume"))
    walk.say_one(step.again)
