"""The hub's roles as `up` runs them, on servers that run already."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg

from benchmarks.ground import Ground
from benchmarks.race import environment
from samverkanshub.entrypoints.cli.supervisor import ROLES, Supervised, kept
from samverkanshub.settings import Settings

PATIENCE_S = 60.0


@contextlib.asynccontextmanager
async def running_roles(ground: Ground) -> AsyncIterator[None]:
    """Gate, api, watch and notary, from when record 0 is judged until the block ends. Raises `TimeoutError`."""
    async with contextlib.AsyncExitStack() as running:
        for role in ROLES:
            await running.enter_async_context(kept(Supervised(role, ground.settings, environment())))
        await listening(ground.settings)
        await _judging(ground.settings.projektion)
        yield


async def _judging(projektion: str) -> None:
    async with asyncio.timeout(PATIENCE_S), asyncpg.create_pool(projektion, max_size=1, min_size=1) as pool:
        while True:
            if await pool.fetchval("select max(notified) from position"):
                return
            await asyncio.sleep(0.05)


async def listening(settings: Settings) -> None:
    """Wait until the api takes connections. Raises `TimeoutError`."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(settings.api_vard, settings.api_port)
                writer.close()
                return
            await asyncio.sleep(0.05)
