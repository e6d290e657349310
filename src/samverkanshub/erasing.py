"""The vault as a process may use it: behind what the log has erased, and with the verbs that erase (G1)."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from samverkanshub import bootstrap, topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.kafka.admin import require_topic
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.pipeline.driftatgarder import Driftatgarder
from samverkanshub.pipeline.raderat_forst import ErasedFirst, Obeyed
from samverkanshub.pipeline.radering import Radering
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.ports import KeyWrapping
from samverkanshub.settings import Settings


@dataclass(frozen=True, slots=True)
class Valv:
    """The vault, and erasure in it."""

    vault: ErasedFirst
    radering: Radering
    obeyed: Obeyed
    reader: KafkaLogReader


def valv(
    settings: Settings,
    pool: asyncpg.Pool,
    wrapping: KeyWrapping,
    projection: PostgresProjection,
    log: KafkaLog,
    *,
    acts: bool,
) -> Valv:
    """The vault of a pool: it serves once it has obeyed the log, which who `acts` makes it do and others wait for."""
    raw, schemas, omraden = PostgresVault(pool, wrapping), default_schemas(), settings.omraden
    regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
    atgarder = Driftatgarder(
        *(projection, log, regelverk, schemas, os.urandom), wait_s=settings.dom_vantan_s, omraden=omraden
    )
    radering = Radering(
        *(raw, PostgresErasing(pool), projection, log, atgarder, schemas),
        *(Failpoints(settings.felpunkter), os.urandom),
        omraden=omraden,
        wait_s=settings.dom_vantan_s,
    )
    reader = KafkaLogReader(bootstrap.broker(settings))
    obeyed = Obeyed(radering, projection, reader, schemas, omraden, acts=acts)
    return Valv(ErasedFirst(raw, obeyed), radering, obeyed, reader)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Valv]:
    """The vault and erasure on the servers that the settings name, or the embedded ones of a hub that is up.

    Raises `Halt` (`fel-kek`), also where the log has another number of områden than the settings say (`fel-topic`): one
    that is not asked would have no say. And `Unavailable`.
    """
    await require_topic(bootstrap.broker(settings), topics.logg(settings.omraden))
    async with AsyncExitStack() as stack:
        projection = await stack.enter_async_context(bootstrap.reading(settings))
        dsn = bootstrap.database(settings, "valv")
        pool = await stack.enter_async_context(await open_pool(dsn, by_key=True))
        log = KafkaLog(bootstrap.broker(settings))
        stack.push_async_callback(log.stop)
        made = valv(settings, pool, bootstrap.key_wrapping(settings), projection, log, acts=True)
        await made.obeyed.require()
        yield made
