"""`makeroom translate`, as it is typed."""

import shutil
from pathlib import Path

from click.testing import CliRunner

from tests.conftest import DATA
from web.commands.translate import translate


def test_catalogues_are_written_beside_the_script_and_its_safety(tmp_path: Path) -> None:
    """One for each file, told with how far it is; what belongs to no file is removed."""
    for name in ("walk", "walk_safety"):
        shutil.copytree(DATA / name, tmp_path / name.replace("walk_", ""))
    old = tmp_path / "walk" / "locale" / "es" / "gone.po"
    old.parent.mkdir(parents=True)
    old.write_text('msgid ""\nmsgstr ""\n')
    ran = CliRunner().invoke(translate, [str(tmp_path / "walk"), "--lang", "es"])
    assert ran.exit_code == 0, ran.output
    assert f"{old}: removed" in ran.output
    assert not old.exists()
    assert "texts, " in ran.output
    for folder in ("walk", "safety"):
        assert list((tmp_path / folder / "locale" / "es").glob("*.po"))


def test_an_unknown_language_is_told(tmp_path: Path) -> None:
    """Before anything is written."""
    ran = CliRunner().invoke(translate, [str(DATA / "walk"), "--lang", "klingon!"])
    assert "no language" in str(ran.exception)
