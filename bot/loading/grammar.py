"""Which keys a script may have where, and what shape stands behind each: the one table.

The loader refuses keys that aren't here, and the schema for editors is made of it. A shape is a
name; `one|other` is either, `[one]` a list, `{one}` a mapping with keys of the author's own.
"""

from collections.abc import Mapping
from typing import TypeAlias

Keys: TypeAlias = Mapping[str, str]

WAY: Keys = {"go": "text", "call": "text", "return": "text", "then": "text"}
SET: Keys = {"set": "{value}"}

PLACES: Mapping[str, Keys] = {
    "head": {
        "dialog": "text", "title": "text", "language": "text", "and": "text", "start": "text",
        "stages": "[text]", "parts": "[text]", "variables": "{variable}", "bands": "{bands}",
        "watch": "{[rule]}", "commands": "commands", "decks": "decks", "narrative": "narrative",
        "feelings": "{any}", "body": "{any}", "cards": "{any}", "risk": "any", "safety": "text",
        "asides": "asides", "plain": "text", "parked": "text", "undone": "{text}",
    },
    "rule": {"id": "text", "when": "text", **SET, "call": "text"},
    "commands": dict.fromkeys((
        "help", "stop", "pause", "toomuch", "return", "skips", "hostile",
    ), "command"),
    "command": {"call": "text", **SET, "after": "number"},
    "decks": dict.fromkeys((
        "back", "back_first", "back_enough", "skip", "reask", "choices", "leave", "unsure",
        "unsure_skip", "resume", "shortly", "over", "why",
    ), "saying"),
    "asides": dict.fromkeys((
        "program", "human", "understand", "private", "tell", "diagnosis", "medicine", "works",
        "maker", "noted", "open", "short", "simpler", "literal", "sexual", "offtopic", "language",
        "undone", "stands", "nearest",
    ), "saying"),
    "narrative": {
        "quoted": "text", "openers": "text", "nouns": "text", "alone": "text", "hollow": "text",
        "slots": "[slot]",
    },
    "slot": {
        "id": "text", "glue": "text|[saying]", "words": "text", "quote": "text",
        "old": "text", "beside": "text", "needs": "text",
    },
    "stage": {"stage": "text", "flow": "text", "title": "text", "only": "only", "steps": "{step}"},
    "only": {"when": "text", "otherwise": "text", "say": "bubble"},
    "step": {
        "purpose": "text", "does": "text|[text]", "why": "bubble", "say": "bubble|[bubble]",
        "again": "saying", "plain": "saying", "ask": "ask", "next": "route|[route]", **SET,
        "skip": "route", "unsure": "route|saying", "reask": "saying", "flagged": "route|[route]",
        "card": "text|any", "end": "text",
    },
    "route": {"when": "text", **WAY, "say": "bubble", **SET},
    "option": {
        "label": "text", "quoted": "text", "about": "text", "hears": "text", "alone": "text",
        "forget": "text", "false_alarm": "text", "habit": "text", **SET, "say": "bubble",
        "when": "text", **WAY,
    },
    "saying": {
        "id": "text", "when": "text", "text": "text", "any": "text|[text]", "fixed": "text",
    },
    "bubble": {"first": "[saying]", "id": "text"},
    "frame": {"text": "text", "seconds": "number", "breath": "text"},
    "variable": {"sticky": "text", "before": "text", "start": "value"},
}  # fmt: skip
"""What may stand in each kind of mapping."""

ASKS: Mapping[str, Keys] = {
    "choice": {"choices": "{option}", "from": "text", "among": "text", "keep": "text"},
    "choices": {"choices": "{option}", "min": "number", "max": "number"},
    "rating": {"low": "text", "high": "text", "same": "text"},
    "text": {
        "chips": "{option}",
        "choices": "{option}",
        "placeholder": "text",
        "keep": "text",
        "cue": "text",
        "habits": "text",
    },
    "feelings": {},
    "body": {},
    "cards": {"deck": "text", "pick": "number", "piles": "{text}", "without": "{text}"},
    "exercise": {"frames": "[frame]", "live": "{option}"},
    "approve": {"kept": "text"},
}
"""What an ask of each kind may have, beside its kind."""

ANY_ASK: Keys = {"into": "text", "picked": "{any}"}
"""What every ask may have."""

KEYS: Mapping[str, tuple[str, ...]] = {place: tuple(keys) for place, keys in PLACES.items()}
