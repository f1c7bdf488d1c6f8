"""Writes what is in an installation of Makeroom: a bill of materials in CycloneDX 1.5, as JSON.

`python -m docs.sbom [FILE]` reads the metadata of the packages that are installed here, follows
what each requires (the extra `postgres` too), and asks nobody. The same installation gives the
same bytes: there is no time and no random number in it.
"""

import json
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Requirement("makeroom[postgres]")


def bill() -> dict[str, Any]:
    """Give the bill of materials of this installation."""
    needs = _walked()
    found = {name: distribution(name) for name in sorted(needs)}
    root = found[ROOT.name]
    libraries = [it for it in found.values() if it is not root]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": _component(root, "application")},
        "components": [_component(it, "library") for it in libraries],
        "dependencies": [
            {"ref": _purl(it), "dependsOn": sorted(_purl(found[one]) for one in needs[name])}
            for name, it in found.items()
        ],
    }


def _walked() -> dict[str, set[str]]:
    """Name each package that is needed here, and which others it needs."""
    needs: dict[str, set[str]] = {}
    waiting = [ROOT]
    while waiting:
        wanted = waiting.pop()
        known = needs.setdefault(canonicalize_name(wanted.name), set())
        for one in _required(wanted):
            name = canonicalize_name(one.name)
            if name not in known:
                known.add(name)
                waiting.append(one)
    return needs


def _required(wanted: Requirement) -> Iterator[Requirement]:
    """Give what a package requires: on this system, with this Python, with the wanted extras."""
    for one in map(Requirement, distribution(wanted.name).requires or ()):
        extras = ("", *wanted.extras)
        holds = one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras)
        if holds and _is_installed(one.name):
            yield one


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _component(it: Distribution, kind: str) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": kind,
        "bom-ref": _purl(it),
        "name": it.name,
        "version": it.version,
        "purl": _purl(it),
    }
    if licence := _licence(it):
        component["licenses"] = [licence]
    return component


def _purl(it: Distribution) -> str:
    return f"pkg:pypi/{canonicalize_name(it.name)}@{it.version}"


def _licence(it: Distribution) -> dict[str, Any] | None:
    """Give the licence as the package states it: an SPDX expression, else its own short words."""
    if expression := it.metadata.get("License-Expression"):
        return {"expression": expression}
    said = (it.metadata.get("License") or "").strip()
    if said and "\n" not in said:
        return {"license": {"name": said}}
    marks = it.metadata.get_all("Classifier") or []
    named = [mark.rpartition(" :: ")[2] for mark in marks if mark.startswith("License ::")]
    return {"license": {"name": named[0]}} if named else None


def main(arguments: list[str]) -> None:
    """Write the bill to a file, or to standard output."""
    text = json.dumps(bill(), indent=2, ensure_ascii=False) + "\n"
    if arguments:
        Path(arguments[0]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
