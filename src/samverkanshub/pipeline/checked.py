"""Everything intake can refuse without asking a server: from an event as given to an event that may be sealed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from samverkanshub.codec import commitments, signing, storable
from samverkanshub.codec.cloudevents import CloudEvent
from samverkanshub.codec.schemas import Schemas
from samverkanshub.codec.walk import Walked, WalkedPerson, WalkedUppgift, walk
from samverkanshub.domain import consent_form, ids, intake_rules
from samverkanshub.domain.brist import Brist
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.events import (
    HUBS_OWN,
    KVITTENS,
    MESSAGES,
    OPPNING,
    REGELVERK,
    Event,
    Mottagare,
    Person,
    Uppgift,
)
from samverkanshub.domain.personnummer import age_class, contains_personnummer, parse
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.pipeline.identity import Caller

OWN_WAY: Final = HUBS_OWN | {KVITTENS, OPPNING, REGELVERK}
"""Types that enter by routes of their own, never by `POST /handelser`."""
MOST_JUDGED: Final = 5_000
"""Uppgifter times the reader groups they are for, of one message: the gate, which judges one record at a time, is held
by no message for more than some tenths of a second."""


@dataclass(frozen=True, slots=True)
class Item:
    """An uppgift with what will stand for it in the log."""

    uppgift: WalkedUppgift = field(repr=False)
    salt: bytes = field(repr=False)
    atagande: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """An event that breaks no stateless rule. `lookups` says whom the vault shall find, one for each person in order.

    In `event` those lookups stand for the persons' ids: it must not leave memory.
    """

    event: Event = field(repr=False)
    walked: Walked = field(repr=False)
    items: tuple[Item, ...] = field(repr=False)
    lookups: tuple[str, ...] = field(repr=False)


def admit(given: CloudEvent, caller: Caller, schemas: Schemas) -> None:
    """Refuse, before anything is asked of any server, what is another reader group's or nothing could hold."""
    if given.source != caller.lasargrupp:
        raise Refused("`source` is not the caller's reader group", falt="/source", code="fel-avsandare")
    _check_storable(given, schemas)


def _check_storable(given: CloudEvent, schemas: Schemas) -> None:
    """Refuse what the log, PostgreSQL or canonical JSON cannot hold; the schema is asked where, since it has names."""
    try:
        storable.check(given.data, "/data")
    except Refused:
        walk(schemas.data(given.typ, given.version), given.data)
        raise


def check(given: CloudEvent, caller: Caller, regelverk: Regelverk, schemas: Schemas, today: date) -> Checked:
    """Schema, persons' numbers, stateless rules and signature, in that order; raises `Refused` for the first fault."""
    checked = check_unsigned(given, caller, regelverk, schemas, today)
    _check_signature(given, checked.event, checked.items, regelverk, today)
    return checked


def check_unsigned(given: CloudEvent, caller: Caller, regelverk: Regelverk, schemas: Schemas, today: date) -> Checked:
    """The same but for the signature: of a message that is only asked about, never of one that is sent."""
    if given.typ in OWN_WAY:
        raise Refused("`type` has a route of its own", falt="/type", code="egen-vag")
    schema = schemas.data(given.typ, given.version)
    _refuse(consent_form.specific(given.typ, given.data))
    walked = walk(schema, given.data, regelverk.listor)
    lookups = tuple(_lookup(person, caller.aktor, today) for person in walked.personer)
    event = _event(given, caller, walked, lookups, today)
    _refuse(intake_rules.brister(event, regelverk))
    _check_extent(event, regelverk)
    _refuse(intake_rules.identifying_text(given.typ, given.data))
    items = tuple(_item(given.saltfro, uppgift) for uppgift in walked.uppgifter)
    return Checked(event, walked, items, lookups)


