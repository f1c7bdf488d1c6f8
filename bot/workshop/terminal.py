"""A talk at a terminal: the same engine and ear, without a server.

Clock and console come from outside, so a talk at a terminal can be tested without one.
"""

from collections.abc import Callable
from typing import Protocol

from msgspec import structs

from bot.errors import AnswerRefused, ConfigError, SpeechError
from bot.guide import take_turn
from bot.listening.ear import Ear
from bot.script import Script
from bot.values import NOTHING_HEARD, Answer, Ask, Command, Input, InputKind, Reply, Session
from bot.workshop.acts import COMMAND_LABELS
from bot.workshop.chat import Head, nearest
from bot.workshop.judge import shown
from bot.workshop.reading import Said
from bot.workshop.record import Spoken, record
from bot.workshop.rendering import HINTS, numbered
from bot.workshop.typed import meant

OWN_COMMANDS = ("state", "save", "quit")


class Console(Protocol):
    """Where a talk is shown and typed."""

    def show(self, reply: Reply) -> None:
        """Show what the guide says, help lines and what can be picked."""

    def note(self, text: str) -> None:
        """Show something that isn't part of the talk."""

    def read(self) -> str | None:
        """Read a line; None when there won't be another."""

    def frame(self, text: str, seconds: int) -> None:
        """Show a moment of an exercise and let it last."""

    def save(self, file: str, text: str) -> None:
        """Write a file.

        Raises:
            ConfigError: it can't be written.
        """


