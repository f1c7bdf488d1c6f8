"""How much CPU one turn of the engine takes, in memory: `python -m tests.bench.engine`.

Each turn reads a choice, runs guards, chooses lines and makes the new session. What is measured is
the process's CPU time; the median of some rounds is what to quote.
"""

from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from bot.guide import fold, take_turn
from bot.loader import load_dialog
from bot.script import Script
from bot.values import Answer, Ask, Input
from tests.walkers import heard_for, steady

DIALOGS = Path(__file__).parent.parent.parent / "dialogs"
ROUNDS = 15


def recorded(script: Script, seed: int) -> list[Input]:
    """Give the inputs of a whole talk by a steady person."""
    random, at = Random(seed), 1_772_355_600_000
    inputs = [Input(at=at, kind="begin", seed=seed)]
    turn = take_turn(script, None, inputs[0])
    while turn.reply.ask is not None and len(inputs) < 80:
        ask = turn.reply.ask
        answer = steady(ask, random)
        if ask.kind in ("choice", "choices"):  # who takes what comes first goes the whole way
            answer = _leading(ask)
        at += 9_000
        inputs.append(Input(at=at, kind="say", answer=answer, heard=heard_for(answer)))
        turn = take_turn(script, turn.session, inputs[-1])
    return inputs


def _leading(ask: Ask) -> Answer:
    if ask.kind == "choice":
        return Answer(choice=ask.choices[0].id)
    return Answer(choices=(next(c.id for c in ask.choices if c.alone or c is ask.choices[-1]),))


def main() -> None:
    """Measure whole talks and print microseconds a turn."""
    started = process_time()
    script = load_dialog(DIALOGS / "anxiety", DIALOGS / "safety")
    print(f"loading: {process_time() - started:.3f} s, {len(script.steps)} steps")
    talks = [recorded(script, seed) for seed in range(20)]
    turns = sum(map(len, talks))
    rounds = []
    for _ in range(ROUNDS):
        started = process_time()
        for inputs in talks:
            fold(script, inputs)
        rounds.append((process_time() - started) / turns * 1e6)
    print(
        f"a turn: median {median(rounds):.0f} µs, least {min(rounds):.0f}, most {max(rounds):.0f}"
    )


if __name__ == "__main__":
    main()
