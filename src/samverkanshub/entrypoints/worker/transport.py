"""A Faust transport that hands an agent each fetched run of a partition's records as one stream item.

Against Faust's own: records start where the gate says, never at Kafka's committed offset; nothing is fetched from a
partition before that; one item is in hand at a time and the agent alone says when it is done; partitions take turns
with a cap; a gap in the log, or a position outside it, ends the process instead of resetting.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, cast

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka import ConsumerRecord as AnyRecord
from aiokafka.errors import ConsumerStoppedError, KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from faust.transport.consumer import Fetcher
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from samverkanshub.adapters.kafka.records import to_record
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord

if TYPE_CHECKING:
    from samverkanshub.entrypoints.worker.app import GateApp

ConsumerRecord: TypeAlias = AnyRecord[bytes, bytes]

WAIT_S = 0.5
IDLE_S = 0.1
BROKER_WAIT_MS = 200


class Fetched:
    """A run of records of one partition. Its text has no content, since Faust may log it."""

    def __init__(self, partition: int, records: Sequence[LogRecord]) -> None:
        self.partition = partition
        self.records = records
        self.done = asyncio.Event()

    def __repr__(self) -> str:
        return f"Fetched(partition={self.partition}, records={len(self.records)})"


class FetchedSchema(faust.Schema[Any, Any]):
    """Passes what was fetched through: the gate decodes, since Faust acknowledges what it cannot decode."""

    def compile(self, app: Any, **_: Any) -> Any:
        """The function from message to event that the conductor calls."""

        async def decode(message: Any, *, propagate: bool = False) -> Any:
            return app.create_event(None, message.value, None, message)

        return decode


class GateConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that talks to Kafka, fetching in turns."""

    def _create_worker_consumer(self, transport: Any) -> AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        # One fetch a broker is in flight; at Faust's 1.5 s a quiet partition would make a busy one wait that long.
        consumer._fetch_max_wait_ms = BROKER_WAIT_MS
        return consumer

    async def turn(self, order: Sequence[TP], cap: int) -> Mapping[TP, list[ConsumerRecord]]:
        """At most `cap` records: of the first partition in `order` that has any, else of whichever gets some."""
        found: Mapping[TP, list[ConsumerRecord]] = await self.call_thread(self._turn, order, cap)
        return found

    async def _turn(self, order: Sequence[TP], cap: int) -> Mapping[TP, list[ConsumerRecord]]:
        if not self.consumer.flow_active:
            return {}
        for tps in [[tp] for tp in order]:
            if found := await self._fetch(tps, cap, 0):
                return found
        return await self._fetch(order, cap, WAIT_S)

    async def _fetch(self, tps: Sequence[TP], cap: int, wait_s: float) -> Mapping[TP, list[ConsumerRecord]]:
        # aiokafka's own getmany also raises what ended the group membership; Faust's fetch never looks.
        wanted = [TopicPartition(tp.topic, tp.partition) for tp in tps]
        consumer = self._ensure_consumer()
        found = await consumer.getmany(*wanted, timeout_ms=int(wait_s * 1000), max_records=cap)
        _require_fetching(consumer)
        return {TP(tp.topic, tp.partition): records for tp, records in found.items()}


