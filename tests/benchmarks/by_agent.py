"""c. A plain Faust agent over Faust's own transport, one event at a time: judge, commit, send, acknowledge."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import faust

from benchmarks.by_hand import Projected, headers
from benchmarks.race import Job, Run
from samverkanshub import topics
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.entrypoints.worker.run import quiet_libraries
from samverkanshub.ports import LogRecord, NoticeRow


def plain_app(job: Job, work: Path) -> faust.App:
    """A Faust app as one would write it, without web, tables or leader."""
    return faust.App(
        f"{job.topic}.{job.name}",
        broker=f"kafka://{job.kafka}",
        datadir=str(work),
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        worker_redirect_stdouts=False,
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=1.0,
    )


async def by_agent(job: Job, run: Run, work: Path) -> None:
    """Judge the log with an agent."""
    quiet_libraries()
    pool = await open_pool(job.dsn, by_key=True)
    projected = Projected(PostgresGateStore(pool), job.artefakter)
    await projected.start()
    app = plain_app(job, work)
    log = app.topic(job.topic, key_type=bytes, key_serializer="raw", value_type=bytes, value_serializer="raw")

    # Faust would acknowledge an event whose handling failed, and go on.
    judged: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @app.agent(log, concurrency=1)
    async def agent(stream: Any) -> None:
        async for event in stream.events():
            run.begin()
            try:
                await _one(app, projected, event.message, run)
            except Exception as error:
                judged.set_exception(error)
                raise
            if run.ended.is_set():
                judged.set_result(None)
                return

    starting = asyncio.ensure_future(app.start())
    try:
        await judged
    finally:
        await app.stop()
        starting.cancel()
        await pool.close()


async def _one(app: faust.App, projected: Projected, message: Any, run: Run) -> None:
    began = perf_counter()
    await _send(app, await projected.judge([_record(message)]))
    await projected.notified()
    run.done(projected.position, began)


async def _send(app: faust.App, notices: Sequence[NoticeRow]) -> None:
    for notice in notices:
        topic = app.topic(topics.notis(notice.aktor), value_serializer="raw")
        await (await topic.send(value=notice.body, partition=0, headers=headers(notice)))


def _record(message: Any) -> LogRecord:
    return LogRecord(
        partition=message.partition,
        offset=message.offset,
        tid=round(message.timestamp * 1000),
        key=message.key,
        headers=tuple((name, value or b"") for name, value in message.headers),
        value=message.value or b"",
    )
