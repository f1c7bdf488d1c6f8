"""Shows at each prompt that "back" puts it back: the real guide is asked to, with marked values."""

from collections.abc import Iterable, Iterator, Mapping

from bot.errors import SpeechError
from bot.guide import take_turn
from bot.making import PASSING
from bot.script import Script, Step, Variable
from bot.values import Frame, Input, Mark, Session, Value
from bot.workshop.domains import HELD, NOW, outcomes
from bot.workshop.place import Place
from bot.workshop.twin import Twin


def faults_of_back(twin: Twin, prompts: Mapping[Place, Step]) -> Iterator[tuple[Place, str]]:
    """Give the prompts that "back" doesn't put back, with what is wrong there."""
    script, seen = twin.of, set[str]()
    for place, step in prompts.items():
        if place.name in seen or step.ends:
            continue
        seen.add(place.name)
        for number in (0, 1):
            says = _fault(script, twin, step, number)
            if says:
                yield place, says
                break


def _fault(script: Script, twin: Twin, step: Step, number: int) -> str:
    """Let "back" come to a step from elsewhere, where every variable holds something else."""
    held = {n: _pick(twin, v, number) for n, v in script.variables.items()}
    old = {n: _pick(twin, v, number + 1) for n, v in script.variables.items()}
    allowed = _allowed(script, twin, step)
    held, old = {**held, **allowed}, {**old, **allowed}
    stack = (Frame(script.start, "ask"),)
    session = Session(
        step=script.start,
        seed=0,
        lang=script.lang,
        started=NOW,
        at=NOW,
        values={n: v for n, v in held.items() if v is not None},
        trail=(Mark(step.id, stack, old, None),),
    )
    try:
        turn = take_turn(script, session, Input(at=NOW + 1000, kind="back"))
    except SpeechError as broken:
        return f"“back” to {step.id}: {broken}"
    if f"back.{step.id}" not in turn.path:
        return f"“back” isn't accepted where it leads to {step.id}"
    if turn.session.step != step.id or turn.path != (f"back.{step.id}",):
        return f"“back” to {step.id} doesn't stay there"
    wrong = _differing(script.variables.values(), turn.session.values, held, old)
    if wrong or turn.session.stack != stack:
        return f"“back” to {step.id} doesn't restore {', '.join(wrong) or 'the way back'}"
    return ""


def _allowed(script: Script, twin: Twin, step: Step) -> dict[str, Value]:
    """Give values with which the talk may be at a step."""
    only = script.stages[step.stage].only
    ways = outcomes(only, twin.domains) if only is not None else []
    known = next((known for known, answer in ways if answer is True), {})
    return {str(name): value for name, value in known.items() if name in script.variables}


def _differing(
    variables: Iterable[Variable],
    values: Mapping[str, Value],
    held: Mapping[str, Value],
    old: Mapping[str, Value],
) -> list[str]:
    """Name the variables that hold the wrong value: what protects stays, the rest comes back."""
    wanted = {one.name: (held if one.sticky else old)[one.name] for one in variables}
    names = (name for name in wanted if name not in PASSING)
    return [name for name in names if values.get(name) != wanted[name]]


def _pick(twin: Twin, variable: Variable, number: int) -> Value:
    """Give one of two different values that a variable can hold."""
    if variable.kind == "lock":
        return (None, HELD)[number % 2]
    values = twin.domains.of[variable.name]
    return values[number % len(values)]
