"""The hub's topics as their operator sees them: offsets, sizes and readers, of Kafka."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, ClassVar, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Int64, Schema, String

from samverkanshub import topics
from samverkanshub.ports import Amnesdel, Lasare, Unavailable

TIMEOUT_S: Final = 10.0


class KafkaAmnen:
    """Port `Amnen`. Connects for each look: it is taken seldom, and may be the first sign that Kafka is back."""

    def __init__(self, bootstrap: str, timeout_s: float = TIMEOUT_S) -> None:
        self._address: dict[str, Any] = {"bootstrap_servers": bootstrap, "request_timeout_ms": round(timeout_s * 1000)}
        self._timeout_s = timeout_s

    async def delar(self) -> list[Amnesdel]:
        """Every partition of every topic of the hub's, in order. Raises `Unavailable`."""
        async with self._connected() as opened:
            return await self._look(await self._admin(opened), await self._consumer(opened))

    async def tider(self, platser: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
        """When (ms) the record at each (topic, partition, offset) was appended; the next where it is gone.

        What is beyond the end is left out. Raises `Unavailable`.
        """
        async with self._connected() as opened:
            consumer = await self._consumer(opened)
            found = {place: await _when(consumer, *place) for place in set(platser)}
            return {place: tid for place, tid in found.items() if tid is not None}

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncExitStack]:
        try:
            async with asyncio.timeout(self._timeout_s), AsyncExitStack() as opened:
                yield opened
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable("kafka") from error

    async def _admin(self, opened: AsyncExitStack) -> AIOKafkaAdminClient:
        admin = AIOKafkaAdminClient(**self._address)
        opened.push_async_callback(admin.close)
        await admin.start()
        return admin

    async def _consumer(self, opened: AsyncExitStack) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(**self._address)
        opened.push_async_callback(consumer.stop)
        await consumer.start()
        return consumer

    async def _look(self, admin: AIOKafkaAdminClient, consumer: AIOKafkaConsumer) -> list[Amnesdel]:
        described: list[Mapping[str, Any]] = await admin.describe_topics()
        parts = sorted(
            TopicPartition(topic["topic"], part["partition"])
            for topic in described
            if topic["topic"].startswith(topics.PREFIX)
            for part in topic["partitions"]
        )
        first, last = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        sizes, readers = await _sizes(admin), await _readers(admin)
        return [Amnesdel(*part, first[part], last[part], sizes[part], tuple(readers.get(part, ()))) for part in parts]


async def _when(consumer: AIOKafkaConsumer, amne: str, partition: int, plats: int) -> int | None:
    part = TopicPartition(amne, partition)
    first, end = (await consumer.beginning_offsets([part]))[part], (await consumer.end_offsets([part]))[part]
    if max(plats, first) >= end:
        return None
    consumer.assign([part])
    consumer.seek(part, max(plats, first))
    while True:
        for record in (await consumer.getmany(part, timeout_ms=1000, max_records=1)).get(part, ()):
            return int(record.timestamp)


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
