"""`samverkanshub audit`: the demo played, what was signed of it verified, and every kind of tampering found."""

import asyncio
import os
import sys
from random import Random

import click

from samverkanshub.entrypoints.audit.run import Gathered, audit, gather
from samverkanshub.entrypoints.cli.demo import own_directory, own_settings
from samverkanshub.entrypoints.cli.starting import FAILED, complain
from samverkanshub.entrypoints.cli.supervisor import running_hub
from samverkanshub.entrypoints.cli.up import until_told
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.settings import Settings


@click.command("audit")
@click.option(
    "--lov", type=click.IntRange(0), default=2000, show_default=True, help="Random leaves to add to the copy."
)
@click.option("--fro", type=int, help="Begin the random numbers here, as an earlier audit said that it did.")
def command(lov: int, fro: int | None) -> None:
    """Play the demo, verify what was signed, tamper with each kind of it in a copy, and see that each is named.

    Exit status: 0 where all was sound and each tampering named at its position, else 1.
    """
    begun = int.from_bytes(os.urandom(4)) if fro is None else fro
    with own_directory() as data:
        status = asyncio.run(until_told(_audit(own_settings("audit", data), lov, begun)))
    sys.exit(status)


async def _audit(settings: Settings, lov: int, fro: int) -> int:
    found = await _played(settings)
    if found is None:
        return FAILED
    complain(f"{len(found.log.records)} signed records verified; adding {lov} random ones to a copy (--fro {fro})")
    audited = await audit(found, lov, Random(fro), click.echo)
    if audited.unsound:
        complain(audited.unsound)
    click.echo(audited.line())
    return 0 if audited.passed else FAILED


async def _played(settings: Settings) -> Gathered | None:
    """What a hub signed of the demo; None where a case came out otherwise than expected."""
    chosen, shared = cases.load(run.directory()), cases.common(run.directory())
    keys = run.make_keys(chosen, settings, settings.data / "nycklar-privata")
    async with running_hub(settings, say=complain) as hub:
        complain(f"playing {len(chosen)} cases")
        tally = await run.play(chosen, shared, run.connector(hub.url, keys), lambda told: None)
        if tally.mismatches:
            complain(tally.line())
            return None
        return await gather(hub.settings)
