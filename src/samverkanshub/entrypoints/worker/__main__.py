"""`python -m samverkanshub.entrypoints.worker [--instans NAMN]`: one gate worker, settings from `SAMVERKAN_*`."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import structlog

from samverkanshub import bootstrap, roles
from samverkanshub.entrypoints.worker.keeper import Exit, described, status_of
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.run import run
from samverkanshub.observability import configure_logging
from samverkanshub.settings import Settings, SettingsError


def main(argv: Sequence[str] | None = None) -> Exit:
    """Run a worker until it is told to stop; the exit status says why it ended."""
    arguments = _arguments(argv)
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return Exit.MISCONFIGURED
    if settings.embedded_kafka:
        print("`SAMVERKAN_KAFKA` must be given: a worker starts no servers", file=sys.stderr)
        return Exit.MISCONFIGURED
    configure_logging("gate", settings.loggniva)
    return asyncio.run(_run(settings, arguments.instans))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="samverkanshub.entrypoints.worker", description="Run one gate worker.")
    parser.add_argument(
        "--instans", default="gate-1", help="static membership; every worker needs its own (default: %(default)s)"
    )
    return parser.parse_args(argv)


async def _run(settings: Settings, instance: str) -> Exit:
    try:
        role = await roles.gate(settings)
    except Exception as error:
        structlog.stdlib.get_logger(__name__).critical("gate.not-started", **described(error))
        return status_of(error)
    return await run(role.gate, role.status, Options(bootstrap=bootstrap.broker(settings), instance=instance))


if __name__ == "__main__":
    sys.exit(main())
