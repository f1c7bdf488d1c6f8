"""`makeroom check`: everything that is wrong with a script, or should be better."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from bot.errors import ConfigError, Finding
from bot.workshop.check import check_path
from bot.workshop.library import PACKAGED
from bot.workshop.pages import as_text, pages
from bot.workshop.sarif import sarif
from bot.workshop.schema import schema
from web.commands.garbage import uncollected

COLOURS = {"error": "red", "warning": "yellow"}
FIELDS = ("code", "severity", "file", "line", "column", "message", "hint")


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@click.option("--sarif", "as_sarif", is_flag=True, help="Write SARIF 2.1.0, for code hosts.")
@click.option("--explain", metavar="CODE", help="Show what a finding means, such as MR104.")
@click.option("--schema", "as_schema", is_flag=True, help="Write a JSON Schema for editors.")
def check(
    path: Path | None, *, as_json: bool, as_sarif: bool, explain: str | None, as_schema: bool
) -> None:
    """Find what is wrong with a script, or should be better.

    PATH is a dialogue, a folder of dialogues or one file of a dialogue; without it, ./dialogs is
    checked, or the dialogues that came with makeroom. Exits 0 when there is no error, 1 with
    errors, 2 when there is nothing to check.
    """
    if explain is not None or as_schema:
        click.echo(_page(explain) if explain is not None else json.dumps(schema(), indent=2))
        return
    with uncollected():
        findings = check_path(path or _usual(), datetime.now(UTC).date())
    if as_json:
        click.echo(json.dumps({"findings": [_plain(f) for f in findings]}, ensure_ascii=False))
    elif as_sarif:
        titles = {page.code: page.title for page in pages().values()}
        click.echo(json.dumps(sarif(findings, titles), ensure_ascii=False))
    else:
        _tell(findings)
    raise SystemExit(any(finding.severity == "error" for finding in findings))


def _usual() -> Path:
    here = Path("dialogs")
    return here if here.is_dir() else PACKAGED


def _page(code: str) -> str:
    page = pages().get(code.upper())
    if page is None:
        raise ConfigError(f"there is no finding {code}; codes look like MR104")
    return as_text(page)


def _plain(finding: Finding) -> dict[str, str | int]:
    return {name: getattr(finding, name) for name in FIELDS}


def _tell(findings: Sequence[Finding]) -> None:
    for finding in findings:
        place = click.style(f"{finding.file}:{finding.line}:{finding.column}:", bold=True)
        kind = click.style(finding.severity, fg=COLOURS[finding.severity])
        click.echo(f"{place} {kind} {finding.code} {finding.message}")
        click.echo(f"    {finding.hint}")
    counts = Counter(finding.severity for finding in findings)
    if not findings:
        click.echo("All is well.")
    else:
        click.echo(f"{_some(counts['error'], 'error')}, {_some(counts['warning'], 'warning')}")


def _some(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
