"""What a person might do at a prompt, as far as it can make a difference to the way."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from bot.listening.ear import Ear
from bot.script import Script
from bot.values import NOTHING_HEARD, Answer, Ask, Heard, InputKind, Outcome
from bot.workshop.reading import offered

MINUTE = 60_000
PLAIN = "I keep coming back to it"  # typed words without danger, command or feeling
UNSURE = "I don't know"
SIMPLER = "Can you say that more simply?"
WAITS = (30 * MINUTE, 2 * 1440 * MINUTE, 40 * 1440 * MINUTE)  # hours, days and a month away
MOST_COUNTRIES = 1  # of a list of countries: each leads the same way
COMMANDS: tuple[InputKind, ...] = ("why", "back", "help", "pause", "toomuch", "stop")


class Try(Struct, frozen=True):
    """One thing to do.

    Attributes:
        wait: milliseconds that pass before, beyond the usual moment.
    """

    kind: InputKind
    answer: Answer | None = None
    heard: Heard = NOTHING_HEARD
    wait: int = 0

    @property
    def seconds(self) -> int:
        """Give how long it takes itself: an exercise lasts."""
        exercise = self.answer.exercise if self.answer is not None else None
        return exercise.seconds if exercise is not None else 0


class Tries:
    """Makes things to do, and hears what is typed.

    Args:
        script: the dialogue.
        ear: hears the typed words.
        dangers: sentences in which danger is heard, one for each kind is enough.
    """

    def __init__(self, script: Script, ear: Ear, dangers: Iterable[str]) -> None:
        self._ear, self._regions = ear, {region.id for region in script.help.regions}
        self._heard: dict[tuple[object, ...], Heard] = {}
        self._dangers: dict[tuple[str, str], str] = {}
        for text in sorted(dangers, key=lambda text: not text.isascii()):
            if (risk := ear.hear(text).risk) is not None:
                self._dangers.setdefault((risk.category, risk.tier), text)

    def taps(self, ask: Ask | None) -> Iterator[Try]:
        """Give every answer that can be tapped, words that are no answer to a tap, and a skip."""
        for answer in self._answers(ask) if ask is not None else ():
            yield Try("say", answer)
        yield self._typed(PLAIN, ask)
        yield Try("skip")

    def asides(self, ask: Ask | None, commands: Iterable[str]) -> Iterator[Try]:
        """Give "I don't know", some commands, and going away for a while.

        Args:
            ask: the prompt that is open.
            commands: which commands are worth it.
        """
        wanted = set(commands)
        yield self._typed(UNSURE, ask)
        if "simpler" in wanted:
            yield self._typed(SIMPLER, ask)
        yield from (Try(command) for command in COMMANDS if command in wanted)
        if "return" in wanted:
            yield from (Try("return", wait=wait) for wait in WAITS)

    def dangers(self, ask: Ask | None) -> Iterator[Try]:
        """Give a sentence for each danger."""
        for text in self._dangers.values():
            yield self._typed(text, ask)

    def _typed(self, text: str, ask: Ask | None) -> Try:
        answer, ids = Answer(text=text), tuple(choice.id for choice in offered(ask))
        key = (text, ask.kind if ask is not None else "", ids)
        if key not in self._heard:
            self._heard[key] = self._ear.hear_answer(answer, ask)
        return Try("say", answer, self._heard[key])

    def _answers(self, ask: Ask) -> Iterator[Answer]:
        match ask.kind:
            case "choice" | "text":
                choices = [choice.id for choice in (*ask.choices, *ask.chips)]
                most = MOST_COUNTRIES if self._regions.issuperset(choices) else len(choices)
                yield from (Answer(choice=choice) for choice in choices[:most])
            case "choices":
                yield from (Answer(choices=(choice.id,)) for choice in ask.choices)
                yield Answer(choices=tuple(choice.id for choice in ask.choices[:2]))
            case "rating":
                yield from (Answer(rating=number) for number in range(11))
            case "exercise":
                yield from _outcomes(ask)
            case "approve":
                for is_kept in (True, False):
                    yield Answer(approve={line.id: is_kept for line in ask.lines})
            case _:
                yield from _picks(ask)


def _outcomes(ask: Ask) -> Iterator[Answer]:
    whole = sum(frame.seconds for frame in ask.frames)
    yield Answer(exercise=Outcome("okay", whole))
    yield Answer(exercise=Outcome("stop", whole // 2))
    yield Answer(exercise=Outcome("toomuch", whole // 2))
    for choice in ask.live:
        if choice.id not in {"okay", "stop", "toomuch"}:
            yield Answer(choice=choice.id)


def _picks(ask: Ask) -> Iterator[Answer]:
    for family in ask.families:
        yield Answer(feelings=((family.shades or (family,))[0].id,))
    if ask.areas:
        yield Answer(choices=(ask.areas[0].id,))
    if ask.cards and ask.piles:
        for pile in ask.piles:
            yield Answer(cards={card.id: pile.id for card in ask.cards})
    elif ask.cards:
        yield Answer(choices=tuple(card.id for card in ask.cards[: ask.pick or 1]))


def example_dangers(lexicon: Path) -> Iterator[str]:
    """Give the sentences that a lexicon itself gives as examples of what is to be heard."""
    for file in sorted(lexicon.glob("*.rules")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith("+ "):
                yield line.strip()[2:].strip()
