"""What every command that starts something of the hub does first: read the settings, or say all that is wrong."""

import sys
from typing import Final

import click

from samverkanshub.observability import configure_logging
from samverkanshub.settings import Settings, SettingsError

FAILED: Final = 1
MISCONFIGURED: Final = 78
"""sysexits' EX_CONFIG."""
GUARD_WITH_DATA: Final = (
    "`SAMVERKAN_VAKT`, the largest checkpoint released, lies with `SAMVERKAN_DATA`, and a restore takes back both: "
    "nothing then keeps the notary from signing another history"
)
"""What who starts a notary is told, where one may be started so at all."""


def complain(what: object) -> None:
    """Say on stderr what is wrong, or what is being done."""
    click.echo(f"samverkanshub: {what}", err=True)


def settings_or_exit(role: str) -> Settings:
    """The settings of this process, with logging set up as they say; exits with 78 after naming every fault."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        for fault in error.faults:
            complain(fault)
        sys.exit(MISCONFIGURED)
    configure_logging(role, settings.loggniva)
    return settings


def settings_of_a_running(role: str, *databases: str) -> Settings:
    """The settings of a command that goes to the log of a hub that is up; exits with 78 after naming what is not given.

    That is its Kafka, and each of the databases that the command reads. One of these that is not named is the embedded
    one of that hub (`bootstrap.database`), where that can be: one hub's log is not to be held to another's decisions.
    """
    settings = settings_or_exit(role)
    if not settings.kafka:
        complain("`SAMVERKAN_KAFKA` must be given: the running hub's address, as `up` prints it")
        sys.exit(MISCONFIGURED)
    missing = () if settings.may_be_embedded else settings.missing(databases)
    for name in missing:
        complain(f"`{name}` must be given: `SAMVERKAN_KAFKA` is no hub's whose database is in `SAMVERKAN_DATA`")
    if missing:
        sys.exit(MISCONFIGURED)
    return settings


def settings_with(role: str, *needed: str) -> Settings:
    """The settings of a process that is told all it needs; exits with 1 after naming those needed that it is not."""
    settings = settings_or_exit(role)
    missing = settings.missing(needed)
    for name in missing:
        complain(f"`{name}` must be given: `{role}` starts no servers")
    if missing:
        sys.exit(FAILED)
    return settings
