"""Simulated people: they answer whatever is asked, each in their own way."""

from random import Random

from bot.values import NOTHING_HEARD, Answer, Ask, Heard, Outcome


def steady(
    ask: Ask, random: Random, *, rating: int = 5, text: str = "I keep thinking of it"
) -> Answer:
    """Answer an ask with something that it offers."""
    match ask.kind:
        case "choice":
            return Answer(choice=random.choice(ask.choices).id)
        case "choices":
            return Answer(choices=(random.choice(ask.choices).id,))
        case "rating":
            return Answer(rating=rating)
        case "text":
            return Answer(text=text)
        case "feelings":
            family = random.choice(ask.families)
            return Answer(feelings=(random.choice(family.shades or (family,)).id,))
        case "body":
            return Answer(choices=(random.choice(ask.areas).id,))
        case "cards":
            return cards(ask, random)
        case "exercise":
            return Answer(exercise=Outcome("okay", sum(f.seconds for f in ask.frames)))
        case "approve":
            return Answer(approve={line.id: True for line in ask.lines})


def cards(ask: Ask, random: Random) -> Answer:
    """Sort the cards into piles, or pick as many as are wanted."""
    if ask.piles:
        return Answer(cards={card.id: random.choice(ask.piles).id for card in ask.cards})
    picked = random.sample(ask.cards, min(ask.pick or 1, len(ask.cards)))
    return Answer(choices=tuple(card.id for card in picked))


def heard_for(answer: Answer) -> Heard:
    """Give what is heard in an answer that names no danger and no command."""
    return Heard(feelings=("fear",)) if answer.text else NOTHING_HEARD
