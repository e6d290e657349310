"""The topics on a real broker."""

import asyncio
import uuid
from dataclasses import replace

import pytest

from samverkanshub import topics
from samverkanshub.adapters.kafka.admin import ensure_topics
from samverkanshub.adapters.servers.places import free_port
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import Unavailable


def spec(partitions: int = 1) -> topics.TopicSpec:
    return replace(topics.logg(partitions), name=f"prov.{uuid.uuid4().hex}")  # noqa: TID251


async def test_topics_are_made_and_making_them_again_is_nothing(kafka: str) -> None:
    wanted = [spec(3), spec()]
    await ensure_topics(kafka, wanted)
    await ensure_topics(kafka, wanted)


async def test_two_starters_at_once_both_succeed(kafka: str) -> None:
    wanted = [spec()]
    await asyncio.gather(*(ensure_topics(kafka, wanted) for _ in range(3)))


async def test_a_log_with_other_partitions_is_refused(kafka: str) -> None:
    made = spec(2)
    await ensure_topics(kafka, [made])
    with pytest.raises(Halt, match=f"`{made.name}` has 2 partitions, not 3") as refused:
        await ensure_topics(kafka, [replace(made, partitions=3)])
    assert refused.value.code == "fel-topic"


async def test_a_log_whose_time_the_sender_sets_is_refused(kafka: str) -> None:
    made = spec()
    await ensure_topics(kafka, [replace(made, config={"message.timestamp.type": "CreateTime"})])
    with pytest.raises(Halt, match=r"`message.timestamp.type` CreateTime, not LogAppendTime"):
        await ensure_topics(kafka, [made])


async def test_no_broker_is_an_outage() -> None:
    with pytest.raises(Unavailable):
        await ensure_topics(f"127.0.0.1:{free_port()}", [spec()])
