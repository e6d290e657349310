"""`Log` and `LogReader`: what every implementation promises those who append to the log and those who read it again."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from integration.worker_support import make_topic
from samverkanshub.adapters.arkiv import Archive, ArchiveFiles
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.memory import MemoryLog
from samverkanshub.ports import Appended, Log, LogReader, LogRecord, Span, segments


@dataclass(frozen=True)
class Logs:
    """The same log, to write to and to read; partitions 0 and 1 exist."""

    log: Log
    reader: LogReader

    async def filled(self, *values: bytes, partition: int = 0) -> None:
        for value in values:
            await self.log.append(partition, None, (), value)

    async def read(self, partition: int, start: int, end: int) -> list[LogRecord]:
        return [record async for record in self.reader.records(partition, start, end)]


class Archived:
    """`LogReader` over an archive that is written anew of a log, whole, at each call."""

    def __init__(self, log: MemoryLog, path: Path) -> None:
        self._log = log
        self._path = path
        self._written = 0

    async def _archive(self) -> Archive:
        self._written += 1
        path = self._path / str(self._written)
        ends = {partition: await self._log.end(partition) for partition in (0, 1)}
        spans = [Span(partition, 0, end) for partition, end in ends.items() if end]
        kept = ArchiveFiles(path)
        kept.begin(spans)
        for span in spans:
            for part in segments(span, span):
                records = [record async for record in self._log.records(part.partition, part.start, part.end)]
                await kept.keep(part, records, ())
        kept.finish(spans)
        return Archive(path)

    async def end(self, partition: int) -> int:
        return await (await self._archive()).end(partition)

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        return await (await self._archive()).at(partition, offset)

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        async for record in (await self._archive()).records(partition, start, end):
            yield record


@pytest.fixture(params=["memory", "archive", pytest.param("kafka", marks=pytest.mark.servers)])
def bootstrap(request: pytest.FixtureRequest) -> str:
    """A broker's address; the name of the implementation where it needs none."""
    return str(request.getfixturevalue("kafka")) if request.param == "kafka" else str(request.param)


@pytest.fixture
async def logs(bootstrap: str, tmp_path: Path) -> AsyncIterator[Logs]:
    if bootstrap in ("memory", "archive"):
        memory = MemoryLog(SystemClock())
        yield Logs(memory, memory if bootstrap == "memory" else Archived(memory, tmp_path))
        return
    topic = await make_topic(bootstrap, partitions=2)
    log = KafkaLog(bootstrap, topic=topic)
    yield Logs(log, KafkaLogReader(bootstrap, topic=topic))
    await log.stop()


async def test_offsets_count_from_zero_in_each_partition(logs: Logs) -> None:
    assert await logs.log.append(0, None, (), b"a") == Appended(0, 0)
    assert await logs.log.append(0, None, (), b"b") == Appended(0, 1)
    assert await logs.log.append(1, None, (), b"c") == Appended(1, 0)


async def test_a_record_is_read_back_byte_for_byte(logs: Logs) -> None:
    headers = (("personer", b"\x00\xff"), ("handelse", b""), ("handelse", b"2"))
    await logs.log.append(1, b"\x00key", headers, b"\x00\xffvalue")
    found = await logs.reader.at(1, 0)
    assert found is not None
    assert (found.partition, found.offset) == (1, 0)
    assert (found.key, found.headers, found.value) == (b"\x00key", headers, b"\x00\xffvalue")
    assert await logs.read(1, 0, 1) == [found]


async def test_a_record_without_a_key_has_none(logs: Logs) -> None:
    await logs.filled(b"a")
    found = await logs.reader.at(0, 0)
    assert found is not None
    assert (found.key, found.headers) == (None, ())


async def test_a_records_time_is_when_it_was_appended(logs: Logs) -> None:
    before = SystemClock().now_ms()
    await logs.filled(b"a", b"b")
    first, second = await logs.read(0, 0, 2)
    assert before <= first.tid <= second.tid <= SystemClock().now_ms()


async def test_an_empty_partition_ends_at_zero_and_has_no_records(logs: Logs) -> None:
    assert await logs.reader.end(0) == 0
    assert await logs.reader.at(0, 0) is None
    assert await logs.read(0, 0, 10) == []


async def test_the_end_is_after_the_last_record(logs: Logs) -> None:
    await logs.filled(b"a", b"b", b"c")
    assert (await logs.reader.end(0), await logs.reader.end(1)) == (3, 0)
    last = await logs.reader.at(0, 2)
    assert last is not None
    assert last.value == b"c"
    assert await logs.reader.at(0, 3) is None
    assert await logs.reader.at(0, -1) is None


async def test_a_range_has_its_start_and_not_its_end(logs: Logs) -> None:
    await logs.filled(b"a", b"b", b"c", b"d")
    assert [record.value for record in await logs.read(0, 1, 3)] == [b"b", b"c"]
    assert [record.offset for record in await logs.read(0, 2, 99)] == [2, 3]
    assert await logs.read(0, 2, 2) == []
    assert await logs.read(0, 4, 9) == []


async def test_a_long_range_is_read_whole_and_in_order(logs: Logs) -> None:
    await asyncio.gather(*(logs.log.append(0, None, (), str(n).encode()) for n in range(1200)))
    found = await logs.read(0, 0, 1200)
    assert [record.offset for record in found] == list(range(1200))
    assert len({record.value for record in found}) == 1200


async def test_appends_at_once_each_get_an_offset_of_their_own(logs: Logs) -> None:
    appended = await asyncio.gather(*(logs.log.append(0, None, (), str(n).encode()) for n in range(50)))
    values = {record.offset: record.value for record in await logs.read(0, 0, 50)}
    assert [values[one.offset] for one in appended] == [str(n).encode() for n in range(50)]


async def test_two_can_read_different_places_at_once(logs: Logs) -> None:
    await logs.filled(*(str(n).encode() for n in range(20)))
    ranges = await asyncio.gather(*(logs.read(0, start, start + 5) for start in (0, 10, 15)))
    assert [[record.offset for record in found] for found in ranges] == [
        list(range(0, 5)),
        list(range(10, 15)),
        list(range(15, 20)),
    ]
