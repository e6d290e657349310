"""The gate's Faust app, made afresh by a factory."""

from collections.abc import Iterable
from typing import Any, ClassVar

import faust
from faust.app.base import BootStrategy
from faust.types.auth import CredentialsT

from samverkanshub.adapters.kafka.broker import MECHANISM, Broker, at
from samverkanshub.entrypoints.worker.keeper import Keeper
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.transport import Fetched, FetchedSchema, GateTransport

REQUEST_S = 90.0


class GateBoot(BootStrategy):
    """Only what consumes: no producer (Faust logs whole messages when a send fails), no web, no leader, no replies."""

    enable_kafka_producer = False
    enable_web = False

    def kafka_consumer(self) -> Iterable[Any]:
        """The consumer alone."""
        return [self.app.consumer]


class GateApp(faust.App):
    """A Faust app over the gate's transport."""

    BootStrategy: ClassVar[Any] = GateBoot
    keeper: Keeper
    options: Options

    def _new_transport(self) -> Any:
        return GateTransport(self.conf.broker_consumer, self)

    def _create_directories(self) -> None:
        """None: the app has no tables."""


def create_app(keeper: Keeper, options: Options) -> GateApp:
    """An app that hands `keeper` every batch of the log, in order, and acknowledges what it returns from.

    Call it within the event loop that will run the app.
    """
    broker = at(options.bootstrap)
    app = GateApp(
        options.group,
        broker=[f"kafka://{server}" for server in broker.bootstrap.split(",")],
        broker_credentials=credentials(broker),
        autodiscover=False,
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        worker_redirect_stdouts=False,
        consumer_group_instance_id=options.instance or None,
        consumer_auto_offset_reset="none",
        broker_session_timeout=options.session_s,
        broker_heartbeat_interval=options.session_s / 3,
        # A batch in hand may be held as long as a server is waited for; the group waits for it to finish.
        broker_rebalance_timeout=options.hold_s + options.assign_s,
        broker_request_timeout=REQUEST_S + options.hold_s + options.assign_s,
        broker_commit_interval=options.commit_s,
        stream_wait_empty=True,
        # With standbys of tables Faust brings an assignor of its own.
        table_standby_replicas=0,
    )
    app.keeper, app.options = keeper, options
    _add_agent(app)
    return app


def credentials(broker: Broker) -> CredentialsT | None:
    """As whom Faust speaks to a broker, and over what."""
    if broker.context is None:
        return None
    if not broker.anvandare:
        return faust.SSLCredentials(broker.context)
    return faust.SASLCredentials(
        username=broker.anvandare, password=broker.losen, ssl_context=broker.context, mechanism=MECHANISM
    )


def _add_agent(app: GateApp) -> None:
    log = app.topic(app.options.topic, schema=FetchedSchema(), acks=True)

    @app.agent(log, name="gate", concurrency=1)
    async def gate(stream: Any) -> None:
        # Faust would acknowledge an item as the loop moves on, however its handling ended.
        stream.enable_acks = False
        async for item in stream:
            await _handle(app, item, stream.current_event)


async def _handle(app: GateApp, item: Fetched, event: Any) -> None:
    await app.keeper.batch(item.partition, item.records)
    event.ack()
    item.done.set()