def _check_extent(event: Event, regelverk: Regelverk) -> None:
    units = {mottagare.id for mottagare in event.mottagare} if event.typ in MESSAGES else set()
    groups = sum(len(regelverk.katalog.groups_of(enhet)) for enhet in units)
    if groups * len(event.uppgifter) > MOST_JUDGED:
        detail = f"`mottagare` times the message's items is more than {MOST_JUDGED}; send it as several messages"
        raise Refused(detail, falt="/data/mottagare", code="for-omfattande")


def _refuse(found: Iterable[Brist]) -> None:
    for brist in found:
        raise brist.refused()


def _lookup(person: WalkedPerson, aktor: str, today: date) -> str:
    if person.slag != "referens":
        return "nr:" + parse(person.varde, today, slag=person.slag, falt=person.falt).siffror
    if contains_personnummer(person.varde):
        detail = "`referens` holds what reads as a personnummer"
        raise Refused(detail, falt=person.falt, code="personnummer-i-referens")
    return f"ref:{aktor}:{person.varde}"


def _event(given: CloudEvent, caller: Caller, walked: Walked, lookups: tuple[str, ...], today: date) -> Event:
    return Event(
        handelse_id=ids.event_id(caller.aktor, given.id),
        typ=given.typ,
        aktor=caller.aktor,
        enhet=caller.enhet,
        lasargrupp=caller.lasargrupp,
        anvandare=caller.anvandare,
        personer=tuple(_person(lookup, who.roll, today) for lookup, who in zip(lookups, walked.personer, strict=True)),
        mottagare=_recipients(walked.koder),
        koder=walked.koder,
        uppgifter=tuple(_uppgift(uppgift, lookups) for uppgift in walked.uppgifter),
        version=given.version,
    )


def _person(lookup: str, roll: str, today: date) -> Person:
    """With the age class of a number; of a reference the vault alone may know one (N1, S6)."""
    slag, _, number = lookup.partition(":")
    return Person(lookup, roll, age_class(number if slag == "nr" else "", today))


def _recipients(koder: Mapping[str, Any]) -> tuple[Mottagare, ...]:
    return tuple(Mottagare(found["slag"], found["id"]) for found in koder.get("mottagare", ()))


def _uppgift(uppgift: WalkedUppgift, lookups: tuple[str, ...]) -> Uppgift:
    person = lookups[uppgift.person_index] if uppgift.person_index >= 0 else ""
    return Uppgift(uppgift.vag, uppgift.kategori, uppgift.roll, person, uppgift.referens, uppgift.kalla)


def _item(seed: bytes, uppgift: WalkedUppgift) -> Item:
    salt = commitments.salt_for(seed, uppgift.vag)
    return Item(uppgift, salt, commitments.commitment(salt, uppgift.varde))


def _check_signature(
    given: CloudEvent, event: Event, items: tuple[Item, ...], regelverk: Regelverk, today: date
) -> None:
    key = regelverk.katalog.key_of(event.aktor, given.nyckelid, today.isoformat())
    if key is None:
        raise Refused("`nyckelid` is no key of the sender's in force today", falt="/nyckelid", code="okand-nyckel")
    if not signing.verify(key.publik, _signed(given, event, items), given.signatur, key.typ):
        raise Refused("`signatur` does not fit codes and commitments", falt="/signatur", code="fel-signatur")


def _signed(given: CloudEvent, event: Event, items: tuple[Item, ...]) -> bytes:
    numbers = {item.uppgift.vag: item.atagande for item in items}
    return signing.signed_bytes(
        id=given.id,
        typ=event.typ,
        version=event.version,
        lasargrupp=event.lasargrupp,
        anvandare=event.anvandare,
        koder=event.koder,
        personer=[(p.roll, numbers[f"/personer/{index}/nummer"]) for index, p in enumerate(event.personer)],
        uppgifter=[_line(item) for item in items],
    )


def _line(item: Item) -> tuple[str, str, str, bytes, str, str]:
    uppgift = item.uppgift
    return uppgift.vag, uppgift.kategori, uppgift.roll, item.atagande, uppgift.referens, uppgift.kalla
