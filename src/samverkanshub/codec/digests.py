"""The digest of a record of the log (docs/adr/0001-byte-formats.md)."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from struct import pack
from typing import Final

_LABEL: Final = b"samverkan/post/v1\0"


def record_digest(
    partition: int, offset: int, tid: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
) -> bytes:
    """SHA-256 over partition, offset, timestamp (ms), key, headers in order and value; every length is written out."""
    return sha256(b"".join(_parts(partition, offset, tid, key, headers, value))).digest()


def _parts(
    partition: int, offset: int, tid: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
) -> Iterable[bytes]:
    yield _LABEL
    yield pack(">iqq", partition, offset, tid)
    yield b"\x00" if key is None else b"\x01" + _sized(key)
    yield pack(">I", len(headers))
    for name, content in headers:
        yield _sized(name.encode()) + _sized(content)
    yield _sized(value)


def _sized(content: bytes) -> bytes:
    return pack(">I", len(content)) + content
