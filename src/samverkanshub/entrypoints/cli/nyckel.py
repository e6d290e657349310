"""`samverkanshub nyckel`: generations of the key-encryption key, and the rotation of the vault's keys."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime

import click

from samverkanshub import bootstrap
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.domain.errors import Conflict, HubError
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.pipeline import nycklar
from samverkanshub.ports import Omgang, Unavailable
from samverkanshub.settings import Settings


@click.group("nyckel")
def nyckel() -> None:
    """The vault's keys: by what they are wrapped, rotation, and what has been lost (docs/radering.md)."""


@nyckel.command("lista")
def show() -> None:
    """List the generations of the key-encryption key: when each was made, how many keys it wraps, and what secrets."""
    sys.exit(_run(_show(settings_or_exit("nyckel"))))


async def _show(settings: Settings) -> None:
    async with bootstrap.key_care(settings) as (wrapping, keys):
        told = {one.nr: _when(one.tid) for one in await wrapping.generations()}
        gone, wrapped, secrets = await wrapping.gone(), dict(await keys.wrapped()), await keys.secrets()
    for nr in sorted(told | wrapped):
        named = ", ".join(sorted(name for name, generation in secrets.items() if generation == nr))
        made = told.get(nr) or ("forlorad" if nr in gone else "saknas")
        click.echo("  ".join(filter(None, (str(nr), made, str(wrapped.get(nr, 0)), named))))


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
@click.option("--med-hemligheter", is_flag=True, help="Also where secrets of the vault's are lost with it.")
def lose(generation: int, *, med_hemligheter: bool) -> None:
    """Declare that nobody has GENERATION any more: what it wrapped is lost, and asked for no longer.

    Says first what that is. Refused for one that is here; and, unless it is asked for, where a secret is lost with it.
    Until this is said, a generation that is not here is one that is not mounted yet.
    """
    sys.exit(_run(_lose(settings_or_exit("nyckel"), generation, with_secrets=med_hemligheter)))


async def _lose(settings: Settings, generation: int, *, with_secrets: bool) -> None:
    async with bootstrap.key_care(settings) as (wrapping, keys):
        lost = await nycklar.loss(keys, generation)
        here = generation in {one.nr for one in await wrapping.generations()}
        if not here:
            _tell(generation, lost)
            _require_meant(lost, with_secrets=with_secrets)
        await wrapping.lose(generation)
    click.echo(f"generation {generation} is declared lost")


def _tell(generation: int, lost: nycklar.Forlust) -> None:
    click.echo(f"generation {generation} wraps {lost.datanycklar} data keys: what they seal reads `nyckel-forlorad`")
    if lost.fodda:
        click.echo(
            f"generation {generation} wraps when {lost.fodda} persons were born: made anew by the api for those whose "
            "own key is left, and until then none of them has a birthday"
        )
    for name in lost.hemligheter:
        click.echo(f"generation {generation} wraps the secret `{name}`: {nycklar.means(name)}")


def _require_meant(lost: nycklar.Forlust, *, with_secrets: bool) -> None:
    if lost.hemligheter and not with_secrets:
        detail = (
            "nothing is declared lost: none is made in the place of a secret, and only the generation's file, or a "
            "backup of the vault that another generation wraps, brings one back (docs/radering.md, Förlorade "
            "hemligheter); `--med-hemligheter` declares them lost too"
        )
        raise Conflict(detail, code="hemlighet-forloras")


@nyckel.command("uppslag")
def remap() -> None:
    """Look every person up by a new mapping key, and destroy the old one, while the hub runs.

    Also where the old one is lost, by the numbers and references that are sealed under the persons' own keys. One that
    was ended half-way is gone on with, and no other begun. Who runs it reads whom the vault knows.
    """
    sys.exit(_run(_remap(settings_or_exit("nyckel"))))


async def _remap(settings: Settings) -> None:
    count: list[int] = []
    async with bootstrap.mapping_care(settings) as mapping:
        new = await nycklar.remap(mapping, count.append)
        used, lost = await mapping.versions(), await mapping.lost()
    began = "made" if new else "gone on with"
    click.echo(f"mapping key {max(used)} {began}: {sum(count)} lookups made anew")
    for version in sorted(used)[:-1]:
        state = "lost, and nobody can be looked up" if version in lost else "kept"
        click.echo(f"mapping key {version} is {state}: {used[version]} persons are looked up by it", err=True)


@nyckel.command("data")
@click.option("--aldre-an", type=click.IntRange(min=0), default=365, show_default=True, help="Days.")
def renew(aldre_an: int) -> None:
    """Give persons whose data key is older another: it seals what comes, and the old one opens what it sealed.

    While the hub runs; ended half-way it is gone on with. Who runs it reads whom the vault knows.
    """
    sys.exit(_run(_renew(settings_or_exit("nyckel"), aldre_an)))


async def _renew(settings: Settings, days: int) -> None:
    async with bootstrap.data_keys(settings) as keys:

        async def step(after: str) -> Omgang:
            return await keys.renew(days, nycklar.BATCH, after)

        made = await nycklar.through(step, lambda _: None)
    click.echo(f"{made.antal} persons have another data key")
    if made.forbi:
        click.echo(f"{made.forbi} persons have lost theirs, and get another when they are named again", err=True)


def _run(verb: Coroutine[None, None, None]) -> int:
    try:
        asyncio.run(verb)
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED
    return 0
