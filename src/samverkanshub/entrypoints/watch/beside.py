"""What `watch` does beside its rounds, each by itself and never in their way: what goes wrong with it stays with it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

import structlog

from samverkanshub.entrypoints.worker.keeper import described
from samverkanshub.ports import Unavailable

LONGEST_S: Final = 30.0
"""A turn that takes longer hangs, and is taken back."""
ENDS_S: Final = 5.0

Turn = Callable[[], Awaitable[None]]
Open = Callable[[], AbstractAsyncContextManager[Turn]]


@asynccontextmanager
async def beside(namn: str, open: Open, every_s: float) -> AsyncIterator[None]:
    """Do one thing again and again for as long as the context lasts, whatever becomes of it; `namn` is for the log."""
    going = asyncio.create_task(_supervised(namn, open, every_s))
    try:
        yield
    finally:
        going.cancel()
        # Waited for from outside: a driver may take long to let go of a question that is taken back.
        await asyncio.wait({going}, timeout=ENDS_S)


async def _supervised(namn: str, open: Open, every_s: float) -> None:
    log = structlog.stdlib.get_logger(__name__)
    while True:
        try:
            await _again(open, every_s)
        except Unavailable as error:
            log.warning(f"{namn}.held", what=error.what)
        except Exception as error:
            log.error(f"{namn}.failed", **described(error))
        await asyncio.sleep(every_s)


async def _again(open: Open, every_s: float) -> None:
    """Until something goes wrong; then it begins anew."""
    async with open() as turn:
        while True:
            async with asyncio.timeout(LONGEST_S):
                await turn()
            await asyncio.sleep(every_s)
