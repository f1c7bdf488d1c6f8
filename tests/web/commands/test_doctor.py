"""The doctor: what would hurt people is found before they come, with what to do about it."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from bot.guide import take_turn
from bot.helplines import HelpLines
from bot.values import Input
from bot.workshop.lints.records import old_records
from web.checkup import database, doors, machine, scripts, sites
from web.checkup.verdict import Looked, Verdict
from web.commands.doctor import doctor
from web.config import Config, default_dialogs
from web.ledger import Ledger
from web.shelf import Library, Shelf, read_library
from web.store.base import Store
from web.store.sqlite import SqliteStore
from web.talk import recorded
from web.vault import Vault, new_talk_id, new_token

FILE = default_dialogs() / "safety" / "helplines.yaml"
SERVED = Path(__file__).parents[2] / "data" / "served"
NINE = 1_772_355_600_000


# ------------------------------------------------------------------ help lines


@pytest.fixture(scope="module")
def lines() -> HelpLines:
    return HelpLines.load(FILE)


@pytest.mark.parametrize(
    ("days", "severity"),
    [(0, None), (180, None), (181, "warning"), (365, "warning"), (366, "error")],
)
def test_the_doctor_warns_before_it_fails(
    lines: HelpLines, days: int, severity: str | None
) -> None:
    """Half a year without a look is a warning, a year is an error."""
    records = tuple(replace(record, silent=None) for record in lines.records)  # looked at later
    lines = replace(lines, records=records)
    newest = max(line.seen for record in lines.records for line in record.lines)
    found = old_records(lines, newest + timedelta(days=days), "helplines.yaml")
    assert {finding.severity for finding in found if finding.line > 1} == (
        {severity} if severity else set()
    )
    graded = {verdict.grade for verdict in scripts.judged(found)}
    assert graded == {"error"} if severity == "error" else graded <= {"good", "warning"}


def test_a_day_that_is_still_to_come_is_an_error(lines: HelpLines) -> None:
    """A typo in the year can't make a record look fresh for ever."""
    found = old_records(lines, date(2020, 1, 1), "helplines.yaml")
    assert {finding.severity for finding in found} == {"error"}


def test_each_finding_says_what_to_do(lines: HelpLines) -> None:
    """An operator reads which record, how old, and the next step."""
    found = old_records(lines, lines.seen + timedelta(days=400), "helplines.yaml")
    assert "400 days" in str(found[0])
    assert all("provider's own page" in finding.hint for finding in found)


# ------------------------------------------------------------------ the store


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(SERVED)


@pytest.fixture
async def stored(tmp_path: Path, library: Library) -> Path:
    """A database with three talks."""
    path = tmp_path / "makeroom.sqlite3"
    await fill(SqliteStore(path), library)
    return path


async def fill(store: Store, library: Library) -> None:
    """Begin three talks in a store, and close it."""
    await store.open()
    await Shelf(store, library).keep()
    (script,) = library.scripts.values()
    for seed in range(3):
        given = Input(at=NINE, kind="begin", seed=seed)
        made = recorded(None, "~begin", given, take_turn(script, None, given))
        await Ledger(store, Vault(new_token())).create(
            new_talk_id(), script.id, script.digest, made
        )
    await store.close()


def looked_at(path: Path) -> dict[str, list[Verdict]]:
    """Give the verdicts on a file by topic."""
    return by_topic(database.look(path))


def by_topic(looked: Looked) -> dict[str, list[Verdict]]:
    """Sort what was seen, with the versions of stored talks."""
    found: dict[str, list[Verdict]] = {}
    kept = scripts.pinned(looked.talks, looked.bundles, SERVED)
    for verdict in [*looked.verdicts, *kept]:
        found.setdefault(verdict.topic, []).append(verdict)
    return found


def test_a_sound_store_is_called_sound(stored: Path) -> None:
    """Everything that needs no key is looked at, and what needs one is named as not known."""
    found = looked_at(stored)
    grades = {topic: {verdict.grade for verdict in verdicts} for topic, verdicts in found.items()}
    assert grades == {
        "store": {"good"},
        "talks": {"good"},
        "replay": {"note"},
        "versions_kept": {"good"},
    }
    assert "3 talks" in found["talks"][0].says
    assert "key" in found["replay"][0].says


def test_the_size_counts_what_is_still_in_the_log(stored: Path) -> None:
    """A running server keeps most of a young store there."""
    with closing(sqlite3.connect(stored)) as db:
        db.execute("CREATE TABLE more AS SELECT zeroblob(3145728) AS much")
        assert stored.stat().st_size < 2**20
        size = re.search(r"([\d.]+) MiB", looked_at(stored)["store"][0].says)
    assert size is not None
    assert float(size[1]) >= 3


DAMAGE = (
    ("UPDATE talks SET head = 7", "talks", "3 talks without their last event"),
    ("UPDATE turns SET seq = seq + 1", "talks", "3 talks with a missing event"),
    ("DELETE FROM turns", "talks", "3 talks without a beginning"),
    ("DELETE FROM talks", "talks", "3 turns of no talk"),
    ("DELETE FROM bundles", "versions_kept", "the version is gone"),
    ("UPDATE bundles SET body = '{'", "versions_kept", "can't be loaded"),
)
"""What can be done to either store, where it is seen, and how."""


