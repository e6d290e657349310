"""`samverkanshub direkt`: the keys that actors' systems seal events to when they publish through Kafka."""

import sys

import click

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.intagsnycklar import IntakeKeys, make_key
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.settings import Settings


@click.group("direkt")
def direkt() -> None:
    """Keys for direct publishing."""


@direkt.command("nyckel")
def key() -> None:
    """Make a key (0600) in `SAMVERKAN_INTAGSNYCKLAR`, in use from now on; those before it open what was sealed to them.

    Hand its public half to the actors. Take an old key away once nobody seals to it, and all that was is answered.
    """
    settings = _settings()
    day = swedish_day(SystemClock(settings.klocka_forskjutning_ms).now_ms()).isoformat()
    try:
        click.echo(make_key(settings.intagsnycklar, day))
    except OSError as error:
        complain(f"`SAMVERKAN_INTAGSNYCKLAR` cannot be written: {error.strerror}")
        sys.exit(FAILED)


@direkt.command("publik")
def public() -> None:
    """Print the public half of the key in use, as a JWK: what an actor's system seals to."""
    try:
        click.echo(IntakeKeys(_settings().intagsnycklar).public())
    except Halt as error:
        complain(error)
        sys.exit(FAILED)


def _settings() -> Settings:
    settings = settings_or_exit("direkt")
    if missing := settings.missing(["intagsnycklar"]):
        complain(f"`{missing[0]}` must be given")
        sys.exit(FAILED)
    return settings
