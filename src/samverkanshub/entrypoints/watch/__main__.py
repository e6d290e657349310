"""`python -m samverkanshub.entrypoints.watch`: the watch role, settings from `SAMVERKAN_*`."""

import asyncio
import logging
import os
import sys

import structlog

from samverkanshub import roles
from samverkanshub.entrypoints.cli.starting import MISCONFIGURED, complain, settings_or_exit
from samverkanshub.entrypoints.watch.run import Runner, Stuck, until_told
from samverkanshub.entrypoints.worker.keeper import Exit, described, status_of
from samverkanshub.settings import Settings, variable


def main() -> int:
    """Watch until told to stop; the exit status says why it ended, in the worker's words."""
    settings = settings_or_exit("watch")
    missing = [variable(name) for name in ("kafka", "projektion", "valv") if not getattr(settings, name)]
    for name in missing:
        complain(f"`{name}` must be given: `watch` starts no servers")
    return MISCONFIGURED if missing else asyncio.run(_run(settings))


async def _run(settings: Settings) -> Exit:
    try:
        async with roles.watch(settings) as role:
            await _watched(role)
    except Exception as error:
        return _told(error)
    return Exit.CLEAN


async def _watched(role: roles.WatchRole) -> None:
    try:
        await until_told(Runner(role.watch, role.status))
    except Exception as error:
        # At once: what hangs would not be closed either, and nothing needs to be.
        status = _told(error)
        logging.shutdown()
        sys.stderr.flush()
        os._exit(status)


def _told(error: Exception) -> Exit:
    status = Exit.UNAVAILABLE if isinstance(error, Stuck) else status_of(error)
    structlog.stdlib.get_logger(__name__).critical("watch.stopped", status=status.name, **described(error))
    return status


if __name__ == "__main__":
    sys.exit(main())
