"""`samverkanshub notarie`: the notary's key, and what others verify its checkpoints with."""

import os
import sys
from pathlib import Path

import click

from samverkanshub import bootstrap
from samverkanshub.adapters.files import write_atomically
from samverkanshub.codec.keys import SEED_BYTES, private_key, to_pem
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit


@click.group("notarie")
def notarie() -> None:
    """The notary's key."""


@notarie.command("nyckel")
@click.argument("fil", type=click.Path(dir_okay=False, path_type=Path))
def key(fil: Path) -> None:
    """Make the notary's private key in FIL (0600), which must not be there. Keep it where no other role can read it."""
    if fil.exists():
        complain(f"`{fil}` is there already: nothing is overwritten")
        sys.exit(FAILED)
    try:
        write_atomically(fil.absolute(), to_pem(private_key(os.urandom(SEED_BYTES))), mode=0o600)
    except OSError as error:
        complain(f"`{fil}` cannot be written: {error.strerror}")
        sys.exit(FAILED)


@notarie.command("publik")
def public() -> None:
    """Print each område's verifier key, which who verifies must have from elsewhere than the log."""
    settings = settings_or_exit("notarie")
    try:
        click.echo("\n".join(bootstrap.verifier_keys(settings)))
    except Halt as error:
        complain(error)
        sys.exit(FAILED)
