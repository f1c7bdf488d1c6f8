"""What is said to the guide beside the point: it is answered, and the open prompt stays."""

from bot.commands import pass_over, visit
from bot.making import Making
from bot.values import Aside
from bot.walk import HOUR

TOLD_EVERY = 3 * HOUR
"""How often a long talk says again that it is a program: New York, Gen. Bus. Law, article 47."""
MOST_ASIDES = 4
"""At one prompt; whoever asks something else a fourth time has no use for that question."""
IN_DANGER = ("human", "understand", "private", "tell", "medicine", "maker")
"""What is answered in a crisis flow too; all else is an answer to its question there."""


def disclose(making: Making) -> None:
    """Say that this is a program, when three more hours have passed since the talk began."""
    begun, walk = making.session.started, making.walk
    before = (making.session.at - begun) // TOLD_EVERY
    by_now = (walk.given.at - begun) // TOLD_EVERY
    if by_now > before and not making.session.ended:
        walk.say_one(walk.script.asides.get("program"))


def meet_aside(making: Making, aside: Aside, text: str) -> bool:
    """Answer what was said beside the point and ask again.

    False: the script has no answer to it, so it counts as an answer to the open prompt.
    """
    walk, script = making.walk, making.walk.script
    if aside == "numbers" and walk.in_safety and walk.say_one(script.danger.get("numbers")):
        return walk.say_one(making.step.again) or True
    if walk.in_safety and aside not in IN_DANGER:
        return False
    if aside == "hostile":
        return _meet_hostility(making)
    if aside not in script.asides:
        return False
    if aside == "simpler" and walk.say_one(making.step.plain):
        return True
    is_plain = aside == "literal" and bool(script.plain)
    if is_plain:
        walk.set(script.plain, value=True)
    if aside == "offtopic" and script.parked:
        before = walk.env.get(script.parked)
        walk.set(script.parked, f"{before}”, “{text}" if before else text)
    walk.say_one(script.asides[aside])
    making.asides += 1
    if making.asides >= MOST_ASIDES and not walk.in_safety:
        pass_over(making, "leave")
    elif not (is_plain and walk.say_one(making.step.plain)):
        walk.say_one(making.step.again)
    return True


def _meet_hostility(making: Making) -> bool:
    if "hostile" not in making.walk.script.commands:
        return False
    visit(making, "hostile")
    return True
