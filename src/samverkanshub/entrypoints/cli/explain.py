"""`samverkanshub explain`: a decision in plain Swedish, with everything that it cites (T1)."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import msgspec

from samverkanshub import bootstrap
from samverkanshub.domain.errors import HubError
from samverkanshub.domain.forklaring import Mottagardel, Punkt, Skal, Stod
from samverkanshub.domain.tid import SWEDEN
from samverkanshub.entrypoints.cli.render import plain
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.pipeline.explaining import Explained, Recorded, explained, printed_before
from samverkanshub.ports import Unavailable

UNKNOWN: Final = "there is no decision on `EVENT`"


@click.command("explain")
@click.argument("event", type=click.UUID)
@click.option("--recipient", default="", metavar="AKTOR|ENHET|LASARGRUPP", help="Leave the other recipients out.")
@click.option(
    "--beslut",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Read what `decide` has printed instead of the hub's database.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")
def explain(event: object, recipient: str, beslut: Path | None, as_json: bool) -> None:
    """Put the decision on EVENT into plain words, for caseworkers, lawyers and auditors.

    Reads the database that SAMVERKAN_PROJEKTION names, or the embedded one of a hub that is up.
    """
    try:
        found = _printed(beslut, str(event)) if beslut else _recorded(str(event))
    except (HubError, Unavailable) as error:
        complain(error)
        sys.exit(FAILED)
    if found is None:
        complain(UNKNOWN)
        sys.exit(FAILED)
    answer = explained(found, recipient)
    click.echo(msgspec.json.encode(answer) if as_json else told(answer))


def _printed(path: Path, event: str) -> Recorded | None:
    return printed_before(click.get_binary_stream("stdin").read() if str(path) == "-" else path.read_bytes(), event)


def _recorded(event: str) -> Recorded | None:
    return asyncio.run(bootstrap.recorded_decision(settings_or_exit("explain"), event))


# ------------------------------------------------------------------------------------------ for reading


def told(answer: Explained) -> str:
    """The explanation as text."""
    return plain("\n".join(_lines(answer)))


def _lines(answer: Explained) -> Iterator[str]:
    yield f"Händelse {answer.handelse_id} ({answer.typ or 'kunde inte läsas'}) från {answer.aktor or 'okänd avsändare'}"
    yield f"Bedömd {instant(answer.tid)} svensk tid, på plats {answer.position} i loggens partition {answer.partition}"
    yield f"Regelverk {answer.regelverk}"
    yield f"Beslutets kontrollsumma {answer.digest}"
    for part in answer.delar:
        yield from part_lines(part)
    if answer.tips:
        yield from ("", "Att tänka på", *(f"  {tip}" for tip in answer.tips))


def part_lines(part: Mottagardel) -> Iterator[str]:
    """What becomes of the event, or of it for one recipient, as lines after an empty one."""
    yield ""
    name = part.mottagare or "Händelsen"
    yield f"{name} ({part.funktion})" if part.funktion else name
    for point in part.punkter:
        yield from _point(point)


def _point(point: Punkt) -> Iterator[str]:
    category = f" ({point.kategori})" if point.kategori else ""
    yield f"  {point.utslag}{f' {point.vag}' if point.vag else ''}{category}"
    yield from (f"    {_why(why)}" for why in point.skal)
    yield from (f"    stöd: {_basis(basis)}" for basis in point.stod)
    yield from (f"    samtycke: {id_}" for id_ in point.samtycken)
    if point.leverans_id:
        yield f"    leverans: {point.leverans_id}"
    if point.frist:
        yield f"    senast: {instant(point.frist)} ({point.frist_slag})"


def _why(why: Skal) -> str:
    return f"{why.regel} {why.kod}: {why.mening}".lstrip()


def _basis(basis: Stod) -> str:
    name = f"{basis.namn} [{basis.id}]" if basis.namn else basis.id
    meaning = f" ({basis.markets_innebord})" if basis.markets_innebord else ""
    return f"{name}, {basis.regel}, {_validity(basis)}, märkt {basis.marke}{meaning}"


def _validity(basis: Stod) -> str:
    """The last day is the one before the end."""
    start = f"från och med {basis.giltig_fran}" if basis.giltig_fran else ""
    end = f"till (men inte med) {basis.giltig_till}" if basis.giltig_till else ""
    return f"gäller {' '.join(filter(None, (start, end)))}" if start or end else "utan tidsgräns"


def instant(tid: int) -> str:
    """A time as Swedish clock time, to the second."""
    return datetime.fromtimestamp(tid / 1000, UTC).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M:%S")
