"""`makeroom hear`: what is heard in each line of standard input."""

import sys
from pathlib import Path

import click
import msgspec

from bot.listening.ear import Ear
from bot.values import Heard

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
"""The word lists that came with makeroom; they lie beside `bot` and `web`."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--dialogs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the word lists; by default the ones that came with makeroom.",
)
def hear(as_json: bool, dialogs: Path | None) -> None:
    """Show what is heard in each line of standard input."""
    ear = Ear.load(dialogs or DIALOGS)
    for line in iter(sys.stdin.buffer.readline, b""):
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        heard = ear.hear(text)
        click.echo(_json(text, heard) if as_json else _plain(text, heard))


def _json(text: str, heard: Heard) -> str:
    risk = heard.risk
    record = {
        "text": text,
        "risk": risk and {"tier": risk.tier, "category": risk.category, "rule": risk.rule},
        "command": heard.command,
        "answer": heard.answer,
        "rating": heard.rating,
        "feelings": heard.feelings,
        "habits": heard.habits,
    }
    return msgspec.json.encode(record).decode()


def _plain(text: str, heard: Heard) -> str:
    risk = heard.risk
    parts = [
        f"{risk.tier} {risk.category} ({risk.rule})" if risk else "",
        heard.command or "",
        heard.answer or "",
        "" if heard.rating is None else f"rating {heard.rating}",
        " ".join(heard.feelings),
        " ".join(heard.habits),
    ]
    return f"{text[:60]:60}  {' · '.join(part for part in parts if part) or '–'}"
