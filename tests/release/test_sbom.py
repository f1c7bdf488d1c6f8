"""The bill of materials: everything that is installed with us, each with its version and licence."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from docs.sbom import bill, main

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]
PURL = re.compile(r"pkg:pypi/[a-z0-9-]+@[\w.+]+")


def test_all_that_we_need_is_in_it() -> None:
    """Each dependency of the project, with the version that is installed, and what those need."""
    found = {canonicalize_name(it["name"]): it for it in bill()["components"]}
    wanted = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgres"]]
    for one in map(Requirement, wanted):
        if one.marker is None or one.marker.evaluate():
            assert found[canonicalize_name(one.name)]["version"] == version(one.name)
    assert {"multidict", "cffi", "markupsafe"} <= found.keys()
    assert not {"pytest", "mypy", "playwright"} & found.keys()


def test_it_is_cyclonedx() -> None:
    """Fields as the standard has them, every reference leads somewhere, a licence on each."""
    made = bill()
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.5", 1)
    assert made["metadata"]["component"]["version"] == PROJECT["version"]
    parts = [made["metadata"]["component"], *made["components"]]
    refs = [it["bom-ref"] for it in parts]
    assert len(set(refs)) == len(refs)
    assert all(PURL.fullmatch(it["purl"]) for it in parts)
    assert not [it["name"] for it in parts if "licenses" not in it]
    assert {it["ref"] for it in made["dependencies"]} == set(refs)
    assert {ref for it in made["dependencies"] for ref in it["dependsOn"]} <= set(refs)
    assert all(it["type"] in ("application", "library") for it in parts)


def test_the_same_installation_gives_the_same_bytes(tmp_path: Path) -> None:
    """No time and no random number in it."""
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    main([str(one)])
    main([str(two)])
    assert one.read_bytes() == two.read_bytes()
    assert json.loads(one.read_text(encoding="utf-8"))["components"]
