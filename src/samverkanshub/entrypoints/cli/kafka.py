"""`samverkanshub kafka`: who there is in Kafka and what each may do, for those who run it with users and rights."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import click
from aiokafka.errors import ClusterAuthorizationFailedError

from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.acl import Satt
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running, settings_or_exit
from samverkanshub.ports import Unavailable
from samverkanshub.rattigheter import DRIFT
from samverkanshub.settings import Settings

T = TypeVar("T")
OTHERWISE: Final = 2


@click.group("kafka")
def kafka() -> None:
    """Kafka's users and rights, made of the topics and the regelverk's actors."""


@kafka.command("acl")
@click.option(
    "--satt", is_flag=True, help="Give these rights in Kafka, and limits, and take all others of the hub's users."
)
@click.option("--jamfor", is_flag=True, help="Say how Kafka's are otherwise, and change nothing.")
def acl(satt: bool, jamfor: bool) -> None:
    """Print every right there is to be as arguments of Kafka's kafka-acls.sh, put them in force, or compare.

    With them goes how much each actor's user may write and ask. Put them in force whenever the regelverk has other
    actors. Rights that others have to the hub's topics and groups,
    or to the cluster, users, tokens and transactions, are told, and left. Exit status of --jamfor: 0 as they are to be,
    2 otherwise, also where others have any, 1 not to be asked.
    """
    settings = settings_of_a_running("kafka") if satt or jamfor else settings_or_exit("kafka")
    if jamfor:
        found = _done(bootstrap.compare_kafka_rights, settings)
        _tell_rights(
            f"{found.givna} rights missing, {found.tagna} too many, {found.kvoter} users' limits otherwise", found
        )
        sys.exit(OTHERWISE if found != Satt(0, 0, ()) else 0)
    elif satt:
        found = _done(bootstrap.put_kafka_rights, settings)
        _tell_rights(f"{found.givna} rights given, {found.tagna} taken, {found.kvoter} users' limits set", found)
    else:
        click.echo("\n".join(map(str, _of_regelverk(lambda: bootstrap.kafka_rights(settings)))))


@kafka.command("anvandare")
@click.argument("katalog", type=click.Path(file_okay=False, path_type=Path))
@click.option("--satt", is_flag=True, help="Let these in, in Kafka, and no other user of the hub's.")
def users(katalog: Path, satt: bool) -> None:
    """Make a password in KATALOG for every user there is to be, where it has none, and let them in.

    A file for each, of its name, for its owner alone to read: hand each process its own. Take a file away, and do this
    again, to change a password.
    """
    settings = settings_of_a_running("kafka") if satt else settings_or_exit("kafka")
    try:
        found = _of_regelverk(lambda: bootstrap.kafka_passwords(settings, katalog.absolute()))
    except OSError as error:
        complain(f"`{katalog}` cannot be written: {error.strerror}")
        sys.exit(FAILED)
    click.echo("\n".join(found))
    if satt:
        for gone in _done(lambda settings: bootstrap.put_kafka_users(settings, found), settings):
            click.echo(f"{gone} is let in no longer", err=True)


def _of_regelverk(made: Callable[[], T]) -> T:
    try:
        return made()
    except DirectoryFault as error:
        complain(error)
        sys.exit(FAILED)


def _done(asked: Callable[[Settings], Awaitable[T]], settings: Settings) -> T:
    async def done() -> T:
        return await asked(settings)

    try:
        return asyncio.run(done())
    except (HubError, DirectoryFault) as error:
        complain(error)
    except Unavailable as error:
        refused = isinstance(error.__cause__, ClusterAuthorizationFailedError)
        complain(f"`SAMVERKAN_KAFKA_ANVANDARE` may not: it is `{DRIFT}` who may" if refused else error)
    sys.exit(FAILED)


def _tell_rights(what: str, found: Satt) -> None:
    click.echo(what)
    for other in found.frammande:
        complain(f"`{other}` has rights to the hub's topics, groups or cluster that are not the hub's to give")
