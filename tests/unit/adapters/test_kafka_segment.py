"""A segment made of records holds them as the broker once did: offsets, times of its own, content, and no producer."""

import struct

from aiokafka.record.memory_records import MemoryRecords
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub import topics
from samverkanshub.adapters.kafka.records import LOG_APPEND_TIME
from samverkanshub.adapters.kafka.segment import MOST, segment
from samverkanshub.ports import LogRecord

HEADER = struct.Struct(">qiibIhiqqqhii")

contents = st.tuples(
    st.none() | st.binary(max_size=9),
    st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=9)), max_size=3).map(tuple),
    st.binary(max_size=40),
)


def record(offset: int, tid: int, value: bytes = b"x") -> LogRecord:
    return LogRecord(0, offset, tid, b"k", (("h", b"v"),), value)


def read(content: bytes) -> list[LogRecord]:
    """As a consumer reads what the broker has on disk."""
    found, batches = [], MemoryRecords(content)
    while batches.has_next():
        batch = batches.next_batch()
        assert batch is not None
        assert batch.validate_crc()
        for one in batch:
            assert one.timestamp_type == LOG_APPEND_TIME
            found.append(LogRecord(0, one.offset, one.timestamp, one.key, tuple(one.headers), one.value))
    return found


def headers(content: bytes) -> list[tuple[int, ...]]:
    found, at = [], 0
    while at < len(content):
        found.append(HEADER.unpack_from(content, at))
        at += 12 + found[-1][1]
    return found


@given(st.integers(0, 10**9), st.lists(st.tuples(st.integers(0, 3), contents), min_size=1, max_size=20))
def test_what_is_laid_in_a_segment_is_read_from_it(first: int, rows: list[tuple[int, tuple]]) -> None:
    tid, records = 1_790_000_000_000, []
    for at, (later, content) in enumerate(rows):
        tid += later
        records.append(LogRecord(0, first + at, tid, *content))
    assert read(segment(records)) == records


def test_no_producer_is_remembered() -> None:
    """A new cluster gives the numbers of old producers to others, whose appends it would take for repeated ones."""
    [(*_, producer, epoch, sequence, count)] = headers(segment([record(7, 5), record(8, 5)]))
    assert (producer, epoch, sequence, count) == (-1, -1, -1, 2)


def test_batches_are_of_one_time_and_small_enough_for_the_broker() -> None:
    large = bytes(topics.MAX_RECORD_BYTES // 2)
    records = [record(0, 1), record(1, 2, large), record(2, 2, large), *(record(3 + n, 3) for n in range(MOST + 1))]
    content = segment(records)
    assert [found[0] for found in headers(content)] == [0, 1, 2, 3, 3 + MOST]
    assert max(found[1] for found in headers(content)) < topics.MAX_RECORD_BYTES
    assert read(content) == records
