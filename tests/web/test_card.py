"""A card as it is shown without scripts and taken along: how to call without speaking is on it."""

from pathlib import Path

import pytest

import web
from bot.values import Card, Silence
from web.bubbles import Bubble, Page
from web.keepsake import keepsake
from web.words import tongues

FOLDER = Path(web.__file__).parent
MACRO = '{% from "parts.html" import card %}{{ card(shown) }}'
SAID = {"en": "If you can’t speak:", "es": "Si no puedes hablar:"}


def card(silence: Silence | None) -> Card:
    return Card("GB", "United Kingdom", ("999",), (), (), silence=silence)


@pytest.mark.parametrize("lang", sorted(SAID))
def test_the_way_to_call_without_speaking_is_shown_with_its_day(lang: str) -> None:
    """On the pages without scripts and in the file that is taken along; nothing where none is."""
    (words,) = (it for it in tongues(FOLDER) if it.lang == lang)
    made = words.environment(FOLDER)
    told = Silence("Press <55>.", "2026-11-30")
    html = made.from_string(MACRO).render(shown=card(told))
    assert f"{SAID[lang]}</strong> Press &lt;55&gt;." in html
    assert "2026-11-30" in html
    assert SAID[lang] not in made.from_string(MACRO).render(shown=card(None))
    say = made.globals["say"]
    bubbles = (Bubble(1, "guide", ("Hello",), card(told)),)
    page = Page(bubbles, 1, 0, None, ended=False, progress=None, story=())
    assert f"{SAID[lang]} Press <55>." in keepsake("save", page, say, 0, "").text  # type: ignore[arg-type]
