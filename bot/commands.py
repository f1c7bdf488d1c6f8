"""What every step understands: help, stop, pause, too much, skip, back, why."""

from bot.making import Making
from bot.settle import leave_prompt, settle
from bot.values import Mark
from bot.walk import Walk

MOST_RETURNS = 2  # times that one prompt can be taken back
MOST_BACKS = 12  # times in a talk; then only forward, so that every talk comes to an end


def obey(making: Making, command: str | None) -> None:
    """Carry a command out; anything else shows the open prompt again."""
    if making.session.ended and command != "help":
        say_over(making)
        return
    match command:
        case "back":
            _back(making)
        case "skip":
            pass_over(making, "skip")
        case "why":
            _why(making)
        case "toomuch" if _is_emergency(making.walk) and making.step.flagged:
            leave_prompt(making.walk, "flagged")
            settle(making.walk)
        case "help" | "stop" | "pause" | "toomuch" | "return":
            if command == "stop" and making.walk.in_safety:
                making.walk.show("danger")  # whoever stops there leaves with people in view
            visit(making, command)
        case _:
            making.walk.say_one(making.step.again)


def visit(making: Making, name: str) -> None:
    """Go into the side flow of a command."""
    making.remember(None)
    making.walk.path.append(f"command.{name}")
    making.walk.fire(name)
    settle(making.walk)


def pass_over(making: Making, deck: str, way: str = "skip") -> None:
    """Leave the open prompt unanswered; some in a row may lead to a shorter way.

    Args:
        way: the event whose routes lead on, where the step has one of its own.
    """
    walk, step = making.walk, making.step
    making.remember(None)
    making.skips += 1
    walk.say_one(walk.deck(deck))
    shorter = walk.script.commands.get("skips")
    is_enough = shorter is not None and making.skips == shorter.after and not walk.in_safety
    if is_enough and shorter is not None and not (walk.is_grave or walk.is_open(shorter.call)):
        walk.fire("skips")
    else:
        walk.set("answer", "skip")
        route = step.unsure if way == "unsure" else step.skip
        leave_prompt(walk, way if route is not None else "next")
    settle(walk)


def say_over(making: Making) -> None:
    """Say that the talk has ended."""
    making.walk.say_one(making.walk.deck("over"))


def _is_emergency(walk: Walk) -> bool:
    """Tell whether people are needed now, and not an exercise: nothing steadies a heart."""
    return walk.is_near or walk.is_of_the_body


def _why(making: Making) -> None:
    walk, why = making.walk, making.step.why
    line = walk.speaker.bubble(why, walk.env) if why is not None else None
    if line is not None:
        walk.lines.append(line)
    else:
        walk.say_one(walk.deck("why"))


def _back(making: Making) -> None:
    walk = making.walk
    if making.trail and _may_go_back(making, making.trail[-1]):
        _restore(making, making.trail[-1])
    elif making.trail:
        walk.say_one(walk.deck("back_enough"))
    else:
        making.tries += 1
        if making.tries > MOST_RETURNS and not walk.in_safety:
            visit(making, "stop")
        else:
            walk.say_one(walk.deck("back_first"))


def _may_go_back(making: Making, mark: Mark) -> bool:
    total = sum(making.taken_back.values())
    return total < MOST_BACKS and making.taken_back.get(mark.step, 0) < MOST_RETURNS


def _restore(making: Making, mark: Mark) -> None:
    """Put back what the answer changed, but never a lock, a count or a rating that protects."""
    walk, variables = making.walk, making.walk.script.variables
    making.trail = making.trail[:-1]
    again = making.taken_back.get(mark.step, 0) + 1
    making.taken_back = {**making.taken_back, mark.step: again}
    making.tries = making.skips = 0
    walk.say_one(walk.deck("back"), was=_was(walk, mark))
    _tell_undone(walk, mark)
    walk.path.append(f"back.{mark.step}")
    for name, value in mark.old.items():
        if not variables[name].sticky:
            walk.set(name, value)
    walk.state, walk.stack, walk.was = mark.step, list(mark.stack), mark.answer
    settle(walk)
    if walk.state == mark.step:
        walk.say_one(walk.script.steps[mark.step].again)


def _tell_undone(walk: Walk, mark: Mark) -> None:
    """Say what else goes with the answer, or that a number stands until there is another."""
    script, ask = walk.script, walk.script.steps[mark.step].ask
    into = ask.into if ask is not None else None
    if walk.in_safety:
        return
    if ask is not None and ask.kind == "rating" and into and script.variables[into].sticky:
        walk.say_one(script.asides.get("stands"))
    gone = [
        called
        for name, called in script.undone.items()
        if mark.old.get(name, True) in (None, False) and name != into
        if not script.variables[name].sticky
    ]
    if gone:
        walk.say_one(script.asides.get("undone"), was=walk.speaker.joined(gone))


def _was(walk: Walk, mark: Mark) -> str:
    """Show the answer that is taken back, as a line may quote it; empty when there was none."""
    answer, ask = mark.answer, walk.script.steps[mark.step].ask
    if answer is None or ask is None:
        return ""
    if answer.text is not None:
        return answer.text
    ids = answer.choices or answer.feelings or ((answer.choice,) if answer.choice else ())
    labels = dict(walk.script.labels.get(ask.into or "", {}))
    labels |= {option.id: option.label for option in ask.options}
    return ", ".join(labels.get(choice, choice) for choice in ids)
