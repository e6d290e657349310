"""The verbs of those who use the hub; each is a call of the client and nothing else."""

from typing import Any, BinaryIO, Final

import click
import msgspec

from samverkanshub.client import Client, DutyPage, InboxPage, Receipt
from samverkanshub.entrypoints.cli import render
from samverkanshub.entrypoints.cli.calling import show, with_client
from samverkanshub.entrypoints.cli.halsa import health

KVITTENSER: Final = ("mottagen", "dokumenterad", "overtagen")
MOST_ROWS: Final = 500
REFUSED: Final = "avvisad"
EVENT_ID: Final = click.option(
    "--id", "id_", type=click.UUID, help="The event's id, the same when it is sent again; else a new one."
)
TAKEN: Final = "godtas"


@click.command("publish")
@click.argument("typ")
@click.argument("fil", type=click.File("rb"))
@EVENT_ID
@with_client
async def publish(client: Client, typ: str, fil: BinaryIO, id_: Any, as_json: bool) -> bool:
    """Send an event of type TYP with the data in FIL (JSON; - reads standard input)."""
    receipt = await client.publish(typ, _data(fil), id=str(id_) if id_ else None)
    show(receipt, render.receipt, as_json=as_json)
    return taken(receipt)


@click.command("bedom")
@click.argument("typ")
@click.argument("fil", type=click.File("rb"))
@with_client
async def assess(client: Client, typ: str, fil: BinaryIO, as_json: bool) -> bool:
    """Ask what would become of a message of type TYP with the data in FIL. Nothing is sent."""
    found = await client.assess(client.prepare(typ, _data(fil)))
    show(found, render.assessment, as_json=as_json)
    return found.dom == TAKEN


def _data(fil: BinaryIO) -> Any:
    try:
        return msgspec.json.decode(fil.read())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise click.BadParameter("is not JSON", param_hint="FIL") from None


def taken(receipt: Receipt) -> bool:
    """Did the gate take it, as far as it has said?"""
    return receipt.dom != REFUSED


@click.command("inkorg")
@click.option("--markor", default="", help="Go on after this cursor.")
@click.option("--antal", type=click.IntRange(1, MOST_ROWS), default=100, show_default=True, help="Rows of a page.")
@click.option("--alla", is_flag=True, help="Read every page.")
@with_client
async def inbox(client: Client, markor: str, antal: int, alla: bool, as_json: bool) -> bool:
    """List the reader group's deliveries in order: neither content nor person."""
    page = await client.inbox(markor, antal)
    while alla and (more := await client.inbox(page.markor, antal)).rader:
        page = InboxPage((*page.rader, *more.rader), more.markor)
    show(page, render.inbox, as_json=as_json)
    return True


@click.command("plikter")
@click.option("--utan-innehavare", is_flag=True, help="The ärenden alone that have fallen between chairs (H2).")
@click.option("--markor", default="", help="Go on after this cursor.")
@click.option("--antal", type=click.IntRange(1, MOST_ROWS), default=100, show_default=True, help="Rows of a page.")
@click.option("--alla", is_flag=True, help="Read every page.")
@with_client
async def duties(client: Client, utan_innehavare: bool, markor: str, antal: int, alla: bool, as_json: bool) -> bool:
    """List the open duties that the unit bears, shares or waits for, the first to fall due first."""
    page = await client.duties(markor, antal, utan_innehavare=utan_innehavare)
    while alla and (more := await client.duties(page.markor, antal, utan_innehavare=utan_innehavare)).rader:
        page = DutyPage((*page.rader, *more.rader), more.markor)
    show(page, render.duties, as_json=as_json)
    return True


@click.command("oppna")
@click.argument("leverans")
@with_client
async def open_(client: Client, leverans: str, as_json: bool) -> bool:
    """Open LEVERANS: it is judged now, and every try is an opening of its own."""
    show(await client.open(leverans), render.opened, as_json=as_json)
    return True


@click.command("kvittens")
@click.argument("leverans")
@click.argument("slag", type=click.Choice(KVITTENSER))
@click.option("--enhet", help="The unit that takes over, where it is not the reader group's own.")
@EVENT_ID
@with_client
async def acknowledge(client: Client, leverans: str, slag: str, enhet: str | None, id_: Any, as_json: bool) -> bool:
    """Acknowledge LEVERANS."""
    receipt = await client.acknowledge(leverans, slag, enhet, id=str(id_) if id_ else None)
    show(receipt, render.receipt, as_json=as_json)
    return taken(receipt)


@click.command("utfall")
@click.argument("handelse")
@with_client
async def outcome(client: Client, handelse: str, as_json: bool) -> bool:
    """Show what became of HANDELSE, recipient by recipient."""
    show(await client.outcome(handelse), render.outcome, as_json=as_json)
    return True


VERBS: Final = (publish, assess, inbox, duties, open_, acknowledge, outcome, health)
