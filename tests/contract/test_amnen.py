"""`Amnen`: the hub's topics as told to their operator: how far, how large, since when, and who reads."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from secrets import token_hex

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from integration.worker_support import fill, make_topic
from samverkanshub import topics
from samverkanshub.adapters.kafka.amnen import KafkaAmnen
from samverkanshub.adapters.memory import MemoryAmnen
from samverkanshub.ports import Amnen, Amnesdel, Lasare, Unavailable


class InMemory:
    """Topics in memory, and how a test fills and reads them."""

    def __init__(self) -> None:
        self.amnen: Amnen = MemoryAmnen()

    async def topic(self, partitions: int = 1) -> str:
        assert isinstance(self.amnen, MemoryAmnen)
        self.amnen.make(name := topics.notis(f"a{token_hex(4)}"), partitions)
        return name

    async def fill(self, amne: str, partition: int, *values: bytes) -> None:
        assert isinstance(self.amnen, MemoryAmnen)
        for value in values:
            self.amnen.append(amne, partition, time.time_ns() // 1_000_000, value)

    async def join(self, amne: str, grupp: str, plats: int) -> Callable[[], object]:
        """A reader commits; what ends it is returned."""
        memory = self.amnen
        assert isinstance(memory, MemoryAmnen)
        memory.commit(grupp, amne, 0, plats, 1)

        async def leave() -> None:
            memory.leave(grupp)

        return leave


class InKafka:
    """The same in Kafka."""

    def __init__(self, kafka: str, opened: AsyncExitStack) -> None:
        self.amnen: Amnen = (kept := KafkaAmnen(kafka))
        opened.push_async_callback(kept.close)
        self._kafka = kafka
        self._opened = opened

    async def topic(self, partitions: int = 1) -> str:
        return await make_topic(self._kafka, partitions, name=topics.notis(f"a{token_hex(4)}"))

    async def fill(self, amne: str, partition: int, *values: bytes) -> None:
        await fill(self._kafka, amne, partition, values)

    async def join(self, amne: str, grupp: str, plats: int) -> Callable[[], object]:
        consumer = AIOKafkaConsumer(
            amne, bootstrap_servers=self._kafka, group_id=grupp, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        await consumer.start()
        self._opened.push_async_callback(consumer.stop)
        await consumer.getone()
        await consumer.commit({TopicPartition(amne, 0): plats})
        return consumer.stop


Topics = InMemory | InKafka


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.servers)])
def bootstrap(request: pytest.FixtureRequest) -> str:
    """A broker; empty for the implementation in memory."""
    return request.getfixturevalue("kafka") if request.param == "kafka" else ""


@pytest.fixture
async def all_topics(bootstrap: str) -> AsyncIterator[Topics]:
    async with AsyncExitStack() as opened:
        yield InKafka(bootstrap, opened) if bootstrap else InMemory()


async def look(all_topics: Topics, amne: str) -> list[Amnesdel]:
    return [part for part in await all_topics.amnen.delar() if part.amne == amne]


async def test_each_partition_is_told_with_its_offsets_and_bytes(all_topics: Topics) -> None:
    amne = await all_topics.topic(2)
    await all_topics.fill(amne, 1, b"a", b"b", b"c")
    empty, filled = await look(all_topics, amne)
    assert (empty.partition, empty.borjan, empty.slut, empty.byte) == (0, 0, 0, 0)
    assert (filled.partition, filled.borjan, filled.slut) == (1, 0, 3)
    assert filled.byte > 0


async def test_topics_and_their_partitions_come_in_order(all_topics: Topics) -> None:
    made = [await all_topics.topic(2) for _ in range(2)]
    places = [(part.amne, part.partition) for part in await all_topics.amnen.delar()]
    assert places == sorted(places)
    assert {(amne, partition) for amne in made for partition in (0, 1)} <= set(places)


async def test_who_reads_is_told_with_how_far_and_stays_when_all_have_left(all_topics: Topics) -> None:
    amne, grupp = await all_topics.topic(), f"mora-{token_hex(4)}"
    await all_topics.fill(amne, 0, b"a", b"b", b"c")
    leave = await all_topics.join(amne, grupp, 2)
    [reading] = await look(all_topics, amne)
    await leave()  # type: ignore[misc]
    [left] = await look(all_topics, amne)
    assert (reading.lasare, left.lasare) == ((Lasare(grupp, 2, 1),), (Lasare(grupp, 2, 0),))


async def test_when_a_record_was_appended_is_told_and_nothing_of_one_that_is_not_there(all_topics: Topics) -> None:
    amne = await all_topics.topic()
    await all_topics.fill(amne, 0, b"a", b"b")
    first, second, none = ((amne, 0, plats) for plats in (0, 1, 2))
    found = await all_topics.amnen.tider([first, second, second, none])
    assert found.keys() == {first, second}
    assert 0 < found[first] <= found[second] <= time.time_ns() // 1_000_000 + 60_000


async def test_times_of_many_places_are_told_at_once_also_of_several_in_one_partition(all_topics: Topics) -> None:
    amne = await all_topics.topic(3)
    for partition in range(3):
        await all_topics.fill(amne, partition, b"a", b"b" * 100_000, b"c")
    places = [(amne, partition, plats) for partition in range(3) for plats in range(3)]
    for _ in range(2):
        found = await all_topics.amnen.tider(places)
        assert found.keys() == set(places)
        assert all(found[amne, part, plats] <= found[amne, part, plats + 1] for part in range(3) for plats in range(2))
    assert {part.slut for part in await look(all_topics, amne)} == {3}


@pytest.mark.servers
async def test_a_topic_made_while_connected_is_told_of_over_the_same_connection(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, start = list[object](), AIOKafkaConsumer.start

    async def counted(self: AIOKafkaConsumer) -> None:
        started.append(self)
        await start(self)

    amnen = KafkaAmnen(kafka)
    try:
        with monkeypatch.context() as patched:
            patched.setattr(AIOKafkaConsumer, "start", counted)
            await amnen.delar()
            amne = await make_topic(kafka, name=topics.notis(f"a{token_hex(4)}"))
            await fill(kafka, amne, 0, [b"a"])
            assert (amne, 0) in {(part.amne, part.partition) for part in await amnen.delar()}
            assert (await amnen.tider([(amne, 0, 0)])).keys() == {(amne, 0, 0)}
        assert len(started) == 1
    finally:
        await amnen.close()


@pytest.mark.servers
async def test_each_record_has_the_time_that_the_broker_gave_it_though_none_is_read(kafka: str) -> None:
    amne = await make_topic(kafka, name=topics.notis(f"a{token_hex(4)}"))
    for _ in range(4):
        await fill(kafka, amne, 0, [b"a", b"b"])
    amnen, consumer = KafkaAmnen(kafka), AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign([TopicPartition(amne, 0)])
    given = {(amne, 0, found.offset): found.timestamp for found in [await consumer.getone() for _ in range(8)]}
    await consumer.stop()
    assert len(set(given.values())) > 1
    assert await amnen.tider(given) == given
    await amnen.close()


@pytest.mark.servers
async def test_after_a_failure_a_new_connection_is_made(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> None:
        raise KafkaConnectionError

    amnen = KafkaAmnen(kafka)
    try:
        await amnen.delar()
        failed = amnen._link
        assert failed is not None
        monkeypatch.setattr(failed.consumer, "end_offsets", fail)
        with pytest.raises(Unavailable, match="kafka"):
            await amnen.delar()
        assert await amnen.delar()
        assert amnen._link is not failed
    finally:
        await amnen.close()


@pytest.mark.servers
async def test_a_topic_that_is_not_the_hubs_is_not_told_of(kafka: str) -> None:
    await make_topic(kafka, name=(other := f"annat-{token_hex(4)}"))
    amnen = KafkaAmnen(kafka)
    try:
        assert other not in {part.amne for part in await amnen.delar()}
    finally:
        await amnen.close()


@pytest.mark.servers
@pytest.mark.parametrize("ask", [lambda it: it.delar(), lambda it: it.tider([("samverkan.logg", 0, 0)])])
async def test_without_a_broker_kafka_is_said_not_to_answer(ask: Callable[[Amnen], object]) -> None:
    with pytest.raises(Unavailable, match="kafka"):
        await ask(KafkaAmnen("127.0.0.1:1", timeout_s=1))  # type: ignore[misc]
