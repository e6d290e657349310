"""A hub whose gate is the test's to start, kill and start again, with servers of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from inspect import isawaitable
from pathlib import Path
from signal import SIGKILL
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from acceptance.whole import Silent, Whole, whole
from samverkanshub import bootstrap, topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.keys import make_key
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.adapters.servers.child import Child, spawn
from samverkanshub.adapters.servers.places import free_port, locked
from samverkanshub.client import Client, Options, Receipt, Retry, UnavailableError
from samverkanshub.client.client import health_of
from samverkanshub.client.events import Prepared
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.entrypoints.cli.supervisor import API, GATE, NOTARY, WATCH, Supervised, kept
from samverkanshub.entrypoints.demo.run import KEYS_FROM
from samverkanshub.entrypoints.worker.options import Options as WorkerOptions
from samverkanshub.pipeline.gate import Gate
from samverkanshub.settings import Settings

PATIENCE_S = 60.0
PATIENT = Retry(attempts=600, first_s=0.05, longest_s=0.1)
ONCE = Retry(attempts=1)
ACTORS = ("mora", "region-dalarna", "leksand")
SENDER = "mora.vinr.utsatt"
REPORTER = "region-dalarna.vardcentral-leksand.handlaggare"


def soon(failures: int) -> float:
    """How long a role's restart waits in these tests."""
    return 0.05


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            found = true()
            if await found if isawaitable(found) else found:
                return
            await asyncio.sleep(0.02)


