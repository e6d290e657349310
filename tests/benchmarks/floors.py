"""d. What could not be beaten: the same bytes copied by Kafka, the same rows taken by COPY, the domain alone."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.by_hand import SCHEMAS
from benchmarks.race import CAP, Job, Run
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.pipeline.gate import batch_of
from samverkanshub.pipeline.judging import Judge
from samverkanshub.pipeline.minne import Minne
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import LogRecord, StateRow

TABLES = (
    "tillstand", "sedd", "beslut", "inkorg", "karantan", "notis", "leveranshandelse", "forfaller", "oppen_plikt",
    "spar",
)  # fmt: skip


class Kept:
    """States in memory, as the gate would have written them."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], bytes] = {}

    async def states(self, partition: int, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        return {key: self._states[key] for key in keys if key in self._states}

    def keep(self, rows: Sequence[StateRow]) -> None:
        for row in rows:
            self._states[row.kind, row.id] = row.state


async def domain(job: Job, run: Run) -> None:
    """Read and judge what is in memory already, up to the rows of each batch; nothing is sent or written."""
    records = [record async for record in KafkaLogReader(job.kafka, topic=job.topic).records(0, 0, job.count)]
    kept = Kept()
    minne = Minne(kept, 0)
    judge = Judge(minne, DirectoryArtefacts(Path(job.artefakter)), SCHEMAS)
    run.begin()
    for start in range(0, len(records), CAP):
        await _judged(records[start : start + CAP], judge, minne, kept, run)


async def _judged(records: list[LogRecord], judge: Judge, minne: Minne, kept: Kept, run: Run) -> None:
    began = perf_counter()
    reads = [read(record, SCHEMAS) for record in records]
    batch = batch_of(reads, await judge.judge(reads, set()), minne, 1)
    kept.keep(batch.states)
    minne.committed()
    run.done(records[-1].offset + 1, began)


async def copied(job: Job, run: Run) -> None:
    """From the topic to `job.more`, a batch of the broker's at a time."""
    source, into = TopicPartition(job.topic, 0), job.more
    producer = AIOKafkaProducer(bootstrap_servers=job.kafka, max_batch_size=1 << 20, acks="all")
    consumer = AIOKafkaConsumer(bootstrap_servers=job.kafka, enable_auto_commit=False)
    await producer.start()
    await consumer.start()
    consumer.assign([source])
    consumer.seek(source, 0)
    try:
        run.begin()
        while not run.ended.is_set():
            for found in (await consumer.getmany(timeout_ms=500, max_records=CAP)).values():
                began = perf_counter()
                batch = producer.create_batch()
                for record in found:
                    batch.append(key=record.key, value=record.value, timestamp=None, headers=list(record.headers))
                await (await producer.send_batch(batch, into, partition=0))
                run.done(found[-1].offset + 1, began)
    finally:
        await consumer.stop()
        await producer.stop()


async def copy_rows(dsn: str) -> tuple[int, float]:
    """Rows of a projection taken once more with COPY, into tables with the same indexes: how many, in what seconds."""
    connection = await asyncpg.connect(dsn)
    rows, seconds = 0, 0.0
    try:
        for table in TABLES:
            copied, took = await _copied(connection, table)
            rows, seconds = rows + copied, seconds + took
    finally:
        await connection.close()
    return rows, seconds


async def _copied(connection: asyncpg.Connection, table: str) -> tuple[int, float]:
    await connection.execute(f"create table golv_{table} (like {table} including all)")
    with TemporaryFile() as file:
        await connection.copy_from_table(table, output=file, format="binary")
        file.seek(0)
        began = perf_counter()
        status = await connection.copy_to_table(f"golv_{table}", source=file, format="binary")
        return int(status.split()[-1]), perf_counter() - began
