"""An embedded Apache Kafka: one node in KRaft mode on loopback, its data below one directory.

For development it is plain; with `Skydd` it asks for TLS and a user, and nobody may what they are not given.
"""

import asyncio
import base64
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from samverkanshub import topics
from samverkanshub.adapters.kafka.broker import Address, Broker, arguments, at
from samverkanshub.adapters.servers.child import Child, run, spawn
from samverkanshub.adapters.servers.jars import environment, jars, tool
from samverkanshub.adapters.servers.places import LOOPBACK, Wanted, claim_ports
from samverkanshub.adapters.servers.skydd import Filer, Skydd, first_user, in_a_file, lay_out, secured

START_S: Final = 60.0
GRACE_S: Final = 20.0
# No file in the shared /tmp (hsperfdata) that a kill would leave behind.
JAVA: Final = ("-Xms96m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.awt.headless=true")


def properties(directory: Path, port: int, controller: int, filer: Filer | None = None) -> dict[str, str]:
    """The broker's configuration: one node that is broker and controller, replication 1, nothing made by accident.

    Plain without `filer`.
    """
    return _plain(directory, port, controller) | (secured(port, controller, filer) if filer else {})


def _plain(directory: Path, port: int, controller: int) -> dict[str, str]:
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{port},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        "log.dirs": str(directory / "data"),
        "auto.create.topics.enable": "false",
        "compression.type": "uncompressed",
        "log.retention.ms": "-1",
        "message.max.bytes": str(topics.MAX_RECORD_BYTES),
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.num.partitions": "1",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # One developer's machine, not a broker's: small buffers and few threads.
        "log.cleaner.dedupe.buffer.size": "16777216",
        "log.index.size.max.bytes": "2097152",
        "num.network.threads": "2",
        "num.io.threads": "2",
    }


class EmbeddedKafka:
    """One broker below `directory`. `bootstrap` is where it listens once started; a port of 0 is a free one.

    `source` has the pinned pom, `cache` the jars it asks for, `env` is what Java and Maven may see of the environment.
    A storage that was formatted without `skydd` has no user, and cannot be given one.
    """

    def __init__(
        self,
        directory: Path,
        port: int,
        source: Path,
        cache: Path,
        env: Mapping[str, str],
        controller: int = 0,
        skydd: Skydd | None = None,
    ) -> None:
        self.directory = directory
        self.port = port
        self.controller = controller
        self._source = source
        self._cache = cache
        self._env = environment(env)
        self.skydd = skydd
        self._child: Child | None = None

    @property
    def bootstrap(self) -> str:
        """host:port of the broker."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def address(self) -> Broker:
        """How its super user reaches it."""
        return self.skydd.som(self.bootstrap) if self.skydd else Broker(self.bootstrap)

    @property
    def child(self) -> Child:
        """The broker's process; only once started."""
        assert self._child is not None
        return self._child

    async def start(self) -> None:
        """Start the broker and wait until it answers. Raises `Taken` or `ServerFailed`. In the main thread only."""
        own = Wanted(LOOPBACK, self.port, "SAMVERKAN_KAFKA_PORT")
        self.port, controller = claim_ports([own, Wanted(LOOPBACK, self.controller, "controller")])
        libs = await jars(self._source, self._cache, self._env)
        config = self._configure(controller)
        if not (self.directory / "data" / "meta.properties").exists():
            await self._format(libs, config)
        self._child = self._java(libs, "kafka.Kafka", str(config))
        try:
            await self._answering(self._child)
        except BaseException:
            await self.stop()
            raise

    def _configure(self, controller: int) -> Path:
        for part in ("", "tmp"):
            (self.directory / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self.directory / "server.properties"
        filer = lay_out(self.directory, self.skydd) if self.skydd else None
        lines = properties(self.directory, self.port, controller, filer)
        config.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return config

    async def _format(self, libs: Path, config: Path) -> None:
        command = ("kafka.tools.StorageTool", *_format(config), *(first_user(self.skydd) if self.skydd else ()))
        file = self.directory / "format.args"
        try:
            await run(self._java(libs, in_a_file(command, file)))
        finally:
            file.unlink()

    def _java(self, libs: Path, main: str, *arguments: str) -> Child:
        options = (
            f"-Djava.io.tmpdir={self.directory / 'tmp'}",
            f"-Dsamverkan.logs={self.directory}",
            f"-Dlog4j2.configurationFile={(self._source / 'log4j2.properties').as_uri()}",
            # What a crash tells lies with the rest, not wherever it was started.
            f"-XX:ErrorFile={self.directory / 'hs_err.log'}",
        )
        command = [tool("java"), *JAVA, *options, "-cp", f"{libs}/*", main, *arguments]
        return spawn("kafka", command, env=self._env, log=self.directory / "kafka.out", death=signal.SIGKILL)

    async def _answering(self, child: Child) -> None:
        until = time.monotonic() + START_S
        while not await answers(self.address):
            if not child.running:
                raise child.failed("ended while starting")
            if time.monotonic() > until:
                raise child.failed(f"does not answer after {START_S:.0f} s")
            await asyncio.sleep(0.1)

    async def stop(self) -> None:
        """End the broker in order; kill it when it does not end."""
        if self._child:
            await self._child.stop(signal.SIGTERM, GRACE_S)


def _format(config: Path) -> tuple[str, ...]:
    cluster = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
    # A leading dash would be read as an option.
    return ("format", "--cluster-id", "S" + cluster[1:], "--config", str(config))


async def answers(address: Address) -> bool:
    """Whether a broker there has joined its cluster and takes requests."""
    if not await _open(at(address).bootstrap):
        return False
    client = AIOKafkaAdminClient(**arguments(address), request_timeout_ms=5000)
    try:
        await client.start()
        return bool((await client.describe_cluster())["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        await client.close()


async def _open(bootstrap: str) -> bool:
    # Asked first, since the client writes an error to the log for every refusal.
    host, _, port = bootstrap.rpartition(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


@contextlib.asynccontextmanager
async def running_kafka(server: EmbeddedKafka) -> AsyncIterator[str]:
    """The server's bootstrap address, while it runs."""
    await server.start()
    try:
        yield server.bootstrap
    finally:
        await server.stop()
