"""The doctor at PostgreSQL: the same questions as at a file, and those that only a server has."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner

from tests.postgres import Postgres
from tests.web.commands.test_doctor import DAMAGE, SERVED, by_topic, fill, library
from web.checkup import postgres as checkup
from web.checkup.verdict import Verdict
from web.commands.doctor import doctor
from web.shelf import Library
from web.store.postgres import PostgresStore

__all__ = ["library"]
SOUND = dict.fromkeys(("fsync", "full_page_writes", "autovacuum", "data_checksums"), "on") | {
    "transaction_read_only": "off"
}


@pytest.fixture
def url(postgres: Postgres) -> str:
    """An empty database."""
    return postgres.new()


@pytest.fixture
async def stored(url: str, library: Library, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with three talks, in a server that doesn't sync, since nobody needs it here."""
    monkeypatch.setattr(checkup, "LOSES", {})
    await fill(PostgresStore(url), library)
    return url


async def test_a_new_database_is_no_error(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a file: it can be looked at before the server has made anything."""
    monkeypatch.setattr(checkup, "LOSES", {})
    store = by_topic(await checkup.look(url))["store"]
    assert {verdict.grade for verdict in store} == {"note"}
    assert "no talk is in this database yet" in store[0].says


async def run(url: str, command: str) -> None:
    """Do something to the database."""
    db = await asyncpg.connect(url)
    await db.execute(command)
    await db.close()


async def test_a_sound_database_is_called_sound(stored: str) -> None:
    """Everything that needs no key is looked at, and what needs one is named as not known."""
    found = by_topic(await checkup.look(stored))
    grades = {topic: {verdict.grade for verdict in verdicts} for topic, verdicts in found.items()}
    assert grades == {
        "store": {"good", "note"},  # it was made without checksums
        "talks": {"good"},
        "replay": {"note"},
        "versions_kept": {"good"},
    }
    assert "3 talks" in found["talks"][0].says


@pytest.mark.parametrize(
    ("damage", "topic", "says"),
    [
        *DAMAGE,
        ("UPDATE meta SET value = 99", "store", "another version made it"),
        ("DROP TABLE meta", "store", "the table “meta” is gone"),
    ],
)
async def test_damage_in_a_database_is_found_without_any_key(
    stored: str, damage: str, topic: str, says: str
) -> None:
    """Each kind of loss is an error that says what to do."""
    await run(stored, damage)
    found = by_topic(await checkup.look(stored))
    errors = [verdict for verdict in found[topic] if verdict.grade == "error"]
    assert any(says in verdict.says for verdict in errors), found
    assert all(verdict.do for verdict in errors)


@pytest.mark.parametrize(
    ("name", "value", "grade", "says"),
    [
        ("fsync", "off", "error", "a power cut takes turns"),
        ("full_page_writes", "off", "error", "a power cut takes turns"),
        ("transaction_read_only", "on", "error", "can't be written"),
        ("autovacuum", "off", "warning", "forgotten talks stay"),
        ("data_checksums", "off", "note", "a damaged page"),
    ],
)
def test_a_server_that_keeps_too_little_or_too_much_is_told(
    name: str, value: str, grade: str, says: str
) -> None:
    """Settings that lose what was acknowledged, or keep what was forgotten."""
    assert list(checkup._kept(SOUND)) == []
    (verdict,) = checkup._kept(SOUND | {name: value})
    assert (verdict.grade, says in verdict.says) == (grade, True)


async def test_a_server_that_does_not_sync_is_told(url: str, library: Library) -> None:
    """The one of these tests doesn't, and so is no place for anybody's words."""
    await fill(PostgresStore(url), library)
    verdicts = (await checkup.look(url)).verdicts
    assert any("fsync is off" in verdict.says for verdict in verdicts)


def test_a_database_that_does_not_answer_is_told_without_its_address(tmp_path: Path) -> None:
    """Its URL may hold a password."""
    url = "postgresql://makeroom:hunter2@127.0.0.1:1/none"
    (verdict,) = asyncio.run(checkup.look(url)).verdicts
    assert (verdict.grade, verdict.topic) == ("error", "store")
    options = ["--data", str(tmp_path), "--dialogs", str(SERVED), "--store", url]
    told = CliRunner().invoke(doctor, options)
    assert told.exit_code == 1
    assert "it doesn't answer" in told.output
    assert "hunter2" not in told.output


def test_every_verdict_on_a_database_has_a_way_out() -> None:
    """Errors and warnings say what to do."""
    bad = dict.fromkeys(SOUND, "off") | {"transaction_read_only": "on"}
    verdicts: list[Verdict] = list(checkup._kept(bad))
    assert len(verdicts) == len(SOUND)
    assert all(verdict.do for verdict in verdicts if verdict.grade != "note")
