"""A look around: talks that are there, opened by their codes, and numbers to look at."""

import base64
import json
from pathlib import Path

import pytest

from bot.errors import ConfigError
from web.commands.samples import seeded
from web.commands.serve import DEMO_SECRET, _samples
from web.config import default_dialogs, read_config
from web.insights import versions
from web.ledger import Ledger
from web.oracle import is_replay
from web.shelf import Library, read_library
from web.store.memory import MemoryStore
from web.twenty import LIST, encode
from web.vault import Vault, new_token

NOW = 1_772_355_600_000
WORDS = json.loads(LIST.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def library() -> Library:
    """What is served."""
    return read_library(default_dialogs())


def token_of(words: str) -> str:
    """Read a code by the rule that the protocol's page states."""
    bits = "".join(f"{WORDS.index(word):010b}" for word in words.split())
    raw = bytes(int(bits[at : at + 8], 2) for at in range(0, 200, 8))
    return base64.urlsafe_b64encode(raw[:24]).decode()


def test_a_code_is_the_token_in_twenty_words() -> None:
    """Read back by the rule it gives the token; its last eight bits are the check of the others."""
    for token in ("A" * 32, "-_" * 16, *(new_token() for _ in range(20))):
        assert len(encode(token)) == 20
        assert token_of(" ".join(encode(token))) == token
    # the known answer for this check: 0xF4 for “123456789”, which zeros before it don't change
    token = base64.urlsafe_b64encode(b"123456789".rjust(24, b"\0")).decode()
    assert WORDS.index(encode(token)[-1]) & 0xFF == 0xF4


async def test_sample_talks_are_whole_talks(library: Library) -> None:
    """Each code opens one that is the replay of its inputs; the numbers are enough to be shown."""
    store = MemoryStore()
    samples = await seeded(store, library, default_dialogs(), NOW)
    assert len(samples) == 3
    assert len({sample.title for sample in samples}) == 3
    for sample in samples:
        ledger = Ledger(store, Vault(token_of(sample.code)))
        found = await ledger.open()
        assert found.position.head >= 9
        assert 0 < NOW - found.position.session.started < 3_600_000
        assert await is_replay(ledger, library.scripts["anxiety"])
    (version,) = versions(await store.counts(), library.scripts.values())
    assert version.is_today
    assert version.people >= 30
    assert len(version.steps) > 20
    assert any(row.people for row in version.before)


@pytest.mark.parametrize(
    "options", [{"data": "x"}, {"store": "memory:"}, {"host": "0.0.0.0"}], ids=str
)
def test_a_look_around_keeps_nothing_and_lets_nobody_else_in(options: dict[str, str]) -> None:
    """With a place to keep things, or open to others, it isn't one."""
    with pytest.raises(ConfigError, match="--demo"):
        read_config(demo=True, **options)  # type: ignore[arg-type]


def test_without_options_it_is_in_memory(tmp_path: Path) -> None:
    """Nothing is written anywhere."""
    assert read_config(demo=True).store == "memory:"


@pytest.mark.parametrize("own", ["", "my own long secret for it"])
async def test_the_demo_names_the_secret_that_opens_its_insights(
    library: Library, own: str
) -> None:
    """A secret that whoever starts it has set is the one that counts, and isn't printed."""
    config = read_config(demo=True, insights_secret=own or DEMO_SECRET)
    said = await _samples(config, MemoryStore(), library)
    assert (DEMO_SECRET in said) is not bool(own)
    assert not own or own not in said
