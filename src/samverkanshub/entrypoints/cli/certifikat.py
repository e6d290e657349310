"""`samverkanshub certifikat`: certificates for development and tests, by one command."""

import sys
from pathlib import Path
from typing import Final

import click
import msgspec

from samverkanshub import bootstrap
from samverkanshub.adapters.certifikat import CertificateFault, Holder, Wanted, make
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.adapters.postgres.roller import OWNER, ROLLER
from samverkanshub.domain.actors import Aktor, Katalog
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit

PROCESSER: Final = (OWNER, *ROLLER)
"""Whom databases know the hub's processes as, and who owns what is in them."""


@click.command("certifikat")
@click.argument("katalog", type=click.Path(file_okay=False, path_type=Path))
@click.option("--server", "servrar", multiple=True, metavar="NAMN", help="A server's host name; else `localhost`.")
@click.option("--aktor", "aktorer", multiple=True, metavar="ID", help="An actor; else every actor of the directory.")
@click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
def certifikat(katalog: Path, servrar: tuple[str, ...], aktorer: tuple[str, ...], as_json: bool) -> None:
    """Make authorities and certificates for development in KATALOG, and say which are new.

    `ca.pem` issues to servers (`servrar/`) and the hub's processes (`processer/`), `aktorer-ca.pem` function
    certificates to actors (`aktorer/`). Private keys are 0600. What is there is kept.
    """
    try:
        wanted = Wanted(servrar or ("localhost",), PROCESSER, _chosen(aktorer))
        made = make(katalog.absolute(), wanted, SystemClock().now_ms())
    except (CertificateFault, DirectoryFault, OSError) as error:
        complain(error)
        sys.exit(FAILED)
    found = [str(path) for path in made]
    click.echo(msgspec.json.encode(found) if as_json else "\n".join(found) or "nothing is missing")


def _chosen(wanted: tuple[str, ...]) -> list[Holder]:
    katalog = bootstrap.local_regelverk(settings_or_exit("certifikat")).katalog
    known = katalog.aktorer
    missing = [id_ for id_ in wanted if id_ not in known]
    if missing:
        raise CertificateFault("`--aktor` is no actor of the directory")
    return [_holder(known[id_], katalog) for id_ in wanted or sorted(known)]


def _holder(aktor: Aktor, katalog: Katalog) -> Holder:
    """With a serial number that the directory knows the actor by, the last of them, else the actor's own id."""
    listed = [one.serienummer for one in katalog.certifikat.get(aktor.id, ()) if one.serienummer]
    return Holder(aktor.id, aktor.namn, listed[-1] if listed else aktor.id)
