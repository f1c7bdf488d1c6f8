"""The rule of a turn: `take_turn(script, session, input) → Turn`. Pure, and the only one.

Danger comes first, then commands, then the answer to what was asked. A conversation is the fold
of this function over its inputs; nothing else is ever read.
"""

from collections.abc import Iterable

from bot.answers import Reading, read
from bot.errors import SpeechError
from bot.present import presented
from bot.script import Script, Step
from bot.settle import leave_prompt, settle
from bot.values import NOTHING_HEARD, Answer, Heard, Input, Mark, Progress, Reply, Session, Turn
from bot.walk import TIERS, Walk

MOST_MARKS = 40  # places that "back" remembers; more than a long talk has
MOST_RETURNS = 2  # times that one prompt can be taken back
MOST_BACKS = 12  # times in a talk; then only forward, so that every talk comes to an end
DAY = 24 * 3_600_000


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
    turn = _Turn(script, session, given)
    turn.act()
    return turn.finished()


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
    starts = {v.name: v.start for v in script.variables.values() if v.start is not None}
    if given.region is not None and given.region in script.variables["region"].ids:
        starts["region"] = given.region
    session = Session(
        step=script.start,
        seed=given.seed,
        lang=given.lang,
        started=given.at,
        at=given.at,
        values=starts,
    )
    turn = _Turn(script, session, given)
    turn.walk.arriving = True
    settle(turn.walk)
    return turn.finished()


