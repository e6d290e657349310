"""Makes the hub's topics, and refuses a log that is not kept as the log has to be."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from samverkanshub.adapters.kafka.broker import Address, arguments
from samverkanshub.domain.errors import Halt
from samverkanshub.ports import Unavailable
from samverkanshub.topics import TopicSpec, disagreements

TIMEOUT_MS: Final = 30_000
REPLICAS: Final = 3
"""As many copies of each partition as the cluster can hold, up to this."""
LEADERS_S: Final = 30.0


async def ensure_topics(bootstrap: Address, specs: Sequence[TopicSpec]) -> None:
    """Make the topics that are missing; doing it twice is nothing, also at the same time.

    Returns once every partition has a leader. Raises `Unavailable`, and `Halt` with the code `fel-topic` that names
    every way in which an existing topic disagrees with its spec: nothing is altered, since that could lose records.
    """
    async with admin(bootstrap) as client:
        try:
            await _create(client, specs)
            await _refuse_disagreements(client, specs)
        except (KafkaError, OSError, TimeoutError) as error:
            raise Unavailable("kafka") from error


async def require_topic(bootstrap: Address, spec: TopicSpec) -> None:
    """Raises `Halt` (`fel-topic`) where a topic that is there is another than this, and `Unavailable`."""
    async with admin(bootstrap) as client:
        try:
            await _refuse_disagreements(client, [spec])
        except TimeoutError as error:
            raise Unavailable("kafka") from error


@contextlib.asynccontextmanager
async def admin(bootstrap: Address) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected admin client. Raises `Unavailable` for what fails in it."""
    client = AIOKafkaAdminClient(**arguments(bootstrap), request_timeout_ms=TIMEOUT_MS)
    try:
        await client.start()
        yield client
    except (KafkaError, OSError) as error:
        raise Unavailable("kafka") from error
    finally:
        await client.close()


async def _create(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    there = set(await client.list_topics())
    missing = [spec for spec in specs if spec.name not in there]
    if not missing:
        return
    replicas = min(REPLICAS, len((await client.describe_cluster())["brokers"]))
    new = [NewTopic(spec.name, spec.partitions, replicas, topic_configs=dict(spec.config)) for spec in missing]
    answer = (await client.create_topics(new, timeout_ms=TIMEOUT_MS)).to_object()
    for outcome in answer["topic_errors"]:
        _raise_unless_made(outcome["topic"], outcome["error_code"])


def _raise_unless_made(topic: str, code: int) -> None:
    error = for_code(code)
    if error in (NoError, TopicAlreadyExistsError):
        return
    if error.retriable:
        raise error()
    raise Halt(f"`{topic}` cannot be made: {error.__name__}", code="fel-topic", topic=topic)


async def _refuse_disagreements(client: AIOKafkaAdminClient, specs: Sequence[TopicSpec]) -> None:
    partitions = _partitions(await _described(client, specs))
    configs = await _configs(client, [spec.name for spec in specs])
    found = [d for spec in specs for d in disagreements(spec, partitions[spec.name], configs[spec.name])]
    if found:
        raise Halt("; ".join(found), code="fel-topic", topics=tuple(found))


async def _described(client: AIOKafkaAdminClient, specs: Iterable[TopicSpec]) -> list[Mapping[str, Any]]:
    """The topics as the broker asked knows them; one just made may be missing, or without a leader, for a moment."""
    wanted = {spec.name for spec in specs}
    async with asyncio.timeout(LEADERS_S):
        while True:
            described: list[Mapping[str, Any]] = await client.describe_topics()
            found = [topic for topic in described if topic["topic"] in wanted]
            if len(found) == len(wanted) and all(_led(topic) for topic in found):
                return found
            await asyncio.sleep(0.05)


def _led(topic: Mapping[str, Any]) -> bool:
    return all(partition["leader"] >= 0 for partition in topic["partitions"])


def _partitions(described: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    return {topic["topic"]: len(topic["partitions"]) for topic in described}


async def _configs(client: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    answers: list[Any] = await client.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    )
    found = {}
    for answer in answers:
        for code, _, _, name, entries in answer.resources:
            if code:
                raise for_code(code)()
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found
