"""`makeroom doctor --talk`: one talk, looked at with its person's own code."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.guide import take_turn
from bot.values import Input
from tests.protocol.conftest import NINE, SERVED
from web.checkup import replayed
from web.checkup.verdict import Verdict
from web.commands.doctor import doctor
from web.config import Config
from web.ledger import Ledger
from web.shelf import Shelf, read_library
from web.store.sqlite import SqliteStore
from web.talk import recorded
from web.twenty import encode
from web.vault import Vault, new_talk_id, new_token


@pytest.fixture
def token() -> str:
    """A key."""
    return new_token()


@pytest.fixture
async def config(tmp_path: Path, token: str) -> Config:
    """A store with one talk in it, that the key opens."""
    path = tmp_path / "makeroom.sqlite3"
    store, library = SqliteStore(path), read_library(SERVED)
    await Shelf(store, library).keep()
    script = library.scripts["little"]
    given = Input(at=NINE, kind="begin", seed=1)
    made = recorded(None, "~begin", given, take_turn(script, None, given))
    await Ledger(store, Vault(token)).create(new_talk_id(), script.id, script.digest, made)
    await store.close()
    return Config(data=tmp_path, store=f"sqlite:{path}", dialogs=SERVED)


async def judged(config: Config, code: str) -> tuple[str, str]:
    """Give the grade and what is said."""
    found: Verdict = await replayed.look(config, code)
    return found.grade, found.says


async def test_a_talk_is_compared_with_its_replay(config: Config, token: str) -> None:
    """By the twenty words or by the key itself; where it differs or is damaged that is an error."""
    for code in (" ".join(encode(token)), f"{token}\n"):
        assert await judged(config, code) == (
            "good",
            "the talk equals the replay of its inputs, 1 events.",
        )
    state = Vault(token).open("state", 1, stored_state(config))
    assert b"talk.hello" in state
    other = Vault(token).seal("state", 1, state.replace(b"talk.hello", b"talk.more"))
    for changed, said in ((other, "differs"), (b"x", "was changed")):
        with closing(sqlite3.connect(config.data / "makeroom.sqlite3")) as db, db:
            db.execute("UPDATE talks SET state = ?", (changed,))
        grade, says = await judged(config, token)
        assert (grade, said in says) == ("error", True), says


def stored_state(config: Config) -> bytes:
    """Give what is sealed of the talk's state."""
    with closing(sqlite3.connect(config.data / "makeroom.sqlite3")) as db:
        found: bytes = db.execute("SELECT state FROM talks").fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("code", "says"), [("", "no return code"), ("zoo zoo", "no return code"), ("A" * 32, "no talk")]
)
async def test_what_opens_nothing_is_told(config: Config, code: str, says: str) -> None:
    """And nothing of the code is repeated."""
    grade, said = await judged(config, code)
    assert (grade, says in said) == ("error", True)
    assert not code or code not in said


def test_the_code_comes_by_standard_input(config: Config, token: str) -> None:
    """An option could be seen by others on the machine."""
    options = [
        "--talk",
        "--data",
        str(config.data),
        "--store",
        config.store,
        "--dialogs",
        str(SERVED),
    ]
    result = CliRunner().invoke(doctor, options, input=" ".join(encode(token)))
    assert "the talk equals the replay of its inputs, 1 events." in result.output
    assert token not in result.output
