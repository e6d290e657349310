"""`samverkanshub fhir`: decisions and consents out as FHIR R4, consents in (docs/fhir.md)."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from samverkanshub import bootstrap
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.files import write_atomically
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.regelverk import DirectoryFault, read_regelverk
from samverkanshub.client import Options
from samverkanshub.codec.cloudevents import json_object
from samverkanshub.codec.fhir.audit import Beslutat, audit_events, bundle
from samverkanshub.codec.fhir.imported import Imported, samtycke_from
from samverkanshub.codec.fhir.terms import Resource
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import HubError, NotFound
from samverkanshub.domain.forklaring import concerns
from samverkanshub.entrypoints.cli import render
from samverkanshub.entrypoints.cli.calling import AS_JSON, client_of, ended, show, who
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_of_a_running, settings_or_exit
from samverkanshub.entrypoints.cli.verbs import EVENT_ID, taken
from samverkanshub.pipeline.explaining import printed_before, recorded
from samverkanshub.pipeline.fhir import beslutat, consent, messages_of
from samverkanshub.pipeline.rulebook import ActiveRegelverk
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

UNKNOWN: Final = "there is no decision on `EVENT`"
OUT: Final = click.option(
    "-o", "--ut", type=click.Path(dir_okay=False, path_type=Path), help="Write here, for its owner alone."
)
NEEDED: Final = ("aktor", "lasargrupp", "anvandare", "nyckel")


@click.group("fhir")
def fhir() -> None:
    """FHIR R4: decisions as AuditEvent (IHE BALP), consents as Consent (IHE PCF). Persons by the hub's ids alone."""


# ------------------------------------------------------------------------------------------ out


@fhir.command("beslut")
@click.argument("event", type=click.UUID)
@OUT
@click.option("--ndjson", is_flag=True, help="One AuditEvent a line instead of a Bundle.")
@click.option(
    "--beslut",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read what `decide` has printed instead of the hub's database; whom it concerns is not in it.",
)
def decision(event: object, ut: Path | None, ndjson: bool, beslut: Path | None) -> None:
    """Write the decision on EVENT as AuditEvents, one an entry.

    Reads the database that SAMVERKAN_PROJEKTION names, or the embedded one of a hub that is up.
    """
    found = _or_exit(lambda: _printed(beslut, str(event)) if beslut else asyncio.run(_recorded(str(event))))
    _write(ut, map(_line, audit_events(found)) if ndjson else [_page(bundle(found))])


def _printed(path: Path, event: str) -> Beslutat:
    found = printed_before(path.read_bytes(), event)
    if found is None:
        raise NotFound(UNKNOWN)
    return beslutat(found)


async def _recorded(event: str) -> Beslutat:
    settings = settings_or_exit("fhir")
    async with bootstrap.reading(settings) as projection:
        regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
        found = await recorded(projection, regelverk, event)
        if found is None:
            raise NotFound(UNKNOWN)
        return beslutat(found, await messages_of(projection, found))


@fhir.command("samtycke")
@click.argument("event", type=click.UUID)
@OUT
def one_consent(event: object, ut: Path | None) -> None:
    """Write the consent that EVENT gave, changed or ended as a Consent, with the status it has now.

    Reads the log at SAMVERKAN_KAFKA, and the database that SAMVERKAN_PROJEKTION names or a hub's that is up.
    """
    settings = settings_of_a_running("fhir", "projektion")
    _write(ut, [_page(_or_exit(lambda: asyncio.run(_consent(settings, str(event)))))])


async def _consent(settings: Settings, event: str) -> Resource:
    now_ms = SystemClock(settings.klocka_forskjutning_ms).now_ms()
    async with bootstrap.reading(settings) as projection:
        regelverk = ActiveRegelverk(projection, DirectoryArtefacts(settings.artefakter))
        return await consent(
            projection, KafkaLogReader(bootstrap.broker(settings)), default_schemas(), regelverk, event, now_ms
        )


def _or_exit(found: Callable[[], Any]) -> Any:
    try:
        return found()
    except (HubError, Unavailable, DirectoryFault) as error:
        complain(error)
        sys.exit(FAILED)


def _write(ut: Path | None, texts: Iterable[str]) -> None:
    content = "".join(f"{text}\n" for text in texts)
    if ut is None:
        click.echo(content, nl=False)
    else:
        write_atomically(ut, content.encode(), mode=0o600)


def _page(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, indent=2)


def _line(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


# ------------------------------------------------------------------------------------------ in


def _who(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed((*who(required=False), AS_JSON)):
        command = option(command)
    return command


@fhir.command("importera")
@click.argument("fil", type=click.File("rb"))
@click.option("--skicka", is_flag=True, help="Send the event too; else its data is printed and nothing sent.")
@EVENT_ID
@_who
@click.pass_obj
def import_(options: Options | None, /, fil: BinaryIO, skicka: bool, id_: Any, as_json: bool, **called: Any) -> None:
    """Read the Consent in FIL (JSON; - reads standard input) as a consent given or changed.

    What the hub cannot hold is refused by its path. What is printed holds personal data.
    """
    found: Imported = _or_exit(lambda: _imported(fil.read()))
    if not skicka:
        _write(None, [_page(found.data)])
        return
    missing = [name for name in NEEDED if not called[name]]
    if missing:
        raise click.UsageError(f"--skicka needs {', '.join(f'--{name}' for name in missing)}")
    if not concerns(called["lasargrupp"], found.enhet):
        raise click.UsageError("`Consent.organization[0]` is another unit than that of --lasargrupp")
    ended(lambda: _sent(options, found, str(id_) if id_ else None, as_json, called), as_json=as_json, typ=found.typ)


def _imported(content: bytes) -> Imported:
    regelverk = read_regelverk(settings_or_exit("fhir").regelverk, {})
    return samtycke_from(json_object(content), regelverk, default_schemas())


async def _sent(
    options: Options | None, found: Imported, id_: str | None, as_json: bool, called: dict[str, Any]
) -> bool:
    async with client_of(**called, options=options) as client:
        receipt = await client.publish(found.typ, found.data, id=id_)
    show(receipt, render.receipt, as_json=as_json)
    return taken(receipt)
