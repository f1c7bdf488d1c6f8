"""Finds the dialogues a `.chat` file speaks of, and loads each once."""

from pathlib import Path

from bot.bundle import read_folder
from bot.errors import ReplayError
from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.loading.catalog import languages
from bot.script import Script
from bot.workshop.chat import Chat, nearest
from bot.workshop.lints.manuscript import Manuscript, read_manuscript
from bot.workshop.places import places
from bot.workshop.reasons import Reasons

PACKAGED = Path(__file__).resolve().parents[2] / "dialogs"
"""The dialogues that are installed with us; also the source of safety where a project has none."""


class Library:
    """One folder of dialogues: scripts by name, and the ear that listens for them.

    Attributes:
        folder: holds `<dialog>/script.yaml`, and `safety/` and `listening/` or ours are used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._scripts: dict[tuple[str, str | None], Script] = {}
        self._ear: Ear | None = None
        self._reasons: dict[str, Reasons] = {}
        self._languages: dict[str, tuple[str, ...]] = {}

    def script(self, dialog: str, lang: str | None = None) -> Script:
        """Give a dialogue, loaded once.

        Args:
            dialog: its name.
            lang: a language that it is translated into; its own without one.

        Raises:
            ScriptError: with everything that is wrong in it.
        """
        if (dialog, lang) not in self._scripts:
            made = load_dialog(self.folder / dialog, self.safety, lang)
            self._scripts[dialog, lang] = made
        return self._scripts[dialog, lang]

    def for_head(self, chat: Chat) -> Script:
        """Give the dialogue of a file, in the file's language.

        Raises:
            ReplayError: there is no translation into it.
            ScriptError: with everything that is wrong in the dialogue.
        """
        script, lang = self.script(chat.head.dialog), chat.head.lang
        if lang == script.lang:
            return script
        known = (script.lang, *self.languages(chat.head.dialog))
        if lang not in known:
            hint = nearest(lang, known) or f"there is {', '.join(known)}"
            says = f"{script.id} isn't translated into {lang}"
            raise ReplayError(chat.file, field_line(chat, "lang"), says, hint)
        return self.script(chat.head.dialog, lang)

    def languages(self, dialog: str) -> tuple[str, ...]:
        """Name the languages that a dialogue is translated into."""
        if dialog not in self._languages:
            self._languages[dialog] = languages(read_folder(self.folder / dialog).files)
        return self._languages[dialog]

    @property
    def safety(self) -> Path:
        """Give the folder of the safety flows: its own, or ours."""
        own = self.folder / "safety"
        return own if (own / "safety.yaml").is_file() else PACKAGED / "safety"

    @property
    def ear(self) -> Ear:
        """Give the ear, loaded once."""
        if self._ear is None:
            self._ear = Ear.load(self._words)
        return self._ear

    @property
    def lexicon(self) -> Path:
        """Give the folder of the words in which danger is heard."""
        return self._words / "safety" / "lexicon"

    @property
    def _words(self) -> Path:
        parts = (self.folder / "safety" / "lexicon", self.folder / "listening")
        return self.folder if all(part.is_dir() for part in parts) else PACKAGED

    def manuscript(self, dialog: str) -> Manuscript:
        """Give a dialogue together with what it was read from.

        Raises:
            ScriptError: with everything that is wrong in it.
        """
        return read_manuscript(read_folder(self.folder / dialog), read_folder(self.safety))

    def reasons(self, dialog: str) -> Reasons:
        """Give what tells why a turn of a dialogue went its way, made once.

        Raises:
            ScriptError: with everything that is wrong in it.
        """
        if dialog not in self._reasons:
            where = places(self.manuscript(dialog))
            self._reasons[dialog] = Reasons(self.script(dialog), where)
        return self._reasons[dialog]

    def file(self, dialog: str, name: str) -> Path:
        """Find a file of a dialogue by the name that the loader has for it."""
        shared = name.removeprefix("safety/")
        found = self.safety / shared if shared != name else self.folder / dialog / name
        here = Path.cwd()
        return found.relative_to(here) if found.is_relative_to(here) else found

    def dialogs(self) -> list[str]:
        """Name the dialogues there are."""
        return sorted(head.parent.name for head in self.folder.glob("*/script.yaml"))


class Libraries:
    """All folders that were used in one run, each read once."""

    def __init__(self) -> None:
        self._by_folder: dict[Path, Library] = {}

    def of(self, folder: Path) -> Library:
        """Give the library of a folder."""
        return self._by_folder.setdefault(folder, Library(folder))

    def for_chat(self, path: Path, chat: Chat) -> Library:
        """Find the folder of a file's dialogue: the nearest one above it, else the installed one.

        Args:
            path: where the file is.
            chat: what stands in it.

        Raises:
            ReplayError: there is no such dialogue anywhere; the hint names the nearest.
        """
        dialog = chat.head.dialog
        places = [place for up in path.resolve().parents for place in (up, up / "dialogs")]
        for place in (*places, PACKAGED):
            if (place / dialog / "script.yaml").is_file():
                return self.of(place)
        known = self._names(places)
        hint = nearest(dialog, known) or f"there is: {', '.join(known) or 'none'}"
        raise ReplayError(
            chat.file, field_line(chat, "dialog"), f"there is no dialogue {dialog}", hint
        )

    def _names(self, places: list[Path]) -> list[str]:
        near = [p for p in (*places, PACKAGED) if p == PACKAGED or p.name == "dialogs"]
        return sorted({name for place in near for name in self.of(place).dialogs()})


def field_line(chat: Chat, name: str) -> int:
    """Give the line of a field in the head; the first without it."""
    lines = enumerate(chat.source, 1)
    return next((n for n, line in lines if line.lstrip().startswith(f"{name}:")), 1)
