"""The dialogues: what would be served now, what stored talks began with, and what is wrong."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from bot.bundle import Bundle, read_folder
from bot.errors import Finding, MakeroomError, ScriptError
from bot.loader import load_bundle
from bot.workshop.check import check_path
from web.checkup.verdict import Grade, Verdict, good


def findings(dialogs: Path, today: date) -> list[Finding]:
    """Give what `makeroom check` finds, help lines that nobody looked at for too long included."""
    try:
        return check_path(dialogs, today)
    except ScriptError as error:
        return list(error.findings)


def judged(found: list[Finding]) -> Iterator[Verdict]:
    """Sum up findings: errors, warnings, and help lines by themselves."""
    stale = [finding for finding in found if finding.code in ("MR072", "MR073")]
    rest = Counter(finding.severity for finding in found if finding not in stale)
    if rest:
        says = f"{rest['error']} errors and {rest['warning']} warnings in the dialogues."
        grade: Grade = "error" if rest["error"] else "warning"
        yield Verdict("scripts", grade, says, "run `makeroom check` and mend what it names")
    if stale:
        grade = "error" if any(finding.severity == "error" for finding in stale) else "warning"
        says = f"{len(stale)} help lines weren't looked at for too long; the first: {stale[0]}."
        yield Verdict("helplines", grade, says, "look at each provider's own page, set `seen`")
    else:
        yield good("helplines", "every help line was looked at within the last 180 days.")


def today(dialogs: Path) -> Iterator[Verdict]:
    """Load each dialogue as the server would, and name its version."""
    folders = sorted(file.parent for file in dialogs.glob("*/script.yaml"))
    if not folders:
        says = f"there is no dialogue in {dialogs}."
        yield Verdict("scripts", "error", says, "name a folder that has one with --dialogs")
    for folder in folders:
        try:
            script = load_bundle(read_folder(folder), read_folder(dialogs / "safety"))
        except MakeroomError as error:
            says = f"{folder.name} can't be served: {str(error).splitlines()[0]}"
            yield Verdict("scripts", "error", says, "run `makeroom check`")
        else:
            says = f"{folder.name} has {len(script.steps)} steps; version {script.digest[:12]}."
            yield good("scripts", says)


def pinned(talks: dict[str, int], bundles: dict[str, bytes | None], dialogs: Path) -> list[Verdict]:
    """Load the versions that stored talks began with, together with today's safety flows.

    Args:
        talks: how many talks began with each version.
        bundles: the versions as they are kept.
        dialogs: holds the safety flows.
    """
    wrong = [
        Verdict("versions_kept", "error", f"{count} talks began with {digest[:12]}: {why}", advice)
        for digest, count in talks.items()
        if (why := _unusable(digest, bundles.get(digest), dialogs))
        for advice in ["restore a backup of the store, or bring back the safety flows it names"]
    ]
    if wrong or not talks:
        return wrong
    return [good("versions_kept", f"{len(talks)} script versions of stored talks can be loaded.")]


def _unusable(digest: str, body: bytes | None, dialogs: Path) -> str | None:
    if body is None:
        return "the version is gone."
    try:
        bundle = msgspec.json.decode(body, type=Bundle)
        if bundle.digest != digest:
            return "the version was changed."
        load_bundle(bundle, read_folder(dialogs / "safety"))
    except (msgspec.MsgspecError, MakeroomError) as error:
        return f"it can't be loaded: {str(error).splitlines()[0]}"
    return None
