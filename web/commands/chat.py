"""`makeroom chat`: the same conversation in the terminal, without a server and without a store."""

import contextlib
import secrets
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from bot.errors import ConfigError, ScriptError
from bot.script import Script
from bot.values import Reply
from bot.workshop.chat import Head, nearest
from bot.workshop.library import PACKAGED, Library
from bot.workshop.rendering import ask_lines, card_lines
from bot.workshop.terminal import Terminal
from web.commands.streams import forgive

PROMPT = "> "
LOOK_S = 0.5
"""Seconds between two looks at a watched script: an author who saves doesn't wait longer."""


class Screen:
    """The terminal, or the two ends of a pipe: then nothing is coloured and nothing takes time.

    Attributes:
        is_changed: whether there is something else to look at than what will be typed.
    """

    def __init__(self) -> None:
        forgive()
        self.is_changed: Callable[[], bool] = lambda: False
        self.console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
        self.is_live = sys.stdin.isatty() and sys.stdout.isatty()

    def show(self, reply: Reply) -> None:
        """Show what the guide says, help lines and what can be picked."""
        self._write("")
        for line in reply.lines:
            self._write(line.text, "bold")
        for text in card_lines(reply.card) if reply.card is not None else ():
            self._write(f"  {text}", "bold red")
        for text in ask_lines(reply.ask) if reply.ask is not None and not reply.ended else ():
            self._write(text, "cyan")

    def note(self, text: str) -> None:
        """Show something that isn't part of the talk."""
        self._write(text, "dim")

    def read(self) -> str | None:
        """Read a line; Ctrl-C and Ctrl-D both mean that there won't be another.

        An empty line comes at once when a watched script has changed.
        """
        try:
            if self.is_live and _can_wait_for_keys() and self._must_look_again():
                return ""
            return input(PROMPT if self.is_live else "")
        except (EOFError, KeyboardInterrupt):
            self._write("")
            return None

    def frame(self, text: str, seconds: int) -> None:
        """Show a moment of an exercise and let it last; Enter or Ctrl-C go on sooner."""
        self._write(f"  {text}" + (f"  ({seconds} s)" if self.is_live else ""), "green")
        if not self.is_live:
            return
        with contextlib.suppress(KeyboardInterrupt):
            if _can_wait_for_keys() and select.select([sys.stdin], [], [], seconds)[0]:
                sys.stdin.readline()
            elif not _can_wait_for_keys():
                time.sleep(seconds)

    def save(self, file: str, text: str) -> None:
        """Write a file, for the person's eyes only.

        Raises:
            ConfigError: it can't be written.
        """
        path = Path(file)
        try:
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        except OSError as error:
            reason = error.strerror or "it can't be written"
            raise ConfigError(f"{file} can't be saved: {reason.lower()}") from None

    def _must_look_again(self) -> bool:
        """Wait for keys, looking at the script now and then; tell whether it has changed."""
        while not self.is_changed():
            if select.select([sys.stdin], [], [], LOOK_S)[0]:
                return False
        return True

    def _write(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style))


class Watch:
    """The files of a dialogue, looked at for changes.

    Args:
        library: where they are.
        script: the dialogue as it is talked, in its language.
        note: tells the author why a saved script can't be used.
    """

    def __init__(self, library: Library, script: Script, note: Callable[[str], None]) -> None:
        self._library, self._script, self._note = library, script, note
        self._seen = self._signs()
        self._newer: Script | None = None

    def has_newer(self) -> bool:
        """Tell whether a file was saved, added or removed, and the script can be used as it is."""
        signs = self._signs()
        if signs != self._seen:
            self._seen = signs
            try:
                newer = Library(self._library.folder)
                lang = _translation(newer, self._script.id, self._script.lang)
                self._newer = newer.script(self._script.id, lang)
            except (ScriptError, ConfigError) as error:
                self._note(f"{error}\nThe talk goes on with the script as it was.")
        return self._newer is not None

    def newer(self) -> Script | None:
        """Give the newer script, once."""
        found = self._newer if self.has_newer() else None
        self._newer = None
        return found

    def _signs(self) -> frozenset[tuple[str, int]]:
        folders = (self._library.folder / self._script.id, self._library.safety)
        kinds = ("*.yaml", f"locale/{self._script.lang}/*.po")
        files = [file for folder in folders for kind in kinds for file in folder.glob(kind)]
        return frozenset((str(file), file.stat().st_mtime_ns) for file in files)


def _can_wait_for_keys() -> bool:
    return sys.platform != "win32"  # select works on sockets only, there


def _now() -> int:
    return time.time_ns() // 1_000_000


@click.command()
@click.option("--script", default="anxiety", show_default=True, help="Which dialogue.")
@click.option("--lang", default="en", show_default=True, help="Its language.")
@click.option("--region", metavar="XX", help="Your country's two letters, for the help lines.")
@click.option(
    "--dialogs",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder with the dialogues; those that came with makeroom without it.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Choose the wordings; else by chance.")
@click.option("--watch", is_flag=True, help="When the script is saved, play up to here again.")
@click.option("--record", "file", metavar="FILE.chat", help="Write the talk as a test.")
def chat(
    *,
    script: str,
    lang: str,
    region: str | None,
    dialogs: Path | None,
    seed: int | None,
    watch: bool,
    file: str | None,
) -> None:
    """Talk in the terminal.

    Nothing is kept unless you ask for it. Answer with a number or in your own words.

    /back /skip /why /pause /stop /help /toomuch do what the page's buttons do; /state shows where
    the talk is, /save FILE.chat keeps it as a test, /quit leaves.
    """
    library = Library(dialogs or PACKAGED)
    _check_known(script, library)
    head = Head(
        dialog=script,
        title=f"a talk of {time.strftime('%Y-%m-%d %H:%M')}",
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        lang=lang,
        region=region.upper() if region else None,
    )
    screen, found = Screen(), library.script(script, _translation(library, script, lang))
    watched = Watch(library, found, screen.note) if watch else None
    if watched is not None:
        screen.is_changed = watched.has_newer
    newer = watched.newer if watched is not None else lambda: None
    terminal = Terminal(found, library.ear, screen, _now, head, newer=newer)
    try:
        terminal.run()
    finally:
        if file is not None and not terminal.is_forgotten:
            screen.save(file, terminal.recorded())


def _check_known(script: str, library: Library) -> None:
    known = library.dialogs()
    if script not in known:
        hint = nearest(script, known) or f"there is: {', '.join(known) or 'none'}"
        raise ConfigError(f"there is no dialogue {script} in {library.folder} ({hint})")


def _translation(library: Library, script: str, lang: str) -> str | None:
    """Give the language to load a dialogue in; None for its own.

    Raises:
        ConfigError: nobody has translated it into that.
    """
    own, there = library.script(script).lang, library.languages(script)
    if lang not in (own, *there):
        raise ConfigError(
            f"{script} isn't translated into {lang}; there is {', '.join((own, *there))}"
        )
    return None if lang == own else lang
