"""b. The same work in a loop of one's own over aiokafka and PostgreSQL, without Faust, Gate, Keeper or transport.

Judging and the SQL are the hub's own, so that what is compared is what stands around them.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.race import CAP, Job, Run
from samverkanshub import topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.kafka.notices import HEADER_ID, notice_id
from samverkanshub.adapters.kafka.records import to_record
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.pipeline.gate import batch_of
from samverkanshub.pipeline.judging import Judge
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import GateStore, LogRecord, NoticeRow

SCHEMAS = default_schemas()


class Projected:
    """Judges records of partition 0 and writes what follows, one transaction a call."""

    def __init__(self, store: GateStore, artefakter: str) -> None:
        self._store = store
        self._minne = Minne(store, 0)
        self._judge = Judge(self._minne, DirectoryArtefacts(Path(artefakter)), SCHEMAS)
        self._epoch = 0
        self.position = 0

    async def start(self) -> None:
        """Take the partition."""
        placement = await self._store.assign(0)
        self._epoch, self.position = placement.epoch, placement.position
        await self._judge.take_up()

    async def judge(self, records: Sequence[LogRecord]) -> list[NoticeRow]:
        """Judge and commit; returns the notices to send."""
        reads = [read(record, SCHEMAS) for record in records]
        ids = [(one.event.aktor, one.event.handelse_id) for one in reads if one.event is not None]
        written = await self._judge.judge(reads, await self._store.seen(0, ids))
        await self._store.commit(batch_of(reads, written, self._minne, self._epoch))
        self.position = records[-1].offset + 1
        self._minne.committed()
        return written.notices

    async def notified(self) -> None:
        """The notices are sent."""
        await self._store.notified(0, self._epoch, self.position)


async def send(producer: AIOKafkaProducer, notices: Sequence[NoticeRow]) -> None:
    """Send the notices and await the broker's answer to each."""
    sent = [
        await producer.send(topics.notis(notice.aktor), notice.body, partition=0, headers=headers(notice))
        for notice in notices
    ]
    await asyncio.gather(*sent)


def headers(notice: NoticeRow) -> list[tuple[str, bytes]]:
    """By which a reader knows a notice again."""
    return [(HEADER_ID, notice_id(notice).encode())]


async def by_hand(job: Job, run: Run) -> None:
    """Judge the log with a loop."""
    pool = await open_pool(job.dsn, by_key=True)
    producer = AIOKafkaProducer(bootstrap_servers=job.kafka, acks="all", enable_idempotence=True, linger_ms=1)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=job.kafka, group_id=f"{job.topic}.{job.name}", enable_auto_commit=False
    )
    await producer.start()
    await consumer.start()
    try:
        await _loop(job, run, pool, producer, consumer)
    finally:
        await consumer.stop()
        await producer.stop()
        await pool.close()


async def _loop(job: Job, run: Run, pool: asyncpg.Pool, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
    projected = Projected(PostgresGateStore(pool), job.artefakter)
    await projected.start()
    place = TopicPartition(job.topic, 0)
    consumer.assign([place])
    consumer.seek(place, projected.position)
    run.begin()
    committed = perf_counter()
    while projected.position < job.count:
        for found in (await consumer.getmany(timeout_ms=500, max_records=CAP)).values():
            began = perf_counter()
            await send(producer, await projected.judge([to_record(record) for record in found]))
            await projected.notified()
            run.done(projected.position, began)
        if perf_counter() - committed > 1:
            await consumer.commit({place: projected.position})
            committed = perf_counter()
