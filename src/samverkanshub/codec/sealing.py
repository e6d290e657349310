"""Sealing an uppgift under its subject's data key: AES-256-GCM (docs/adr/0001-byte-formats.md)."""

from typing import Any, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from samverkanshub.codec.canonical import jcs
from samverkanshub.codec.commitments import SALT_BYTES
from samverkanshub.domain.errors import Undecodable

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_LABEL: Final = b"samverkan/forsegling/v1\0"


def seal(
    key: bytes, handelse_id: str, vag: str, subject: str, key_version: int, salt: bytes, value: Any, nonce: bytes
) -> bytes:
    """nonce || AES-256-GCM(salt || JCS(value)); `nonce` is 12 random bytes, never used twice with one key."""
    if len(nonce) != NONCE_BYTES or len(salt) != SALT_BYTES:
        raise ValueError("`nonce` must be 12 bytes and `salt` 32")
    aad = _associated(handelse_id, vag, subject, key_version)
    return nonce + _cipher(key).encrypt(nonce, salt + jcs(value), aad)


def unseal(key: bytes, handelse_id: str, vag: str, subject: str, key_version: int, sealed: bytes) -> tuple[bytes, Any]:
    """(salt, value). Raises `Undecodable` (`forsegling-bruten`) unless key, event, path, subject and version fit."""
    cipher = _cipher(key)
    if len(sealed) < NONCE_BYTES + _TAG_BYTES + SALT_BYTES:
        raise _broken()
    try:
        plain = cipher.decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _associated(handelse_id, vag, subject, key_version)
        )
        return plain[:SALT_BYTES], msgspec.json.decode(plain[SALT_BYTES:])
    except (InvalidTag, msgspec.DecodeError, UnicodeDecodeError):
        raise _broken() from None


def _cipher(key: bytes) -> AESGCM:
    """AES-256, and never a shorter key that the library takes for one of AES-128."""
    if len(key) != KEY_BYTES:
        raise ValueError("`key` must be 32 bytes")
    return AESGCM(key)


def _associated(handelse_id: str, vag: str, subject: str, key_version: int) -> bytes:
    return _LABEL + jcs([handelse_id, vag, subject, key_version])


def _broken() -> Undecodable:
    return Undecodable("the sealed value does not open", code="forsegling-bruten")
