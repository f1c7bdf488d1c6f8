"""A turn in the making: the walk, what is counted, and the new session that comes of it."""

from bot.helplines import ALONE
from bot.present import presented
from bot.script import Script, Step
from bot.values import Answer, Card, Input, Mark, Progress, Reply, Session, Turn, Value
from bot.walk import UNDER_AGE, WRITING, Walk

MOST_MARKS = 40  # places that "back" remembers; more than a long talk has
MOST_BARE = 2  # turns in a row that only ask; the next one says first that it was heard
ABUSE = "abuse"  # whoever is being hurt may not be able to speak on the phone
PASSING = ("now", "away")  # known during a turn only


class Making:
    """One turn, from the session before it to the session after.

    Attributes:
        tries: how often the open prompt was asked again.
        asides: how often something beside it was said.
        skips: how many steps were skipped in a row.
        trail: where "back" leads, nearest last.
        taken_back: how often each prompt was returned to.
        mark: the prompt that this turn leaves behind, as a place to come back to.
    """

    __slots__ = ("asides", "mark", "session", "skips", "taken_back", "trail", "tries", "walk")

    def __init__(self, script: Script, session: Session, given: Input) -> None:
        self.session = session
        self.walk = Walk(script, session, given)
        self.tries, self.skips, self.trail = session.tries, session.skips, session.trail
        self.taken_back, self.asides = session.taken_back, session.asides
        self.mark: Mark | None = None

    @property
    def step(self) -> Step:
        """Give the step whose prompt was open when the turn began."""
        return self.walk.script.steps[self.session.step]

    def remember(self, answer: Answer | None) -> None:
        """Note the open prompt as a place to come back to; ratings are asked anew, never edited."""
        shown = answer if answer is None or answer.rating is None else None
        self.mark = Mark(self.session.step, self.session.stack, {}, shown)

    def finished(self) -> Turn:
        """Give the turn: the new session, and what the guide says."""
        walk, session = self.walk, self.session
        step = walk.script.steps[walk.state]
        if not walk.lines and not step.ends:
            walk.say_one(walk.script.asides.get("open"))  # all of its wordings were said before
        bare = self._bare()
        values = walk.env.copy()
        for name in PASSING:
            del values[name]
        is_same = walk.state == session.step and self.mark is None
        after = Session(
            step=walk.state,
            seed=session.seed,
            lang=session.lang,
            started=session.started,
            at=walk.given.at,
            values=values,
            stack=tuple(walk.stack),
            trail=self._trail(values),
            said=f"{walk.speaker.said:x}",
            tries=self.tries if is_same else 0,
            asides=self.asides if is_same else 0,
            bare=bare,
            taken_back=self.taken_back,
            skips=self.skips,
            ended=step.ends,
        )
        return Turn(after, _reply(walk, step), tuple(walk.path), walk.forget, walk.false_alarm)

    def _bare(self) -> int:
        """Count turns that only ask; where they are too many in a row, say that it was heard."""
        walk, lines = self.walk, self.walk.lines
        if walk.in_safety:
            return self.session.bare
        if len(lines) != 1 or not _is_question(walk.script.steps[walk.state], lines[0].id):
            return 0
        if self.session.bare < MOST_BARE:
            return self.session.bare + 1
        noted = walk.script.asides.get("noted")
        line = walk.speaker.saying(noted, walk.env) if noted is not None else None
        walk.lines = [line, *lines] if line is not None else lines
        return 0

    def _trail(self, values: dict[str, Value]) -> tuple[Mark, ...]:
        if self.mark is None:
            return self.trail
        old = {n: value for n, value in self.walk.old.items() if values.get(n) != value}
        mark = Mark(self.mark.step, self.mark.stack, old, self.mark.answer)
        return (*self.trail, mark)[-MOST_MARKS:]


def _is_question(step: Step, line: str) -> bool:
    """Tell whether a line is what its step asks, by all its wordings: which is said is chance."""
    sayings = (
        *(s for bubble in step.say for s in bubble.sayings),
        step.again,
        step.plain,
        step.hints,
    )
    return any(
        isinstance(part, str) and "?" in part
        for saying in sayings
        if saying is not None and saying.id == line
        for wording in saying.wordings
        for part in wording.parts
    )


def _reply(walk: Walk, step: Step) -> Reply:
    script, region = walk.script, walk.env.get("region")
    bottom = walk.stack[0].step if walk.stack else step.id
    country = region if isinstance(region, str) else None
    return Reply(
        lines=tuple(walk.lines),
        stage=step.stage,
        step=step.id,
        progress=Progress(script.progress.get(script.steps[bottom].stage, 0), len(script.parts)),
        ask=presented(walk.speaker, step.ask, walk.env, walk.was) if step.ask else None,
        ended=step.ends,
        card=_card(walk, country) if walk.card else None,
    )


def _card(walk: Walk, country: str | None) -> Card:
    kind, writing = _danger(walk), walk.card == WRITING
    return walk.script.help.card(
        country, _lines_for(walk, kind), writing=writing, silent=kind == ABUSE
    )


def _danger(walk: Walk) -> Value:
    """Name what a card is about: `danger` and `writing` stand for what is talked about."""
    return walk.env.get("risk_kind") if walk.card in ("danger", WRITING) else walk.card


def _lines_for(walk: Walk, kind: Value) -> str | None:
    """Name what the help lines are for.

    Whoever is under 18 sees the lines for the young first, whatever it is about. A danger that
    has nothing but the emergency number is left out: that number stands on every card.
    """
    if walk.env.get(UNDER_AGE) is True and kind not in ALONE:
        return "minor"
    return kind if isinstance(kind, str) and (walk.card == kind or kind not in ALONE) else None