class _Turn:
    """One turn: what is asked of the walk, and what goes into the new session."""

    __slots__ = ("mark", "session", "skips", "taken_back", "trail", "tries", "walk")

    def __init__(self, script: Script, session: Session, given: Input) -> None:
        self.session = session
        self.walk = Walk(script, session, given)
        self.tries, self.skips, self.trail = session.tries, session.skips, session.trail
        self.taken_back = session.taken_back
        self.mark: Mark | None = None

    @property
    def step(self) -> Step:
        return self.walk.script.steps[self.session.step]

    def act(self) -> None:
        given = self.walk.given
        heard = given.heard
        if heard.risk is not None and self._meet_danger(heard):
            settle(self.walk)
        elif self._was_long_away(given):
            self._command("return")
        elif given.kind == "return":
            self._remind()
        elif given.late:
            self._obey(given.kind if given.kind != "say" else heard.command)
        elif given.kind == "say":
            self._say(given.answer or Answer(), heard)
        else:
            self._obey(given.kind)

    def _was_long_away(self, given: Input) -> bool:
        if self.session.ended or given.at - self.session.at < DAY:
            return False
        return given.kind in ("return", "say", "skip", "back", "why")

    # danger

    def _meet_danger(self, heard: Heard) -> bool:
        """Enter the flow that answers the danger. False when the open question already does."""
        walk, risk = self.walk, heard.risk
        if risk is None:
            return False
        target = walk.script.risk[risk.category, risk.tier]
        open_tier = walk.env.get("risk_tier") or 0
        is_graver = TIERS[risk.tier] > int(open_tier)
        if walk.in_safety and not (is_graver and risk.tier == "now"):
            if self.step.flagged:
                return self._take_flagged()
            if walk.script.steps[target].stage == walk.stage or not is_graver:
                return False
        walk.env["risk_tier"] = max(TIERS[risk.tier], int(open_tier))
        walk.fire(f"risk {target}")
        self.trail, self.skips = (), 0  # nobody goes back out of a crisis flow by accident
        return True

    def _take_flagged(self) -> bool:
        """Danger was what we asked about: a readable answer counts, else the flagged route."""
        given = self.walk.given
        if given.answer is not None and self._read(given.answer, given.heard) is not None:
            return False
        leave_prompt(self.walk, "flagged")
        return True

    # what is said

    def _say(self, answer: Answer, heard: Heard) -> None:
        if self.session.ended:
            self._over()
        elif heard.command is not None:
            self._obey(heard.command)
        elif answer.exercise is not None and answer.exercise.outcome == "toomuch":
            self._command("toomuch")
        else:
            self._answer(answer, heard)

    def _answer(self, answer: Answer, heard: Heard) -> None:
        reading = self._read(answer, heard)
        if heard.answer == "unsure" and (reading is None or reading.answer in ("text", "picked")):
            self._unsure()
        elif reading is None:
            self._ask_again()
        elif reading.answer == "toomuch" and self.step.ask and self.step.ask.kind == "exercise":
            self._command("toomuch")
        else:
            self._accept(reading, answer)

    def _read(self, answer: Answer, heard: Heard) -> Reading | None:
        spec = self.step.ask
        walk = self.walk
        return read(walk.speaker, spec, walk.env, answer, heard) if spec is not None else None

    def _accept(self, reading: Reading, answer: Answer) -> None:
        walk, spec = self.walk, self.step.ask
        self._remember(answer)
        walk.env["answer"] = reading.answer
        if spec is not None and spec.into is not None:
            walk.put(spec.into, reading.value)
        for option in reading.options:
            walk.say(option.say)
            walk.apply(option.effects)
            walk.forget = walk.forget or option.forgets
        for mark in reading.marks:
            walk.apply(spec.marks.get(mark, ()) if spec is not None else ())
        self.skips = 0
        if not self._watched(spec.into if spec is not None else None):
            leave_prompt(walk, "next")
        settle(walk)

    def _watched(self, name: str | None) -> bool:
        """Run the rules of a variable; True when one led into its side flow."""
        walk = self.walk
        for rule in walk.script.watch.get(name, ()) if name else ():
            if rule.when is not None and rule.when(walk.env) is not True:
                continue
            walk.apply(rule.effects)
            if rule.call is not None and not self._is_open(rule.call):
                walk.fire(f"watch {rule.id}")
                return True
        return False

    def _is_open(self, target: str) -> bool:
        steps = self.walk.script.steps
        flow = steps[target].stage
        return flow == self.walk.stage or any(steps[f.step].stage == flow for f in self.walk.stack)

    # what can't be read

    def _ask_again(self) -> None:
        walk, decks = self.walk, self.walk.script.decks
        self.tries += 1
        if self.tries == 1:
            own = walk.say_one(self.step.reask)
            _ = own or walk.say_one(decks["reask"])
            walk.say_one(self.step.again)
        elif self.tries == 2:
            walk.say_one(decks["choices"])
        else:
            self._pass_over("leave")

    def _unsure(self) -> None:
        walk = self.walk
        self.tries += 1
        if self.step.unsure is not None:
            self._remember(None)
            leave_prompt(walk, "unsure")
            settle(walk)
        elif self.tries == 1:
            walk.say_one(walk.script.decks["unsure"])
            walk.say_one(self.step.hints)
        else:
            self._pass_over("unsure_skip")

    # commands

    def _obey(self, command: str | None) -> None:
        match command:
            case "back":
                self._back()
            case "skip":
                self._pass_over("skip")
            case "why":
                self._why()
            case "help" | "stop" | "pause" | "toomuch":
                self._command(command)
            case _:
                self._again()

    def _command(self, name: str) -> None:
        walk = self.walk
        if self.session.ended and name != "help":
            self._over()
            return
        self._remember(None)
        walk.fire(name)
        walk.path.append(f"command.{name}")
        settle(walk)

    def _why(self) -> None:
        line = self.walk.speaker.bubble(self.step.why, self.walk.env) if self.step.why else None
        if self.session.ended:
            self._over()
        elif line is not None:
            self.walk.lines.append(line)
        else:
            self.walk.say_one(self.walk.script.decks["why"])

    def _pass_over(self, deck: str) -> None:
        """Leave the open prompt unanswered; three in a row may offer a shorter way."""
        walk = self.walk
        if self.session.ended:
            self._over()
            return
        self._remember(None)
        walk.say_one(walk.script.decks[deck])
        self.skips += 1
        shorter = walk.script.commands.get("skips")
        if shorter and self.skips == shorter.after and not self._is_open(shorter.call):
            walk.fire("skips")
        else:
            walk.env["answer"] = "skip"
            leave_prompt(walk, "skip" if self.step.skip is not None else "next")
        settle(walk)

    def _back(self) -> None:
        walk, decks = self.walk, self.walk.script.decks
        if self.session.ended:
            self._over()
        elif not self.trail:
            self.tries += 1
            if self.tries > MOST_RETURNS:
                self._command("stop")
            else:
                walk.say_one(decks["back_first"])
        elif not self._may_go_back(self.trail[-1]):
            walk.say_one(decks["back_enough"])
        else:
            self._restore(self.trail[-1])

    def _may_go_back(self, mark: Mark) -> bool:
        total = sum(self.taken_back.values())
        return total < MOST_BACKS and self.taken_back.get(mark.step, 0) < MOST_RETURNS

    def _restore(self, mark: Mark) -> None:
        walk, variables = self.walk, self.walk.script.variables
        was = _was(walk, mark)
        self.trail = self.trail[:-1]
        self.taken_back = {**self.taken_back, mark.step: self.taken_back.get(mark.step, 0) + 1}
        walk.env.update({n: v for n, v in mark.old.items() if not variables[n].sticky})
        walk.state, walk.stack, walk.was = mark.step, list(mark.stack), mark.answer
        self.tries = self.skips = 0
        walk.say_one(walk.script.decks["back"], was=was)
        walk.path.append(f"back.{mark.step}")
        settle(walk)
        if walk.state == mark.step:
            walk.say_one(walk.script.steps[mark.step].again)

    # coming back

    def _remind(self) -> None:
        if self.session.ended:
            self._over()
            return
        self.walk.say_one(self.walk.script.decks["shortly"])
        self._again()

    def _again(self) -> None:
        self.walk.say_one(self.step.again)

    def _over(self) -> None:
        self.walk.say_one(self.walk.script.decks["over"])

    # the end of the turn

    def _remember(self, answer: Answer | None) -> None:
        """Note the open prompt as a place to come back to; ratings are asked anew, never edited."""
        shown = answer if answer is None or answer.rating is None else None
        self.mark = Mark(self.session.step, self.session.stack, {}, shown)

    def finished(self) -> Turn:
        walk, session = self.walk, self.session
        step = walk.script.steps[walk.state]
        values = _kept(walk)
        is_same = walk.state == session.step and not walk.arriving and self.mark is None
        reply = _reply(walk, step)
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
            taken_back=self.taken_back,
            skips=self.skips,
            ended=step.ends,
        )
        return Turn(after, reply, tuple(walk.path), walk.forget)

    def _trail(self, values: dict[str, object]) -> tuple[Mark, ...]:
        if self.mark is None:
            return self.trail
        before, names = self.session.values, self.session.values.keys() | values.keys()
        old = {n: before.get(n) for n in sorted(names) if before.get(n) != values.get(n)}
        mark = Mark(self.mark.step, self.mark.stack, old, self.mark.answer)
        return (*self.trail, mark)[-MOST_MARKS:]


