"""The log, notices and artefacts in memory."""

import hashlib

import pytest

from samverkanshub.adapters.clock import ManualClock
from samverkanshub.adapters.memory import MemoryArtefacts, MemoryLog, MemoryNotices
from samverkanshub.ports import Appended, LogRecord, NoticeRow


async def test_a_record_is_read_back_with_its_offset_and_the_time_it_was_appended() -> None:
    clock = ManualClock(1_000)
    log = MemoryLog(clock)
    assert await log.append(2, None, [("handelse", b"\1")], b"a") == Appended(2, 0)
    clock.advance(5)
    assert await log.append(2, b"k", [], b"b") == Appended(2, 1)
    assert await log.at(2, 0) == LogRecord(2, 0, 1_000, None, (("handelse", b"\1"),), b"a")
    assert [record.tid async for record in log.records(2, 0, 9)] == [1_000, 1_005]


async def test_a_partition_ends_where_its_records_do() -> None:
    log = MemoryLog(ManualClock())
    assert await log.end(0) == 0
    for value in (b"a", b"b", b"c"):
        await log.append(0, None, [], value)
    assert (await log.end(0), await log.end(1)) == (3, 0)
    assert [record.value async for record in log.records(0, 1, 2)] == [b"b"]
    assert await log.at(0, 3) is None
    assert await log.at(0, -1) is None


async def test_notices_are_kept_in_the_order_sent() -> None:
    sender, notices = MemoryNotices(), [NoticeRow(0, nr, "mora", b"{}") for nr in range(3)]
    await sender.send(notices[:2])
    await sender.send(notices[2:])
    assert sender.sent == notices


async def test_an_artefact_is_found_by_the_digest_of_its_content() -> None:
    store = MemoryArtefacts()
    digest = await store.put(b"content")
    assert digest == await store.put(b"content") == hashlib.sha256(b"content").hexdigest()
    assert await store.get(digest) == b"content"
    with pytest.raises(LookupError):
        await store.get("0" * 64)
