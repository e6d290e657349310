"""g. Replay of the log against what was recorded, and a loop that only decodes the same records."""

from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.by_hand import SCHEMAS
from benchmarks.dagar import Mix
from benchmarks.ground import Ground
from benchmarks.race import Asked, Job, Run, run
from benchmarks.table import rate, ratio
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.replay import Replay


async def replayed(job: Job, run: Run) -> None:
    """Judge the log again and compare, as `samverkanshub replay` does."""
    pool = await open_pool(job.dsn, read_only=True)
    projection = PostgresProjection(pool, job.dsn)
    log, artefacts = KafkaLogReader(job.kafka, topic=job.topic), DirectoryArtefacts(Path(job.artefakter))
    replay = Replay(log, projection, artefacts, SCHEMAS, lambda _: None)
    found = await replay.standing(0)
    run.begin()
    began = perf_counter()
    await replay.compare(found)
    run.done(found.compared, began)
    run.result.told = {"differing": found.differing}
    await projection.close()
    await pool.close()


async def decoded(job: Job, run: Run) -> None:
    """Read and decode every record."""
    run.begin()
    began = perf_counter()
    async for record in KafkaLogReader(job.kafka, topic=job.topic).records(0, 0, job.count):
        read(record, SCHEMAS)
    run.done(job.count, began)


async def replay_part(ground: Ground, mix: Mix, asked: Asked) -> dict[str, Any]:
    """Measure both by turns; the figures. Raises `ValueError` where a decision is another than the recorded."""
    count = asked.count
    topic = await ground.log(mix, count, asked.seed)
    ratios, rates, decoding = [], [], []
    async with ground.projection() as dsn:
        job = Job("gate", ground.kafka, dsn, topic, str(ground.settings.artefakter), count)
        await run(job, ground.settings.data)
        for _ in range(asked.rounds):
            again = await run(job.named("replay"), ground.settings.data)
            if again.told["differing"]:
                raise ValueError(f"{again.told['differing']:.0f} decisions differ")
            only = await run(job.named("decode"), ground.settings.data)
            ratios.append(again.rate / only.rate)
            rates.append(again.rate)
            decoding.append(only.rate)
    print(
        f"{mix}, {count:,} events: replay {rate(median(rates))}, decoding alone {rate(median(decoding))},"
        f" replay/decoding {ratio(median(ratios))}\n",
        flush=True,
    )
    return {"count": count, "rate": median(rates), "decode": median(decoding), "replay_decode": median(ratios)}
