"""The one way the hub sends to Kafka: idempotent, acks=all, every answer awaited within a time."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address, arguments
from samverkanshub.ports import Unavailable

TIMEOUT_S: Final = 10.0
LINGER_MS: Final = 0
"""What comes while an answer is awaited goes together all the same."""

# aiokafka prints keys and values of what it sends at DEBUG, whatever the level of the process.
logging.getLogger("aiokafka.producer").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to send to one partition."""

    topic: str
    partition: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes]]
    value: bytes


class Producer:
    """A producer that comes back after a failure it cannot recover from. Use within one event loop.

    On `Unavailable` it is unknown whether the records were or will be appended.
    """

    def __init__(self, bootstrap: Address, *, timeout_s: float = TIMEOUT_S) -> None:
        self._bootstrap = bootstrap
        self._timeout_s = timeout_s
        self._producer: AIOKafkaProducer | None = None
        self._refused: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def start(self) -> None:
        """Connect. Raises `Unavailable`; sending connects too, so that a later start of Kafka is enough."""
        await self._ready()

    async def stop(self) -> None:
        """Send what is waiting, for at most the time-out, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _close(producer, self._timeout_s)

    async def send(self, records: Sequence[Outgoing]) -> list[Any]:
        """Send all and return the broker's metadata of each, in order. Raises `Unavailable`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                producer = await self._ready()
                return await self._answered(producer, [await _enqueue(producer, record) for record in records])
        except (KafkaError, TimeoutError, OSError) as error:
            raise Unavailable("kafka") from error

    async def send_in_batches(self, records: Sequence[Outgoing]) -> None:
        """Send all, those of one partition together and in order: one answer is awaited for many. `Unavailable`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                producer = await self._ready()
                pending = [answer for batch in _by_partition(records) for answer in await _enqueue_all(producer, batch)]
                await self._answered(producer, pending)
        except (KafkaError, TimeoutError, OSError) as error:
            raise Unavailable("kafka") from error

    async def _answered(self, producer: AIOKafkaProducer, pending: "list[asyncio.Future[Any]]") -> list[Any]:
        try:
            return [await asyncio.shield(answer) for answer in pending]
        except KafkaError:
            # A batch that the broker refused took its sequence number with it, and every later one would be refused.
            self._refused = producer
            raise

    async def _ready(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is not None and (self._producer is self._refused or _broken(self._producer)):
                await self.stop()
            if self._producer is None:
                self._producer = await self._open()
            return self._producer

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **arguments(self._bootstrap),
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            max_request_size=topics.MAX_RECORD_BYTES,
            request_timeout_ms=int(self._timeout_s * 1000),
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                await producer.start()
        except BaseException as error:
            await _close(producer, self._timeout_s)
            if isinstance(error, KafkaError | TimeoutError | OSError):
                raise Unavailable("kafka") from error
            raise
        return producer


async def _enqueue(producer: AIOKafkaProducer, record: Outgoing) -> "asyncio.Future[Any]":
    await _require(producer, record)
    return _unmissed(
        await producer.send(
            record.topic, record.value, key=record.key, partition=record.partition, headers=list(record.headers)
        )
    )


async def _enqueue_all(producer: AIOKafkaProducer, records: Sequence[Outgoing]) -> "list[asyncio.Future[Any]]":
    """Records of one partition, as few batches as they fill."""
    await _require(producer, records[0])
    answers, batch = [], producer.create_batch()
    for record in records:
        if not _appended(batch, record):
            answers.append(await _sent(producer, batch, record))
            batch = producer.create_batch()
            if not _appended(batch, record):
                raise MessageSizeTooLargeError("a record is larger than a batch")
    return [*answers, await _sent(producer, batch, records[-1])]


def _appended(batch: Any, record: Outgoing) -> bool:
    done = batch.append(timestamp=None, key=record.key, value=record.value, headers=list(record.headers))
    return done is not None


async def _sent(producer: AIOKafkaProducer, batch: Any, record: Outgoing) -> "asyncio.Future[Any]":
    return _unmissed(await producer.send_batch(batch, record.topic, partition=record.partition))


async def _require(producer: AIOKafkaProducer, record: Outgoing) -> None:
    if record.partition not in await producer.partitions_for(record.topic):
        raise Unavailable("kafka")


def _unmissed(answer: "asyncio.Future[Any]") -> "asyncio.Future[Any]":
    """An answer that nobody waits for any longer is no error of its own."""
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())
    return answer


def _by_partition(records: Sequence[Outgoing]) -> list[list[Outgoing]]:
    found: dict[tuple[str, int], list[Outgoing]] = {}
    for record in records:
        found.setdefault((record.topic, record.partition), []).append(record)
    return list(found.values())


def _broken(producer: AIOKafkaProducer) -> bool:
    # A lost sequence number ends the sender for good, without a word in aiokafka's public face.
    task = producer._sender.sender_task
    return task is None or bool(task.done())


async def _close(producer: AIOKafkaProducer, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await producer.stop()
    except (KafkaError, TimeoutError, OSError):
        logging.getLogger(__name__).warning("kafka producer did not close in time")
