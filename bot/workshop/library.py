"""Finds the dialogues a `.chat` file speaks of, and loads each once."""

from pathlib import Path

from bot.bundle import read_folder
from bot.errors import ReplayError
from bot.listening.ear import Ear
from bot.loader import load_dialog
from bot.script import Script
from bot.workshop.chat import Chat, nearest
from bot.workshop.lints.manuscript import Manuscript, read_manuscript

PACKAGED = Path(__file__).resolve().parents[2] / "dialogs"
"""The dialogues that are installed with us; also the source of safety where a project has none."""


class Library:
    """One folder of dialogues: scripts by name, and the ear that listens for them.

    Attributes:
        folder: holds `<dialog>/script.yaml`, and `safety/` and `listening/` or ours are used.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._scripts: dict[str, Script] = {}
        self._ear: Ear | None = None

    def script(self, dialog: str) -> Script:
        """Give a dialogue, loaded once.

        Raises:
            ScriptError: with everything that is wrong in it.
        """
        if dialog not in self._scripts:
            self._scripts[dialog] = load_dialog(self.folder / dialog, self.safety)
        return self._scripts[dialog]

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
        raise ReplayError(chat.file, _line(chat), f"there is no dialogue {dialog}", hint)

    def _names(self, places: list[Path]) -> list[str]:
        near = [p for p in (*places, PACKAGED) if p == PACKAGED or p.name == "dialogs"]
        return sorted({name for place in near for name in self.of(place).dialogs()})


def _line(chat: Chat) -> int:
    """Give the line that names the dialogue."""
    lines = enumerate(chat.source, 1)
    return next((n for n, line in lines if line.lstrip().startswith("dialog")), 1)
