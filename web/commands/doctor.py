"""`makeroom doctor`: looks for what is out of date and says what to do about it."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bot.errors import Finding
from bot.helplines import HelpLines
from bot.workshop.lints.records import old_records

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"


@click.command()
@click.option(
    "--dialogs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DIALOGS,
    show_default=False,
    help="Folder of dialogues; ours when not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Write findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, dialogs: Path, as_json: bool) -> None:
    """Look for what is out of date: help lines that nobody has checked for too long.

    Warns after 180 days; exits with 1 after 365.
    """
    file = dialogs / "safety" / "helplines.yaml"
    findings = old_records(HelpLines.load(file), datetime.now(UTC).date(), file.name)
    if as_json:
        click.echo(msgspec.json.encode({"findings": findings}).decode())
    else:
        report(findings)
    ctx.exit(any(finding.severity == "error" for finding in findings))


def report(findings: list[Finding]) -> None:
    """Write findings for a person: errors first, or that all is well."""
    for finding in sorted(findings, key=lambda finding: (finding.severity, finding)):
        click.echo(f"{finding.severity}: {finding}")
    if not findings:
        click.echo("All is well: every help line was looked at within the last 180 days.")
