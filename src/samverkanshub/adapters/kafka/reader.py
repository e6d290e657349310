"""The log as an assignment check and a replay read it, in Kafka. It belongs to no group and commits nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address, arguments
from samverkanshub.adapters.kafka.records import to_record
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord, Unavailable

TIMEOUT_S: Final = 10.0
PAGE: Final = 500


class KafkaLogReader:
    """Port `LogReader`. Every call raises `Unavailable` when Kafka does not answer within the time-out."""

    def __init__(self, bootstrap: Address, *, topic: str = topics.LOGG, timeout_s: float = TIMEOUT_S) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._timeout_s = timeout_s

    async def end(self, partition: int) -> int:
        """The offset after the last record."""
        async with self._open(partition) as (consumer, tp):
            return (await self._bounds(consumer, tp))[1]

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        """The record at an offset, or None where the log has none."""
        async with self._open(partition) as (consumer, tp):
            first, end = await self._bounds(consumer, tp)
            if not first <= offset < end:
                return None
            consumer.seek(tp, offset)
            found = (await self._page(consumer, tp, 1))[0]
            return found if found.offset == offset else None

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        """Records in [start, end), those that the log has when called.

        Raises `Halt` where records that were there are gone: a replay must not pass over them in silence.
        """
        async with self._open(partition) as (consumer, tp):
            first, last = await self._bounds(consumer, tp)
            if start < min(first, end):
                raise _gone(partition, start)
            consumer.seek(tp, start)
            expected = start
            while expected < min(end, last):
                for record in await self._page(consumer, tp, min(PAGE, end - expected)):
                    if record.offset != expected:
                        raise _gone(partition, expected)
                    yield record
                    expected += 1

    @asynccontextmanager
    async def _open(self, partition: int) -> AsyncIterator[tuple[AIOKafkaConsumer, TopicPartition]]:
        # A consumer a call: a seek of one caller cannot move another's.
        tp = TopicPartition(self._topic, partition)
        consumer = _new_consumer(self._bootstrap, self._timeout_s)
        try:
            async with asyncio.timeout(self._timeout_s):
                await consumer.start()
            consumer.assign([tp])
            yield consumer, tp
        except (KafkaError, TimeoutError, OSError) as error:
            raise Unavailable("kafka") from error
        finally:
            await consumer.stop()

    async def _bounds(self, consumer: AIOKafkaConsumer, tp: TopicPartition) -> tuple[int, int]:
        async with asyncio.timeout(self._timeout_s):
            first = await consumer.beginning_offsets([tp])
            end = await consumer.end_offsets([tp])
        return int(first[tp]), int(end[tp])

    async def _page(self, consumer: AIOKafkaConsumer, tp: TopicPartition, most: int) -> list[LogRecord]:
        async with asyncio.timeout(self._timeout_s):
            while not (found := (await consumer.getmany(tp, timeout_ms=1000, max_records=most)).get(tp)):
                pass
        return [to_record(record) for record in found]


class KafkaLogEnd:
    """How long the log is, asked over one connection that is kept: for who asks often. Use within one event loop."""

    def __init__(self, bootstrap: Address, *, topic: str = topics.LOGG, timeout_s: float = TIMEOUT_S) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._timeout_s = timeout_s
        self._consumer: AIOKafkaConsumer | None = None
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Disconnect; a later question connects again."""
        async with self._turn:
            await self._give_up()

    async def end(self, partition: int) -> int:
        """The offset after the last record. Raises `Unavailable` when Kafka does not answer within the time-out."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await self._ask(TopicPartition(self._topic, partition))
            except (KafkaError, TimeoutError, OSError) as error:
                await self._give_up()
                raise Unavailable("kafka") from error
            except BaseException:
                # In what state a question that was taken back leaves it, nobody knows.
                await self._give_up()
                raise

    async def _ask(self, tp: TopicPartition) -> int:
        if self._consumer is None:
            self._consumer = _new_consumer(self._bootstrap, self._timeout_s)
            await self._consumer.start()
        return int((await self._consumer.end_offsets([tp]))[tp])

    async def _give_up(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(self._timeout_s):
                    await consumer.stop()


class KafkaTopic:
    """Port `LogReader` of any topic, its end asked over a connection that is kept: for who looks often for a little."""

    def __init__(self, bootstrap: Address, topic: str) -> None:
        self._end = KafkaLogEnd(bootstrap, topic=topic)
        self._reader = KafkaLogReader(bootstrap, topic=topic)
        self.close, self.end = self._end.close, self._end.end
        self.at, self.records = self._reader.at, self._reader.records


def _new_consumer(bootstrap: Address, timeout_s: float) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        **arguments(bootstrap),
        enable_auto_commit=False,
        auto_offset_reset="none",
        request_timeout_ms=int(timeout_s * 1000),
    )


def _gone(partition: int, offset: int) -> Halt:
    return Halt(f"the log no longer has the record at `{offset}` of partition `{partition}`", code="logg-med-lucka")
