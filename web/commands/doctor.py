"""`makeroom doctor`: looks for what is out of date and says what to do about it."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
import msgspec

from bot.errors import Finding
from bot.helplines import HelpLines

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"

WARN_DAYS = 180
"""Help lines change their numbers and hours; half a year without a look is too long to be sure."""
FAIL_DAYS = 365
"""A number that nobody looked at for a year must not be given to a person in danger."""


def old_records(lines: HelpLines, today: date, file: str) -> list[Finding]:
    """Find what nobody has looked at for too long."""
    looks = [("the emergency numbers", lines.seen, 1)]
    looks += [
        (f"“{line.name}” ({region.name})", line.seen, line.at)
        for region in lines.records
        for line in region.lines
    ]
    return [
        _finding(what, (today - seen).days, file, at)
        for what, seen, at in looks
        if (today - seen).days > WARN_DAYS or seen > today
    ]


def _finding(what: str, days: int, file: str, at: int) -> Finding:
    severity = "error" if days > FAIL_DAYS or days < 0 else "warning"
    message = f"{what}: last looked at {days} days ago"
    if days < 0:
        message = f"{what}: the day we looked at it is still to come"
    hint = "open the provider's own page, correct the record, then set `seen` to today"
    return Finding(file, at, 1, "MR080" if days >= 0 else "MR081", message, hint, severity)


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
