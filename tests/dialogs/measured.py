"""What is measured on a talk that somebody walked: the figures a reviewer asks for, each by one rule."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.narrative import own_share
from bot.script import Effect, Script
from bot.values import Reply
from bot.workshop.census import routes_of, sayings
from tests.conftest import Talk
from tests.dialogs.reading import opening

QUOTE = re.compile(r"“([^“”]+)”")
RECENT = 6  # turns within which no two should begin with the same two words
SECONDS = {"choice": 8, "choices": 8, "rating": 6, "feelings": 8, "cards": 20}
FEW = 3  # words that are a name or a word, not a text
WORDS_A_SECOND = 4


@dataclass(frozen=True, slots=True)
class Walked:
    """A talk in figures.

    Attributes:
        ended: it came to an end.
        turns: of the guide.
        minutes: as estimated: so long for each kind of answer, and for reading.
        repeated: lines that were said twice and aren't fixed.
        holes: lines with a place that wasn't filled.
        begins: turns that have a beginning of ours.
        alike: those of them that begin like one of the six before.
        bare: the longest run of turns that only ask.
        altered: quotes that nobody said.
        unapproved: lines of the story that weren't approved.
        blank: turns in which the guide says nothing at all.
        share: the part of the story that the person wrote or picked; None without a story.
        words: of each turn.
    """

    ended: bool
    turns: int
    minutes: float
    repeated: tuple[str, ...]
    holes: tuple[str, ...]
    begins: int
    alike: int
    bare: int
    blank: int
    altered: tuple[str, ...]
    unapproved: tuple[str, ...]
    share: float | None
    words: tuple[int, ...]


class Yardstick:
    """Measures talks of one script."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._fixed = {saying.id for saying in sayings(script) if saying.is_fixed}
        self._printed = {
            quote
            for saying in sayings(script)
            for wording in saying.wordings
            for quote in QUOTE.findall("".join(p for p in wording.parts if isinstance(p, str)))
        }
        self._given = " ".join(
            str(effect.value({})) for effect in _effects(script) if self._is_words(effect)
        )

    def _is_words(self, effect: Effect) -> bool:
        return self._script.variables[effect.name].kind == "words" and bool(effect.value({}))

    def measure(self, talk: Talk) -> Walked:
        """Measure a talk."""
        own = [r for r in talk.replies if not self._script.stages[r.stage].is_safety]
        lines = [(i.id, i.text) for r in own for i in r.lines if i.id not in self._fixed]
        said = [text for line, text in lines if not self._is_shared(line)]
        begins, alike = self._openings(own)
        return Walked(
            ended=talk.reply.ended,
            turns=len(talk.replies),
            minutes=_minutes(talk),
            repeated=tuple({text for text in said if said.count(text) > 1}),
            holes=tuple(text for _, text in lines if "{" in text),
            begins=begins,
            alike=alike,
            bare=self._bare(own),
            blank=sum(not reply.lines for reply in talk.replies),
            altered=tuple(self._altered(talk, lines)),
            unapproved=tuple(_unapproved(talk)),
            share=_share(talk),
            words=tuple(self._words(reply) for reply in own),
        )

    def _is_shared(self, line: str) -> bool:
        stage = self._script.stages.get(line.partition(".")[0])
        return stage is not None and stage.is_safety

    def _words(self, reply: Reply) -> int:
        return sum(len(line.text.split()) for line in reply.lines if line.id not in self._fixed)

    def _openings(self, own: list[Reply]) -> tuple[int, int]:
        begins, alike, recent = 0, 0, list[str]()
        for reply in own:
            fresh = (line.text for line in reply.lines if line.id not in self._fixed)
            text = next(fresh, "")
            first = "" if text.startswith("“") else opening(text)  # their words may come again
            if first:
                begins, alike = begins + 1, alike + (first in recent[-RECENT:])
                recent.append(first)
        return begins, alike

    def _bare(self, own: list[Reply]) -> int:
        longest = run = 0
        for reply in own:
            is_bare = len(reply.lines) == 1 and "?" in reply.lines[0].text
            run = run + 1 if is_bare else 0
            longest = max(longest, run)
        return longest

    def _altered(self, talk: Talk, lines: list[tuple[str, str]]) -> Iterator[str]:
        theirs = _plain(" ".join((*_texts(talk), self._given)))
        for _, text in lines:
            for quote in QUOTE.findall(text):
                if quote not in self._printed and _plain(quote.rstrip("…")) not in theirs:
                    yield quote


def _effects(script: Script) -> Iterator[Effect]:
    for step in script.steps.values():
        yield from step.effects
        for option in step.ask.options if step.ask else ():
            yield from option.effects
        for route in routes_of(step):
            yield from route.effects


def _plain(text: str) -> str:
    return " ".join(text.split())


def _texts(talk: Talk) -> Iterator[str]:
    """Give all that a person typed or picked, as it is shown."""
    script = talk.script
    for reply, given in zip(talk.replies, talk.inputs[1:], strict=False):
        answer, step = given.answer, script.steps[reply.step]
        if answer is None:
            continue
        yield from (text for text in (answer.text,) if text)
        yield from (v for v in (answer.approve or {}).values() if isinstance(v, str))
        picked = {answer.choice, *(answer.choices or ()), *given.heard.choices}
        shown = script.labels.get(step.ask.into or "", {}) if step.ask else {}
        yield from (shown.get(one, one) for one in (*(answer.feelings or ()), *picked) if one)
        for option in step.ask.options if step.ask else ():
            if option.id in picked:
                yield from (option.quoted, option.label)
    yield from (str(v.start) for v in script.variables.values() if isinstance(v.start, str))


def _unapproved(talk: Talk) -> Iterator[str]:
    """Give the lines of the story that were in no approval; “back” may bring an earlier one back."""
    assert talk.session is not None
    story, kept = talk.session.values.get("story"), set[str]()
    for reply, given in zip(talk.replies, talk.inputs[1:], strict=False):
        verdicts = (given.answer.approve if given.answer else None) or {}
        lines = reply.ask.lines if reply.ask else ()
        kept |= {line.text for line in lines if verdicts.get(line.id) is True}
        kept |= {verdict for verdict in verdicts.values() if isinstance(verdict, str)}
        if given.heard.answer == "yes":
            kept |= {line.text for line in lines}
    if isinstance(story, str) and kept:
        yield from (line for line in story.splitlines() if line not in kept)


def _share(talk: Talk) -> float | None:
    assert talk.session is not None
    story = talk.session.values.get("story")
    return own_share(story, " ".join(_texts(talk))) if isinstance(story, str) else None


def _minutes(talk: Talk) -> float:
    """Estimate the minutes: what is read, what is done, and what is written.

    A text takes 45 seconds with its question read, a word or a name 15; each other answer as in
    `SECONDS`, an exercise its own time.
    """
    seconds = 0.0
    for reply, given in zip(talk.replies, talk.inputs[1:], strict=False):
        ask, text = reply.ask, given.answer.text if given.answer else None
        if text is not None:
            seconds += 45 if len(text.split()) > FEW else 15
            continue
        seconds += sum(len(line.text.split()) for line in reply.lines) / WORDS_A_SECOND
        frames = sum(frame.seconds for frame in ask.frames) if ask else 0
        seconds += frames or SECONDS.get(ask.kind if ask else "", 8)
    return seconds / 60
