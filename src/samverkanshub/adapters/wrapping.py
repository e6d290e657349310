"""What the vault keeps, sealed: keys and secrets under a key-encryption key, numbers under their person's key."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from samverkanshub.domain.errors import Halt

KEK_BYTES: Final = 32
_FORMAT: Final = b"\x01"
_NONCE_BYTES: Final = 12


class Wrapping:
    """AES-256-GCM under one key, random nonces, each value bound to what it is for, so that none passes for another.

    The stored form is one byte of format (1), the nonce, then the ciphertext with its tag.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEK_BYTES:
            raise ValueError(f"`kek` must be {KEK_BYTES} bytes")
        self._cipher = AESGCM(key)

    def wrap(self, purpose: str, content: bytes) -> bytes:
        """Seal content for a purpose."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, content, _bound(purpose))

    def unwrap(self, purpose: str, wrapped: bytes) -> bytes:
        """Open what `wrap` made for the same purpose; `Halt` (`fel-kek`) where this is not the key it was made with."""
        nonce, sealed = wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :]
        try:
            if wrapped[:1] != _FORMAT:
                raise InvalidTag
            return self._cipher.decrypt(nonce, sealed, _bound(purpose))
        except (InvalidTag, ValueError) as error:
            raise Halt("`kek` does not open what the vault holds", code="fel-kek") from error


def _bound(purpose: str) -> bytes:
    return b"samverkan/valv/v1\0" + purpose.encode()


def random_key() -> bytes:
    """A key-encryption key, of random bytes."""
    return os.urandom(KEK_BYTES)
