"""What `decide` says of a journal is what the live gate wrote of the same log, byte for byte.

Random journals, one a partition, go through Kafka, the Faust worker, the gate and PostgreSQL. JOURNALER says how many.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gate_support import until
from journals import SCHEMAS, Drawing, Journal
from worker_support import make_topic, options_for, working

from acceptance.whole import Silent
from samverkanshub import resources
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.journal import JournalRegelverken
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.pipeline.gate import Gate
from samverkanshub.pipeline.journal import judged, read_journal
from samverkanshub.pipeline.journal_writing import journal_lines
from samverkanshub.pipeline.replay import Replay
from samverkanshub.ports import ArtefactStore, DecisionRow, LogRecord

JOURNALS = int(os.environ.get("JOURNALER", "50"))  # noqa: TID251
AT_ONCE = 50
"""Partitions of a topic."""


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped regelverk and another, beside the journals that name them."""
    found = tmp_path_factory.mktemp("journaler")
    source = resources.root() / "deploy" / "regelverk"
    (found / "regelverk").symlink_to(source)
    (found / "annat").mkdir()
    for path in source.iterdir():
        text = path.read_text("utf-8").replace("befolkningsgrans: 25000", "befolkningsgrans: 1000")
        (found / "annat" / path.name).write_text(text, "utf-8")
    return found


@dataclass
class Live:
    """A log, a projection and artefacts of a test's own."""

    kafka: str
    topic: str
    gate: Gate
    reader: KafkaLogReader
    projection: PostgresProjection
    artefacts: DirectoryArtefacts

    async def append(self, logs: Sequence[Sequence[LogRecord]]) -> None:
        """Append to every partition at once, each in its order."""
        log = KafkaLog(self.kafka, topic=self.topic)
        try:
            await asyncio.gather(*(_append(log, records) for records in logs))
        finally:
            await log.stop()

    async def judged(self, ends: dict[int, int]) -> None:
        """Let a worker of its own come to the ends, and leave."""

        async def done() -> bool:
            return {info.partition: info.position for info in await self.projection.positions()} == ends

        async with working(self.gate, options_for(self.kafka, self.topic, cap=5)):
            await until(done)


async def _append(log: KafkaLog, records: Sequence[LogRecord]) -> None:
    for record in records:
        await log.append(record.partition, record.key, record.headers, record.value)


@asynccontextmanager
async def live(kafka: str, dsn: str, artefacts: Path, partitions: int) -> AsyncIterator[Live]:
    await migrate(dsn, "projektion")
    topic = await make_topic(kafka, partitions)
    store, reader = DirectoryArtefacts(artefacts), KafkaLogReader(kafka, topic=topic)
    async with await open_pool(dsn) as pool:
        gate = Gate(PostgresGateStore(pool), reader, store, Silent(), SCHEMAS, Failpoints())
        projection = PostgresProjection(pool, dsn)
        try:
            yield Live(kafka, topic, gate, reader, projection, store)
        finally:
            await projection.close()


@pytest.mark.servers
@pytest.mark.parametrize("first", range(0, JOURNALS, AT_ONCE))
async def test_a_journal_is_decided_as_the_live_gate_decides_it(
    kafka: str, make_database: Callable[[str], str], tmp_path: Path, beside: Path, first: int
) -> None:
    drawing = Drawing(beside, ("regelverk", "annat"))
    seeds = range(first, min(first + AT_ONCE, JOURNALS))
    drawn = [await drawing.journal(seed, nr, datetime.now(UTC)) for nr, seed in enumerate(seeds)]  # noqa: TID251
    async with live(kafka, make_database("journaler"), tmp_path / "artefakter", len(drawn)) as hub:
        await _through(hub, drawn, drawing.regelverken)
        checks = [_equal(hub, nr, journal, drawing.regelverken) for nr, journal in enumerate(drawn)]
        await asyncio.gather(*checks)
        if len(drawn) == AT_ONCE:
            _broad([row for nr in range(len(drawn)) for row in await hub.projection.judged(nr, 0, 1000)])


async def _through(hub: Live, drawn: Sequence[Journal], regelverken: JournalRegelverken) -> None:
    """The first half by one worker, the second by its successor, which knows only what stands in PostgreSQL."""
    logs = [await _records(journal, regelverken, hub.artefacts) for journal in drawn]
    halves = [len(records) // 2 for records in logs]
    await hub.append([records[:half] for records, half in zip(logs, halves, strict=True)])
    await hub.judged(dict(enumerate(halves)))
    await hub.append([records[half:] for records, half in zip(logs, halves, strict=True)])
    await hub.judged({nr: len(records) for nr, records in enumerate(logs)})


async def _records(journal: Journal, regelverken: JournalRegelverken, store: ArtefactStore) -> list[LogRecord]:
    text = journal.text([0] * len(journal.lines))
    found = (await read_journal(text.encode(), regelverken, store, SCHEMAS)).reads
    return [replace(one.record, value=journal.values.get(nr, one.record.value)) for nr, one in enumerate(found)]


async def _equal(hub: Live, nr: int, journal: Journal, regelverken: JournalRegelverken) -> None:
    """By hand with the log's stamps, as the log itself writes it, and by replay."""
    rows = await hub.projection.judged(nr, 0, len(journal.lines))
    records = [record async for record in hub.reader.records(nr, 0, len(rows))]
    by_hand = journal.text([record.tid for record in records])
    assert await _decided(by_hand, regelverken) == _without_the_log(rows)
    written = journal_lines(nr, hub.reader, SCHEMAS, "x", source=hub.artefacts, kept=MemoryArtefacts())
    assert await _decided("\n".join([line async for line in written]), _Kept(hub.artefacts)) == _without_the_log(rows)
    replay = Replay(hub.reader, hub.projection, hub.artefacts, SCHEMAS, lambda step: None)
    found = await replay.standing(nr)
    await replay.compare(found)
    assert (found.compared, found.first) == (len(rows), None)


class _Kept:
    """The artefacts of a journal that the log wrote."""

    def __init__(self, store: DirectoryArtefacts) -> None:
        self._store = store

    async def stored(self, regelverk: str, wanted: Sequence[str]) -> list[bytes]:
        return [await self._store.get(digest) for digest in wanted]


async def _decided(text: str, regelverken: JournalRegelverken | _Kept) -> list[DecisionRow]:
    store = MemoryArtefacts()
    journal = await read_journal(text.encode(), regelverken, store, SCHEMAS)  # type: ignore[arg-type]
    return _without_the_log([one.row async for one in judged(journal, store, SCHEMAS)])


def _without_the_log(rows: Sequence[DecisionRow]) -> list[DecisionRow]:
    """Everything but the digest of the log's own record, which holds what a journal has not: seals and signatures."""
    return [replace(row, record_digest=b"") for row in rows]


def _broad(rows: Sequence[DecisionRow]) -> None:
    """The journals say enough: every type is there, and every kind of answer."""
    assert {row.typ for row in rows} - {""} == set(SCHEMAS.types)
    assert {row.status for row in rows} == {"dom", "upprepning", "karantan"}
    assert len({row.digest for row in rows}) > len(rows) // 2
    assert sum(b'"levererat":[{' in row.outcome for row in rows) > len(rows) // 50
