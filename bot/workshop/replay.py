"""Plays a conversation through the engine and compares it with what was expected."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from bot.errors import AnswerRefused, SpeechError
from bot.guide import take_turn
from bot.listening.ear import Ear
from bot.script import Script
from bot.values import NOTHING_HEARD, Ask, Heard, Input, Session
from bot.workshop.chat import Chat, Exchange
from bot.workshop.judge import Got, Miss, misses, trespass
from bot.workshop.known import check_known
from bot.workshop.reading import Said, said
from bot.workshop.record import Spoken, bot_lines, expectations
from bot.workshop.side import side_by_side
from bot.workshop.start import opened

MOMENT = 10_000  # ms between two acts: the time of a slow reader's tap


class Played(Struct, frozen=True):
    """One exchange as it went; `got` is None when the act couldn't be done."""

    exchange: Exchange
    turns: tuple[Spoken, ...]
    got: Got | None
    misses: tuple[Miss, ...]


class Result(Struct, frozen=True):
    """A conversation as it went, up to the first exchange that wasn't as expected."""

    chat: Chat
    played: tuple[Played, ...]

    @property
    def has_passed(self) -> bool:
        """Whether all was as expected."""
        return not any(played.misses for played in self.played)

    @property
    def misses(self) -> tuple[Miss, ...]:
        """Give everything that wasn't as expected, in order."""
        return tuple(miss for played in self.played for miss in played.misses)

    def report(self, reasons: Sequence[str] = ()) -> str:
        """Say what went wrong: file and line, a sentence each, then the two transcripts.

        Args:
            reasons: what chose the way of the last exchange.
        """
        head = [f"{self.chat.file}:{miss.line}: {miss.says}" for miss in self.misses]
        marked = frozenset(self.chat.source[miss.line - 1] for miss in self.misses if miss.line)
        rows = [_row(self.chat, played) for played in self.played]
        because = ["", "what chose the way:", *(f"  {one}" for one in reasons)] if reasons else []
        return "\n".join([*head, "", side_by_side(rows, marked), *because])


@lru_cache(maxsize=4096)
def _heard(ear: Ear, text: str, ask: Ask | None, lang: str) -> Heard:
    """Hear a text; the same text at the same prompt, as conversations share it, only once."""
    return ear.hear(text, ask, lang)


class _Talk:
    """A talk while it is played."""

    def __init__(self, chat: Chat, script: Script, ear: Ear) -> None:
        self.chat, self.script, self.ear = chat, script, ear
        self.at = chat.head.clock
        self.session: Session | None = None
        self.ask: Ask | None = None
        self.turns: list[Spoken] = []

    def open(self) -> None:
        """Begin, or start in the given state."""
        head = self.chat.head
        if head.given is not None:
            self.session, self.ask = opened(self.script, head, head.given)
            return
        self._take(
            Input(at=self.at, kind="begin", seed=head.seed, lang=head.lang, region=head.region)
        )

    def act(self, exchange: Exchange) -> None:
        """Play one act."""
        self.at += exchange.wait + MOMENT
        meant = said(exchange.acts[0], self.ask)
        if meant.answer is not None and meant.answer.exercise is not None:
            self.at += 1000 * meant.answer.exercise.seconds
        self._take(Input(at=self.at, kind=meant.kind, answer=meant.answer, heard=self._hear(meant)))

    def got(self) -> Got | None:
        """Give what came of the last act."""
        if self.session is None:
            return None
        lines = tuple(line for spoken in self.turns for line in spoken.turn.reply.lines)
        cards = [one.turn.reply.card for one in self.turns if one.turn.reply.card is not None]
        path = tuple(part for spoken in self.turns for part in spoken.turn.path)
        return Got(lines, self.ask, cards[-1] if cards else None, self.session, path)

    def _hear(self, meant: Said) -> Heard:
        lang = self.chat.head.lang
        if meant.answer is None:
            return NOTHING_HEARD
        if meant.answer.text is not None:
            return _heard(self.ear, meant.answer.text, self.ask, lang)
        return self.ear.hear_answer(meant.answer, self.ask, lang)

    def _take(self, given: Input) -> None:
        turn = take_turn(self.script, self.session, given)
        step = self.session.step if self.session is not None else ""
        self.turns.append(Spoken(given, step, self.ask, turn))
        self.session, self.ask = turn.session, turn.reply.ask


def play(chat: Chat, script: Script, ear: Ear, *, to_end: bool = False) -> Result:
    """Play one way through a conversation.

    Args:
        chat: as `each_way` gives it: one variant of each act.
        script: the dialogue that it names.
        ear: hears the typed words.
        to_end: go on after the first exchange that isn't as expected.

    Raises:
        ReplayError: the file names a step, line or variable that the script doesn't have.
    """
    check_known(chat, script)
    played = []
    for one in _played(chat, _Talk(chat, script, ear)):
        played.append(one)
        if one.misses and (one.got is None or not to_end):
            break
    return Result(chat, tuple(played))


def _played(chat: Chat, talk: _Talk) -> Iterator[Played]:
    for exchange in chat.exchanges:
        talk.turns = []
        try:
            if exchange.acts:
                talk.act(exchange)
            else:
                talk.open()
        except (AnswerRefused, SpeechError) as error:
            miss = Miss(max(exchange.line, 1), str(error))
            yield Played(exchange, tuple(talk.turns), None, (miss,))
            return
        yield _judged(exchange, talk)


def _judged(exchange: Exchange, talk: _Talk) -> Played:
    got = talk.got()
    if got is None:
        return Played(exchange, (), None, ())
    found = misses(exchange.wants, got, talk.script)
    trespasses = [trespass(never, got, talk.script) for never in talk.chat.head.never]
    found += [miss for miss in trespasses if miss is not None]
    return Played(exchange, tuple(talk.turns), got, tuple(found))


def _row(chat: Chat, played: Played) -> tuple[list[str], list[str]]:
    exchange = played.exchange
    act = [f"you: {exchange.said}"] if exchange.said else []
    first, last = exchange.span or (1, 0)
    left = [line.rstrip() for line in chat.source[first - 1 : last] if line.strip()]
    if played.got is None:
        return act + left, act + [str(miss.says) for miss in played.misses]
    wants = exchange.wants
    right = expectations(wants, played.got)
    if not wants.lines:
        right = bot_lines(played.got.lines) + right
    return act + left, act + right
