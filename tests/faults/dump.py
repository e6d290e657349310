"""A round as files, for a checker that has no hub: log and notices, both databases, the tree, replay, what all said."""

import json
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from faults.scen import Scen
from samverkanshub import bootstrap, roles
from samverkanshub.adapters.postgres.shadow import FROM_THE_LOG, NEW
from samverkanshub.pipeline.rebuild import Compared

TABLES = """
select table_name from information_schema.tables
where table_schema = current_schema() and table_type = 'BASE TABLE' order by table_name
"""
BY_TEXT = 'select * from {0} t order by t::text collate "C"'


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """JSON lines; bytes as hex."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(dict(row), ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)


async def dumped(hub: Scen, into: Path) -> Compared:
    """Write it all below `into`; what came of judging the log anew. The hub should be at rest."""
    await _kafka(hub.settings.kafka, into / "kafka")
    for name in bootstrap.DATABASES:
        await _database(getattr(hub.settings, name), into / name)
    compared = await _replayed(hub, into / "replay")
    _tree(hub, into / "trad")
    keys = into / "nycklar"
    keys.mkdir()
    for number, key in enumerate(bootstrap.verifier_keys(hub.settings)):
        (keys / f"{number}.vkey").write_text(f"{key}\n")
    return compared


# ------------------------------------------------------------------------------------------ Kafka


async def _kafka(bootstrap_servers: str, into: Path) -> None:
    places = await _places(bootstrap_servers)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        for topic in sorted({place.topic for place in places}):
            mine = [place for place in places if place.topic == topic]
            write_lines(into / f"{topic}.jsonl", [_record(record) async for record in _records(consumer, mine)])
    finally:
        await consumer.stop()


async def _places(bootstrap_servers: str) -> list[TopicPartition]:
    """Every partition of every topic, Kafka's own too."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        described = await admin.describe_topics()
    finally:
        await admin.close()
    return [TopicPartition(topic["topic"], one["partition"]) for topic in described for one in topic["partitions"]]


async def _records(consumer: AIOKafkaConsumer, places: list[TopicPartition]) -> AsyncIterator[Any]:
    consumer.assign(places)
    await consumer.seek_to_beginning(*places)
    for place, end in (await consumer.end_offsets(places)).items():
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=500)).get(place, ()):
                yield record


def _record(record: Any) -> dict[str, Any]:
    return {
        "partition": record.partition,
        "offset": record.offset,
        "tid": record.timestamp,
        "key": record.key,
        "headers": [[name, (value or b"").hex()] for name, value in record.headers],
        "value": record.value or b"",
    }


# ------------------------------------------------------------------------------------------ databases


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def _database(dsn: str, into: Path) -> None:
    async with _connected(dsn) as connection:
        for row in await connection.fetch(TABLES):
            name = row["table_name"]
            write_lines(into / f"{name}.jsonl", await connection.fetch(BY_TEXT.format(f'"{name}"')))


async def _replayed(hub: Scen, into: Path) -> Compared:
    async with roles.rebuild(hub.settings, lambda _: None) as rebuilding:
        compared = await rebuilding.compare({})
        async with _connected(hub.settings.projektion) as connection:
            for name in (*FROM_THE_LOG, "position"):
                write_lines(into / f"{name}.jsonl", await connection.fetch(BY_TEXT.format(f'"{NEW}"."{name}"')))
    return compared


# ------------------------------------------------------------------------------------------ files


def _tree(hub: Scen, into: Path) -> None:
    into.mkdir(parents=True)
    for omrade in hub.settings.trad.iterdir():
        if omrade.is_dir():
            shutil.copytree(omrade, into / omrade.name)


def copy_logs(hub: Scen, into: Path) -> None:
    """Everything that a process of the hub has said, servers' too."""
    into.mkdir(parents=True, exist_ok=True)
    said = [
        *hub.settings.loggar.glob("*.log"),
        hub.kafka.directory / "kafka.out",
        hub.postgres.directory / "postgres.log",
    ]
    for file in said:
        if file.exists():
            shutil.copy(file, into / f"{file.stem}.log")
