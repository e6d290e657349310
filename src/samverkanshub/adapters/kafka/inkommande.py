"""The actors' own topics, `samverkan.in.<aktor>`, in Kafka: one partition each, read by one group of all apis.

Kafka holds how far each is taken in. What is done with is deleted: sealed or not, it is not to lie there (erasure).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address, arguments
from samverkanshub.adapters.kafka.notices import HEADER_ID
from samverkanshub.adapters.kafka.producer import TIMEOUT_S, Outgoing, Producer
from samverkanshub.domain import ids
from samverkanshub.ports import Inkommet

AT_ONCE: Final = 50
"""Records of one actor that are fetched at a time."""
POLL_MS: Final = 5_000
LOOK_S: Final = 0.5
"""How often it is looked for what has failed, and what can be deleted."""
FRESH_MS: Final = 30_000
"""How soon a new actor's topic is seen."""
AGAIN_S: Final = 2.0
DELETE_S: Final = 60.0
"""How often what is done with is deleted."""
_PATTERN: Final = f"^{topics.INKOMMANDE.replace('.', chr(92) + '.')}"
_Handle = Callable[[Inkommet], Awaitable[None]]
_log = logging.getLogger(__name__)


class KafkaInkommande:
    """Port `Inkommande`. An actor whose record takes long holds up nobody else."""

    def __init__(self, broker: Address) -> None:
        self._broker = broker

    async def serve(self, handle: _Handle) -> None:
        """Hand on each record until cancelled; where Kafka does not answer, until it does."""
        while True:
            try:
                await self._session(handle)
            except (KafkaError, OSError, TimeoutError) as error:
                _log.warning("inkommande: kafka: %s", type(error).__name__)
            await asyncio.sleep(AGAIN_S)

    async def _session(self, handle: _Handle) -> None:
        consumer = AIOKafkaConsumer(
            **arguments(self._broker),
            group_id=topics.INTAGSGRUPP,
            # Topics of one partition each: the range of each would be one api's.
            partition_assignment_strategy=(RoundRobinPartitionAssignor,),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            metadata_max_age_ms=FRESH_MS,
        )
        done = _Done(self._broker)
        workers = _Workers(consumer, handle, done)
        try:
            await consumer.start()
            consumer.subscribe(pattern=_PATTERN, listener=workers)
            while True:
                await asyncio.sleep(LOOK_S)
                workers.check()
                await done.delete()
        finally:
            await workers.end()
            with suppress(KafkaError, OSError, TimeoutError):
                await consumer.stop()


class _Workers(ConsumerRebalanceListener):
    """One for each topic that is read here, which alone fetches of it, and begins where the last commit says.

    All end before topics are shared out anew, and begin after it: so no two ever read one topic, not where it stays
    here either, and what was in hand comes again.
    """

    def __init__(self, consumer: AIOKafkaConsumer, handle: _Handle, done: "_Done") -> None:
        self._consumer = consumer
        self._handle = handle
        self._done = done
        self._tasks: list[asyncio.Task[None]] = []

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Wait until nobody reads."""
        await self.end()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Read these."""
        self._tasks = [asyncio.create_task(self._each(tp)) for tp in sorted(assigned)]

    def check(self) -> None:
        """Raise what a worker raised."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def end(self) -> None:
        """End them all, and wait until they have."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _each(self, tp: TopicPartition) -> None:
        aktor = tp.topic.removeprefix(topics.INKOMMANDE)
        while True:
            found = await self._consumer.getmany(tp, timeout_ms=POLL_MS, max_records=AT_ONCE)
            for record in found.get(tp, ()):
                await self._handle(Inkommet(aktor, record.offset, record.value or b""))
                try:
                    await self._consumer.commit({tp: record.offset + 1})
                except (CommitFailedError, IllegalStateError):
                    # Topics are being shared out anew: the rest comes again, here or elsewhere.
                    return
                self._done.upto(tp, record.offset + 1)


class _Done:
    """What is done with, to be deleted now and then; what could not be is deleted with what comes after it."""

    def __init__(self, broker: Address) -> None:
        self._broker = broker
        self._offsets: dict[TopicPartition, int] = {}
        self._next = monotonic() + DELETE_S

    def upto(self, tp: TopicPartition, offset: int) -> None:
        """Everything before this offset is done with."""
        self._offsets[tp] = offset

    async def delete(self) -> None:
        """Delete it, where it is time."""
        if not self._offsets or monotonic() < self._next:
            return
        self._next = monotonic() + DELETE_S
        offsets, self._offsets = self._offsets, {}
        client = AIOKafkaAdminClient(**arguments(self._broker))
        try:
            await client.start()
            await client.delete_records({tp: RecordsToDelete(offset) for tp, offset in offsets.items()})
        except (KafkaError, OSError, TimeoutError) as error:
            _log.warning("inkommande: not deleted yet: %s", type(error).__name__)
            self._offsets = offsets | self._offsets
        finally:
            await client.close()


class KafkaSvar:
    """Port `Svarande`: `samverkan.notis.<aktor>`, beside what the gate tells."""

    def __init__(self, broker: Address, *, timeout_s: float = TIMEOUT_S) -> None:
        self._producer = Producer(broker, timeout_s=timeout_s)

    async def stop(self) -> None:
        """Disconnect."""
        await self._producer.stop()

    async def answer(self, post: Inkommet, nr: int, body: bytes) -> None:
        """Return when the broker has acknowledged it; raises `Unavailable` otherwise."""
        headers = ((HEADER_ID, ids.answer_id(post.aktor, post.offset, nr).encode()),)
        await self._producer.send([Outgoing(topics.notis(post.aktor), 0, None, headers, body)])
