"""Publishing through Kafka instead of HTTP: an event sealed to the hub, put on the actor's own topic.

The hub answers on the actor's topic of notices, beside the notices; `answer` reads it there. Nothing is said on the
topic itself, and whoever reads it, the broker's operator too, reads nothing but whose it is.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from joserfc.jwk import ECKey

from samverkanshub.client.errors import UnavailableError
from samverkanshub.client.events import Prepared
from samverkanshub.client.tokens import Identity
from samverkanshub.codec.forseglat import LARGEST_SEALED, seal
from samverkanshub.codec.svar import DirectAnswer, Problem, answer
from samverkanshub.topics import inkommande

__all__ = ["DirectAnswer", "DirectPublisher", "Problem", "answer"]


class DirectPublisher:
    """`async with DirectPublisher(...) as direct:`; `send` returns once the broker has the event, judged or not."""

    def __init__(
        self, bootstrap: str, identity: Identity, hub_key: str | bytes, *, security: Mapping[str, Any] | None = None
    ) -> None:
        """`hub_key`: what `samverkanshub direkt publik` prints (a JWK).

        `security`: aiokafka's arguments for TLS and SASL.
        """
        self._identity = identity
        self._key = ECKey.import_key(msgspec.json.decode(hub_key, type=dict[str, Any]))
        self._made = {"bootstrap_servers": bootstrap, **(security or {})}
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        producer = AIOKafkaProducer(
            **self._made, acks="all", enable_idempotence=True, max_request_size=2 * LARGEST_SEALED
        )
        try:
            await producer.start()
        except KafkaError as error:
            await producer.stop()
            raise UnavailableError("kafka does not answer") from error
        self._producer = producer
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def send(self, event: Prepared) -> int:
        """Seal and send; returns its offset, by which the answer names it. Sent twice it is still the same event.

        Raises `UnavailableError` where the broker does not answer: whether it has the event is then unknown.
        """
        assert self._producer is not None, "use it as a context manager"
        sealed = seal(self._identity.anvandare, event.body, self._identity.aktor, self._key)
        try:
            placed = await self._producer.send_and_wait(inkommande(self._identity.aktor), sealed, partition=0)
        except KafkaError as error:
            raise UnavailableError("kafka does not answer") from error
        return int(placed.offset)
