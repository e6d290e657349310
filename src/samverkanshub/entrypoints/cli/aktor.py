"""`samverkanshub aktor`: what an actor needs before it can call the hub."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.keys import make_key, revoke_key
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.domain.actors import ED25519, KEY_TYPES
from samverkanshub.domain.tid import swedish_day
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.settings import PRIVATE

PLACE = click.option(
    "--ut", type=click.Path(file_okay=False, path_type=Path), help="Directory for `publika` and `privata`."
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")


@click.group("aktor")
def aktor() -> None:
    """The actors' keys."""


@aktor.command("nyckel")
@click.argument("id_", metavar="ID")
@PLACE
@click.option("--fran", type=click.DateTime(["%Y-%m-%d"]), help="The key's first day; else today.")
@click.option("--typ", type=click.Choice(KEY_TYPES), default=ED25519, show_default=True, help="Which kind of key.")
@click.option("--kvar", type=click.IntRange(0, 365), default=0, help="Days more that the keys before may be used.")
@AS_JSON
def key(id_: str, ut: Path | None, fran: datetime | None, typ: str, kvar: int, as_json: bool) -> None:
    """Make a key pair for actor ID: the private half as PEM (0600), the public half for the directory.

    Nothing is overwritten: a new key ends those before, and no two begin on one day. The hub takes the key once a
    regelverk that has it is in force.
    """
    public, private = _places(ut)
    day = fran.date() if fran else swedish_day(SystemClock().now_ms())
    try:
        made, place = make_key(id_, public, private, day.isoformat(), typ=typ, kvar=kvar)
    except (DirectoryFault, OSError) as error:
        complain(error)
        sys.exit(FAILED)
    found = {"aktor": id_, "id": made.id, "typ": made.typ, "publik": made.publik, "fran": made.fran}
    _show({**found, "privat": str(place)}, as_json)


@aktor.command("aterkalla")
@click.argument("id_", metavar="ID")
@click.argument("nyckel")
@PLACE
@AS_JSON
def revoke(id_: str, nyckel: str, ut: Path | None, as_json: bool) -> None:
    """Say in the directory that the key NYCKEL of actor ID holds no more.

    From the position where a regelverk that says so comes into force nothing that the key signs counts, whatever its
    dates; what it signed before that still does. Put it in force at once: `regelverk aktivera`, or `regelverk foresla`.
    """
    try:
        revoked = revoke_key(id_, _places(ut)[0], nyckel)
    except (DirectoryFault, OSError) as error:
        complain(error)
        sys.exit(FAILED)
    _show({"aktor": id_, "id": revoked.id, "typ": revoked.typ, "aterkallad": True}, as_json)


def _show(found: dict[str, Any], as_json: bool) -> None:
    shown = "\n".join(f"{name}: {'ja' if value is True else value}" for name, value in found.items())
    click.echo(msgspec.json.encode(found) if as_json else shown)


def _places(ut: Path | None) -> tuple[Path, Path]:
    if ut is not None:
        return ut / "publika", ut / "privata"
    settings = settings_or_exit("aktor")
    return settings.nycklar, settings.data / PRIVATE
