"""`python -m samverkanshub.entrypoints.watch`: the watch role, settings from `SAMVERKAN_*`."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial

from samverkanshub import roles
from samverkanshub.entrypoints import rounds
from samverkanshub.entrypoints.watch.beside import beside
from samverkanshub.pipeline import jamforelse, kanarie, matning, uppfoljning
from samverkanshub.pipeline.granskning import register
from samverkanshub.settings import Settings


def main() -> int:
    """Watch until told to stop."""
    return rounds.main("watch", ("kafka", "projektion", "valv"), _opened)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[rounds.Round]:
    async with roles.watch(settings) as round, AsyncExitStack() as going:
        for one in _beside(settings):
            await going.enter_async_context(one)
        yield round


def _beside(settings: Settings) -> Iterator[AbstractAsyncContextManager[None]]:
    yield beside("matning", partial(roles.measuring, settings), matning.EVERY_S)
    yield beside("uppfoljning", partial(roles.counting, settings), uppfoljning.EVERY_S)
    yield beside("register", partial(roles.entering, settings), register.EVERY_S)
    yield beside("jamforelse", partial(roles.comparing, settings), jamforelse.EVERY_S)
    if settings.kanarie_s:
        yield beside("kanarie", partial(roles.canary, settings), kanarie.EVERY_S)


if __name__ == "__main__":
    sys.exit(main())
