"""The hub whose pages are walked, on servers of its own: the demo's, its cases played, or one with generated days."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from benchmarks.dagar import MIXES
from benchmarks.ground import SENDER, Ground, ground
from benchmarks.roles import running_roles
from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.log import KafkaLog
from samverkanshub.adapters.keys import make_key
from samverkanshub.client.tokens import fresh_id
from samverkanshub.codec.envelope import PERSONS_HEADER
from samverkanshub.entrypoints.cli.demo import own_directory, own_settings
from samverkanshub.entrypoints.cli.supervisor import running_hub
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.settings import Settings

SEED: Final = 1
CANARY_S: Final = 2.0
"""How often a canary goes through, so that the pages have some to tell of."""


@asynccontextmanager
async def played() -> AsyncIterator[str]:
    """The demo's: its address, once all cases have come out as expected. Raises RuntimeError where one has not."""
    with own_directory() as data:
        settings = replace(with_roles(own_settings("demo", data)), kanarie_s=CANARY_S)
        keys = run.make_keys(cases.load(run.directory()), settings, data / "nycklar-privata")
        async with running_hub(settings) as hub:
            await _play(hub.url, keys)
            await _proposed(hub.settings)
            await _unreadable(hub.settings)
            yield hub.url


@asynccontextmanager
async def generated(count: int) -> AsyncIterator[str]:
    """One with so many generated events and then the demo's first case: its address, once all is judged and entered.

    What is generated was sealed by nobody and cannot be opened, so that the demo's is what users open and write about.
    """
    async with ground(_with_keys) as made:
        await made.fill(MIXES[1], count, SEED)
        async with running_roles(made):
            await _settled(made.settings.projektion, count)
            url = f"http://{made.settings.api_vard}:{made.settings.api_port}"
            await _play(url, _keys(made), 1)
            await _proposed(made.settings)
            await _unreadable(made.settings)
            await _settled(made.settings.projektion, count)
            yield url


async def _proposed(settings: Settings) -> None:
    """What the walk looks at and approves: the same regelverk with a shorter time for who is to acknowledge."""
    other = settings.data / "foreslaget"
    shutil.copytree(settings.regelverk, other)
    frister = other / "frister.yaml"
    text = frister.read_text(encoding="utf-8")
    frister.write_text(text.replace("o4.kvittens: {sekunder: 3600,", "o4.kvittens: {sekunder: 1800,"), encoding="utf-8")
    await bootstrap.propose_regelverk(settings, other, fresh_id(), "drift.2", "nya_bestammelser")


async def _unreadable(settings: Settings) -> None:
    """What the walk thaws: two persons whom nobody knows, whom a record that could not be read names."""
    log = KafkaLog(settings.kafka)
    try:
        persons = b"".join(sorted(UUID(fresh_id()).bytes for _ in range(2)))
        await log.append(0, None, [(PERSONS_HEADER, persons)], b"no record")
    finally:
        await log.stop()


def _with_keys(settings: Settings) -> Settings:
    """The demo's regelverk, and keys for those who act in it, beside `SENDER`, whose key the ground makes."""
    for aktor in _actors():
        make_key(aktor, settings.nycklar, _private(settings), run.KEYS_FROM)
    return replace(with_roles(settings), konsol_nycklar=_private(settings))


def _keys(made: Ground) -> dict[str, Path]:
    """Where each actor's private key is."""
    found = {aktor: next(_private(made.settings).glob(f"{aktor}.*.pem")) for aktor in _actors()}
    return {**found, SENDER: made.key}


def _actors() -> list[str]:
    named = {group.partition(".")[0] for group in run.groups(cases.load(run.directory()))}
    return sorted(named - {SENDER})


def _private(settings: Settings) -> Path:
    """Where the ground keeps the key of `SENDER`."""
    return settings.data / "privata"


async def _play(url: str, keys: dict[str, Path], most: int | None = None) -> None:
    """Play the cases, or so many of them: who looks for a delivery reads the whole inbox, and those are long here."""
    chosen, shared = cases.load(run.directory())[:most], cases.common(run.directory())
    tally = await run.play(chosen, shared, run.connector(url, keys), lambda told: None)
    if tally.mismatches:
        raise RuntimeError(tally.line())


async def _settled(projektion: str, count: int) -> None:
    """Wait until so many are judged, signed, counted and entered; the pages are not to be timed meanwhile."""
    tables = ("position", "uppfoljning", "register")
    queries = [f"select max(position) from {table}" for table in tables]
    async with asyncpg.create_pool(projektion, max_size=1, min_size=1) as pool:
        for query in (*queries, "select max(size) from notarie"):
            await _reached(pool, query, count)
        await pool.execute("analyze")


async def _reached(pool: asyncpg.Pool, query: str, count: int) -> None:
    while True:
        if (await pool.fetchval(query) or 0) >= count:
            return
        await asyncio.sleep(1)
