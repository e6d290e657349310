"""`samverkanshub regelverk`: check the directory of actors, provisions and lists, and put it in force."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4  # noqa: TID251 - an edge

import click

from samverkanshub import bootstrap
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.domain.atgarder import REGELVERK_FORESLAGET, SKAL
from samverkanshub.domain.decision import REFUSED
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running, settings_or_exit
from samverkanshub.pipeline.activation import Approval
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings


@click.group("regelverk")
def regelverk() -> None:
    """The regelverk: who the actors are, which provisions and lists hold, and with which keys."""


@regelverk.command("kontrollera")
def examine() -> None:
    """Read the local regelverk and keys; name every fault with file and line, or the digest where there is none."""
    settings = settings_or_exit("regelverk")
    try:
        click.echo(bootstrap.local_regelverk(settings).digest)
    except DirectoryFault as error:
        for fault in error.faults:
            complain(fault)
        sys.exit(FAILED)


@regelverk.command("aktivera")
@click.option("--foreslagen-av", required=True, help="Who proposes it.")
@click.option("--godkand-av", required=True, help="Who approves it: somebody else.")
def activate(foreslagen_av: str, godkand_av: str) -> None:
    """Put the local regelverk and keys in force from the log's next position on, on the servers the settings name."""
    settings = settings_of_a_running("regelverk", "projektion")
    if foreslagen_av == godkand_av:
        complain("`--godkand-av` must be another than `--foreslagen-av`")
        sys.exit(FAILED)
    sys.exit(asyncio.run(_activate(settings, Approval(str(uuid4()), foreslagen_av, godkand_av))))


@regelverk.command("foresla")
@click.argument("katalog", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--av", required=True, help="Who proposes it: an operator, as the login names them.")
@click.option("--skal", required=True, type=click.Choice(SKAL[REGELVERK_FORESLAGET]), help="Why.")
def propose(katalog: Path, av: str, skal: str) -> None:
    """Propose the regelverk of KATALOG, with the local keys; another operator approves it on the page Regelverk."""
    settings = settings_of_a_running("regelverk", "projektion")
    sys.exit(asyncio.run(_propose(settings, katalog, av, skal)))


async def _propose(settings: Settings, katalog: Path, av: str, skal: str) -> int:
    try:
        besked = await bootstrap.propose_regelverk(settings, katalog, str(uuid4()), av, skal)
    except (HubError, Unavailable, DirectoryFault) as error:
        complain(error)
        return FAILED
    if besked.dom == REFUSED:
        complain(f"the gate refused it: {', '.join(besked.skal)}")
        return FAILED
    click.echo(f"proposed as {besked.handelse_id}: another operator approves it on the page Regelverk")
    return 0


async def _activate(settings: Settings, approval: Approval) -> int:
    try:
        digest = await bootstrap.change_regelverk(settings, approval)
    except (HubError, Unavailable, DirectoryFault) as error:
        complain(error)
        return FAILED
    click.echo(f"regelverk {digest} is in force from its position in the log")
    return 0
