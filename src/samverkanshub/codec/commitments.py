"""Commitments: what stands in the log for an uppgift's value (docs/adr/0001-byte-formats.md)."""

import hmac
from hashlib import sha256
from typing import Any, Final

from samverkanshub.codec.canonical import jcs

SALT_BYTES: Final = 32
_SALT_LABEL: Final = b"samverkan/salt/v1\0"


def salt_for(seed: bytes, vag: str) -> bytes:
    """The 32-byte salt of one uppgift, from the sender's random seed (32 bytes) and the uppgift's path."""
    if len(seed) != SALT_BYTES:
        raise ValueError("`seed` must be 32 bytes")
    return hmac.digest(seed, _SALT_LABEL + vag.encode(), "sha256")


def commitment(salt: bytes, value: Any) -> bytes:
    """SHA-256(salt || JCS(value)): 32 bytes that bind the value and, without the salt, tell nothing of it."""
    if len(salt) != SALT_BYTES:
        raise ValueError("`salt` must be 32 bytes")
    return sha256(salt + jcs(value)).digest()
