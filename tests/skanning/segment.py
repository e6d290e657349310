"""Kafka's segments as records, read from disk without a broker."""

import struct
from collections.abc import Iterator
from typing import Final

from aiokafka.errors import UnsupportedCodecError
from aiokafka.record.memory_records import MemoryRecords

_HEADER: Final = 12
_ATTRIBUTES: Final = 21
CODECS: Final = ("none", "gzip", "snappy", "lz4", "zstd")


def batches(segment: bytes) -> Iterator[bytes]:
    """The record batches (KIP-98) of a segment, as far as they are whole: what is preallocated after them is zeros."""
    at = 0
    while at + _ATTRIBUTES < len(segment) and (length := struct.unpack_from(">i", segment, at + 8)[0]):
        yield segment[at : at + _HEADER + length]
        at += _HEADER + length


def codec(batch: bytes) -> str:
    """What a batch is compressed with."""
    return CODECS[struct.unpack_from(">h", batch, _ATTRIBUTES)[0] & 0b111]


def contents(batch: bytes) -> bytes | None:
    """Keys, values and headers of a batch's records, unpacked; None where its codec cannot be read here."""
    try:
        return b"\n".join(_parts(batch))
    except UnsupportedCodecError:
        return None


def _parts(batch: bytes) -> Iterator[bytes]:
    records = MemoryRecords(batch)
    while records.has_next():
        for record in records.next_batch() or ():
            yield record.key or b""
            yield record.value or b""
            for name, value in record.headers:
                yield name.encode()
                yield value or b""
