"""The log, the notices and the artefacts, in memory."""

import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from samverkanshub.ports import Appended, Clock, LogRecord, NoticeRow


class MemoryLog:
    """`Log` and `LogReader` in one: gives offsets from 0 and takes LogAppendTime from its clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._partitions: defaultdict[int, list[LogRecord]] = defaultdict(list)

    async def append(
        self, partition: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
    ) -> Appended:
        """Append a record at the end of a partition."""
        records = self._partitions[partition]
        record = LogRecord(partition, len(records), self._clock.now_ms(), key, tuple(headers), value)
        records.append(record)
        return Appended(partition, record.offset, record.tid)

    async def end(self, partition: int) -> int:
        """The offset after the last record."""
        return len(self._partitions[partition])

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        """The record at an offset, or None where the log has none."""
        records = self._partitions[partition]
        return records[offset] if 0 <= offset < len(records) else None

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        """Records in [start, end)."""
        for record in self._partitions[partition][max(start, 0) : max(end, 0)]:
            yield record


class MemoryNotices:
    """`NoticeSender` that keeps what it sent, in order."""

    def __init__(self) -> None:
        self.sent: list[NoticeRow] = []

    async def send(self, notices: Sequence[NoticeRow]) -> None:
        """Keep the notices."""
        self.sent.extend(notices)


class MemoryArtefacts:
    """`ArtefactStore` in memory."""

    def __init__(self) -> None:
        self._content: dict[str, bytes] = {}

    async def get(self, digest: str) -> bytes:
        """The artefact; raises `LookupError` where it is missing."""
        return self._content[digest]

    async def put(self, content: bytes) -> str:
        """Store and return the digest."""
        digest = hashlib.sha256(content).hexdigest()
        self._content[digest] = content
        return digest
