"""`samverkanshub up`: one command that starts everything, watches over it, and ends all of it."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

import click

from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import (
    FAILED,
    GUARD_WITH_DATA,
    MISCONFIGURED,
    complain,
    settings_or_exit,
)
from samverkanshub.entrypoints.cli.supervisor import Hub, running_hub
from samverkanshub.ports import Unavailable
from samverkanshub.settings import OF_THE_NOTARY, Settings

IMPATIENT: Final = 130
ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("up")
def up() -> None:
    """Start Kafka, PostgreSQL, gate, api, watch and notary, and keep them running until Ctrl-C.

    Set SAMVERKAN_KAFKA, SAMVERKAN_PROJEKTION and SAMVERKAN_VALV to use servers of your own instead; the notary then
    needs SAMVERKAN_LOGGNAMN, SAMVERKAN_VAKT and SAMVERKAN_NOTARIE_NYCKEL.
    """
    settings = settings_or_exit("up")
    for missing in (found := settings.missing(OF_THE_NOTARY)):
        complain(f"`{missing}` must be given with servers of your own")
    if found:
        sys.exit(MISCONFIGURED)
    if settings.guard_with_data:
        complain(f"for development only: {GUARD_WITH_DATA}")
    sys.exit(asyncio.run(until_told(_serve(settings))))


async def until_told(serving: Coroutine[Any, Any, int]) -> int:
    """Serve until a signal; the first ends all in order, a second at once. Returns the exit status."""
    task = asyncio.ensure_future(serving)
    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, _told, task)
    try:
        return await task
    except asyncio.CancelledError:
        complain("ended")
        return 0
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED


def _told(task: "asyncio.Task[int]") -> None:
    if task.cancelling():
        # The children die with this process: that is what the kernel promised when they were spawned.
        os._exit(IMPATIENT)
    task.cancel()


async def _serve(settings: Settings) -> int:
    async with running_hub(settings, say=complain) as hub:
        _tell(hub)
        ended = await hub.servers.ended()
        complain(f"`{ended}` ended by itself, so all ends; see `{hub.settings.data}`")
        return FAILED


def _tell(hub: Hub) -> None:
    """On stdout, since others read it: one line each."""
    click.echo(f"samverkanshub listens on {hub.url}")
    click.echo(f"  kafka     {hub.settings.kafka}")
    if hub.servers.kafka and (skydd := hub.servers.kafka.skydd):
        click.echo(f"            over TLS, vouched for by {skydd.ca}; users' passwords in {skydd.losen}")
    click.echo(f"  data      {hub.settings.data}")
    click.echo(f"  logs      {hub.settings.loggar}")
    if hub.activated:
        click.echo(f"  regelverk put in force in område {', '.join(map(str, hub.activated))}")


if __name__ == "__main__":
    up()
