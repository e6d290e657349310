"""From a line of a journal to the envelope that the log would hold, and back. Pure (docs/journal.md)."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import uuid5

from samverkanshub.codec import check as c
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.journal import ANYBODY, EventForm, LineFault, PersonForm, UppgiftForm, unhex
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.shape import PERSONS, DataSchema, Item
from samverkanshub.codec.walk import NUMBER_CATEGORY, check_codes
from samverkanshub.domain.errors import HubError, Refused, Undecodable
from samverkanshub.domain.events import ADULT, AGE_UNKNOWN, CHILD_CLASSES, Person, Uppgift
from samverkanshub.domain.ids import NAMESPACE, event_id

AGE_CLASSES: Final = (*sorted(CHILD_CLASSES), ADULT, AGE_UNKNOWN)


def envelope_of(form: EventForm, position: int, schemas: Schemas) -> Envelope:
    """The envelope that the log would hold, with what was left out filled in. Raises `LineFault`."""
    try:
        made = _envelope(form, position, schemas)
        envelopes.encode(made, schemas)
        check_codes(schemas.data(made.typ, made.typversion), made.koder)
    except (Refused, Undecodable) as fault:
        raise LineFault(_told(fault)) from None
    except KeyError:
        raise LineFault("`/version` is none that the envelope has") from None
    except UnicodeEncodeError:
        raise LineFault("the line holds a lone surrogate") from None
    return made


def _told(fault: HubError) -> str:
    """The codec speaks of an event's `/data` and `/type`: in a line those are `koder` and `typ`."""
    return fault.detail.replace("`/data", "`/koder").replace("`/type`", "`/typ`")


def _envelope(form: EventForm, position: int, schemas: Schemas) -> Envelope:
    aktor = _aktor(form)
    id_ = _uuid("/id", form.id) or _uuid("/handelse_id", form.handelse_id) or _derived(position)
    handelse_id = _uuid("/handelse_id", form.handelse_id) or event_id(aktor, id_)
    version = form.typversion or _newest(form.typ, schemas)
    persons = tuple(_person(person, index) for index, person in enumerate(form.personer))
    schema = schemas.data(form.typ, version)
    return Envelope(
        id=id_,
        handelse_id=handelse_id,
        typ=form.typ,
        typversion=version,
        aktor=aktor,
        enhet=form.lasargrupp.rpartition(".")[0] if form.enhet is None else form.enhet,
        lasargrupp=form.lasargrupp,
        anvandare=(ANYBODY if form.lasargrupp else "") if form.anvandare is None else form.anvandare,
        beslutssalt=unhex("/beslutssalt", form.beslutssalt) or sha256(handelse_id.encode()).digest(),
        arende_id=_uuid("/arende_id", form.arende_id),
        personer=persons,
        koder=form.koder,
        uppgifter=tuple(
            _uppgift(item, f"/uppgifter/{index}", persons, schema, handelse_id)
            for index, item in enumerate(form.uppgifter)
        ),
        nyckelid=form.nyckelid,
        signatur=unhex("/signatur", form.signatur),
        version=form.version,
    )


def _derived(position: int) -> str:
    return str(uuid5(NAMESPACE, f"journal\n{position}"))


def _uuid(falt: str, text: str) -> str:
    """In lower case, as the log has it; empty where none is given."""
    if not text:
        return ""
    try:
        c.uuid(falt, text.lower())
    except Undecodable as fault:
        raise LineFault(fault.detail) from None
    return text.lower()


def _aktor(form: EventForm) -> str:
    """Reader groups are named `aktor.enhet.grupp`."""
    aktor = form.lasargrupp.partition(".")[0] if form.aktor is None else form.aktor
    if not aktor:
        raise LineFault("`/lasargrupp` is missing: who sent it? The hub's own events say `aktor` instead")
    return aktor


def _newest(typ: str, schemas: Schemas) -> int:
    return schemas.latest(typ).version if typ in schemas.types else 1


def _person(form: PersonForm, index: int) -> Person:
    if form.aldersklass not in AGE_CLASSES:
        raise LineFault(f"`/personer/{index}/aldersklass` must be one of {', '.join(AGE_CLASSES)}")
    return Person(_uuid(f"/personer/{index}/person_id", form.person_id), form.roll, form.aldersklass, form.kon)


# ------------------------------------------------------------------------------------------------ an uppgift


def _uppgift(
    form: UppgiftForm, falt: str, persons: Sequence[Person], schema: DataSchema, handelse_id: str
) -> SealedUppgift:
    whose = _whose(form, falt, persons, schema)
    person_id = whose.person_id if whose else (form.person_id or "").lower()
    given = {name: getattr(form, name) for name in SealedUppgift.__slots__}
    return SealedUppgift(
        **given
        | {
            "kategori": _kategori(form, falt, schema),
            "roll": form.roll if form.roll is not None else (whose.roll if whose else ""),
            "person_id": person_id,
            "atagande": unhex(f"{falt}/atagande", form.atagande) or bytes(32),
            "forseglat": unhex(f"{falt}/forseglat", form.forseglat),
            "subject": form.subject or person_id or f"handelse:{handelse_id}",
        }
    )


def _kategori(form: UppgiftForm, falt: str, schema: DataSchema) -> str:
    if form.kategori is not None:
        return form.kategori
    if form.vag.startswith(f"/{PERSONS}/"):
        return NUMBER_CATEGORY
    item = _item(form.vag, schema)
    if item is None:
        raise LineFault(f"`{falt}/kategori` is missing, and the type's schema has no uppgift at that path")
    return item.kategori


def _item(vag: str, schema: DataSchema) -> Item | None:
    found = schema.fields.get(vag.split("/")[1] if vag.startswith("/") else "")
    return found.node if found is not None and isinstance(found.node, Item) else None


def _whose(form: UppgiftForm, falt: str, persons: Sequence[Person], schema: DataSchema) -> Person | None:
    """V3: one item concerns one person, or nobody."""
    if form.person_id is not None:
        return next((person for person in persons if person.person_id == form.person_id.lower()), None)
    if form.roll is not None:
        return _holder(form.roll, falt, persons) if form.roll else None
    listed = form.vag.removeprefix(f"/{PERSONS}/").partition("/")[0]
    if listed.isdecimal() and form.vag.startswith(f"/{PERSONS}/") and int(listed) < len(persons):
        return persons[int(listed)]
    item = _item(form.vag, schema)
    held = [roll for roll in (item.avser if item else ()) if any(person.roll == roll for person in persons)]
    return _holder(held[0], falt, persons) if held else None


def _holder(roll: str, falt: str, persons: Sequence[Person]) -> Person:
    held = [person for person in persons if person.roll == roll]
    if not held:
        raise LineFault(f"`{falt}/roll` is a role that nobody in `/personer` has")
    if len(held) > 1:
        raise LineFault(f"`{falt}/person_id` is missing, and more than one person has the role")
    return held[0]


# ------------------------------------------------------------------------------------------------ and back


def members_of(envelope: Envelope) -> dict[str, Any]:
    """The line of an envelope: all that decides, in pseudonyms, and nothing sealed, signed or committed to."""
    # An empty unit or user is said, since one left out is filled in.
    return {
        **{name: getattr(envelope, name) for name in Envelope.__slots__ if name not in _OF_THE_SENDER},
        "personer": [{name: getattr(person, name) for name in Person.__slots__} for person in envelope.personer],
        "uppgifter": [{name: getattr(item, name) for name in Uppgift.__slots__} for item in envelope.uppgifter],
        "beslutssalt": envelope.beslutssalt.hex(),
    }


_OF_THE_SENDER: Final = frozenset({"signatur"})
