"""What `watch` does beside its rounds, and never in their way: what goes wrong with it stays with it.

It measures the topics, counts the log for the tables of follow-up, enters decisions in the auditors' register, holds
the log against what intake claimed, and sends canaries.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import structlog

from samverkanshub.entrypoints.worker.keeper import described
from samverkanshub.pipeline.matning import EVERY_S
from samverkanshub.ports import Unavailable

LONGEST_S: Final = 30.0
"""A measurement that takes longer hangs, and is taken back."""
ENDS_S: Final = 5.0

Measure = Callable[[], Awaitable[None]]
Open = Callable[[], AbstractAsyncContextManager[Measure]]


@asynccontextmanager
async def measured(open: Open, every_s: float = EVERY_S, namn: str = "matning") -> AsyncIterator[None]:
    """Measure again and again for as long as the context lasts, whatever becomes of it; `namn` is for the log."""
    measuring = asyncio.create_task(_supervised(open, every_s, namn))
    try:
        yield
    finally:
        measuring.cancel()
        # Waited for from outside: a driver may take long to let go of a question that is taken back.
        await asyncio.wait({measuring}, timeout=ENDS_S)


async def _supervised(open: Open, every_s: float, namn: str) -> None:
    log = structlog.stdlib.get_logger(__name__)
    while True:
        try:
            await _measuring(open, every_s)
        except Unavailable as error:
            log.warning(f"{namn}.held", what=error.what)
        except Exception as error:
            log.error(f"{namn}.failed", **described(error))
        await asyncio.sleep(every_s)


async def _measuring(open: Open, every_s: float) -> None:
    """Until something goes wrong; then it begins anew."""
    async with open() as measure:
        while True:
            async with asyncio.timeout(LONGEST_S):
                await measure()
            await asyncio.sleep(every_s)
