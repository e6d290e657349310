"""A gate that only remembers, topics of a test's own, and a worker to run it in."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from samverkanshub import topics
from samverkanshub.adapters.kafka.admin import ensure_topics
from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStatus
from samverkanshub.entrypoints.worker.app import create_app
from samverkanshub.entrypoints.worker.keeper import Keeper
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.run import quiet_libraries, serve
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import LogRecord

PATIENCE_S = 60.0


async def make_topic(kafka: str, partitions: int = 1, name: str = "", **config: str) -> str:
    """A topic configured as the log, with a name of its own unless given."""
    name = name or f"test.{token_hex(8)}"
    await ensure_topics(kafka, [topics.TopicSpec(name, partitions, {**topics.CONFIG_LOGG, **config})])
    return name


async def fill(kafka: str, topic: str, partition: int, values: Sequence[bytes], key: bytes = b"k") -> None:
    """Append values to a partition."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", linger_ms=20)
    await producer.start()
    try:
        sent = [await producer.send(topic, value, key=key, partition=partition) for value in values]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


def numbered(count: int, start: int = 0) -> list[bytes]:
    """Values that say their own offset."""
    return [str(n).encode() for n in range(start, start + count)]


async def committed(kafka: str, options: Options, partition: int = 0) -> int | None:
    """Kafka's hint of the group's position."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=options.group, enable_auto_commit=False)
    await consumer.start()
    try:
        return await consumer.committed(TopicPartition(options.topic, partition))
    finally:
        await consumer.stop()


async def commit(kafka: str, options: Options, offset: int, partition: int = 0) -> None:
    """Set Kafka's hint of the group's position, while the group has no members."""
    tp = TopicPartition(options.topic, partition)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=options.group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([tp])
        await consumer.commit({tp: offset})
    finally:
        await consumer.stop()


def options_for(kafka: str, topic: str, **given: object) -> Options:
    """Options with a group of the topic's own and short times."""
    return Options(bootstrap=kafka, topic=topic, group=f"grupp.{topic}", commit_s=0.2, **given)  # type: ignore[arg-type]


@dataclass
class RememberingGate:
    """Positions as Postgres would keep them; two gates that share `positions` are two workers of one database."""

    positions: dict[int, int] = field(default_factory=dict)
    batches: list[tuple[int, list[LogRecord]]] = field(default_factory=list)
    assigned: list[int] = field(default_factory=list)
    revoked: list[int] = field(default_factory=list)
    owned: set[int] = field(default_factory=set)
    before_batch: Callable[[int, Sequence[LogRecord]], Awaitable[None]] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def assign(self, partition: int) -> int:
        self.assigned.append(partition)
        self.owned.add(partition)
        await self._tell()
        return self.positions.get(partition, 0)

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        if self.before_batch is not None:
            await self.before_batch(partition, records)
        assert partition in self.owned
        assert records[0].offset == self.positions.get(partition, 0)
        self.batches.append((partition, list(records)))
        self.positions[partition] = records[-1].offset + 1
        await self._tell()

    def revoke(self, partition: int) -> None:
        self.revoked.append(partition)
        self.owned.discard(partition)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true, looking after each thing that happens."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(true)

    def records(self, partition: int = 0) -> list[LogRecord]:
        return [record for number, batch in self.batches if number == partition for record in batch]

    def offsets(self, partition: int = 0) -> list[int]:
        return [record.offset for record in self.records(partition)]

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@contextlib.asynccontextmanager
async def working(gate: RememberingGate, options: Options) -> AsyncIterator[asyncio.Event]:
    """A worker in this process; it leaves in an orderly way at the end, or when the event is set."""
    quiet_libraries()
    standing = Standing(MemoryGateStatus(MemoryDatabase()))
    keeper = Keeper(gate, standing, hold_s=options.hold_s, assign_s=options.assign_s, exit_now=_never)
    running = asyncio.ensure_future(serve(create_app(keeper, options), keeper))
    try:
        yield keeper.stopping
    finally:
        keeper.stopping.set()
        async with asyncio.timeout(PATIENCE_S):
            assert await running == 0


def _never(status: int) -> None:
    os.write(2, f"the worker ended with status {status}\n".encode())
    os._exit(status)
