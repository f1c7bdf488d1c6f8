"""Ways in which people disguise what they type, as functions of a text."""

from collections.abc import Callable

_LEET = str.maketrans({"i": "1", "e": "3", "a": "4", "o": "0", "s": "5"})
_SIGNS = str.maketrans({"i": "!", "a": "@", "s": "$"})
_CYRILLIC = str.maketrans("aeopcyxis", "аеорсухіѕ")
_GREEK = str.maketrans("aoivk", "αοινκ")
_SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")


def _letters(text: str, change: Callable[[str], str]) -> str:
    return "".join(change(letter) if letter.isalpha() else letter for letter in text)


def _vowel_stretched(text: str) -> str:
    return "".join(letter * 4 if letter in "aeiou" else letter for letter in text.lower())


DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "title case": str.title,
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "right-to-left override": lambda text: f"\u202e{text}\u202c",
    "zalgo": lambda text: _letters(text, lambda x: f"{x}\u0336\u0301"),
    "full width": lambda text: _letters(text, lambda x: chr(ord(x) + 0xFEE0) if x < "{" else x),
    "mathematical bold": lambda text: _letters(
        text.lower(), lambda x: chr(0x1D41A + ord(x) - ord("a")) if "a" <= x <= "z" else x
    ),
    "small capitals": lambda text: text.lower().translate(_SMALL),
    "cyrillic look-alikes": lambda text: text.lower().translate(_CYRILLIC),
    "greek look-alikes": lambda text: text.lower().translate(_GREEK),
    "digits for letters": lambda text: text.lower().translate(_LEET),
    "signs for letters": lambda text: text.lower().translate(_SIGNS),
    "stretched vowels": _vowel_stretched,
    "typographic quotes": lambda text: text.replace("'", "’"),
    "no apostrophes": lambda text: text.replace("'", ""),
    "two spaces": lambda text: text.replace(" ", "  "),
    "spaced letters": lambda text: "   ".join(" ".join(word) for word in text.split(" ")),
    "dotted letters": lambda text: " ".join(".".join(word) for word in text.split(" ")),
    "dashed letters": lambda text: "  ".join("-".join(word) for word in text.split(" ")),
    "emoji between letters": lambda text: " ".join("🙂".join(word) for word in text.split(" ")),
    "bars between letters": lambda text: " ".join("|".join(word) for word in text.split(" ")),
    "spoiler marks": lambda text: f"||{text}||",
    "markdown": lambda text: f"**{text}**",
    "underscores": lambda text: text.replace(" ", "_"),
    "line breaks": lambda text: text.replace(" ", "\n", 1) if text.count(" ") > 3 else text,
    "hyphens": lambda text: text.replace(" ", "-"),
}
