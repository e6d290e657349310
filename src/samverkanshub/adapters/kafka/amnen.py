"""The hub's topics as their operator sees them: offsets, sizes and readers, of Kafka."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Int64, Schema, String

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address, arguments
from samverkanshub.ports import Amnesdel, Lasare, Unavailable

TIMEOUT_S: Final = 10.0
FAR_MS: Final = 2**42
"""Later (ms) than any record: in the year 2109."""
Place = tuple[str, int, int]
"""Topic, partition, offset."""


@dataclass(frozen=True, slots=True)
class _Link:
    """One connection to each broker, that both ask by."""

    consumer: AIOKafkaConsumer
    admin: AIOKafkaAdminClient


class KafkaAmnen:
    """Port `Amnen`, over a connection that is kept until it fails: for who asks often. Use within one event loop."""

    def __init__(self, bootstrap: Address, timeout_s: float = TIMEOUT_S) -> None:
        self._address: dict[str, Any] = {**arguments(bootstrap), "request_timeout_ms": round(timeout_s * 1000)}
        self._timeout_s = timeout_s
        self._link: _Link | None = None
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Disconnect; a later question connects again."""
        async with self._turn:
            await self._give_up()

    async def delar(self) -> list[Amnesdel]:
        """Every partition of every topic of the hub's, in order. Raises `Unavailable`."""
        async with self._connected() as link:
            return await _look(link)

    async def tider(self, platser: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
        """When (ms) the record at each (topic, partition, offset) was appended; the next where it is gone.

        What is beyond the end is left out. All are asked for at once. Raises `Unavailable`.
        """
        async with self._connected() as link:
            return await _when(link.consumer, set(platser))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[_Link]:
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout_s):
                    yield await self._reached()
            except (KafkaError, OSError, TimeoutError) as error:
                await self._give_up()
                raise Unavailable("kafka") from error
            except BaseException:
                # In what state a question that was taken back leaves it, nobody knows.
                await self._give_up()
                raise

    async def _reached(self) -> _Link:
        if self._link is None:
            consumer = AIOKafkaConsumer(**self._address)
            admin = AIOKafkaAdminClient(**self._address)
            # An admin client would connect for itself; it asks nothing that the consumer's connection cannot carry.
            admin._client = consumer._client
            self._link = _Link(consumer, admin)
            await consumer.start()
        return self._link

    async def _give_up(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with suppress(KafkaError, TimeoutError, OSError):
                async with asyncio.timeout(self._timeout_s):
                    await link.consumer.stop()


async def _look(link: _Link) -> list[Amnesdel]:
    described: list[Mapping[str, Any]] = await link.admin.describe_topics()
    parts = sorted(
        TopicPartition(topic["topic"], part["partition"])
        for topic in described
        if topic["topic"].startswith(topics.PREFIX)
        for part in topic["partitions"]
    )
    first, last = await link.consumer.beginning_offsets(parts), await link.consumer.end_offsets(parts)
    sizes, readers = await _sizes(link.admin), await _readers(link.admin)
    return [Amnesdel(*part, first[part], last[part], sizes[part], tuple(readers.get(part, ()))) for part in parts]


# --------------------------------------------------------------------------------------------------------------- times


async def _when(consumer: AIOKafkaConsumer, places: set[Place]) -> dict[Place, int]:
    parts = sorted({TopicPartition(*place[:2]) for place in places})
    first, end = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    left = sorted(place for place in places if max(place[2], first[place[:2]]) < end[place[:2]])
    found: dict[Place, int] = {}
    while left:
        # Of a partition with several readers, one place at a time.
        asked = {TopicPartition(*place[:2]): place for place in left}
        times = await _times(consumer, {part: max(place[2], first[part]) for part, place in asked.items()})
        found |= {asked[part]: tid for part, tid in times.items()}
        left = [place for place in left if place not in found]
    return found


async def _times(consumer: AIOKafkaConsumer, places: Mapping[TopicPartition, int]) -> dict[TopicPartition, int]:
    """When the record at an offset that is there was appended, in each of these partitions at once.

    The record is not read, since who measures notices has no right to: Kafka says which the first record is from a time
    on. The latest time from which that is no later record is its own.
    """
    first = await consumer.offsets_for_times(dict.fromkeys(places, 0))
    low = {part: int(first[part].timestamp) for part in places}
    high = dict.fromkeys(places, FAR_MS)
    while asked := {part: (low[part] + high[part] + 1) // 2 for part in places if low[part] < high[part]}:
        for part, found in (await consumer.offsets_for_times(dict(asked))).items():
            if found is not None and found.offset <= places[part]:
                low[part] = int(found.timestamp)
            else:
                high[part] = asked[part] - 1
    return low


# ------------------------------------------------------------------------------------------------------------- readers


async def _readers(admin: AIOKafkaAdminClient) -> dict[TopicPartition, list[Lasare]]:
    """Who has committed anything, by partition and in order of group."""
    found: dict[TopicPartition, list[Lasare]] = {}
    groups = sorted(name for name, _ in await admin.list_consumer_groups())
    for name in groups:
        members = await _members(admin, name)
        for part, committed in (await admin.list_consumer_group_offsets(name)).items():
            found.setdefault(part, []).append(Lasare(name, committed.offset, members))
    return found


async def _members(admin: AIOKafkaAdminClient, group: str) -> int:
    [answer] = await admin.describe_consumer_groups([group])
    [described] = answer.to_object()["groups"]
    return len(described["members"])


# --------------------------------------------------------------------------------------------------------------- sizes


class _Sizes_v1(Response):
    API_KEY = 35
    API_VERSION = 1
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "results",
            Array(
                ("error_code", Int16),
                ("log_dir", String("utf-8")),
                (
                    "topics",
                    Array(
                        ("name", String("utf-8")),
                        (
                            "partitions",
                            Array(("index", Int32), ("size", Int64), ("offset_lag", Int64), ("is_future", Boolean)),
                        ),
                    ),
                ),
            ),
        ),
    )


class _AskSizes_v1(RequestStruct):
    API_KEY = 35
    API_VERSION = 1
    RESPONSE_TYPE = _Sizes_v1
    SCHEMA = Schema(("topics", Array(("topic", String("utf-8")), ("partitions", Array(Int32)))))


class _AskSizes(Request[_AskSizes_v1]):
    """Kafka's DescribeLogDirs, which aiokafka has not: the size of every partition on one broker."""

    API_KEY: ClassVar[int] = 35

    def build(self, request_struct_class: type[_AskSizes_v1]) -> _AskSizes_v1:
        return request_struct_class(None)


async def _sizes(admin: AIOKafkaAdminClient) -> Counter[TopicPartition]:
    """Bytes on disk by partition, all brokers' copies together."""
    brokers = (await admin.describe_cluster())["brokers"]
    found: Counter[TopicPartition] = Counter()
    for broker in brokers:
        answer = await admin._send_request_to_node(broker["node_id"], _AskSizes())
        for directory in answer.to_object()["results"]:
            if directory["error_code"]:
                raise for_code(directory["error_code"])()
            found.update(_of(directory["topics"]))
    return found


def _of(listed: Iterable[Mapping[str, Any]]) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic["name"], part["index"]): part["size"] for topic in listed for part in topic["partitions"]
    }
