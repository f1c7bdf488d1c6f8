"""A talk for tests: a script, led input by input, with what was heard given by the test."""

from pathlib import Path
from typing import get_args

from bot.guide import take_turn
from bot.loader import load_dialog
from bot.script import Script, Step
from bot.values import Answer, Category, Heard, Input, Outcome, Reply, Risk, Session, Tier

CATEGORIES: tuple[Category, ...] = get_args(Category)
TIERS: tuple[Tier, ...] = get_args(Tier)
EVERY = [(category, tier) for category in CATEGORIES for tier in TIERS]
ROOT = Path(__file__).parents[2]
PLAIN = ROOT / "tests" / "data" / "plain"
SAFETY = ROOT / "dialogs" / "safety"
NOON = 1_770_000_000_000
HOUR = 3_600_000


def plain_script() -> Script:
    """Load the smallest dialogue with the shared safety flows."""
    return load_dialog(PLAIN, SAFETY)


def flows(script: Script) -> list[Step]:
    """Give all steps of the shared safety flows."""
    return [step for step in script.steps.values() if script.stages[step.stage].is_safety]


def is_safety(script: Script, step: str) -> bool:
    """Tell whether a step is in a safety flow."""
    return script.stages[script.steps[step].stage].is_safety


class Conversation:
    """A talk of one person's; each call is a turn, the last reply is kept."""

    def __init__(self, script: Script, region: str | None = "GB") -> None:
        self.script, self.at = script, NOON
        self.session: Session | None = None
        self.reply = self.act(Input(at=NOON, kind="begin", region=region))

    @property
    def step(self) -> Step:
        assert self.session is not None
        return self.script.steps[self.session.step]

    @property
    def text(self) -> str:
        """Give what was said in the last turn."""
        return " ".join(line.text for line in self.reply.lines)

    @property
    def offers(self) -> set[str]:
        """Give the ids of the choices that are open."""
        ask = self.reply.ask
        return {choice.id for choice in ask.choices} if ask else set()

    def act(self, given: Input) -> Reply:
        turn = take_turn(self.script, self.session, given)
        self.session, self.reply = turn.session, turn.reply
        return turn.reply

    def pick(self, *choices: str) -> Reply:
        for choice in choices:
            self.act(Input(at=self.at, kind="say", answer=Answer(choice=choice)))
        return self.reply

    def stop_exercise(self) -> Reply:
        done = Answer(exercise=Outcome("stop", 3))
        return self.act(Input(at=self.at, kind="say", answer=done))

    def say(self, text: str, heard: Heard) -> Reply:
        return self.act(Input(at=self.at, kind="say", answer=Answer(text=text), heard=heard))

    def flag(self, category: Category, tier: Tier, **heard: object) -> Reply:
        """Type something in which danger is heard."""
        risk = Risk(tier, category, "test")
        return self.say("something grave", Heard(risk=risk, **heard))  # type: ignore[arg-type]

    def command(self, kind: str) -> Reply:
        return self.act(Input(at=self.at, kind=kind))  # type: ignore[arg-type]