@pytest.mark.parametrize(
    ("damage", "topic", "says"),
    [
        *DAMAGE,
        ("UPDATE bundles SET body = '{\"files\":{}}'", "versions_kept", "was changed"),
        ("UPDATE meta SET value = 99", "store", "a newer makeroom"),
        ("DROP TABLE meta", "store", "isn't a database of ours"),
    ],
)
def test_damage_is_found_without_any_key(stored: Path, damage: str, topic: str, says: str) -> None:
    """Each kind of loss is an error that says what to do."""
    with sqlite3.connect(stored) as db:
        db.execute(damage)
    db.close()
    errors = [verdict for verdict in looked_at(stored)[topic] if verdict.grade == "error"]
    assert any(says in verdict.says for verdict in errors), errors
    assert all(verdict.do for verdict in errors)


def test_a_file_with_scrambled_pages_is_an_error(stored: Path) -> None:
    """Overwritten bytes are found."""
    body = bytearray(stored.read_bytes())
    body[5000:9000] = b"\xa5" * 4000
    stored.write_bytes(body)
    assert any(v.grade == "error" for vs in looked_at(stored).values() for v in vs)


def test_a_file_that_others_may_open_is_told(stored: Path) -> None:
    """The words in it are sealed; who talks when is not."""
    stored.chmod(0o644)
    assert any("chmod 600" in verdict.do for verdict in looked_at(stored)["store"])


def test_looking_makes_and_changes_nothing(stored: Path, tmp_path: Path) -> None:
    """A missing file stays missing, a file keeps every byte."""
    before = stored.read_bytes()
    looked_at(stored)
    assert stored.read_bytes() == before
    assert database.look(tmp_path / "none.sqlite3").verdicts[0].grade == "error"
    assert not (tmp_path / "none.sqlite3").exists()


# ------------------------------------------------------------------ machine and doors


@pytest.mark.parametrize(
    ("now", "looked", "touched", "grade"),
    [
        (datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 1), NINE, "good"),
        (datetime(2026, 3, 2, tzinfo=UTC), date(2026, 3, 1), None, "good"),
        (datetime(1970, 1, 1, tzinfo=UTC), date(2026, 3, 1), None, "error"),
        (datetime(2026, 3, 1, tzinfo=UTC), date(2026, 3, 1), NINE, "error"),
        (datetime(2026, 3, 1, 8, 57, tzinfo=UTC), date(2026, 3, 1), NINE, "good"),
    ],
)
def test_a_clock_before_what_is_stored_is_wrong(
    now: datetime, looked: date, touched: int | None, grade: str
) -> None:
    """Some minutes ahead are forgiven; a dead battery isn't."""
    assert machine.clock(now, looked, touched).grade == grade


@pytest.mark.parametrize(("free", "grade"), [(5000, "good"), (500, "warning"), (50, "error")])
def test_a_disk_that_fills_is_told_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, grade: str
) -> None:
    """There is a warning while there is still time."""
    usage = type("Usage", (), {"free": free * machine.MIB})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert machine.disk(tmp_path / "not" / "yet").grade == grade


def test_our_own_versions_are_good() -> None:
    """What is installed here is what we ask for."""
    assert {verdict.grade for verdict in machine.versions()} == {"good"}


def test_an_old_package_is_told_with_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An aiohttp with known holes isn't run unknowingly."""
    real = machine.version
    monkeypatch.setattr(machine, "version", lambda n: "3.9.5" if n == "aiohttp" else real(n))
    (wrong,) = [verdict for verdict in machine.versions() if verdict.grade == "error"]
    assert "3.9.5" in wrong.says
    assert "pip install --upgrade 'aiohttp>=" in wrong.do


@pytest.mark.parametrize(
    ("options", "topic", "grade"),
    [
        ({}, "tls", "good"),
        ({"host": "0.0.0.0"}, "tls", "warning"),
        ({"embed_on": ("https://example.org",)}, "origins", "good"),
        ({"embed_on": ("http://example.org",)}, "origins", "warning"),
        ({"embed_on": ("http://127.0.0.1:3000",)}, "origins", "good"),
        ({"trusted_proxy": (ip_network("0.0.0.0/0"),)}, "proxies", "error"),
        ({"trusted_proxy": (ip_network("::/0"),)}, "proxies", "error"),
    ],
)
def test_open_doors_are_told(options: dict[str, Any], topic: str, grade: str) -> None:
    """What lets strangers in, or words out, is named."""
    config = Config(data=Path(), store="memory:", dialogs=SERVED, **options)
    assert grade in {verdict.grade for verdict in doors.doors(config) if verdict.topic == topic}


