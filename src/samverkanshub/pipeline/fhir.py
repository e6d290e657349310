"""Finds what is exported as FHIR: a decision with whom it concerns, and a consent as the log has it."""

from collections.abc import Iterable
from typing import cast

from samverkanshub.codec import states
from samverkanshub.codec.fhir.audit import Beslutat
from samverkanshub.codec.fhir.consent import ACTIVE, IN_ERROR, INACTIVE, consent_of
from samverkanshub.codec.fhir.held import BY_ID, Held, Part
from samverkanshub.codec.fhir.terms import Resource
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain import ids
from samverkanshub.domain.consent_form import GIVEN
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT, Event
from samverkanshub.domain.state import ArendeState, PersonState, Samtycke
from samverkanshub.pipeline.explaining import Recorded
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import Judgement, LogReader, Projection

ENDS = frozenset({SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT})


# ------------------------------------------------------------------------------------------ decisions


def beslutat(recorded: Recorded, messages: Iterable[Event] = ()) -> Beslutat:
    """The decision to export. `messages`: those it is about, which say whom each item concerns."""
    found = list(messages)
    items: dict[str, str] = {}
    for item in (item for message in found for item in message.uppgifter):
        # Of a path that two messages give to two persons nothing is known.
        items[item.vag] = item.person_id if items.get(item.vag, item.person_id) == item.person_id else ""
    about = {message.exposed.person_id for message in found if message.exposed}
    same = ("handelse_id", "typ", "aktor", "partition", "position", "tid", "regelverk", "digest", "entries")
    return Beslutat(
        **{name: getattr(recorded, name) for name in same},
        kategorier=dict(recorded.kategorier),
        personer=items,
        om=about.pop() if len(about) == 1 else "",
    )


async def messages_of(projection: Projection, recorded: Recorded) -> list[Event]:
    """The messages and consents that a decision is about: its own event, or those whose deliveries it names."""
    deliveries = {entry.leverans_id for entry in recorded.entries} - {""}
    arenden = [await _arende(projection, recorded.partition, id_) for id_ in await _places(projection, recorded)]
    found: dict[str, Event] = {}
    for arende in arenden:
        wanted = {recorded.handelse_id} | {
            one.handelse_id for one in arende.leveranser if one.leverans_id in deliveries
        }
        found |= {m.handelse.handelse_id: m.handelse for m in arende.meddelanden if m.handelse.handelse_id in wanted}
    return list(found.values())


async def _places(projection: Projection, recorded: Recorded) -> list[str]:
    """The ärenden where they stand; a consent that opened the ärende of its person's consents is found by its id."""
    judgement = await projection.judgement(recorded.handelse_id)
    named = {judgement.row.arende_id if judgement else "", ids.arende_id(recorded.handelse_id)}
    for leverans_id in sorted({entry.leverans_id for entry in recorded.entries} - {""}):
        row = await projection.delivery(leverans_id)
        named.add(row.arende_id if row else "")
    return sorted(named - {""})


async def _arende(projection: Projection, partition: int, id_: str) -> ArendeState:
    stored = await projection.state(partition, "arende", id_)
    return cast(ArendeState, states.decode("arende", stored)) if stored else ArendeState(id_, "", "")


# ------------------------------------------------------------------------------------------ consents


async def consent(
    projection: Projection, reader: LogReader, schemas: Schemas, handelse_id: str, now_ms: int
) -> Resource:
    """The FHIR Consent of a consent given or changed, or of the one that a withdrawal or an annulment ends.

    Its status is that of now. Raises `NotFound` for any other event, and `Unavailable`.
    """
    event = await _event(projection, reader, schemas, handelse_id)
    if event.typ in ENDS:
        handelse_id = str(event.koder["samtycke"])
        event = await _event(projection, reader, schemas, handelse_id)
    if event.typ not in GIVEN:
        raise NotFound("`EVENT` is no consent given, changed, withdrawn or annulled", code="inget-samtycke")
    judgement = await _judgement(projection, handelse_id)
    samtycke = await _samtycke(projection, judgement.partition, event)
    if samtycke is None:
        raise NotFound("`EVENT` was refused: it is no consent", code="inget-samtycke")
    return consent_of(held(event), handelse_id, judgement.row.tid, status(samtycke, now_ms))


def held(event: Event) -> Held:
    """A consent of the log as the mapping takes it: persons by the hub's ids."""
    parts = tuple(Part(person.roll, BY_ID, person.person_id) for person in event.personer)
    return Held(event.typ, event.enhet, parts, event.koder)


def status(samtycke: Samtycke, now_ms: int) -> str:
    """FHIR's status of a consent; that its time has passed is its period's to say."""
    if samtycke.makulerat:
        return IN_ERROR
    changed = samtycke.andrat and samtycke.andrat <= now_ms
    return INACTIVE if samtycke.aterkallat or changed else ACTIVE


async def _event(projection: Projection, reader: LogReader, schemas: Schemas, handelse_id: str) -> Event:
    judgement = await _judgement(projection, handelse_id)
    record = await reader.at(judgement.partition, judgement.row.offset)
    found = read(record, schemas).event if record else None
    if found is None:
        raise NotFound("the log has no readable record of `EVENT`", code="inget-samtycke")
    return found


async def _judgement(projection: Projection, handelse_id: str) -> Judgement:
    found = await projection.judgement(handelse_id)
    if found is None:
        raise NotFound("there is no decision on `EVENT`", code="inget-samtycke")
    return found


async def _samtycke(projection: Projection, partition: int, event: Event) -> Samtycke | None:
    about = event.exposed
    stored = await projection.state(partition, "person", about.person_id) if about else None
    person = cast(PersonState, states.decode("person", stored)) if stored else PersonState("")
    return next((samtycke for samtycke in person.samtycken if samtycke.id == event.handelse_id), None)