class Terminal:
    """One talk at a terminal.

    Attributes:
        is_forgotten: the person asked for the talk to be deleted: it must not be written anywhere.
    """

    def __init__(
        self,
        script: Script,
        ear: Ear,
        console: Console,
        clock: Callable[[], int],
        head: Head,
        *,
        newer: Callable[[], Script | None] = lambda: None,
    ) -> None:
        self.script, self.ear, self.console, self.clock = script, ear, console, clock
        self._newer = newer
        self.head = structs.replace(head, clock=clock())
        self.talk: list[Spoken] = []
        self.is_forgotten = False
        self.session: Session | None = None
        self.reply: Reply | None = None

    def run(self) -> None:
        """Talk until the end of the talk or of what is typed."""
        head = self.head
        self._take(
            Input(at=head.clock, kind="begin", seed=head.seed, lang=head.lang, region=head.region)
        )
        while self.reply is not None and not self.reply.ended:
            seconds = self._exercise(self.reply.ask)
            line = self.console.read()
            if line is None or line.strip() == "/quit":
                self.console.note("Until another time.")
                return
            script = self._newer()
            if script is not None:
                self._switch(script)
            else:
                self._answer(line, seconds)

    def recorded(self) -> str:
        """Give the talk so far as a `.chat` file."""
        return record(self.head, self.talk)

    def _answer(self, line: str, seconds: int) -> None:
        ask = self.reply.ask if self.reply is not None else None
        try:
            if line.lstrip().startswith("/"):
                self._command(line.strip()[1:])
            elif ask is not None and ask.piles and numbered(ask):
                self._say(self._sorted(line, ask))
            elif ask is not None and (line.strip() or ask.kind in {"exercise", "approve"}):
                self._say(meant(line, ask, seconds))
        except (AnswerRefused, ConfigError) as error:
            self.console.note(str(error))

    def _say(self, said: Said) -> None:
        ask = self.reply.ask if self.reply is not None else None
        answer, heard = said.answer, NOTHING_HEARD
        if answer is not None:
            heard = self.ear.hear_answer(answer, ask, self.head.lang)
        self._take(Input(at=self.clock(), kind=said.kind, answer=answer, heard=heard))

    def _take(self, given: Input) -> None:
        before, ask = self.session, self.reply.ask if self.reply is not None else None
        turn = take_turn(self.script, before, given)
        self.talk.append(Spoken(given, before.step if before is not None else "", ask, turn))
        self.session, self.reply = turn.session, turn.reply
        self.console.show(turn.reply)
        if turn.forget:
            self.talk, self.is_forgotten = [], True

    def _switch(self, script: Script) -> None:
        """Play the talk so far with a newer script, up to the first thing that isn't as it was."""
        talk, says = replayed(script, self.talk)
        self.console.note(f"The script has changed. {says}")
        if not talk:
            return  # not even the first words can be said: the talk stays with the script it has
        self.script, self.talk, last = script, talk, talk[-1].turn
        self.session, self.reply = last.session, last.reply
        self.console.show(last.reply)

    # asks that take more than a line

    def _exercise(self, ask: Ask | None) -> int:
        """Show the frames of an exercise once, when its prompt opens; give the seconds it took."""
        if ask is None or ask.kind != "exercise":
            return 0
        began = self.clock()
        for frame in ask.frames if not self._is_asked_again() else ():
            self.console.frame(frame.text, frame.seconds)
        self.console.note(f"({HINTS['exercise']})")
        return (self.clock() - began) // 1000

    def _is_asked_again(self) -> bool:
        return len(self.talk) > 1 and self.talk[-1].step == self.talk[-1].turn.session.step

    def _sorted(self, line: str, ask: Ask) -> Said:
        """Take cards one by one: the line that was typed is the first card's pile."""
        piles: dict[str, str] = {}
        for n, card in enumerate(ask.cards):
            if n:
                self.console.note(f"{card.label}?")
                line = self.console.read() or ""
            if line.startswith("/"):
                return Said(_command_of(line))
            one = structs.replace(ask, cards=(), piles=(), choices=ask.piles, kind="choice")
            picked = meant(line, one).answer if line.strip() else None
            if picked is not None and picked.choice is not None:
                piles[card.id] = picked.choice
            elif picked is not None:
                return Said("say", picked)  # typed words: they are heard like any others
        return Said("say", Answer(cards=piles))

    # commands

    def _command(self, line: str) -> None:
        name, _, rest = line.partition(" ")
        kind: Command | None = COMMAND_LABELS.get(name.casefold())
        if kind is not None:
            self._say(Said(kind))
        elif name == "state":
            self.console.note(self._state())
        elif name == "save":
            self._save(rest.strip())
        else:
            known = [f"/{one}" for one in (*COMMAND_LABELS, *OWN_COMMANDS) if " " not in one]
            hint = nearest(f"/{name}", known) or f"there are {', '.join(known)}"
            self.console.note(f"There is no /{name} ({hint})")

    def _save(self, file: str) -> None:
        if not file:
            raise AnswerRefused("name the file, such as /save first.chat")
        if self.is_forgotten:
            raise AnswerRefused("this talk was deleted, as you asked; there is nothing to save")
        self.console.save(file, self.recorded())
        self.console.note(f"Saved as {file}.")

    def _state(self) -> str:
        session = self.session
        if session is None:
            return ""
        values = [f"{name} = {shown(value)}" for name, value in sorted(session.values.items())]
        stack = [f"called from {frame.step}" for frame in reversed(session.stack)]
        return f"at {' '.join([session.step, *stack])}" + "".join(f", {value}" for value in values)


def replayed(script: Script, talk: list[Spoken]) -> tuple[list[Spoken], str]:
    """Take the turns of a talk again with another version of its script.

    Returns:
        The talk up to its first difference, or the whole, and a sentence about it.
    """
    again: list[Spoken] = []
    for number, spoken in enumerate(talk, 1):
        before = again[-1].turn if again else None
        try:
            turn = take_turn(script, before.session if before is not None else None, spoken.given)
        except (AnswerRefused, SpeechError) as error:
            return again, f"Turn {number} isn't possible any more: {error}"
        ask = before.reply.ask if before is not None else None
        again.append(structs.replace(spoken, ask=ask, turn=turn))
        if turn.reply != spoken.turn.reply:
            return again, f"It goes another way from turn {number} of {len(talk)}, so here we are:"
    return again, f"All {len(talk)} turns go as before."


def _command_of(line: str) -> InputKind:
    """Give a command typed between two cards.

    Raises:
        AnswerRefused: it is none that leaves the cards.
    """
    kind = COMMAND_LABELS.get(line.strip()[1:].casefold())
    if kind is None:
        raise AnswerRefused("finish the cards first, or leave them with /skip")
    return kind
