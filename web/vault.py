"""Seal and open what a person said, with the key that only the person's token holds.

The token is made here, sent once, and never stored. From it come, by HKDF-SHA256 (RFC 5869), the
lookup id under which the store finds a talk, the key that seals its words (AES-256-GCM, NIST SP
800-38D) and the key of its digests (BLAKE2b, RFC 7693). Without the token none of the three can
be had, by anybody.
"""

import hashlib
import os
import re
import secrets
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import TalkDamaged

Kind: TypeAlias = Literal["turn", "state"]

TOKEN_BYTES = 24
"""192 random bits: more than the 160 that the protocol promises, and no padding in base64url."""
NONCE_BYTES = 12
"""Random 96 bits: safe for 2³² bodies under one key; a talk has some thousands."""
NONCES = 8
"""Nonces that are made at once: each call for randomness lets go of Python's lock, and waits."""
DIGEST_BYTES = 8
"""Tells the acts of one talk apart: keyed, so only its own person could search for two alike."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def new_token() -> str:
    """Make the secret of a new talk: 32 characters, the same in JSON and in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_talk_id() -> str:
    """Make the public name of a talk; it opens nothing."""
    return secrets.token_urlsafe(12)


def seed_of(talk_id: str) -> int:
    """Derive from a talk's name the number that chooses among wordings (32 bits)."""
    return int.from_bytes(hashlib.sha256(talk_id.encode()).digest()[:4])


class Vault:
    """Opens and seals one talk.

    Attributes:
        lookup: 32 bytes by which the store knows the talk; says nothing about the token.
    """

    __slots__ = ("_digest_key", "_key", "_nonces", "lookup")

    def __init__(self, token: str) -> None:
        """Derive everything from a token; one that was never made gives a talk that never was."""
        unused = _unused(token)  # made for every token, so that a clock tells none apart
        secret = token.encode() if _TOKEN.fullmatch(token) else unused
        keys = HKDF(algorithm=SHA256(), length=96, salt=None, info=b"makeroom.v1").derive(secret)
        self.lookup = keys[:32]
        self._key = keys[
            32:64
        ]  # a cipher would keep 2.4 KiB of every idle person, and is made in a µs
        self._digest_key = keys[64:]
        self._nonces = b""

    def seal(self, kind: Kind, seq: int, body: bytes) -> bytes:
        """Seal a body for one place in the talk; it opens nowhere else."""
        nonces = self._nonces or os.urandom(NONCE_BYTES * NONCES)
        nonce, self._nonces = nonces[:NONCE_BYTES], nonces[NONCE_BYTES:]  # none is used twice
        return nonce + AESGCM(self._key).encrypt(nonce, body, self._place(kind, seq))

    def open(self, kind: Kind, seq: int, sealed: bytes) -> bytes:
        """Open what `seal` gave for the same place.

        Raises:
            TalkDamaged: it isn't what was sealed, or it was sealed for another place.
        """
        try:
            return AESGCM(self._key).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._place(kind, seq)
            )
        except (InvalidTag, ValueError):
            raise TalkDamaged("This talk was changed in the store; restore a backup.") from None

    def digest(self, payload: bytes) -> bytes:
        """Give 16 bytes that are the same for the same payload and tell nobody else anything."""
        return hashlib.blake2b(payload, key=self._digest_key, digest_size=DIGEST_BYTES).digest()

    def _place(self, kind: Kind, seq: int) -> bytes:
        return b"%b|%b|%d" % (self.lookup, kind.encode(), seq)


def _unused(token: str) -> bytes:
    """Map a damaged token to a secret that no talk has, with the same work as for a good one."""
    return b"damaged:" + hashlib.sha256(token[:256].encode(errors="replace")).digest()
