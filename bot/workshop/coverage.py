"""How much of a script some conversations reach, and what they don't."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from bot.guide import take_turn
from bot.script import Script
from bot.values import Input, Session
from bot.workshop.acts import COMMAND_LABELS
from bot.workshop.census import choice_ids, line_ids, sayings, transition_ids
from bot.workshop.record import Spoken
from bot.workshop.replay import Played, Result
from bot.workshop.watched import Watched

COMMANDS = tuple(dict.fromkeys(COMMAND_LABELS.values()))


class Share(Struct, frozen=True):
    """What was reached of what there is, by id."""

    reached: frozenset[str]
    all: frozenset[str]

    @property
    def missed(self) -> tuple[str, ...]:
        """Give what was not reached, in order of its name."""
        return tuple(sorted(self.all - self.reached))

    @property
    def count(self) -> int:
        """Count what was reached."""
        return len(self.reached & self.all)

    def __str__(self) -> str:
        """Give it as `12 of 40 (30 %)`."""
        whole = len(self.all)
        return f"{self.count} of {whole} ({100 * self.count // whole if whole else 100} %)"


class Coverage(Struct, frozen=True):
    """What the conversations about one dialogue reached.

    Attributes:
        states: steps that were entered.
        transitions: routes that were taken, rules that were followed, stages that turned a talk
            away, commands and dangers that were met.
        guards: guards that came out true, and those that didn't: `… yes` and `… no`.
        choices: choices that were picked.
        lines: lines that were said.
        wordings: `line/number` of each wording that was said.
        commands: each command at each prompt, `help at stage.step`. Where a conversation comes by a
            prompt, each is tried there on the side: it must lead to a turn.
    """

    dialog: str
    states: Share
    transitions: Share
    guards: Share
    choices: Share
    lines: Share
    wordings: Share
    commands: Share

    def shares(self) -> Iterator[tuple[str, Share]]:
        """Give all shares by name."""
        for name in self.__struct_fields__[1:]:
            yield name, getattr(self, name)


def coverage(script: Script, results: Iterable[Result]) -> Coverage:
    """Count what was reached.

    Args:
        script: the dialogue.
        results: conversations about this dialogue; those that failed count as far as they went.
    """
    found, watched, played = Reached(script), Watched(script), list(results)
    watched.play(played)
    for one in (one for result in played for one in result.played):
        found.add(one)
    for session in watched.prompts.values():
        found.commands |= set(_obeyed(script, session))
    asking = [step.id for step in script.steps.values() if step.ask is not None]
    return Coverage(
        script.id,
        _share(found.states, script.steps),
        _share(found.transitions, transition_ids(script)),
        _share(came_out(watched.came_out), both_ways(watched.guards)),
        _share(found.choices, choice_ids(script)),
        _share(found.lines, line_ids(script)),
        _share(found.wordings(), found.numbered.values()),
        _share(found.commands, (f"{name} at {step}" for name in COMMANDS for step in asking)),
    )


class Reached:
    """What was reached so far, by kind.

    Attributes:
        said: bits of the wordings that were said.
        numbered: the name of each wording by its number.
    """

    def __init__(self, script: Script) -> None:
        self.states, self.transitions, self.choices = set[str](), set[str](), set[str]()
        self.lines, self.commands, self.said = set[str](), set[str](), 0
        self.numbered = {
            wording.number: f"{saying.id}/{n}"
            for saying in sayings(script)
            for n, wording in enumerate(saying.wordings, 1)
        }
        self._fixed = {
            saying.id: saying.wordings[0].number
            for saying in sayings(script)
            if saying.is_fixed and saying.wordings
        }

    def add(self, played: Played) -> None:
        """Count an exchange."""
        if played.got is not None:
            self.states.add(played.got.session.step)
        for spoken in played.turns:
            self.take(spoken)

    def take(self, spoken: Spoken) -> None:
        """Count a turn."""
        turn, given = spoken.turn, spoken.given
        self.states |= {turn.session.step, *turn.path}
        self.transitions |= set(turn.path)
        self.lines |= {line.id for line in turn.reply.lines}
        self.said |= int(turn.session.said or "0", 16)
        self.choices |= set(picked(spoken))
        if given.heard.risk is not None:
            self.transitions.add(f"danger.{given.heard.risk.category}.{given.heard.risk.tier}")
        elif (command := given.heard.command or given.kind) in COMMANDS:
            self.commands.add(f"{command} at {spoken.step}")

    def wordings(self) -> Iterator[str]:
        """Name the wordings that were said; of a fixed line its first."""
        for number, name in self.numbered.items():
            if self.said >> number & 1:
                yield name
        for line, number in self._fixed.items():
            if line in self.lines:
                yield self.numbered[number]


def _obeyed(script: Script, session: Session) -> Iterator[str]:
    """Give each command at a prompt, once it has led to a turn."""
    for command in COMMANDS:
        take_turn(script, session, Input(at=session.at + 1, kind=command))
        yield f"{command} at {session.step}"


def picked(spoken: Spoken) -> Iterator[str]:
    """Name the choices that an act picks, as `stage.step.choice`."""
    answer = spoken.given.answer
    if answer is not None:
        outcome = answer.exercise.outcome if answer.exercise else None
        ids = (answer.choice, outcome, *(answer.choices or ()), *spoken.given.heard.choices)
        yield from (f"{spoken.step}.{one}" for one in ids if one is not None)


def _share(reached: Iterable[str], whole: Iterable[str]) -> Share:
    everything = frozenset(whole)
    return Share(frozenset(reached) & everything, everything)


def came_out(outcomes: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Name the outcomes of guards: `… yes` and `… no`."""
    yield from (f"{guard} {'yes' if is_true else 'no'}" for guard, is_true in outcomes)


def both_ways(guards: Iterable[str]) -> Iterator[str]:
    """Name both outcomes of each guard."""
    for guard in guards:
        yield from (f"{guard} yes", f"{guard} no")
