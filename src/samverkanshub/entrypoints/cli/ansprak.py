"""`samverkanshub ansprak`: is what the log holds of each event what intake claimed?"""

import asyncio
import sys

import click

from samverkanshub import bootstrap, erasing
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running
from samverkanshub.pipeline.ansprak import compared
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

DEPARTS = 2


@click.command("ansprak")
def command() -> None:
    """Hold each record in the log to what the hub claimed of it, with the persons that no signature covers.

    Those are compared that agencies send, kvittenser and erasures: openings, and what the hub makes of the log, are not
    claimed. The whole log is read, and the vault asked of each record. Those that depart are listed: område, position,
    event and `inget-ansprak` (the hub never took it, or the vault is restored from an older copy), `annan-post` (other
    content than was taken) or `annat-omrade`. Exit status: 0 none does, 2 some do, 1 it could not be asked.
    """
    settings = settings_of_a_running("ansprak", *bootstrap.DATABASES)
    try:
        departing = asyncio.run(_compare(settings))
    except (HubError, Unavailable) as error:
        complain(error)
        sys.exit(FAILED)
    sys.exit(DEPARTS if departing else 0)


async def _compare(settings: Settings) -> int:
    count = departing = 0
    async with erasing.opened(settings) as valv:
        async for one in compared(valv.reader, valv.vault, default_schemas(), settings.omraden):
            count += 1
            if one.vad:
                departing += 1
                click.echo(f"{one.partition} {one.offset}  {one.handelse_id}  {one.vad}")
    click.echo(f"{count} records compared, {departing} are not as they were claimed", err=True)
    return departing
