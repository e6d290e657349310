"""The Kafka adapters where Kafka, or the topic, is not as it should be."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_hex

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from integration.worker_support import fill, make_topic, numbered
from samverkanshub import topics
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.notices import KafkaNotices, notice_id
from samverkanshub.adapters.kafka.reader import KafkaLogEnd, KafkaLogReader
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import NoticeRow, Unavailable

NOWHERE = "127.0.0.1:1"


@pytest.mark.parametrize(
    "call",
    [
        KafkaLog(NOWHERE, timeout_s=1).start,
        lambda: KafkaLog(NOWHERE, timeout_s=1).append(0, None, (), b"a"),
        lambda: KafkaNotices(NOWHERE, timeout_s=1).send([NoticeRow(0, 0, "mora", b"{}")]),
        lambda: KafkaLogReader(NOWHERE, timeout_s=1).end(0),
        lambda: KafkaLogReader(NOWHERE, timeout_s=1).at(0, 0),
        lambda: KafkaLogEnd(NOWHERE, timeout_s=1).end(0),
    ],
)
async def test_without_a_broker_every_call_says_that_kafka_does_not_answer(
    call: Callable[[], Awaitable[object]],
) -> None:
    with pytest.raises(Unavailable, match="kafka"):
        await call()


async def test_a_partition_that_does_not_exist_is_refused(kafka: str) -> None:
    log = KafkaLog(kafka, topic=await make_topic(kafka), timeout_s=2)
    with pytest.raises(Unavailable):
        await log.append(7, None, (), b"a")
    await log.stop()


async def test_a_topic_that_does_not_exist_is_refused_within_the_time_out(kafka: str) -> None:
    notices = KafkaNotices(kafka, timeout_s=1)
    with pytest.raises(Unavailable):
        await notices.send([NoticeRow(0, 0, "ingen-sadan", b"{}")])
    await notices.stop()


async def test_a_log_comes_back_after_its_sender_has_ended_for_good(kafka: str) -> None:
    log = KafkaLog(kafka, topic=await make_topic(kafka), timeout_s=5)
    await log.append(0, None, (), b"a")
    broken = log._producer._producer
    assert broken is not None
    broken._sender.sender_task.cancel()
    await asyncio.wait({broken._sender.sender_task})
    assert (await log.append(0, None, (), b"b")).offset == 1
    await log.stop()


async def test_a_log_comes_back_after_the_broker_has_missed_a_batch(kafka: str) -> None:
    """As after a batch that the broker refused, or a log that has lost its end: every later batch would be refused."""
    log = KafkaLog(kafka, topic=(topic := await make_topic(kafka)), timeout_s=5)
    await log.append(0, None, (), b"a")
    producer = log._producer._producer
    assert producer is not None
    producer._txn_manager.increment_sequence_number(TopicPartition(topic, 0), 1)
    with pytest.raises(Unavailable):
        await log.append(0, None, (), b"b")
    assert (await log.append(0, None, (), b"b")).offset == 1
    await log.stop()


async def test_a_notice_sent_again_has_the_id_it_had(kafka: str) -> None:
    aktor = f"mora-{token_hex(4)}"
    sender, notice = KafkaNotices(kafka), NoticeRow(7, 1, aktor, b"{}", partition=2)
    await make_topic(kafka, name=topics.notis(aktor))
    for _ in range(2):
        await sender.send([notice])
    await sender.stop()
    sent = [found.headers async for found in KafkaLogReader(kafka, topic=topics.notis(aktor)).records(0, 0, 2)]
    assert sent == [(("id", notice_id(notice).encode()),)] * 2


async def test_the_end_of_every_partition_is_told_over_one_connection_that_comes_back(kafka: str) -> None:
    topic = await make_topic(kafka, 2)
    ends = KafkaLogEnd(kafka, topic=topic, timeout_s=5)
    assert await asyncio.gather(ends.end(0), ends.end(1)) == [0, 0]
    await fill(kafka, topic, 1, numbered(3))
    shared = ends._consumer
    assert await asyncio.gather(ends.end(0), ends.end(1)) == [0, 3]
    assert shared is not None
    for connection in list(shared._client._conns.values()):
        connection.close()
    assert await ends.end(1) == 3
    assert ends._consumer is shared
    await ends.close()
    assert await ends.end(1) == 3
    await ends.close()


async def test_the_end_of_a_partition_that_does_not_exist_is_refused_within_the_time_out(kafka: str) -> None:
    ends = KafkaLogEnd(kafka, topic=await make_topic(kafka), timeout_s=1)
    with pytest.raises(Unavailable):
        await ends.end(7)
    assert await ends.end(0) == 0
    await ends.close()


async def test_a_replay_does_not_pass_over_records_that_are_gone(kafka: str) -> None:
    topic = await make_topic(kafka)
    await fill(kafka, topic, 0, numbered(10))
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=4)})
    await admin.close()
    reader = KafkaLogReader(kafka, topic=topic)
    assert await reader.at(0, 3) is None
    assert [record.offset async for record in reader.records(0, 4, 10)] == [4, 5, 6, 7, 8, 9]
    with pytest.raises(Halt) as refused:
        _ = [record async for record in reader.records(0, 3, 10)]
    assert refused.value.code == "logg-med-lucka"


async def test_a_record_with_a_senders_time_is_refused(kafka: str) -> None:
    topic = await make_topic(kafka, **{"message.timestamp.type": "CreateTime"})
    await fill(kafka, topic, 0, numbered(1))
    with pytest.raises(Halt) as refused:
        await KafkaLogReader(kafka, topic=topic).at(0, 0)
    assert refused.value.code == "logg-utan-loggtid"
