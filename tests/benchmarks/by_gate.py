"""a. The hub's gate as it runs: Keeper, transport, Gate, store and notices, from the log to what was sent."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.race import CAP, Job, Run
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.kafka.notices import KafkaNotices
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_status import PostgresGateStatus
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.entrypoints.worker.app import create_app
from samverkanshub.entrypoints.worker.keeper import Keeper
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.run import quiet_libraries, serve
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.pipeline.gate import Gate
from samverkanshub.ports import LogRecord


class Watched:
    """The gate, watched: from its assignment to the last record's notices."""

    def __init__(self, gate: Gate, run: Run) -> None:
        self._gate = gate
        self._run = run

    async def assign(self, partition: int) -> int:
        position = await self._gate.assign(partition)
        self._run.begin()
        return position

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        began = perf_counter()
        await self._gate.batch(partition, records)
        self._run.done(records[-1].offset + 1, began)

    def revoke(self, partition: int) -> None:
        self._gate.revoke(partition)


async def by_gate(job: Job, run: Run) -> None:
    """Judge the log with the gate's own worker."""
    quiet_libraries()
    pool = await open_pool(job.dsn, by_key=True)
    notices = KafkaNotices(job.kafka)
    await notices.start()
    artefacts, log = DirectoryArtefacts(Path(job.artefakter)), KafkaLogReader(job.kafka, topic=job.topic)
    gate = Gate(PostgresGateStore(pool), log, artefacts, notices, default_schemas(), Failpoints())
    keeper = Keeper(Watched(gate, run), Standing(PostgresGateStatus(pool)))
    options = Options(bootstrap=job.kafka, topic=job.topic, group=f"{job.topic}.{job.name}", cap=CAP)
    serving = asyncio.ensure_future(serve(create_app(keeper, options), keeper))
    await run.ended.wait()
    keeper.stopping.set()
    await serving
    await notices.stop()
    await pool.close()
