"""`samverkanshub aktor`: what an actor needs before it can call the hub."""

import sys
from datetime import datetime
from pathlib import Path

import click
import msgspec

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.keys import make_key
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.settings import PRIVATE


@click.group("aktor")
def aktor() -> None:
    """The actors' keys."""


@aktor.command("nyckel")
@click.argument("id_", metavar="ID")
@click.option("--ut", type=click.Path(file_okay=False, path_type=Path), help="Directory for `publika` and `privata`.")
@click.option("--fran", type=click.DateTime(["%Y-%m-%d"]), help="The key's first day; else today.")
@click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
def key(id_: str, ut: Path | None, fran: datetime | None, as_json: bool) -> None:
    """Make a key pair for actor ID: the private half as PEM (0600), the public half for the directory.

    Nothing is overwritten: a new key ends the one before, and no two begin on one day. The hub takes the key once a
    regelverk that has it is in force.
    """
    public, private = _places(ut)
    day = fran.date() if fran else swedish_day(SystemClock().now_ms())
    try:
        made, place = make_key(id_, public, private, day.isoformat())
    except (DirectoryFault, OSError) as error:
        complain(error)
        sys.exit(FAILED)
    found = {"aktor": id_, "id": made.id, "publik": made.publik, "fran": made.fran, "privat": str(place)}
    shown = "\n".join(f"{name}: {value}" for name, value in found.items())
    click.echo(msgspec.json.encode(found) if as_json else shown)


def _places(ut: Path | None) -> tuple[Path, Path]:
    if ut is not None:
        return ut / "publika", ut / "privata"
    settings = settings_or_exit("aktor")
    return settings.nycklar, settings.data / PRIVATE
