"""`samverkanshub prepare`: what `up` does before it starts the roles, for servers that are run in another way."""

import asyncio
import sys

import click

from samverkanshub import bootstrap
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, MISCONFIGURED, complain, settings_or_exit
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings, variable


@click.command("prepare")
def prepare() -> None:
    """Migrate the databases, make the topics and write record 0, on the servers that the settings name.

    The databases' roles get their rights; outside development those that are missing are told.
    """
    settings = settings_or_exit("prepare")
    missing = [variable(name) for name in ("kafka", "projektion", "valv") if not getattr(settings, name)]
    for name in missing:
        complain(f"`{name}` must be given: `prepare` starts no servers")
    sys.exit(MISCONFIGURED if missing else asyncio.run(_prepare(settings)))


async def _prepare(settings: Settings) -> int:
    try:
        await bootstrap.prepare(settings)
        activated = await bootstrap.activate_regelverk(settings)
        lacking = [] if settings.utveckling else await bootstrap.roles_to_make(settings)
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED
    for role in lacking:
        complain(f"the databases have no role `{role}`: `samverkanshub databas roller` tells how it is made")
    click.echo(f"prepared; regelverk put in force in områden: {', '.join(map(str, activated)) or 'none, all have one'}")
    return 0


if __name__ == "__main__":
    prepare()
