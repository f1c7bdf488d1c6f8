"""Checks of what is asked: what can be picked, by whom it can be read, and what it demands."""

from collections.abc import Callable, Iterator, Mapping

from bot.errors import Finding
from bot.loading.tree import Node
from bot.script import AskSpec, Option, Step
from bot.workshop.lints.manuscript import Manuscript, fault, plain, warning
from bot.workshop.lints.reading import count_words

MOST_OPTIONS = 9
"""What fits on a phone's screen with its keyboard closed; a list of countries is searched."""
MOST_LABEL = 8  # words
FEWEST_CHIPS = 2
LIVE = ("okay", "stop", "toomuch")
"""How an exercise can end, by the protocol."""
READING_SPEED = 3.5
"""Words a second: about 200 a minute is how fast adults read, and nobody hurries in an exercise."""
LONGEST_EXERCISE = 300  # seconds; longer ones belong into parts with a choice between


def check_asks(script: Manuscript) -> Iterator[Finding]:
    """Check every ask."""
    for step, node in script.asking:
        if step.ask is None:
            continue
        options = list(script.options(step))
        yield from _options(step.ask, node, options)
        check = _KINDS.get(step.ask.kind)
        if check is not None:
            yield from check(script, step, step.ask, node)


def _options(spec: AskSpec, node: Node, options: list[tuple[Option, Node]]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    hears: dict[str, str] = {}
    for option, place in options:
        label = option.label.casefold().strip(" .…")
        if label in seen:
            hint = f"“{seen[label]}” says the same; a reader can't tell them apart"
            yield fault(place, "MR140", f"two choices say “{option.label}”", hint)
        seen.setdefault(label, option.id)
        if option.hears and option.hears in hears:
            hint = f"“{hears[option.hears]}” hears it too; only one can be meant"
            yield fault(place, "MR144", f"two choices hear a plain {option.hears}", hint)
        if option.hears:
            hears.setdefault(option.hears, option.id)
        if count_words(option.label) > MOST_LABEL:
            message = f"the label has {count_words(option.label)} words; {MOST_LABEL} are plenty"
            yield warning(place, "MR143", message, "shorten it; what it means can stand in `about`")
    # habits that are only offered when heard are three at most, in the place of the others
    most = sum(option.habit is None or option.when is None for option, _ in options)
    if most > MOST_OPTIONS:
        message = f"{most} to choose from; {MOST_OPTIONS} are plenty"
        yield warning(node, "MR142", message, "join some, or ask in two steps")
    if spec.kind == "choice" and len(options) == 1:
        hint = "add another way, or leave the ask out and go on"
        yield warning(node, "MR141", "only one choice, which is none", hint)


def _text(script: Manuscript, step: Step, spec: AskSpec, node: Node) -> Iterator[Finding]:
    if len(spec.options) < FEWEST_CHIPS and not script.is_crisis(step):
        hint = "add two `chips` or more: nobody should have to find words"
        yield fault(node, "MR104", "the step demands text", hint)


def _rating(_script: Manuscript, _step: Step, spec: AskSpec, node: Node) -> Iterator[Finding]:
    if not spec.low or not spec.high:
        hint = "write what 0 and 10 mean, such as {low: not at all, high: completely}"
        yield warning(node, "MR145", "the ends of the scale have no words", hint)


def _choices(script: Manuscript, step: Step, spec: AskSpec, node: Node) -> Iterator[Finding]:
    count = len(spec.options)
    if spec.min > count or (spec.max and (spec.max < spec.min or spec.max > count)):
        message = f"from {spec.min} to {spec.max or count} of {count} can't be picked"
        yield fault(node, "MR146", message, "keep min ≤ max ≤ the number of choices")
    for option, place in script.options(step):
        if option.route is not None or option.hears is not None:
            hint = "decide in the step's `next`; several may be picked together"
            message = f"“{option.id}” is one of several and can't lead or hear by itself"
            yield fault(place, "MR177", message, hint)
    if not any(option.is_alone for option in spec.options):
        hint = "add a choice such as none: {label: None of these, alone: true}"
        yield warning(node, "MR147", "no way to say “none of these”", hint)


def _cards(script: Manuscript, _step: Step, spec: AskSpec, node: Node) -> Iterator[Finding]:
    count = len(script.script.cards.get(spec.deck, ()))
    if spec.pick > count:
        hint = "pick fewer, or add cards to the deck"
        yield fault(node, "MR146", f"{spec.pick} of {count} cards can't be picked", hint)
    if not spec.pick and len(spec.piles) < 2:
        hint = "write `pick: 3`, or `piles:` with two or more"
        yield fault(node, "MR146", "the cards can be neither picked nor sorted", hint)


def _exercise(script: Manuscript, step: Step, spec: AskSpec, node: Node) -> Iterator[Finding]:
    live = {option.id for option in spec.options}
    if live and "toomuch" not in live and not script.is_crisis(step):
        hint = "add `toomuch: Too much`; it must be possible to stop at once"
        yield fault(node, "MR148", "the exercise can't be stopped as too much", hint)
    for option, place in script.options(step):
        if option.id not in LIVE:
            hint = f"write one of: {', '.join(LIVE)}"
            yield fault(place, "MR176", f"an exercise never ends as “{option.id}”", hint)
    total = sum(moment.seconds for moment in spec.moments)
    if total > LONGEST_EXERCISE:
        message = f"{total} seconds in one go; {LONGEST_EXERCISE} are plenty"
        yield warning(node, "MR150", message, "make two steps, with a choice between")
    frames = node.items["frames"].entries if "frames" in node.items else []
    for place, moment in zip(frames, spec.moments, strict=False):
        words = count_words(plain(moment.wording))
        if words > moment.seconds * READING_SPEED:
            message = f"{words} words in {moment.seconds} seconds can't be read"
            yield warning(place, "MR149", message, "say less, or give it more time")


_KINDS: Mapping[str, Callable[[Manuscript, Step, AskSpec, Node], Iterator[Finding]]] = {
    "text": _text,
    "rating": _rating,
    "choices": _choices,
    "cards": _cards,
    "exercise": _exercise,
}