@dataclass
class Hub:
    """Servers, an api that is kept running, and the keys of a few actors. No gate runs unless a test starts one."""

    settings: Settings
    servers: bootstrap.Servers
    keys: dict[str, Path]
    taken: list[str]

    @property
    def url(self) -> str:
        return f"http://{self.settings.api_vard}:{self.settings.api_port}"

    def client(self, lasargrupp: str, retry: Retry = PATIENT, url: str = "") -> Client:
        aktor = lasargrupp.partition(".")[0]
        return Client(
            url or self.url, aktor, lasargrupp, "prov", self.keys[aktor].read_bytes(), options=Options(retry=retry)
        )

    async def send(self, typ: str, data: dict[str, Any], av: str = SENDER) -> Receipt:
        """Publish an event, with patience; it is remembered as taken."""
        async with self.client(av) as client:
            receipt = await client.publish(typ, data)
        self.taken.append(receipt.handelse_id)
        return receipt

    async def send_prepared(self, event: Prepared, url: str = "", retry: Retry = PATIENT) -> Receipt:
        """The same for an event whose bytes are to be sent again."""
        async with self.client(SENDER, retry, url) as client:
            receipt = await client.send(event)
        self.taken.append(receipt.handelse_id)
        return receipt

    async def prepared(self, **data: Any) -> Prepared:
        """An avvikelse, ready to be sent by `SENDER`."""
        async with self.client(SENDER) as client:
            return client.prepare("avvikelse", avvikelse(**data))

    @asynccontextmanager
    async def gate(self, felpunkter: str = "", instans: str = "gate-1") -> AsyncIterator[Child]:
        """A gate's process, which nobody starts again; killed at the end where it still runs."""
        env = {**os.environ, **replace(self.settings, felpunkter=felpunkter).to_env()}  # noqa: TID251
        command = [sys.executable, "-m", GATE.module, "--instans", instans]
        child = spawn("gate", command, env=env, log=self.gate_log)
        try:
            yield child
        finally:
            child.send(SIGKILL)
            await child.exited()

    @asynccontextmanager
    async def api(self, felpunkter: str = "", **given: str) -> AsyncIterator[tuple[str, Child]]:
        """Another api, which nobody starts again, with settings of its own where given; its address and process."""
        settings = replace(self.settings, felpunkter=felpunkter, api_port=free_port(), **given)
        env = {**os.environ, **settings.to_env()}  # noqa: TID251
        child = spawn("api", [sys.executable, "-m", API.module], env=env, log=self.settings.loggar / "api-2.log")
        url = f"http://{settings.api_vard}:{settings.api_port}"
        try:
            await until(partial(_answers, url))
            yield url, child
        finally:
            child.send(SIGKILL)
            await child.exited()

    @asynccontextmanager
    async def kept_gate(self) -> AsyncIterator[Supervised]:
        """A gate that is started again whenever it ends."""
        async with kept(Supervised(GATE, self.settings, os.environ, soon)) as gate:  # noqa: TID251
            yield gate

    @asynccontextmanager
    async def watch(
        self, felpunkter: str = "", ahead_ms: int = 0, kanarie_s: float = 0.0, **given: str
    ) -> AsyncIterator[Supervised]:
        """A watch that is started again whenever it ends; its failpoints act in its first life alone."""
        own = {"felpunkter": felpunkter, "klocka_forskjutning_ms": ahead_ms, "kanarie_s": kanarie_s}
        settings = replace(self.settings, **own, **given)
        async with kept(Supervised(WATCH, settings, os.environ, soon)) as watch:  # noqa: TID251
            yield watch

    @asynccontextmanager
    async def notary(self, felpunkter: str = "") -> AsyncIterator[Supervised]:
        """A notary that is started again whenever it ends; its failpoints act in its first life alone."""
        settings = replace(self.settings, felpunkter=felpunkter)
        async with kept(Supervised(NOTARY, settings, os.environ, soon)) as notary:  # noqa: TID251
            yield notary

    @property
    def gate_log(self) -> Path:
        return self.settings.loggar / "gate.log"

    def logged(self, what: str) -> int:
        """How many lines of the gate's log say it."""
        return self.gate_log.read_text().count(what) if self.gate_log.exists() else 0

    def has_logged(self, what: str, times: int) -> bool:
        """Whether so many lines of the gate's log say it."""
        return self.logged(what) >= times

    async def sql(self, statement: str, *arguments: object, valv: bool = False) -> list[dict[str, Any]]:
        """Past the hub, to either database."""
        connection = await asyncpg.connect(self.settings.valv if valv else self.settings.projektion)
        try:
            return [dict(row) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    async def position(self) -> dict[str, Any]:
        """The gate's row in the projection."""
        [found] = await self.sql("select * from position")
        return found

    async def judged(self) -> None:
        """Wait until the gate is at the log's end and has sent every notice."""
        end = await KafkaLogReader(self.settings.kafka).end(0)

        async def done() -> bool:
            found = await self.position()
            return bool(found["position"] >= end and found["notified"] == found["position"])

        await until(done)

    async def decisions(self, handelse_id: str) -> list[str]:
        """The status of each decision on an event."""
        query = 'select status from beslut where handelse_id = $1 order by "offset"'
        return [row["status"] for row in await self.sql(query, handelse_id)]

    async def notices_of(self, handelse_id: str) -> int:
        """How many notices tell of a changed outcome of the event."""
        return sum(body.get("handelse") == handelse_id for _, body in (await self.whole()).notices)

    async def whole(self) -> Whole:
        return await whole(self.settings)

    async def says(self, colour: str, reason: str = "") -> bool:
        """Is the hub's health this, with this among its reasons; with none where none is given?"""
        found = await health_of(self.url)
        return found.halsa == colour and (reason in found.skal if reason else not found.skal)


async def _answers(url: str) -> bool:
    try:
        return bool((await health_of(url)).halsa)
    except UnavailableError:
        return False


def avvikelse(**data: Any) -> dict[str, Any]:
    """A deviation, which concerns no person, from Mora to the region."""
    return {
        "personer": [],
        "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
        "slag": "overlamning",
        "mellan_huvudman": True,
        "lex_sarah": "ej_bedomt",
        "lex_maria": "galler_inte",
        "beskrivning": "remissen lämnades utan att någon tagit över",
        **data,
    }


@asynccontextmanager
async def hub_in(data: Path, *, watched: bool = True, signed: bool = True, **given: str) -> AsyncIterator[Hub]:
    """Everything but a gate, with these settings, and with a watch and a notary unless the test starts its own.

    Record 0 is judged, three events are in the log, and Kafka's hint says they are judged.
    """
    settings = Settings.from_env(
        {
            **{f"SAMVERKAN_{name}_PORT": "0" for name in ("API", "KAFKA", "POSTGRES")},
            "SAMVERKAN_DATA": str(data),
            "SAMVERKAN_DOM_VANTAN_S": "0.2",
            "SAMVERKAN_KANARIE_S": "0",
            **given,
        }
    )
    keys = {aktor: make_key(aktor, settings.nycklar, data / "privata", KEYS_FROM)[1] for aktor in ACTORS}
    with locked(data):
        async with bootstrap.servers(settings, os.environ) as servers:  # noqa: TID251
            bootstrap.make_kek(settings)
            bootstrap.make_notary_key(settings)
            await bootstrap.prepare(servers.settings)
            await bootstrap.activate_regelverk(servers.settings)
            await _judge_record_0(servers.settings)
            roles = [API, *([WATCH] if watched else []), *([NOTARY] if signed else [])]
            async with AsyncExitStack() as running:
                for role in roles:
                    await running.enter_async_context(kept(Supervised(role, servers.settings, os.environ, soon)))  # noqa: TID251
                hub = Hub(servers.settings, servers, keys, [])
                for _ in range(3):
                    await hub.send("avvikelse", avvikelse())
                await hint(servers.settings.kafka, 4)
                yield hub


async def _judge_record_0(settings: Settings) -> None:
    """By a gate in this process, which joins no consumer group."""
    pool = await open_pool(settings.projektion)
    reader, artefacts = KafkaLogReader(settings.kafka), DirectoryArtefacts(settings.artefakter)
    try:
        gate = Gate(PostgresGateStore(pool), reader, artefacts, Silent(), default_schemas(), Failpoints())
        await gate.assign(0)
        await gate.batch(0, [record async for record in reader.records(0, 0, 1)])
    finally:
        await pool.close()


async def hint(kafka: str, offset: int) -> None:
    """Commit an offset for the gate's consumer group, while it has no members."""
    place = TopicPartition(topics.LOGG, 0)
    group = WorkerOptions(bootstrap=kafka).group
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign([place])
        await consumer.commit({place: offset})
        assert await consumer.committed(place) == offset
    finally:
        await consumer.stop()


async def refused(sending: Awaitable[Receipt]) -> UnavailableError:
    """The error of a publication that must not be taken."""
    try:
        await sending
    except UnavailableError as error:
        return error
    raise AssertionError("it was taken")
