"""`samverkanshub karantan`: the records that could not be read, and letting go of whom they froze (B7)."""

import asyncio
import sys
from datetime import UTC, datetime
from uuid import uuid4  # noqa: TID251 - an edge

import click

from samverkanshub import bootstrap
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running, settings_or_exit
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.karantan import Karantanpost
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

GROUNDS = ("felet_rattat", "innehallet_kant", "utan_betydelse")


@click.group("karantan")
def karantan() -> None:
    """The quarantine: records that could not be read, and how many persons they keep frozen."""


@karantan.command("lista")
def show() -> None:
    """List the records in quarantine, with how many persons each froze and still freezes; never who."""
    settings = settings_or_exit("karantan")
    try:
        found = asyncio.run(bootstrap.quarantine(settings))
    except (HubError, Unavailable) as error:
        complain(error)
        sys.exit(FAILED)
    for post in found:
        click.echo(_line(post))


def _line(post: Karantanpost) -> str:
    when = datetime.fromtimestamp(post.tid / 1000, UTC).astimezone(SWEDEN).isoformat(" ", "seconds")
    return f"{post.partition} {post.offset}  {when}  {post.orsak}  frysta {post.frysta} av {post.personer}"


@karantan.command("slapp")
@click.argument("partition", type=click.IntRange(min=0))
@click.argument("offset", type=click.IntRange(min=0))
@click.option("--foreslagen-av", required=True, help="Who proposes it.")
@click.option("--godkand-av", required=True, help="Who approves it: somebody else.")
@click.option("--skal", required=True, type=click.Choice(GROUNDS), help="Why they can be judged again.")
def release(partition: int, offset: int, foreslagen_av: str, godkand_av: str, skal: str) -> None:
    """Let go of those whom the record at PARTITION OFFSET froze. Its sender is told to send it anew."""
    settings = settings_of_a_running("karantan", "projektion")
    if foreslagen_av == godkand_av:
        complain("`--godkand-av` must be another than `--foreslagen-av`")
        sys.exit(FAILED)
    approval = Approval(str(uuid4()), foreslagen_av, godkand_av)
    sys.exit(asyncio.run(_release(settings, (partition, offset), approval, skal)))


async def _release(settings: Settings, place: tuple[int, int], approval: Approval, skal: str) -> int:
    try:
        count = await bootstrap.release_quarantined(settings, place, approval, skal)
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED
    click.echo(f"{count} persons are judged again from this redrive's position in the log")
    return 0
