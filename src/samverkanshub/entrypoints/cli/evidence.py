"""`samverkanshub evidence`: a file that proves a decision, or that nothing was delivered, to who has the public key."""

import asyncio
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from samverkanshub import roles
from samverkanshub.adapters.files import write_atomically
from samverkanshub.domain.errors import HubError, NotFound
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.cli.replay import PARTITION
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.pipeline.bevis import Bevis
from samverkanshub.ports import Unavailable

PRIVATE: Final = 0o600
_OFFSET: Final = re.compile(r"\d{1,18}", re.ASCII)


class Place(click.ParamType):
    """A position of the log, or a time: then the first position at that time or later."""

    name = "OFFSET|TIME"

    def convert(
        self, value: str | int | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | datetime:
        """A time without a zone is Swedish."""
        if not isinstance(value, str):
            return value
        if _OFFSET.fullmatch(value):
            return int(value)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail("is neither a position nor a time such as 2026-11-02T08:00", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=SWEDEN)


@click.command("evidence")
@click.argument("event", type=click.UUID, required=False)
@click.option("--recipient", default="", metavar="AKTOR|ENHET|LASARGRUPP", help="Hide the other recipients.")
@click.option("--absence", default="", metavar="AKTOR|ENHET|LASARGRUPP", help="Prove that nothing was delivered to it.")
@click.option("--from", "first", type=Place(), help="Where the range begins.")
@click.option("--until", type=Place(), help="Where the range ends: the first position or time that is not in it.")
@click.option("--omrade", type=PARTITION, default=0, show_default=True, help="Of which log, with --absence.")
@click.option("-o", "fil", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE, else to stdout.")
def evidence(
    event: object | None,
    recipient: str,
    absence: str,
    first: int | datetime | None,
    until: int | datetime | None,
    omrade: int,
    fil: Path | None,
) -> None:
    """Write evidence of the decision on EVENT, or with --absence of what was not delivered.

    Whoever has the log's public key verifies it anywhere: `samverkanshub verify FILE --nyckel VKEY`. Reads the trees in
    SAMVERKAN_DATA and the database that SAMVERKAN_PROJEKTION names, or the embedded one of a hub that is up.
    A file of a range holds every decision in it whole: keep it as secret as the log.
    """
    if bool(event) == bool(absence):
        raise click.UsageError("EVENT or --absence must be given, and not both")
    if (absence and (first is None or until is None or recipient)) or (event and (first, until) != (None, None)):
        raise click.UsageError("--absence goes with --from and --until, EVENT with --recipient")
    try:
        written = asyncio.run(_written(str(event or ""), recipient, absence, (first, until), omrade))
        _keep(written, fil)
    except (HubError, Unavailable) as error:
        complain(error)
        sys.exit(FAILED)


async def _written(
    event: str, recipient: str, absence: str, places: tuple[int | datetime | None, ...], omrade: int
) -> bytes:
    settings = settings_or_exit("evidence")
    if omrade >= settings.omraden:
        raise NotFound(f"there is no område {omrade}")
    async with roles.evidence(settings) as bevis:
        if event:
            return await bevis.of_decision(event, recipient)
        first, end = [await _offset(bevis, omrade, place) for place in places]
        return await bevis.of_absence(absence, omrade, first, end)


async def _offset(bevis: Bevis, omrade: int, place: int | datetime | None) -> int:
    if isinstance(place, datetime):
        return await bevis.position_at(omrade, round(place.timestamp() * 1000))
    return place or 0


def _keep(content: bytes, fil: Path | None) -> None:
    """A decision is for who may read it: the file is its owner's alone."""
    if fil is None:
        click.echo(content, nl=False)
        return
    try:
        write_atomically(fil, content, mode=PRIVATE)
    except OSError as error:
        complain(f"`{fil}` cannot be written: {error.strerror}")
        sys.exit(FAILED)