class GateConsumer(driver.Consumer):
    """Faust's consumer, by batches and from the gate's positions."""

    app: "GateApp"
    _thread: GateConsumerThread

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._placed: dict[TP, int] = {}
        """The next offset of each partition that the gate has given a position in this assignment."""
        self._order: deque[TP] = deque()
        self._assignments = 0
        self._fetching = asyncio.Lock()
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> GateConsumerThread:
        return GateConsumerThread(self, loop=self.loop, beacon=self.beacon)

    # ------------------------------------------------------------------------------------------------- assignment

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Fetch no more, let the batch in hand finish, then tell the gate."""
        self._forget()
        if self.app.should_stop:
            # Faust would not wait, and another gate would begin before this one has ended; nor would it let the
            # worker leave its group, so that the other waited out the session.
            await self.app.keeper.idle.wait()
            return
        await super().on_partitions_revoked(revoked)
        for tp in revoked:
            self.app.keeper.revoke(tp.partition)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Fetch nothing until `seek_to_committed` has placed the partitions."""
        self._forget()
        if not self.app.should_stop:
            await super().on_partitions_assigned(assigned, generation_id)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Go where the gate says in each assigned partition; Kafka's committed offset is only a hint.

        Faust calls this after every assignment, before any record flows.
        """
        self._forget()
        number = self._assignments
        positions = {}
        for tp in sorted(self.assignment()):
            positions[tp] = await self.app.keeper.assign(tp.partition)
            if number != self._assignments:
                return {}
        # No fetch may be under way across the seek, or it would take records that nobody then sees.
        async with self._fetching:
            if number == self._assignments and positions:
                await self.seek_wait(positions)
        if number != self._assignments:
            return {}
        self._placed, self._order = dict(positions), deque(positions)
        return positions

    def _forget(self) -> None:
        self._assignments += 1
        self._placed = {}
        self._order.clear()

    # ---------------------------------------------------------------------------------------------------- draining

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._turn()
        except (asyncio.CancelledError, ConsumerStoppedError):
            if not self.app.should_stop:
                raise
        except Exception as error:
            await self.app.keeper.end(_told(error), "fetch")

    async def _turn(self) -> None:
        if not self.flow_active:
            await self.wait(cast(Any, self.can_resume_flow))
        elif not self._order:
            await self.sleep(IDLE_S)
        else:
            await self._fetch_and_hand_on()

    async def _fetch_and_hand_on(self) -> None:
        number, generation = self._assignments, self.app.consumer_generation_id
        found = await self._fetched(number)
        for tp, records in found.items():
            # What was fetched before an assignment is fetched again after it, from the gate's position.
            if number != self._assignments or not self.flow_active:
                return
            self._order.remove(tp)
            self._order.append(tp)
            await self._hand_on(tp, records, generation)

    async def _fetched(self, number: int) -> Mapping[TP, list[ConsumerRecord]]:
        try:
            async with self._fetching:
                return await self._thread.turn(tuple(self._order), self.app.options.cap)
        except (NoOffsetForPartitionError, OffsetOutOfRangeError):
            # A fetch that an assignment overtook finds partitions that the gate has not placed yet.
            if number == self._assignments:
                raise
            return {}

    async def _hand_on(self, tp: TP, records: list[ConsumerRecord], generation: int) -> None:
        if records[0].offset != self._placed[tp]:
            raise _gap(tp, self._placed[tp])
        item = Fetched(tp.partition, [to_record(record) for record in records])
        message = _message(tp, records[-1], item, generation)
        await self.wait_first(self._handled(message, item), self.suspend_flow.wait())
        if tp in self._placed:
            self._placed[tp] = records[-1].offset + 1

    async def _handled(self, message: ConsumerMessage, item: Fetched) -> None:
        await self.callback(message)
        await item.done.wait()

    # ------------------------------------------------------------------------------------------- Kafka's hint

    def _new_offset(self, tp: TP) -> int | None:
        """After the last acknowledged item; Faust's own looks for an acknowledgement of every offset."""
        acked = self._acked[tp]
        if not acked:
            return None
        last = max(acked)
        acked.clear()
        self._acked_index[tp].clear()
        return last + 1

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's check counts records, not items. How far the gate has come is in the projection."""


class GateTransport(driver.Transport):
    """Faust's Kafka transport with the gate's consumer."""

    Consumer: ClassVar[Any] = GateConsumer
    Fetcher: ClassVar[Any] = Fetcher


def _require_fetching(consumer: Any) -> None:
    """Raise `KafkaError` where the fetching task has ended: getmany would find nothing for ever and say nothing."""
    task = consumer._fetcher._fetch_task
    if task.done() and not consumer._closed:
        raise KafkaError("fetching has ended") from (None if task.cancelled() else task.exception())


def _message(tp: TP, last: ConsumerRecord, item: Fetched, generation: int) -> ConsumerMessage:
    """Stands for the whole item: acknowledging it acknowledges the last offset."""
    return ConsumerMessage(
        tp.topic,
        tp.partition,
        last.offset,
        last.timestamp / 1000,
        last.timestamp_type,
        None,
        None,
        cast(Any, item),
        None,
        tp=tp,
        generation_id=generation,
    )


def _gap(tp: TP, offset: int) -> Halt:
    detail = f"the log has no record at `{offset}` of partition `{tp.partition}`"
    return Halt(detail, code="logg-med-lucka", partition=tp.partition)


def _told(error: Exception) -> Exception:
    if isinstance(error, OffsetOutOfRangeError):
        [where, *_] = error.args[0]
        return Halt("the position is outside the log", code="logg-kortare-an-position", partition=where.partition)
    return error
