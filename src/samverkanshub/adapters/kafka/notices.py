"""Notices to the actors' topics, in Kafka."""

from collections.abc import Sequence

from samverkanshub import topics
from samverkanshub.adapters.kafka.producer import TIMEOUT_S, Outgoing, Producer
from samverkanshub.ports import NoticeRow


class KafkaNotices:
    """Port `NoticeSender`: `samverkan.notis.<aktor>`, one partition each, so an actor's notices keep their order."""

    def __init__(self, bootstrap: str, *, timeout_s: float = TIMEOUT_S) -> None:
        self._producer = Producer(bootstrap, timeout_s=timeout_s)

    async def start(self) -> None:
        """Connect; raises `Unavailable`. Not needed before `send`."""
        await self._producer.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._producer.stop()

    async def send(self, notices: Sequence[NoticeRow]) -> None:
        """Return when the broker has acknowledged every one; raises `Unavailable` otherwise."""
        if notices:
            await self._producer.send([Outgoing(topics.notis(n.aktor), 0, None, (), n.body) for n in notices])
