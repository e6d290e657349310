"""`python -m samverkanshub.entrypoints.watch`: the watch role, settings from `SAMVERKAN_*`."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from functools import partial

from samverkanshub import roles
from samverkanshub.entrypoints import rounds
from samverkanshub.entrypoints.watch.matning import measured
from samverkanshub.pipeline import jamforelse, kanarie, uppfoljning
from samverkanshub.pipeline.granskning import register
from samverkanshub.settings import Settings


def main() -> int:
    """Watch until told to stop."""
    return rounds.main("watch", ("kafka", "projektion", "valv"), _opened)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[rounds.Round]:
    measuring = measured(partial(roles.measuring, settings))
    counting = measured(partial(roles.counting, settings), uppfoljning.EVERY_S, "uppfoljning")
    entering = measured(partial(roles.entering, settings), register.EVERY_S, "register")
    comparing = measured(partial(roles.comparing, settings), jamforelse.EVERY_S, "jamforelse")
    sending = (
        measured(partial(roles.canary, settings), kanarie.EVERY_S, "kanarie") if settings.kanarie_s else nullcontext()
    )
    async with roles.watch(settings) as round, measuring, counting, entering, comparing, sending:
        yield round


if __name__ == "__main__":
    sys.exit(main())
