"""Notices to the actors' topics, in Kafka."""

from collections.abc import Sequence
from typing import Final

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address
from samverkanshub.adapters.kafka.producer import TIMEOUT_S, Outgoing, Producer
from samverkanshub.domain import ids
from samverkanshub.ports import NoticeRow

HEADER_ID: Final = "id"
"""The header by which a reader knows a notice that it has had before: a UUID as text."""


class KafkaNotices:
    """Port `NoticeSender`: `samverkan.notis.<aktor>`, one partition each, so an actor's notices keep their order."""

    def __init__(self, bootstrap: Address, *, timeout_s: float = TIMEOUT_S) -> None:
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
            await self._producer.send_in_batches([_outgoing(notice) for notice in notices])


def notice_id(notice: NoticeRow) -> str:
    """What tells a notice from every other: the same when a gate that died is followed by one that sends it again."""
    return ids.notice_id(notice.partition, notice.offset, notice.nr, notice.aktor)


def _outgoing(notice: NoticeRow) -> Outgoing:
    headers = ((HEADER_ID, notice_id(notice).encode()),)
    return Outgoing(topics.notis(notice.aktor), 0, None, headers, notice.body)