def _was(walk: Walk, mark: Mark) -> str:
    """Show the answer that is taken back, as a line may quote it; empty when there was none."""
    answer, ask = mark.answer, walk.script.steps[mark.step].ask
    if answer is None or ask is None:
        return ""
    if answer.text is not None:
        return answer.text
    ids = answer.choices or answer.feelings or ((answer.choice,) if answer.choice else ())
    labels = {option.id: option.label for option in ask.options}
    return ", ".join(labels.get(choice, choice) for choice in ids)


def _kept(walk: Walk) -> dict[str, object]:
    return {n: v for n, v in walk.env.items() if v is not None and n not in ("now", "away")}


def _reply(walk: Walk, step: Step) -> Reply:
    bottom = walk.stack[0].step if walk.stack else step.id
    stage = walk.script.steps[bottom].stage
    ask = presented(walk.speaker, step.ask, walk.env, walk.was) if step.ask else None
    region = walk.env.get("region")
    card = walk.script.help.card(region if isinstance(region, str) else None, walk.card) if walk.card else None
    return Reply(
        lines=tuple(walk.lines),
        stage=step.stage,
        step=step.id,
        progress=Progress(walk.script.progress.get(stage, 0), len(walk.script.parts)),
        ask=ask,
        ended=step.ends,
        card=card,
    )


__all__ = ["NOTHING_HEARD", "fold", "take_turn"]
