"""Sealing: only the token opens a talk, and only where it was sealed."""

import pytest

from bot.errors import TalkDamaged
from web.vault import Vault, new_talk_id, new_token, seed_of

TOKEN = "a" * 32


def test_a_token_is_a_secret() -> None:
    """Tokens have at least 160 random bits and stand in a frame as they are."""
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(
        len(token) * 6 >= 160 and token.replace("-", "").replace("_", "").isalnum()
        for token in tokens
    )


def test_the_same_token_opens() -> None:
    """What one vault seals, another with the same token opens."""
    sealed = Vault(TOKEN).seal("turn", 3, b"my words")
    assert Vault(TOKEN).open("turn", 3, sealed) == b"my words"
    assert b"my words" not in sealed
    assert Vault(TOKEN).seal("turn", 3, b"my words") != sealed


@pytest.mark.parametrize("place", [("turn", 4), ("turn", 2), ("state", 3)])
def test_nothing_opens_in_another_place(place: tuple[str, int]) -> None:
    """A body that was moved to another row is damage."""
    sealed = Vault(TOKEN).seal("turn", 3, b"my words")
    with pytest.raises(TalkDamaged):
        Vault(TOKEN).open(*place, sealed)  # type: ignore[arg-type]


@pytest.mark.parametrize("at", range(0, 36, 5))
def test_every_flipped_byte_is_noticed(at: int) -> None:
    """Whichever byte is changed, nothing wrong is ever read."""
    sealed = bytearray(Vault(TOKEN).seal("turn", 3, b"my words"))
    sealed[at] ^= 1
    with pytest.raises(TalkDamaged):
        Vault(TOKEN).open("turn", 3, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 27])
def test_too_short_is_damage(sealed: bytes) -> None:
    """An emptied body is damage, not another error."""
    with pytest.raises(TalkDamaged):
        Vault(TOKEN).open("turn", 3, sealed)


@pytest.mark.parametrize(
    "token", ["", "b" * 32, "a" * 31, "a" * 33, TOKEN + "\n", "é" * 32, "x" * 9_000, "\x00"]
)
def test_other_tokens_open_other_talks(token: str) -> None:
    """A damaged or foreign token leads to a talk that isn't there, and never raises."""
    other = Vault(token)
    assert len(other.lookup) == 32
    assert other.lookup != Vault(TOKEN).lookup
    with pytest.raises(TalkDamaged):
        other.open("turn", 1, Vault(TOKEN).seal("turn", 1, b"x"))


def test_digests_tell_only_the_owner() -> None:
    """A digest is the same for the same payload in one talk, and another in any other."""
    assert Vault(TOKEN).digest(b"yes") == Vault(TOKEN).digest(b"yes")
    assert Vault(TOKEN).digest(b"yes") != Vault(TOKEN).digest(b"no")
    assert Vault(TOKEN).digest(b"yes") != Vault("b" * 32).digest(b"yes")


def test_the_seed_comes_from_the_name() -> None:
    """The wordings of a talk are fixed by its name, and differ between talks."""
    talk_id = new_talk_id()
    assert seed_of(talk_id) == seed_of(talk_id)
    assert len({seed_of(new_talk_id()) for _ in range(50)}) == 50
