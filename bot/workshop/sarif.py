"""Findings as SARIF 2.1.0, the format that code hosts and editors show beside the lines.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.30.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from urllib.parse import quote

from bot.errors import Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding], titles: Mapping[str, str]) -> dict[str, object]:
    """Give a log with one run.

    Args:
        findings: with paths as the author knows them.
        titles: of every kind of finding, by code.
    """
    results = [_result(finding) for finding in findings]
    rules = [{"id": code, "shortDescription": {"text": t}} for code, t in sorted(titles.items())]
    driver = {"name": "makeroom check", "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }


def _result(finding: Finding) -> dict[str, object]:
    region = {"startLine": finding.line, "startColumn": finding.column}
    path = PurePath(finding.file)
    uri = quote(path.as_posix()) if not path.is_absolute() else path.as_uri()
    return {
        "ruleId": finding.code,
        "level": finding.severity,
        "message": {"text": f"{finding.message} ({finding.hint})"},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}},
        ],
    }
