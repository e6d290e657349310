"""Records as a segment of a partition, which a broker that is started on it takes up as its own.

No client can append what was once in a log: a topic of LogAppendTime gives another time, and each record's digest has
its time. So a restored log is laid on the broker's disk. Batches are as KIP-98 has them, of LogAppendTime and without a
producer: one would be remembered by a broker that gives its number to somebody else.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from samverkanshub import topics
from samverkanshub.ports import LogRecord

MOST: Final = 200
"""Records of a batch."""
NAME: Final = "{:020}.log"
_NOBODY: Final = -1
_LOG_APPEND_TIME: Final = 0b1000
_BASE_OFFSET: Final = struct.Struct(">q")
_EPOCH: Final = (struct.Struct(">i"), 12)
_CRC: Final = (struct.Struct(">I"), 17)
_ATTRIBUTES: Final = (struct.Struct(">h"), 21)
_MAX_TIMESTAMP: Final = (struct.Struct(">q"), 35)


def segment(records: Sequence[LogRecord]) -> bytes:
    """The records of one partition, in log order without a gap, as the content of `NAME` of the first one's offset."""
    return b"".join(map(_batch, _together(records)))


def _together(records: Sequence[LogRecord]) -> Iterator[list[LogRecord]]:
    """A batch has one time: that of its append."""
    for _, group in groupby(records, key=lambda record: record.tid):
        yield from _fitting(list(group))


def _fitting(records: list[LogRecord]) -> Iterator[list[LogRecord]]:
    part: list[LogRecord] = []
    size = 0
    for record in records:
        length = sum(map(len, (record.value, record.key or b"", *(value for _, value in record.headers))))
        if part and (size + length > topics.MAX_RECORD_BYTES // 2 or len(part) == MOST):
            yield part
            part, size = [], 0
        part.append(record)
        size += length
    yield part


def _batch(records: list[LogRecord]) -> bytes:
    first, tid = records[0].offset, records[0].tid
    builder = DefaultRecordBatchBuilder(2, 0, False, _NOBODY, _NOBODY, _NOBODY, topics.MAX_RECORD_BYTES * 2)
    for record in records:
        builder.append(record.offset - first, tid, record.key, record.value, list(record.headers))
    built = bytearray(builder.build())
    _BASE_OFFSET.pack_into(built, 0, first)
    _put(built, _EPOCH, 0)
    _put(built, _ATTRIBUTES, _LOG_APPEND_TIME)
    _put(built, _MAX_TIMESTAMP, tid)
    _put(built, _CRC, calc_crc32c(bytes(built[_ATTRIBUTES[1] :])))
    return bytes(built)


def _put(batch: bytearray, field: tuple[struct.Struct, int], value: int) -> None:
    layout, at = field
    layout.pack_into(batch, at, value)
