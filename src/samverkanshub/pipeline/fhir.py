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
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.events import SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT, Event
from samverkanshub.domain.ikraft import ALL, PART, in_force
from samverkanshub.domain.needs import needs
from samverkanshub.domain.state import ArendeState, OmradeState, PersonState, Samtycke, Tillstand
from samverkanshub.pipeline.explaining import Recorded
from samverkanshub.pipeline.reading import read
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.pipeline.rulebook import in_force as in_force_there
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
    projection: Projection, reader: LogReader, schemas: Schemas, regelverk: Regelverken, handelse_id: str, now_ms: int
) -> Resource:
    """The FHIR Consent of a consent given or changed, or of the one that a withdrawal or an annulment ends.

    Its status is that of now. Raises `NotFound` for any other event, `Refused` (`samtycke-delvis-i-kraft`) where no one
    status is true of it, and `Unavailable`.
    """
    event = await _event(projection, reader, schemas, handelse_id)
    if event.typ in ENDS:
        handelse_id = str(event.koder["samtycke"])
        event = await _event(projection, reader, schemas, handelse_id)
    if event.typ not in GIVEN:
        raise NotFound("`EVENT` is no consent given, changed, withdrawn or annulled", code="inget-samtycke")
    judgement = await _judgement(projection, handelse_id)
    tillstand = await _around(projection, judgement.partition, event)
    samtycke = _samtycke(tillstand, event)
    if samtycke is None:
        raise NotFound("`EVENT` was refused: it is no consent", code="inget-samtycke")
    known = await in_force_there(regelverk, projection, judgement.partition)
    return consent_of(
        held(event),
        handelse_id,
        judgement.row.tid,
        status(samtycke, in_force(tillstand, event, samtycke, now_ms, known)),
    )


def held(event: Event) -> Held:
    """A consent of the log as the mapping takes it: persons by the hub's ids."""
    parts = tuple(Part(person.roll, BY_ID, person.person_id) for person in event.personer)
    return Held(event.typ, event.enhet, parts, event.koder)


def status(samtycke: Samtycke, of_it: str) -> str:
    """FHIR's status of a consent of which so much is in force. Why it is not is not told (V6)."""
    if samtycke.makulerat:
        return IN_ERROR
    if of_it == PART:
        detail = "`EVENT` is in force for a part of what it says, and a Consent's `status` is of all of it"
        raise Refused(detail, code="samtycke-delvis-i-kraft")
    return ACTIVE if of_it == ALL else INACTIVE


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


async def _around(projection: Projection, partition: int, event: Event) -> Tillstand:
    """The persons that the consent is judged by."""
    tillstand = Tillstand(OmradeState(partition))
    while missing := needs(tillstand, event)[0] - tillstand.personer.keys():
        for person_id in sorted(missing):
            stored = await projection.state(partition, "person", person_id)
            person = cast(PersonState, states.decode("person", stored)) if stored else PersonState(person_id)
            tillstand = tillstand.with_person(person)
    return tillstand


def _samtycke(tillstand: Tillstand, event: Event) -> Samtycke | None:
    held_of = tillstand.person(event.exposed.person_id).samtycken if event.exposed else ()
    return next((samtycke for samtycke in held_of if samtycke.id == event.handelse_id), None)
