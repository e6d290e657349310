"""`samverkanshub nyckel`: generations of the key-encryption key, and the rotation of the vault's keys."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime

import click

from samverkanshub import bootstrap
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.pipeline import nycklar
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings


@click.group("nyckel")
def nyckel() -> None:
    """The vault's keys: by what they are wrapped, rotation, and what has been lost (docs/radering.md)."""


@nyckel.command("lista")
def show() -> None:
    """List the generations of the key-encryption key: when each was made and how many keys it wraps."""
    sys.exit(_run(_show(settings_or_exit("nyckel"))))


async def _show(settings: Settings) -> None:
    async with bootstrap.key_care(settings) as (wrapping, keys):
        told = {one.nr: _when(one.tid) for one in await wrapping.generations()}
        gone, wrapped = await wrapping.gone(), dict(await keys.wrapped())
    for nr in sorted(told | wrapped):
        click.echo(f"{nr}  {told.get(nr) or ('forlorad' if nr in gone else 'saknas')}  {wrapped.get(nr, 0)}")


def _when(tid: int) -> str:
    return datetime.fromtimestamp(tid / 1000, UTC).astimezone(SWEDEN).isoformat(" ", "seconds")


@nyckel.command("skapa")
def make() -> None:
    """Make a new generation, which wraps what is new from now on. Every process must have it before `nyckel rotera`."""
    sys.exit(_run(_make(settings_or_exit("nyckel"))))


async def _make(settings: Settings) -> None:
    async with bootstrap.key_care(settings) as (_, keys):
        made = await keys.rotate(SystemClock(settings.klocka_forskjutning_ms).now_ms())
    click.echo(f"generation {made.nr} is made")


@nyckel.command("rotera")
def rotate() -> None:
    """Wrap every key and secret by the newest generation, while the hub runs; ended half-way it is gone on with."""
    sys.exit(_run(_rotate(settings_or_exit("nyckel"))))


async def _rotate(settings: Settings) -> None:
    count: list[int] = []
    async with bootstrap.key_care(settings) as (wrapping, keys):
        await nycklar.rotate(keys, count.append)
        newest = (await wrapping.generations())[-1].nr
    click.echo(f"generation {newest}: {sum(count)} keys and secrets wrapped anew")


@nyckel.command("forstor")
@click.argument("generation", type=click.IntRange(min=1))
def destroy(generation: int) -> None:
    """Destroy GENERATION for ever: whatever a backup holds that was wrapped by it is readable to nobody any more.

    Refused while anything is wrapped by it, and for the newest. Take a backup first: earlier ones are of no use after.
    """
    sys.exit(_run(_destroy(settings_or_exit("nyckel"), generation)))


async def _destroy(settings: Settings, generation: int) -> None:
    async with bootstrap.key_care(settings) as (_, keys):
        await keys.destroy(generation)
    click.echo(f"generation {generation} is destroyed")


@nyckel.command("forlorad")
@click.argument("generation", type=click.IntRange(min=1))
def lose(generation: int) -> None:
    """Declare that nobody has GENERATION any more: what it wrapped is lost, and asked for no longer.

    Refused for one that is here. Until this is said, a generation that is not here is one that is not mounted yet.
    """
    sys.exit(_run(_lose(settings_or_exit("nyckel"), generation)))


async def _lose(settings: Settings, generation: int) -> None:
    async with bootstrap.key_care(settings) as (wrapping, keys):
        count = (await keys.wrapped()).get(generation, 0)
        await wrapping.lose(generation)
    click.echo(f"generation {generation} is declared lost, and with it {count} keys and secrets")


@nyckel.command("uppslag")
def remap() -> None:
    """Look every person up by a new mapping key, and destroy the old one, while the hub runs.

    One that was ended half-way is gone on with, and no other begun. Who runs it reads whom the vault knows.
    """
    sys.exit(_run(_remap(settings_or_exit("nyckel"))))


async def _remap(settings: Settings) -> None:
    count: list[int] = []
    async with bootstrap.mapping_care(settings) as mapping:
        new = await nycklar.remap(mapping, count.append)
        used = await mapping.versions()
    began = "made" if new else "gone on with"
    click.echo(f"mapping key {max(used)} {began}: {sum(count)} lookups made anew")
    for version in sorted(used)[:-1]:
        click.echo(f"mapping key {version} is kept: {used[version]} persons are looked up by it", err=True)


@nyckel.command("data")
@click.option("--aldre-an", type=click.IntRange(min=0), default=365, show_default=True, help="Days.")
def renew(aldre_an: int) -> None:
    """Give persons whose data key is older another: it seals what comes, and the old one opens what it sealed.

    While the hub runs; ended half-way it is gone on with. Who runs it reads whom the vault knows.
    """
    sys.exit(_run(_renew(settings_or_exit("nyckel"), aldre_an)))


async def _renew(settings: Settings, days: int) -> None:
    count = 0
    async with bootstrap.data_keys(settings) as keys:
        while some := await keys.renew(days, nycklar.BATCH):
            count += some
    click.echo(f"{count} persons have another data key")


def _run(verb: Coroutine[None, None, None]) -> int:
    try:
        asyncio.run(verb)
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED
    return 0
