"""A made-up language, longer and from right to left: what still reads English can't be translated."""

import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from random import Random

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.bundle import Bundle, read_folder
from bot.listening.ear import Ear
from bot.loader import Loading, load_bundle
from bot.loading.catalog import Text
from bot.script import Script
from bot.values import Ask, Card, Reply
from tests.conftest import ROOT, Talk
from tests.dialogs.people import PEOPLE, Person, step

LANG = "ar"  # read from right to left; the dialogue has no words of its own in it
RTL, POP = "\u2067", "\u2069"  # right-to-left isolate and its end, of Unicode's UAX 9
LETTERS = str.maketrans("aeiouyAEIOUYcnsz", "åéîøüýÅÉÎØÜÝçñšž")
SLOT = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})")
LATIN = re.compile("[A-Za-z]")
LIMIT = 120  # turns


def pseudo(text: str) -> str:
    """Give a text two fifths longer, with letters of its own, marked at both ends; slots stay."""
    parts = SLOT.split(text)
    parts[::2] = [part.translate(LETTERS) for part in parts[::2]]
    return f"{RTL}⟦{''.join(parts)}{'~' * (len(text) * 2 // 5)}⟧{POP}"


def catalogue(bundle: Bundle, texts: Iterable[Text]) -> Bundle:
    """Give a folder with a catalogue of the made-up language."""
    whole, file = Catalog(LANG), BytesIO()
    for text in texts:
        whole.add(text.source, pseudo(text.source), context=text.context)
    write_po(file, whole)
    return Bundle({**bundle.files, f"locale/{LANG}/all.po": file.getvalue().decode()})


@cache
def script() -> Script:
    """Load the shipped dialogue in the made-up language."""
    anxiety, safety = (read_folder(ROOT / "dialogs" / name) for name in ("anxiety", "safety"))
    loading = Loading(anxiety, safety)
    loading.script()  # which asks for every text
    return load_bundle(catalogue(anxiety, loading.catalog.asked), safety, LANG)


def shown(reply: Reply) -> list[str]:
    """Give every text of ours that a reply puts before the person."""
    texts = [line.text for line in reply.lines]
    return (
        texts + (asked(reply.ask) if reply.ask else []) + (named(reply.card) if reply.card else [])
    )


def asked(ask: Ask) -> list[str]:
    offers = [*ask.choices, *ask.chips, *ask.areas, *ask.cards, *ask.piles, *ask.families]
    offers += [shade for family in ask.families for shade in family.shades]
    frames = [frame.text for frame in ask.frames]
    return (
        [offer.label for offer in offers]
        + frames
        + [t for t in (ask.low, ask.high, ask.placeholder) if t]
    )


def named(card: Card) -> list[str]:
    return [card.note] if card.note else []


def is_ours(text: str, own: str) -> bool:
    """Tell whether a text is marked, has no English letter, or is what the person wrote."""
    return "⟦" in text or not LATIN.search(text) or text.strip(' .“”"') in own


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
def test_no_text_is_left_that_cannot_be_translated(ear: Ear, person: Person) -> None:
    """Every line, label, hint, frame and note on the way comes from a catalogue."""
    talk, random = Talk(script(), 1).begin("GB"), Random(1)
    while not talk.reply.ended and len(talk.replies) < LIMIT:
        step(person, talk, ear, random)
    own = "\n".join(person.says)
    english = {text for reply in talk.replies for text in shown(reply) if not is_ours(text, own)}
    assert english == set()
