"""One canned ask of every kind, and the help card, as they stand on the wire."""

from typing import Any

Frame = dict[str, Any]


def _choices(**labels: str) -> list[Frame]:
    return [{"id": key, "label": label} for key, label in labels.items()]


CARD: Frame = {
    "region": "GB",
    "name": "United Kingdom",
    "emergency": ["999", "112"],
    "lines": [
        {
            "name": "Samaritans",
            "call": "116 123",
            "hours": "24/7",
            "seen": "2026-11-22",
            "confirmed": False,
        },
        {"name": "Shout", "text": "SHOUT to 85258", "chat": "giveusashout.org", "hours": "24/7"},
    ],
    "find": ["findahelpline.com", "befrienders.org"],
    "note": "Calls are free from any phone.",
    "silence": {"how": "Call 999 and press 55.", "seen": "2026-11-23"},
}

COUNTRIES = _choices(
    AR="Argentina",
    AU="Australia",
    AT="Austria",
    BE="Belgium",
    BR="Brazil",
    CA="Canada",
    CZ="Czechia",
    DK="Denmark",
    FI="Finland",
    GB="United Kingdom",
    XX="Another country",
)

FAMILIES: list[Frame] = [
    {
        "id": "fear",
        "label": "Fear",
        "shades": [
            {"id": "fear.dread", "label": "dread"},
            {"id": "fear.panic", "label": "panic"},
            {"id": "fear.nerves", "label": "nerves"},
        ],
    },
    {
        "id": "worry",
        "label": "Worry",
        "shades": [
            {"id": "worry.unease", "label": "unease"},
            {"id": "worry.brooding", "label": "brooding"},
        ],
    },
    {"id": "sadness", "label": "Sadness", "shades": [{"id": "sadness.grief", "label": "grief"}]},
    {"id": "calm", "label": "Calm", "shades": [{"id": "calm.ease", "label": "ease"}]},
]

ASKS: dict[str, Frame] = {
    "choice": {
        "kind": "choice",
        "choices": _choices(start="Start", what="What is this?", help="I need help now"),
    },
    "countries": {"kind": "choice", "choices": COUNTRIES},
    "choices": {
        "kind": "choices",
        "min": 1,
        "max": 2,
        "choices": [
            *_choices(sleep="Sleep", work="Work", people="People"),
            {"id": "none", "label": "None of these", "alone": True},
        ],
    },
    "rating": {"kind": "rating", "low": "calm", "high": "the most"},
    "text": {
        "kind": "text",
        "placeholder": "A few words or a lot",
        "chips": _choices(work="Work", home="Home", unsure="I don't know"),
    },
    "feelings": {"kind": "feelings", "families": FAMILIES},
    "body": {
        "kind": "body",
        "areas": _choices(chest="Chest", throat="Throat", belly="Belly", hands="Hands"),
    },
    "cards": {
        "kind": "cards",
        "pick": 2,
        "cards": [
            {"id": "kindness", "label": "Kindness", "about": "being warm to people"},
            {"id": "courage", "label": "Courage", "about": "doing what frightens me"},
            {"id": "play", "label": "Play", "about": "being light about things"},
        ],
    },
    "piles": {
        "kind": "cards",
        "piles": _choices(much="Matters a lot", some="Somewhat", little="Not much"),
        "cards": [
            {"id": "kindness", "label": "Kindness", "about": "being warm to people"},
            {"id": "courage", "label": "Courage", "about": "doing what frightens me"},
            {"id": "play", "label": "Play", "about": "being light about things"},
        ],
    },
    "exercise": {
        "kind": "exercise",
        "frames": [
            {"text": "Let your feet be heavy on the floor.", "seconds": 1},
            {"text": "Breathe in, gently.", "seconds": 1, "breath": "in"},
            {"text": "And let it go.", "seconds": 1, "breath": "out"},
        ],
        "live": _choices(okay="This is okay", toomuch="Too much"),
    },
    "approve": {
        "kind": "approve",
        "lines": [
            {"id": "told", "text": "The worry kept telling me “you will fail”."},
            {"id": "took", "text": "That took patience."},
            {"id": "matters", "text": "What matters to me is my sister."},
        ],
    },
}

SAYS: dict[str, list[str]] = {
    "choice": [
        "Hello. I’m a program with a written script, not a person.",
        "It takes about twelve minutes. The buttons below always work.",
    ],
    "countries": ["Which country are you in? Then I can show the right numbers."],
    "choices": ["What does the worry touch just now?"],
    "rating": ["How strong is it in this moment, from 0 to 10?"],
    "text": ["What is it about? A few words are enough."],
    "feelings": ["Is there a word for what is here?"],
    "body": ["Where do you notice it?"],
    "cards": ["Which two of these matter most to you?"],
    "piles": [
        "Here are some cards. Sort them the way they are for you, not the way they should be."
    ],
    "exercise": ["For a moment, let it be here, and let your feet be heavy."],
    "approve": ["These lines are made of your own words. Keep, change or remove each one."],
    "end": ["That’s where we stop today. Thank you for your patience with yourself."],
    "help": ["Here are people you can reach now."],
    "why": ["I ask because a number shows how it moves, and no number is a wrong one."],
}
