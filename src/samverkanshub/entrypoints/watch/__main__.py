"""`python -m samverkanshub.entrypoints.watch`: the watch role, settings from `SAMVERKAN_*`."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from samverkanshub import roles
from samverkanshub.entrypoints import rounds
from samverkanshub.entrypoints.watch.matning import measured
from samverkanshub.pipeline import uppfoljning
from samverkanshub.settings import Settings


def main() -> int:
    """Watch until told to stop."""
    return rounds.main("watch", ("kafka", "projektion", "valv"), _opened)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[rounds.Round]:
    measuring = measured(partial(roles.measuring, settings))
    counting = measured(partial(roles.counting, settings), uppfoljning.EVERY_S, "uppfoljning")
    async with roles.watch(settings) as round, measuring, counting:
        yield round


if __name__ == "__main__":
    sys.exit(main())
