"""The hub's topics as Kafka tells of them: how far, how large, and who reads."""

from secrets import token_hex

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from integration.worker_support import fill, make_topic, numbered
from samverkanshub import topics
from samverkanshub.adapters.kafka.amnen import KafkaAmnen
from samverkanshub.ports import Amnesdel, Lasare, Unavailable


async def look(kafka: str, amne: str) -> list[Amnesdel]:
    return [part for part in await KafkaAmnen(kafka).delar() if part.amne == amne]


async def test_each_partition_is_told_with_its_offsets_and_bytes(kafka: str) -> None:
    amne = await make_topic(kafka, 2, name=topics.notis(f"a{token_hex(4)}"))
    await fill(kafka, amne, 1, numbered(3))
    empty, filled = await look(kafka, amne)
    assert (empty.partition, empty.borjan, empty.slut, empty.byte) == (0, 0, 0, 0)
    assert (filled.partition, filled.borjan, filled.slut) == (1, 0, 3)
    assert filled.byte > 0


async def test_a_topic_that_is_not_the_hubs_is_not_told_of(kafka: str) -> None:
    await make_topic(kafka, name=(other := f"annat-{token_hex(4)}"))
    assert await look(kafka, other) == []


async def test_who_reads_is_told_with_how_far_and_how_many_and_stays_when_all_have_left(kafka: str) -> None:
    amne, grupp = await make_topic(kafka, name=topics.notis(f"a{token_hex(4)}")), f"mora-{token_hex(4)}"
    await fill(kafka, amne, 0, numbered(3))
    consumer = AIOKafkaConsumer(
        amne, bootstrap_servers=kafka, group_id=grupp, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    await consumer.getone()
    await consumer.commit({TopicPartition(amne, 0): 2})
    [reading] = await look(kafka, amne)
    await consumer.stop()
    [left] = await look(kafka, amne)
    assert (reading.lasare, left.lasare) == ((Lasare(grupp, 2, 1),), (Lasare(grupp, 2, 0),))


async def test_without_a_broker_kafka_is_said_not_to_answer() -> None:
    with pytest.raises(Unavailable, match="kafka"):
        await KafkaAmnen("127.0.0.1:1", timeout_s=1).delar()
