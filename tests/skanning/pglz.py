"""What PostgreSQL has packed in its files (pglz, its own compression), also of rows that have been deleted.

A packed value stands in a row behind its length and the length that it unpacks to; a large one is cut into chunks, of
which the first can be unpacked by itself. Whatever does not unpack as it should was something else that looked alike.
"""

import re
from collections.abc import Iterator
from typing import Final

HEADER: Final = 8
MOST: Final = 8160
"""Bytes of a row in a page."""
CHUNK: Final = (1996 + 4) << 2
"""The length word of a full chunk."""
LARGEST: Final = 1 << 24
_LOW: Final = b"".join(re.escape(bytes([byte])) for byte in range(256) if byte & 3 == 2)
_PACKED: Final = re.compile(b"(?=[" + _LOW + rb"][\x00-\x7f]\x00\x00..[\x00-\x0f]\x00)", re.DOTALL)
_FIRST: Final = re.compile(b"(?=" + re.escape(CHUNK.to_bytes(4, "little")) + rb"...\x00)", re.DOTALL)


def unpacked(content: bytes) -> Iterator[bytes]:
    """Every packed value of a file, and the beginning of every one that is in chunks."""
    for found in _PACKED.finditer(content):
        length, raw = _lengths(content, found.start())
        if HEADER < length <= MOST and length - HEADER < raw:
            value = _value(content[found.start() + HEADER : found.start() + length], raw)
            if len(value) == raw:
                yield value
    for found in _FIRST.finditer(content):
        length, raw = _lengths(content, found.start())
        if length - HEADER < raw < LARGEST:
            yield _value(content[found.start() + HEADER : found.start() + length], raw)


def _lengths(content: bytes, at: int) -> tuple[int, int]:
    length, raw = (int.from_bytes(content[at + part : at + part + 4], "little") for part in (0, 4))
    return length >> 2, raw & 0x3FFFFFFF


def _value(packed: bytes, raw: int) -> bytes:
    """As much as can be unpacked; all of it where it is what it seems."""
    made, at = bytearray(), 0
    while at < len(packed) and len(made) < raw:
        control, at = packed[at], at + 1
        for bit in range(8):
            if at >= len(packed) or len(made) >= raw:
                break
            if not control >> bit & 1:
                made.append(packed[at])
                at += 1
                continue
            length, back, at = _tag(packed, at)
            if not 0 < back <= len(made):
                return bytes(made)
            for _ in range(min(length, raw - len(made))):
                made.append(made[-back])
    return bytes(made) if at >= len(packed) or len(made) < raw else b""


def _tag(packed: bytes, at: int) -> tuple[int, int, int]:
    """How many bytes to repeat, from how far back, and where the next tag is."""
    first, second = packed[at], packed[at + 1] if at + 1 < len(packed) else 0
    length, back, at = (first & 0x0F) + 3, (first & 0xF0) << 4 | second, at + 2
    if length == 18:
        return 18 + (packed[at] if at < len(packed) else 0), back, at + 1
    return length, back, at
