"""`samverkanshub radera` and `radering`: a person is erased, proposed by one operator and approved by another (G1)."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from uuid import uuid4  # noqa: TID251 - an edge

import click

from samverkanshub import bootstrap, erasing
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.atgarder import RADERING_AVBOJD, RADERING_FORESLAGEN, SKAL
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.forklaring import words
from samverkanshub.domain.ord import HINDRAR
from samverkanshub.domain.personnummer import parse
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.pipeline.forlorade import lost
from samverkanshub.pipeline.radering import Radering
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

BY = click.option("--av", required=True, help="Who does it: an operator, as the login names them.")
Act = Callable[[Radering], Coroutine[None, None, Besked]]


@click.command("radera")
@click.argument("person")
@click.option("--grund", required=True, type=click.Choice(SKAL[RADERING_FORESLAGEN]), help="On which ground.")
@BY
def erase(person: str, grund: str, av: str) -> None:
    """Propose to erase PERSON: a number, `-` to be asked for it unseen, or `AKTOR:REFERENS` for a local reference.

    Refused, saying why, while anything noted must be kept or anything stands. Another operator approves it with
    `radering godkann`.
    """
    settings = settings_of_a_running("radera", *bootstrap.DATABASES)
    given = click.prompt("person", hide_input=True, err=True) if person == "-" else person
    sys.exit(_run(settings, lambda found: found.foresla(str(uuid4()), av, _lookup(given, settings), grund), "proposed"))


def _lookup(given: str, settings: Settings) -> str:
    if ":" in given:
        return f"ref:{given}"
    return "nr:" + parse(given, swedish_day(SystemClock(settings.klocka_forskjutning_ms).now_ms())).siffror


@click.group("radering")
def erasure() -> None:
    """An erasure that is proposed (`radera`): approve it, or decline it; and what a restore has lost."""


@erasure.command("godkann")
@click.argument("forslag", type=click.UUID)
@BY
def approve(forslag: object, av: str) -> None:
    """Erase whom FORSLAG is about, for ever. It takes half a minute: whoever has the person at hand is waited for."""
    settings = settings_of_a_running("radering", *bootstrap.DATABASES)
    sys.exit(_run(settings, lambda found: found.godkann(av, str(forslag)), "erased"))


@erasure.command("avboj")
@click.argument("forslag", type=click.UUID)
@BY
@click.option("--skal", required=True, type=click.Choice(SKAL[RADERING_AVBOJD]), help="Why.")
def decline(forslag: object, av: str, skal: str) -> None:
    """Decline FORSLAG, also one's own."""
    settings = settings_of_a_running("radering", *bootstrap.DATABASES)
    sys.exit(_run(settings, lambda found: found.avboj(str(uuid4()), av, str(forslag), skal), "declined"))


@erasure.command("forlorade")
def show_lost() -> None:
    """List the log's events that have items which read `nyckel-forlorad`: a restore has lost their keys."""
    settings = settings_of_a_running("radering", *bootstrap.DATABASES)
    try:
        asyncio.run(_show_lost(settings))
    except (HubError, Unavailable) as error:
        complain(error)
        sys.exit(FAILED)


async def _show_lost(settings: Settings) -> None:
    count = 0
    async with erasing.opened(settings) as valv:
        async for one in lost(valv.reader, valv.vault, default_schemas(), settings.omraden):
            count += 1
            click.echo(f"{one.partition} {one.offset}  {one.handelse_id}  {one.antal}")
    click.echo(f"{count} events with items whose keys are lost", err=True)


def _run(settings: Settings, act: Act, done: str) -> int:
    try:
        besked = asyncio.run(_act(settings, act))
    except (HubError, Unavailable) as error:
        complain(error)
        return FAILED
    return _told(besked, done)


async def _act(settings: Settings, act: Act) -> Besked:
    async with erasing.opened(settings) as valv:
        return await act(valv.radering)


def _told(besked: Besked, done: str) -> int:
    if besked.dom and besked.dom != ACCEPTED:
        complain("the gate refused it:")
        for kod in besked.skal:
            complain(f"  {kod}: {words(kod, HINDRAR)}")
        return FAILED
    click.echo(
        f"{done}: {besked.handelse_id}" if besked.dom else f"in the log, and seen to its end: {besked.handelse_id}"
    )
    return 0
