"""The actors' own topics in Kafka: an actor's records in order, nobody held up by another, and nothing left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from integration.gate_support import until
from samverkanshub import topics
from samverkanshub.adapters.kafka import inkommande
from samverkanshub.adapters.kafka.admin import ensure_topics
from samverkanshub.adapters.kafka.inkommande import KafkaInkommande
from samverkanshub.ports import Inkommet

pytestmark = pytest.mark.servers

SLOW, MORA = "falun", "mora"


@asynccontextmanager
async def serving(kafka: str, handle: Callable[[Inkommet], Awaitable[None]]) -> AsyncIterator[None]:
    """While the topics are served."""
    task = asyncio.create_task(KafkaInkommande(kafka).serve(handle))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def lying(kafka: str, aktor: str) -> int:
    """How many records there are on an actor's topic."""
    place = TopicPartition(topics.inkommande(aktor), 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    try:
        first, end = await consumer.beginning_offsets([place]), await consumer.end_offsets([place])
        return int(end[place] - first[place])
    finally:
        await consumer.stop()


async def test_what_is_handled_is_deleted_and_who_is_slow_holds_up_nobody(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inkommande, "DELETE_S", 0.0)
    await ensure_topics(kafka, topics.specs(1, (), (SLOW, MORA))[-2:])
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for aktor in (SLOW, MORA):
        for nr in range(3):
            await producer.send_and_wait(topics.inkommande(aktor), b"%d" % nr, partition=0)
    await producer.stop()
    handled: list[Inkommet] = []
    go_on = asyncio.Event()

    async def handle(post: Inkommet) -> None:
        if post.aktor == SLOW:
            await go_on.wait()
        handled.append(post)

    def of(aktor: str) -> list[tuple[int, bytes]]:
        return [(post.offset, post.value) for post in handled if post.aktor == aktor]

    async def gone() -> bool:
        return not await lying(kafka, MORA)

    whole = [(nr, b"%d" % nr) for nr in range(3)]
    async with serving(kafka, handle):
        await until(gone)
        assert (of(MORA), of(SLOW)) == (whole, [])
        assert await lying(kafka, SLOW) == 3
    # Whoever comes after begins with what was not done.
    go_on.set()
    async with serving(kafka, handle):
        await until(lambda: of(SLOW) == whole)
    assert of(MORA) == whole


async def test_nothing_is_passed_over_or_overtaken_where_another_comes_to_share(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An api joins while records are in hand, and one of the topics stays where it was: they are shared in turn."""
    monkeypatch.setattr(inkommande, "DELETE_S", 0.0)
    monkeypatch.setattr(inkommande, "AT_ONCE", 2)
    aktorer = ("gagnef", "hedemora")
    await ensure_topics(kafka, topics.specs(1, (), aktorer)[-2:])
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    for aktor in aktorer:
        for nr in range(6):
            await producer.send_and_wait(topics.inkommande(aktor), b"%d" % nr, partition=0)
    await producer.stop()
    done: dict[str, list[int]] = {aktor: [] for aktor in aktorer}
    in_hand: set[tuple[str, str]] = set()
    go_on = asyncio.Event()

    def reader(name: str) -> Callable[[Inkommet], Awaitable[None]]:
        async def handle(post: Inkommet) -> None:
            if post.aktor not in aktorer:
                return
            assert not [other for other, aktor in in_hand if aktor == post.aktor], "two read one topic"
            in_hand.add((name, post.aktor))
            try:
                if post.offset == 3:
                    await go_on.wait()
                done[post.aktor].append(post.offset)
            finally:
                in_hand.discard((name, post.aktor))

        return handle

    async with serving(kafka, reader("first")):
        await until(lambda: all(offsets == [0, 1, 2] for offsets in done.values()) and len(in_hand) == 2)
        async with serving(kafka, reader("second")):
            await until(lambda: {name for name, _ in in_hand} == {"first", "second"})
            assert [await lying(kafka, aktor) for aktor in aktorer] == [3, 3], "what is not done is not deleted"
            go_on.set()
            await until(lambda: all(len(offsets) >= 6 for offsets in done.values()))
    assert list(done.values()) == [[0, 1, 2, 3, 4, 5]] * 2
