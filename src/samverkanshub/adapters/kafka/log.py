"""The log as a writer sees it, in Kafka."""

from collections.abc import Sequence

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address
from samverkanshub.adapters.kafka.producer import TIMEOUT_S, Outgoing, Producer
from samverkanshub.ports import Appended


class KafkaLog:
    """Port `Log`. A record's time is the broker's (LogAppendTime), never given here.

    On `Unavailable` the record may be in the log, or come there later: append the same bytes again.
    """

    def __init__(self, bootstrap: Address, *, topic: str = topics.LOGG, timeout_s: float = TIMEOUT_S) -> None:
        self._topic = topic
        self._producer = Producer(bootstrap, timeout_s=timeout_s)

    async def start(self) -> None:
        """Connect; raises `Unavailable`. Not needed before `append`."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._producer.stop()

    async def append(
        self, partition: int, key: bytes | None, headers: Sequence[tuple[str, bytes]], value: bytes
    ) -> Appended:
        """Append with acks=all and idempotence; returns once the broker has answered. Raises `Unavailable`."""
        [answer] = await self._producer.send([Outgoing(self._topic, partition, key, headers, value)])
        return Appended(partition=answer.partition, offset=answer.offset, tid=answer.timestamp)
