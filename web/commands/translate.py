"""`makeroom translate`: catalogues for translators, made and made anew."""

from pathlib import Path

import click

from bot.errors import ConfigError
from bot.loading.catalog import Text
from bot.workshop.catalogues import Count, count, renewed
from bot.workshop.library import PACKAGED
from bot.workshop.lints.manuscript import SHARED
from web.commands.read import FOLDER, manuscript


@click.command()
@click.argument("path", required=False, type=FOLDER, metavar="[DIALOGUE]")
@click.option("--lang", required=True, metavar="CODE", help="The language, such as es or pt_BR.")
def translate(path: Path | None, lang: str) -> None:
    """Write the catalogues of a language, or bring them up to date.

    DIALOGUE is a folder with a script.yaml; without it, the one that came with makeroom. What is
    translated stays; where the original has changed it is marked fuzzy. The shared safety flows
    beside the dialogue have their own catalogues.
    """
    folder = path or PACKAGED / "anxiety"
    script = manuscript(folder)
    own = [text for text in script.texts if not text.file.startswith(SHARED)]
    _renew(folder, own, lang, script.bundle.files)
    safety = folder.resolve().parent / "safety"
    if (safety / "safety.yaml").is_file():
        shared = [text for text in script.texts if text.file.startswith(SHARED)]
        _renew(safety, shared, lang, script.safety.files)


def _renew(folder: Path, texts: list[Text], lang: str, files: dict[str, str]) -> None:
    """Write a folder's catalogues and tell how far each is; what nothing is left of goes."""
    made = renewed(texts, lang, files)
    for name in sorted(set(made) | {n for n in files if n.startswith(f"locale/{lang}/")}):
        file = folder / name
        try:
            if name in made:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(made[name], encoding="utf-8")
            else:
                file.unlink()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ConfigError(f"{file} can't be written ({reason})") from None
        click.echo(f"{file}: {_told(count(made[name])) if name in made else 'removed'}")


def _told(done: Count) -> str:
    if not done.missing and not done.fuzzy:
        return f"all {done.texts} texts"
    return f"{done.texts} texts, {done.missing} missing, {done.fuzzy} fuzzy"