@pytest.mark.parametrize(
    ("text", "grade", "said"),
    [
        (None, "note", "nobody is named"),
        ("name: Harbour", "good", "Harbour"),
        ("colour: red", "error", "site.yaml:1:1: it doesn't say who runs this"),
        ("name: a\nhelp: {ZZ: {name: b, call: '1', seen: 2026-04-01}}", "warning", "243 days"),
        ("name: a\nhelp: {ZZ: {name: b, call: '1', seen: 2025-04-01}}", "error", "608 days"),
        ("name: a\nhelp: {ZZ: {name: b, call: '1', seen: 2027-04-01}}", "warning", "-122 days"),
    ],
)
def test_a_site_s_own_file_is_looked_at(
    tmp_path: Path, text: str | None, grade: str, said: str
) -> None:
    """Whether it can be served, and whether somebody tried its numbers."""
    file = tmp_path / "site.yaml"
    file.write_text(text or "")
    config = Config(
        data=tmp_path, store="memory:", dialogs=SERVED, site=file if text is not None else None
    )
    found = list(sites.site(config, date(2026, 11, 30)))
    assert (grade, True) in {(it.grade, said in it.says) for it in found}


# ------------------------------------------------------------------ the command


@pytest.fixture
def examined(tmp_path: Path) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Run the command on the little dialogue and a folder of its own."""

    def run(*options: str, dialogs: Path = SERVED) -> tuple[int, dict[str, Any]]:
        where = ("--dialogs", str(dialogs), "--data", str(tmp_path))
        result = CliRunner().invoke(doctor, [*where, "--json", *options])
        return result.exit_code, json.loads(result.stdout)

    return run


def dialogues(tmp_path: Path, change: Callable[[Path], None]) -> Path:
    """Copy the little dialogue and change something in it."""
    copy = tmp_path / "dialogs"
    shutil.copytree(SERVED, copy)
    change(copy)
    return copy


def test_a_new_house_has_nothing_to_mend(
    examined: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    """Before the first start the doctor names what will be made, and makes nothing."""
    _, found = examined()
    topics = {check["topic"] for check in found["checks"]}
    assert {
        "store",
        "clock",
        "disk",
        "versions",
        "scripts",
        "origins",
        "tls",
        "helplines",
    } <= topics
    assert not [c for c in found["checks"] if c["grade"] == "error" and c["topic"] != "scripts"]
    assert not list(tmp_path.iterdir())


def test_old_help_lines_fail_the_command(
    examined: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    """Numbers that nobody looked at for a year must not be given out; a program can read why."""

    def age(copy: Path) -> None:
        shutil.copy(FILE, copy / "safety" / "helplines.yaml")
        file = copy / "safety" / "helplines.yaml"
        file.write_text(file.read_text().replace('seen: "2026', 'seen: "2020'))

    code, found = examined(dialogs=dialogues(tmp_path, age))
    assert (code, found["well"]) == (1, False)
    assert {"code", "file", "line", "column", "message", "hint"} <= found["findings"][0].keys()
    assert any(c["topic"] == "helplines" and c["grade"] == "error" for c in found["checks"])


def test_a_broken_dialogue_is_one_sentence(
    examined: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    """Not a traceback: what can't be served, and the command that shows where."""
    broken = dialogues(tmp_path, lambda copy: (copy / "little" / "script.yaml").write_text("a: ["))
    code, found = examined(dialogs=broken)
    assert code == 1
    assert any("can't be served" in c["says"] for c in found["checks"])


async def test_a_running_store_is_looked_at_beside_the_server(
    examined: Callable[..., tuple[int, dict[str, Any]]], stored: Path
) -> None:
    """The doctor may be called at any time, and finds the store by the same option."""
    store = SqliteStore(stored)
    _, found = examined("--store", f"sqlite:{stored}")
    await store.close()
    assert any("3 talks" in check["says"] for check in found["checks"])


def test_every_verdict_is_a_sentence_with_a_way_out(
    examined: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    """Whatever isn't good says what to do."""
    _, found = examined("--host", "0.0.0.0", "--trusted-proxy", "0.0.0.0/0")
    for check in found["checks"]:
        assert check["says"].rstrip().endswith((".", ")")), check
        assert check["grade"] in ("good", "note") or check["do"], check


def test_a_person_reads_what_must_be_mended_first(tmp_path: Path) -> None:
    """One line each, errors on top, a count at the end."""
    options = ["--dialogs", str(SERVED), "--data", str(tmp_path), "--trusted-proxy", "0.0.0.0/0"]
    result = CliRunner().invoke(doctor, options)
    said = result.stdout.splitlines()
    assert said[0].startswith("error")
    assert "to mend" in said[-1]


def test_options_come_from_the_servers_environment(tmp_path: Path) -> None:
    """What the unit file sets is looked at; several values stand with spaces between them."""
    environment = {"MAKEROOM_TRUSTED_PROXY": "0.0.0.0/0 ::/0", "MAKEROOM_DIALOGS": str(SERVED)}
    result = CliRunner(env=environment).invoke(doctor, ["--data", str(tmp_path), "--json"])
    checks = json.loads(result.stdout)["checks"]
    assert [check["grade"] for check in checks if check["topic"] == "proxies"] == ["error"] * 2
