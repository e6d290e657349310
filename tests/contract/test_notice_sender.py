"""`NoticeSender`: every notice is with its actor's topic, in order, before `send` returns."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from secrets import token_hex

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from samverkanshub import topics
from samverkanshub.adapters.kafka.notices import KafkaNotices
from samverkanshub.adapters.memory import MemoryNotices
from samverkanshub.ports import NoticeRow, NoticeSender


@dataclass(frozen=True)
class Post:
    """A sender, two actors, and what has come to one of them."""

    sender: NoticeSender
    actors: tuple[str, str]
    come_to: Callable[[str], Awaitable[list[bytes]]]

    def notices(self, *bodies: bytes, actor: int = 0) -> list[NoticeRow]:
        return [NoticeRow(7, nr, self.actors[actor], body) for nr, body in enumerate(bodies)]


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.servers)])
def bootstrap(request: pytest.FixtureRequest) -> str:
    """A broker's address; empty for the implementation in memory."""
    return str(request.getfixturevalue("kafka")) if request.param == "kafka" else ""


@pytest.fixture
async def post(bootstrap: str) -> AsyncIterator[Post]:
    actors = (f"mora-{token_hex(4)}", f"orsa-{token_hex(4)}")
    if not bootstrap:
        memory = MemoryNotices()

        async def kept(aktor: str) -> list[bytes]:
            return [notice.body for notice in memory.sent if notice.aktor == aktor]

        yield Post(memory, actors, kept)
        return

    async def read(aktor: str) -> list[bytes]:
        return await _read(bootstrap, topics.notis(aktor))

    await _make(bootstrap, actors)
    sender = KafkaNotices(bootstrap)
    yield Post(sender, actors, read)
    await sender.stop()


async def _make(bootstrap: str, actors: tuple[str, str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    await admin.create_topics(
        [NewTopic(topics.notis(a), 1, 1, topic_configs=dict(topics.CONFIG_NOTIS)) for a in actors]
    )
    await admin.close()


async def _read(bootstrap: str, topic: str) -> list[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        [tp] = consumer.assignment()
        end = (await consumer.end_offsets([tp]))[tp]
        return [(await consumer.getone()).value for _ in range(end)]
    finally:
        await consumer.stop()


async def test_notices_have_come_when_send_returns(post: Post) -> None:
    await post.sender.send(post.notices(b'{"a":1}', b'{"a":2}'))
    assert await post.come_to(post.actors[0]) == [b'{"a":1}', b'{"a":2}']


async def test_an_actor_gets_its_own_notices_alone(post: Post) -> None:
    await post.sender.send([*post.notices(b"hers"), *post.notices(b"theirs", actor=1)])
    assert await post.come_to(post.actors[0]) == [b"hers"]
    assert await post.come_to(post.actors[1]) == [b"theirs"]


async def test_many_notices_keep_their_order(post: Post) -> None:
    bodies = [str(n).encode() for n in range(300)]
    await post.sender.send(post.notices(*bodies[:200]))
    await post.sender.send(post.notices(*bodies[200:]))
    assert await post.come_to(post.actors[0]) == bodies


async def test_more_than_a_batch_holds_keep_their_order(post: Post) -> None:
    bodies = [f'{{"a":{number},"b":"{"x" * 700}"}}'.encode() for number in range(100)]
    both = [
        notice for pair in zip(post.notices(*bodies), post.notices(*bodies, actor=1), strict=True) for notice in pair
    ]
    await post.sender.send(both)
    assert await post.come_to(post.actors[0]) == bodies
    assert await post.come_to(post.actors[1]) == bodies


async def test_sending_none_is_nothing(post: Post) -> None:
    await post.sender.send([])
    assert await post.come_to(post.actors[0]) == []
