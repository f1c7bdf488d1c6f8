"""What a prompt looks like as plain lines of text, and what each number on them stands for."""

from collections.abc import Iterator

from bot.values import Ask, AskKind, Card, Choice, HelpLine, Reply

HINTS: dict[AskKind, str] = {
    "choice": "a number, or in your own words",
    "choices": "numbers, such as 1 3",
    "rating": "0 to 10",
    "text": "in your own words",
    "feelings": "numbers, or in your own words",
    "body": "numbers, or in your own words",
    "cards": "numbers, such as 1 3",
    "exercise": "Enter when you are done; or: stop, too much",
    "approve": "Enter keeps all; or: drop 2 | 1 = in other words",
}


def numbered(ask: Ask) -> tuple[Choice, ...]:
    """Give what can be picked by number, in the order in which it is shown."""
    found = [*ask.choices, *ask.chips, *ask.areas, *ask.cards, *ask.live]
    for family in ask.families:
        found += [Choice(family.id, family.label), *family.shades]
    return tuple(found)


def ask_lines(ask: Ask) -> list[str]:
    """Show what can be picked, and how to answer; of an exercise nothing, its frames come first."""
    if ask.kind == "exercise":
        return []
    if ask.piles:
        return _piles(ask)
    lines = _families(ask) if ask.families else _numbers(ask)
    lines += [f"  {n}  {line.text}" for n, line in enumerate(ask.lines, 1)]
    return [*lines, f"({_hint(ask)})"]


def _numbers(ask: Ask) -> list[str]:
    choices = numbered(ask)
    width = len(str(len(choices)))
    return [f"  {n:{width}}  {choice.label}{_about(choice)}" for n, choice in enumerate(choices, 1)]


def _piles(ask: Ask) -> list[str]:
    piles = ", ".join(f"{n} {pile.label}" for n, pile in enumerate(ask.piles, 1))
    cards = [f"  {card.label}{_about(card)}" for card in ask.cards]
    first = f" First: {ask.cards[0].label}?" if ask.cards else ""
    return [*cards, f"({piles}; card by card, Enter leaves one out){first}"]


def _families(ask: Ask) -> list[str]:
    lines, n = [], 1
    for family in ask.families:
        shades = [f"{k} {shade.label}" for k, shade in enumerate(family.shades, n + 1)]
        lines.append(f"  {n} {family.label}" + (f": {', '.join(shades)}" if shades else ""))
        n += 1 + len(shades)
    return lines


def _hint(ask: Ask) -> str:
    if ask.kind == "rating":
        return f"{HINTS['rating']}: 0 {ask.low or ''} … 10 {ask.high or ''}".rstrip()
    if ask.kind == "text":
        hint = ask.placeholder or HINTS["text"]
        return f"{hint}, or a number" if ask.chips else hint
    if ask.kind == "cards" and ask.pick:
        return f"{ask.pick} at most; {HINTS['cards']}"
    return HINTS[ask.kind]


def _about(choice: Choice) -> str:
    return f": {choice.about}" if choice.about else ""


def card_lines(card: Card) -> list[str]:
    """Show help lines exactly as their sources print them."""
    lines = [f"{card.name}: {' or '.join(card.emergency)}"]
    lines += [f"Without speaking: {card.silence.how}"] if card.silence else []
    lines += [part for line in card.lines for part in _line(line)]
    lines += [", ".join(card.find)] if card.find else []
    return [*lines, card.note] if card.note else lines


def _line(line: HelpLine) -> Iterator[str]:
    ways = [way for way in (line.call, line.text, line.chat, line.hours) if way]
    yield f"{line.name}: {' · '.join(ways)}"


def progress_line(reply: Reply) -> str:
    """Show which part the talk is in."""
    return f"{reply.progress.part}/{reply.progress.of}"
