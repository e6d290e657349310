"""What a run of the benchmarks stands on: a broker and a PostgreSQL of its own, logs of generated days, databases."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from secrets import token_hex
from time import time

from aiokafka import AIOKafkaProducer

from benchmarks.dagar import Mix, dagar, list_keys
from samverkanshub import bootstrap, topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.kafka.admin import ensure_topics
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.keys import make_key
from samverkanshub.adapters.postgres.connect import migrate
from samverkanshub.adapters.servers.places import free_port, locked, temporary_data
from samverkanshub.adapters.servers.postgres import EmbeddedPostgres
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.artefacts import artefacts_of
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.demo.run import KEYS_FROM
from samverkanshub.pipeline.activation import activate
from samverkanshub.settings import Settings
from samverkanshub.topics import TopicSpec

FREE_PORTS = ("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT")
SENDER = "mora"
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class Ground:
    """Running servers with the hub's topics, databases and record 0; `key` is the private key of `SENDER`."""

    settings: Settings
    postgres: EmbeddedPostgres
    key: Path

    @property
    def kafka(self) -> str:
        """Where the broker is."""
        return self.settings.kafka

    async def topic(self, name: str) -> str:
        """A new topic kept as the log is, with one partition."""
        made = f"matning.{name}.{token_hex(3)}"
        await ensure_topics(self.kafka, [TopicSpec(made, 1, topics.CONFIG_LOGG)])
        return made

    @asynccontextmanager
    async def projection(self) -> AsyncIterator[str]:
        """An empty projection's DSN; it is dropped afterwards."""
        name = f"matning_{token_hex(4)}"
        dsn = await self.postgres.create(name)
        try:
            await migrate(dsn, "projektion")
            yield dsn
        finally:
            await self.postgres.drop(name)

    async def fill(self, mix: Mix, count: int, seed: int) -> None:
        """Generated days in the hub's own log, after record 0."""
        today = swedish_day(int(time() * 1000))
        katalog = bootstrap.local_regelverk(self.settings).katalog
        await _fill(self.kafka, topics.LOGG, islice(dagar(mix, katalog, seed, today), count))

    async def log(self, mix: Mix, count: int, seed: int) -> str:
        """A log of record 0 and generated days, `count` records in all; the topic's name."""
        topic = await self.topic(f"logg-{mix}")
        regelverk = bootstrap.local_regelverk(self.settings)
        today = swedish_day(int(time() * 1000))  # Of the broker's stamps.
        log = KafkaLog(self.kafka, topic=topic)
        await activate(
            artefacts_of(regelverk),
            [0],
            store=DirectoryArtefacts(self.settings.artefakter),
            log=log,
            reader=KafkaLogReader(self.kafka, topic=topic),
            schemas=default_schemas(),
            salt=lambda: bytes(32),
        )
        await log.stop()
        await _fill(self.kafka, topic, islice(dagar(mix, regelverk.katalog, seed, today), count - 1))
        return topic


async def _fill(kafka: str, topic: str, envelopes: Iterator[Envelope]) -> None:
    schemas = default_schemas()
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20, max_batch_size=1 << 18)
    await producer.start()
    try:
        while some := list(islice(envelopes, AT_A_TIME)):
            sent = [
                await producer.send(
                    topic,
                    kuvert.encode(one, schemas),
                    key=kuvert.key(one),
                    partition=0,
                    headers=list(kuvert.headers(one)),
                )
                for one in some
            ]
            await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def ground_on(kafka: str, postgres: EmbeddedPostgres, projektion: str, valv: str, data: Path) -> Ground:
    """The same on servers that run already, in a directory that is made and two empty databases."""
    settings = _settings_on(kafka, projektion, valv, data)
    key = _keys(settings, data)
    bootstrap.make_notary_key(settings)
    await bootstrap.prepare(settings)
    await bootstrap.activate_regelverk(settings)
    return Ground(settings, postgres, key)


def _settings_on(kafka: str, projektion: str, valv: str, data: Path) -> Settings:
    data.mkdir()
    given = {"KAFKA": kafka, "PROJEKTION": projektion, "VALV": valv, "DATA": str(data), "KEK_FIL": str(data / "kek")}
    given |= {"API_PORT": str(free_port()), "LOGGNAMN": "matning", "UTVECKLING": "1"}
    given |= {"VAKT": str(data / "vakt"), "NOTARIE_NYCKEL": str(data / "notarie.pem")}
    KekFiles(data / "kek").begin()
    return Settings.from_env({f"SAMVERKAN_{name}": value for name, value in given.items()})


def as_it_is(settings: Settings) -> Settings:
    """The same."""
    return settings


@asynccontextmanager
async def ground(changed: Callable[[Settings], Settings] = as_it_is) -> AsyncIterator[Ground]:
    """Servers in a directory that is gone afterwards, by settings that `changed` makes. In the main thread only."""
    env = dict(os.environ)  # noqa: TID251
    with _data() as data, locked(data):
        settings = changed(Settings.from_env({**dict.fromkeys(FREE_PORTS, "0"), "SAMVERKAN_DATA": str(data)}))
        key = _keys(settings, data)
        async with bootstrap.servers(settings, env) as servers:
            assert servers.postgres
            bootstrap.make_kek(settings)
            bootstrap.make_notary_key(settings)
            await bootstrap.prepare(servers.settings)
            await bootstrap.activate_regelverk(servers.settings)
            yield Ground(servers.settings, servers.postgres, key)


def _keys(settings: Settings, data: Path) -> Path:
    """The sender's private key; beside it the regelverk has the keys that the days' events are signed with."""
    key = make_key(SENDER, settings.nycklar, data / "privata", KEYS_FROM)[1]
    list_keys(settings.nycklar, bootstrap.local_regelverk(settings).katalog)
    return key


@contextmanager
def _data() -> Iterator[Path]:
    data = temporary_data("samverkanshub-bench-")
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)
